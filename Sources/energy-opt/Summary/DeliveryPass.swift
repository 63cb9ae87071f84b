import CommunityModel
import Console
import Delivery
import MarketTime
import Messages
import SQLiteStore

/// Hands over what is due, one message after the other.
struct DeliveryPass {
  let store: CommunityDatabase
  let community: Community
  let settings: SummarySettings
  let retry: RetryRule
  let channels: [String: any DeliveryChannel]
  let now: () -> Timestamp

  /// What became of the messages.
  struct Tally {
    var sent = 0
    var later = 0
    var failed = 0
    /// Channels that did not work, with what they said.
    var down: [String: String] = [:]

    static func += (left: inout Tally, right: Tally) {
      left.sent += right.sent
      left.failed += right.failed
      left.later = right.later
      left.down = right.down
    }
  }

  /// One pass over what is due; of one delivery only where `only` names it. A channel that does not work is left alone for the rest of the pass.
  func run(only: DeliveryKey? = nil) throws -> Tally {
    var tally = Tally()
    _ = try store.takeBackUnfinished(at: now())
    var progress = ProgressLine(now: SystemTime.uptime)
    var working = Set(channels.keys)
    while let claimed = try claim(among: working, only) {
      progress.show(
        "\(tally.sent + tally.failed + tally.later + 1) to \(claimed.entry.key.member) by \(claimed.entry.key.channel)")
      let result = deliver(claimed)
      let attempts = claimed.entry.attempts + 1
      let (state, next) = retry.next(
        after: result, attempts: attempts, created: claimed.entry.created, now: now(), mark: claimed.entry.mark)
      let isUrgent = claimed.entry.key.kind == .outage
      let due = next.map { isUrgent ? $0 : settings.quietHours?.end(for: $0, in: community.calendar) ?? $0 }
      try store.conclude(claimed.entry, state, due: due, result: result, at: now())
      switch state {
      case .sent: tally.sent += 1
      case .waiting: tally.later += 1
      case .sending, .failed, .bounced, .withdrawn: tally.failed += 1
      }
      if case .channelDown(let words) = result {
        working.remove(claimed.entry.key.channel)
        tally.down[claimed.entry.key.channel] = words
      }
    }
    return tally
  }

  private func claim(among channels: Set<String>, _ only: DeliveryKey?) throws -> ClaimedDelivery? {
    guard !channels.isEmpty else { return nil }
    let today = community.calendar.localDay(of: now())
    let members = Set(community.members.filter { $0.membership.contains(today) }.map(\.id))
    return try store.claim(at: now(), members: members, channels: channels, only: only?.mark(in: community.id))
  }

  private func deliver(_ claimed: ClaimedDelivery) -> DeliveryResult {
    guard let channel = channels[claimed.entry.key.channel] else { return .channelDown("there is no such channel") }
    return channel.deliver(
      Parcel(
        message: claimed.message, name: claimed.name, address: claimed.address, mark: claimed.entry.mark,
        stopToken: claimed.stopToken, date: claimed.entry.created))
  }
}
