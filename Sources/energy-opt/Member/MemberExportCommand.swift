import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import EnergySharing
import Foundation
import MarketTime
import Messages
import PlanPreparation
import Quantities
import Readings
import SQLiteStore

/// `energy-opt member export`
struct MemberExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "All that is stored of a member, for programs: JSON and CSV (GDPR Art. 15 and 20).",
    discussion: """
      Into a new folder: member.json with contact, consents, messages and the
      records of settled months; values.csv with the quarter hours of the
      member's own metering points while these were the member's; shares.csv
      with what was shared to the member. Nothing of anybody else is in it.
      Columns: docs/formats/member-export.md.
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Option(help: ArgumentHelp("A folder that is not there yet.", valueName: "folder"))
  var to: String

  func run() throws {
    let community = try options.load().community
    guard let member = community.members.first(where: { $0.id.text == member }) else {
      tell(
        "the community has no member '\(member)'\(Spelling.hint(for: member, among: community.members.map(\.id.text).sorted()))")
      throw ExitCode(64)
    }
    if FileManager.default.fileExists(atPath: to) {
      tell("\(to) is there already; name a new folder, so that nothing in it is mistaken for this export")
      throw ExitCode(64)
    }
    let stores = try options.openStores()
    let export = MemberExport(
      member: member, community: community, file: options.community, readings: stores.readings, imported: stores.imported)
    let files = try reportingSharing { try reportingProblems { try export.files() } }
    do {
      try FileManager.default.createDirectory(
        atPath: to, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(to)/\(name)"), options: .atomic) }
    } catch {
      tell("\(to) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    print("\(to): \(files.map(\.name).joined(separator: ", "))")
  }
}

/// All that is stored of a member.
struct MemberExport {
  let member: Member
  let community: Community
  /// The path of the community's file.
  let file: String
  let readings: ReadingsDatabase?
  let imported: CommunityDatabase?

  /// The files, by name.
  func files() throws -> [(name: String, text: String)] {
    var values = "time,point,channel,energy [Wh],quality\n"
    var shares = "time,share [Wh],quality\n"
    let history = History(readings: readings, imported: imported)
    for month in try months() {
      let span = community.calendar.quarterHours(of: month.days)
      let energies = try history.energies(of: community, in: span)
      for (key, series) in energies.sorted(by: { $0.key < $1.key }) { append(series, of: key, to: &values) }
      try appendShares(in: month.days, from: history, to: &shares)
    }
    return [("member.json", try json().text() + "\n"), ("values.csv", values), ("shares.csv", shares)]
  }

  /// The months of which values of the member's metering points are stored.
  private func months() throws -> [LocalMonth] {
    let own = Set(community.meteringPoints.filter { $0.members.contains(member.id) }.map(\.id))
    let inventory = try (readings?.inventory() ?? []) + (imported?.inventory() ?? [])
    let known = inventory.filter { own.contains($0.series.point) }
    guard let first = known.map(\.first).min(), let last = known.map(\.last).max() else { return [] }
    var months: [LocalMonth] = []
    var month = LocalMonth(containing: community.calendar.localDay(of: first))
    while community.calendar.start(of: month.firstDay) <= last {
      months.append(month)
      month = month.next
    }
    return months
  }

  /// The values of days on which the metering point was the member's.
  private func append(_ series: TimeSeries<IntervalEnergy>, of key: SeriesKey, to text: inout String) {
    guard community.meteringPoints.contains(where: { $0.id == key.point && $0.members.contains(member.id) }) else { return }
    var isOwn: (day: LocalDay?, answer: Bool) = (nil, false)
    for quarter in series.span {
      let day = community.calendar.localDay(of: quarter.start)
      if day != isOwn.day {
        isOwn = (day, community.on(day).meteringPoints.first { $0.id == key.point }?.member == member.id)
      }
      guard isOwn.answer, let value = series[quarter], let energy = value.delivered else { continue }
      text += "\(quarter.start),\(key.point),\(key.channel.rawValue),\(decimalText(energy.count, digits: 3)),\(value.quality)\n"
    }
  }

  private func appendShares(in days: Range<LocalDay>, from history: History, to text: inout String) throws {
    for days in community.spells(of: days) where community.agreement(on: days.lowerBound) != nil {
      let span = community.calendar.quarterHours(of: days)
      for spell in try SharedHistory(of: community, in: span, from: history, file: file).spells {
        let participants = try spell.sharing().participants
        let places = participants.indices.filter { participants[$0].member == member.id }
        guard !places.isEmpty else { continue }
        let allocated = try spell.allocate()
        let held = Set(allocated.held)
        for (position, quarter) in allocated.span.enumerated() where !held.contains(quarter) {
          let share = places.reduce(Int64(0)) { $0 + allocated.shares[$1][position] }
          text += "\(quarter.start),\(decimalText(share, digits: 3)),\(spell.energies.columns.quality(at: position))\n"
        }
      }
    }
  }

  private func json() throws -> JSONValue {
    let messages = try (imported?.outbox(of: member.id) ?? []).map { entry in
      let message = try imported?.message(of: entry)
      return JSONValue.object([
        ("delivery", entry.json), ("subject", .optional(message?.subject)), ("text", .optional(message?.text)),
        ("html", .optional(message?.html)), ("chat", .optional(message?.chat)),
      ])
    }
    return .object([
      ("version", .integer(1)), ("community", .string(community.id.text)), ("member", .string(member.id.text)),
      ("name", .string(member.name)), ("site", .string(member.site.text)),
      ("joined", .optional(member.membership.from.map { "\($0)" })), ("left", .optional(member.membership.until.map { "\($0)" })),
      (
        "metering_points",
        .array(community.meteringPoints.filter { $0.members.contains(member.id) }.map { .string($0.id.text) })
      ), ("contact", try imported?.recipients(member.id).first?.json ?? .null), ("messages", .array(messages)),
      ("statements", .array(try statements())),
    ])
  }

  /// The member's records of settled months.
  private func statements() throws -> [JSONValue] {
    guard let imported else { return [] }
    let months = Set(try ["provisional", "preview", "final"].flatMap { try imported.settledMonths($0) }).sorted {
      $0.firstDay < $1.firstDay
    }
    return try months.compactMap { month in
      guard let run = try imported.settlement(of: month), let own = run.members.first(where: { $0.member == member.id }) else {
        return nil
      }
      return .object([
        ("month", .string("\(month)")), ("version", .integer(run.version)), ("state", .string(run.state)),
        ("record", .string(own.record)),
      ])
    }
  }
}
