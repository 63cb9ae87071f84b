import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Messages
import Readings
import SQLiteStore

/// `energy-opt member erase`
struct MemberEraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Deletes what is personal of a member, and says what stays and why (GDPR Art. 17).",
    discussion: """
      Deleted: name, addresses, consents, messages; the values of the member's
      own metering points, once no month is open that has to be settled with
      them. Out of the databases and their logs.

      Stays: records of settled months, which tax law wants kept and the seal
      of the ledger covers; values of metering points that were or are others'
      too. Take the member out of community.yaml yourself. Backups made before
      still hold everything: let them expire (store backup --keep).

      readings.sqlite has one writer: stop the collector first.

      EXAMPLES
        energy-opt member erase m05          only tells what would go and stay
        energy-opt member erase m05 --yes
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Flag(help: "Do it. Without, only what would go and stay is told.")
  var yes = false

  func run() throws {
    let community = try options.load().community
    let id = Member.ID(member)
    let isMember = community.members.contains { $0.id == id }
    let recipient = try reportingProblems {
      options.hasStore ? try CommunityDatabase(readingOnly: options.storePath).recipients(id).first : nil
    }
    guard isMember || recipient != nil else {
      tell("nothing is known of '\(member)'\(Spelling.hint(for: member, among: community.members.map(\.id.text).sorted()))")
      throw ExitCode(64)
    }
    if yes, options.hasStore {
      let erased = try reportingProblems {
        let store = try CommunityDatabase(writing: options.storePath)
        let erased = try store.erase(person: id)
        try store.close()
        return erased
      }
      print("deleted: \(erased.contacts) addresses, \(erased.consents) records of consents, \(erased.messages) messages")
    } else if let recipient {
      print("would go: \(recipient.addresses.count) addresses, \(recipient.consents.count) records of consents, and all messages")
    }
    let points = community.meteringPoints.filter { $0.members.contains(id) }
    try eraseValues(of: points.filter { $0.members == [id] }, community)
    try tellWhatStays(of: id, shared: points.filter { $0.members != [id] })
    if !yes { print("nothing was deleted; --yes does it") }
  }

  /// Deletes the values of `points`, which are nobody else's, unless a month is open.
  private func eraseValues(of points: [MeteringPoint], _ community: Community) throws {
    guard !points.isEmpty else { return }
    let names = points.map(\.id.text).joined(separator: ", ")
    if let open = try reportingProblems({ try openMonth(of: points, community) }) {
      print(
        "stays: values of \(names): \(open) is not settled yet, and they are needed for that (GDPR Art. 17(3)(e)); erase again afterwards"
      )
      return
    }
    let wanted = Set(points.map(\.id))
    for path in [options.readingsPath, options.storePath] where FileManager.default.fileExists(atPath: path) {
      let isReadings = path == options.readingsPath
      let erased = try reportingProblems {
        yes
          ? try StoreEraseCommand.erase(wanted, in: path, isReadings: isReadings)
          : try StoreEraseCommand.count(wanted, in: path, isReadings: isReadings)
      }
      print("\(yes ? "deleted" : "would go"): \(path): \(erased.values) values of \(names)")
    }
  }

  /// The first month with values of `points` that is not final, where the community settles at all.
  private func openMonth(of points: [MeteringPoint], _ community: Community) throws -> LocalMonth? {
    guard options.hasStore else { return nil }
    let store = try CommunityDatabase(readingOnly: options.storePath)
    let settled = try ["provisional", "preview", "final"].flatMap { try store.settledMonths($0) }
    guard let first = settled.min(by: { $0.firstDay < $1.firstDay }) else { return nil }
    let wanted = Set(points.map(\.id))
    let readings = options.hasReadings ? try ReadingsDatabase(readingOnly: options.readingsPath).inventory() : []
    let known = (readings + (try store.inventory())).filter { wanted.contains($0.series.point) }
    guard let last = known.map(\.last).max() else { return nil }
    let final = Set(try store.settledMonths("final"))
    var month = first
    while community.calendar.start(of: month.firstDay) < last {
      if !final.contains(month) { return month }
      month = month.next
    }
    return nil
  }

  private func tellWhatStays(of id: Member.ID, shared: [MeteringPoint]) throws {
    for point in shared {
      let others = point.members.filter { $0 != id }.map(\.text).joined(separator: ", ")
      print("stays: values of \(point.id), which is also of \(others); of \(member)'s time nobody else is told them")
    }
    guard options.hasStore else { return }
    let months = try reportingProblems { () -> [LocalMonth] in
      let store = try CommunityDatabase(readingOnly: options.storePath)
      let settled = Set(try ["provisional", "preview", "final"].flatMap { try store.settledMonths($0) })
      return try settled.filter { try store.settlement(of: $0)?.members.contains { $0.member == id } ?? false }
        .sorted { $0.firstDay < $1.firstDay }
    }
    if let first = months.first, let last = months.last {
      print(
        "stays: statements of \(months.count) months, \(first) to \(last): invoices are kept as tax law says "
          + "(GDPR Art. 17(3)(b)), and what is sealed cannot be changed")
    }
  }
}
