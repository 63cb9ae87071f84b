import CommunityModel
import MarketTime
import Planning
import Quantities

/// What the sharing rule lets each site take of what the others feed in.
extension Preparation {
  /// The exchange between sites that is asked about, else that is agreed when the plan begins; nil where none is. Keys and caps are
  /// those of the agreement.
  var exchange: CommunityExchange? {
    let today = community.on(community.calendar.localDay(of: horizon.start.start))
    guard let charge = knowledge.exchangeCharge ?? today.agreements.first?.exchangeCharge else { return nil }
    guard let agreement = today.agreements.first else { return CommunityExchange(charge: charge) }
    return CommunityExchange(
      charge: charge, keys: Self.keys(by: agreement, in: today), caps: caps(by: agreement, of: today.members))
  }

  /// A site's key is that of its members together.
  private static func keys(by agreement: SharingAgreement, in community: Community) -> CommunityExchange.Keys? {
    // A community that is only planned may have no metering points yet.
    let members = community.sharers.isEmpty ? community.members : community.sharers
    func shares(_ key: (Member) -> Fraction) -> CommunityExchange.Keys {
      let shares = members.reduce(into: [:]) { $0[$1.site, default: .zero] += key($1) }
      return .init(shares: shares, areOfUse: agreement.base == .divisible)
    }
    switch agreement.rule {
    case .static: return shares { agreement.keys[$0.id] ?? .zero }
    case .equal: return shares { _ in Fraction(count: Fraction.one.count / Int64(max(1, members.count))) }
    case .dynamic, .waterfill, .cascade, nil: return nil
    }
  }

  /// Day by day what the members of a site may get together, where each of them has a cap; what they got of the first day already is not
  /// known here and counts as nothing.
  private func caps(by agreement: SharingAgreement, of members: [Member]) -> [CommunityExchange.Cap] {
    guard !agreement.dailyCaps.isEmpty else { return [] }
    let calendar = community.calendar
    let last = calendar.localDay(of: horizon.span.upperBound.advanced(by: -1).start)
    let days = calendar.spans(of: calendar.localDay(of: horizon.start.start)..<last.advanced(by: 1), by: .day)
    return Dictionary(grouping: members, by: \.site).sorted { $0.key < $1.key }.flatMap { site, members in
      let caps = members.compactMap { agreement.dailyCaps[$0.id] }
      guard caps.count == members.count else { return [CommunityExchange.Cap]() }
      return days.map { .init(site: site, span: $0, most: caps.reduce(.zero, +)) }
    }
  }
}
