import CommunityFiles
import CommunityModel
import Console
import MarketTime
import Messages
import SQLiteStore
import Summaries

/// A month's heat information on its way into the outbox.
struct HeatMorning {
  let files: DeliveryFiles
  let options: SummaryOptions
  /// The day on which it would go out.
  let sending: LocalDay

  /// What became of it.
  enum Outcome {
    /// Nobody has anything to get.
    case nothing
    /// Values of the month's last day are missing.
    case waiting(LocalMonth)
    /// So many are new in the outbox; so many members who have a heat meter agreed to no channel.
    case written(LocalMonth, new: Int, unreached: Int)
  }

  /// Whether anything of it is told on that day.
  var isTime: Bool { HeatMonthRule.month(toldOn: sending) != nil }

  /// Writes it and puts it into the outbox. What is there already is not even written, and then no meter is read.
  func enqueue(in store: CommunityDatabase) throws -> Outcome {
    try reportingProblems {
      defer { try? store.close() }
      guard let month = HeatMonthRule.month(toldOn: sending) else { return .nothing }
      let day = month.days.upperBound.advanced(by: -1)
      let users = users(on: day)
      let recipients = try store.recipients().filter { users.contains($0.member) }
      let known = Set(
        try store.outbox(day: day).filter { $0.key.kind == .heat }.map { "\($0.key.member) \($0.key.channel)" })
      let reached = recipients.map { ($0, channels(of: $0)) }.filter { !$0.1.isEmpty }
      let unreached = users.subtracting(reached.map(\.0.member)).count
      let wanted = reached.contains { recipient, channels in channels.contains { !known.contains("\(recipient.member) \($0)") } }
      guard wanted else { return known.isEmpty && unreached > 0 ? .written(month, new: 0, unreached: unreached) : .nothing }
      let sources = try options.heat(of: month)
      let least = files.summaries.settings.coverage
      guard HeatMonthRule.goesOut(on: sending, coverage: sources.coverageOfLastDay, least: least) else { return .waiting(month) }
      let writer = HeatWriter(sources, files.summaries)
      var letters: [OutboxLetter] = []
      for (recipient, channels) in reached {
        let missing = channels.filter { !known.contains("\(recipient.member) \($0)") }
        guard !missing.isEmpty, let message = try writer.message(for: recipient) else { continue }
        letters += missing.map { channel in
          OutboxLetter(
            key: DeliveryKey(member: recipient.member, day: day, channel: channel, kind: .heat), message: message,
            due: files.due(on: sending))
        }
      }
      let count = try store.enqueue(letters, in: files.community.id, at: SystemTime.now())
      return .written(month, new: count, unreached: unreached)
    }
  }

  /// Who had a heat meter on `day` and is a member still.
  private func users(on day: LocalDay) -> Set<Member.ID> {
    let members = Set(files.community.on(sending).members.map(\.id))
    let points = files.community.on(day).meteringPoints.filter { $0.measures == .heat && !$0.members.isEmpty }
    let feeding = SummaryOptions.feeding(files.file.assets)
    return Set(points.filter { !feeding.contains($0.id) }.compactMap(\.member)).intersection(members)
  }

  /// The channels by which `recipient` gets it.
  private func channels(of recipient: Recipient) -> [String] {
    let usable = Set(files.summaries.delivery.channels.map(\.id))
    return recipient.channels(for: .heat, on: sending, weeklyOn: files.summaries.settings.weeklyOn).filter(usable.contains)
  }
}

extension DeliveryFiles {
  /// When what is sent on `sending` goes out: at `send_at`, not within quiet hours.
  func due(on sending: LocalDay) -> Timestamp {
    let settings = summaries.settings
    let wished = community.calendar.instant(of: settings.sendAt, on: sending)
    return settings.quietHours?.end(for: max(wished, SystemTime.now()), in: community.calendar) ?? wished
  }
}
