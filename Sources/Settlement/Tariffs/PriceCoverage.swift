import CommunityModel
import MarketTime

extension AgreedPrices {
  /// Refuses a month in which some price of what is priced at all is missing: every member needs a price of shared energy for each of
  /// their days, and what has once been priced stays priced, with zero if nothing is due. A lease may end.
  ///
  /// - Parameters:
  ///   - days: the days of the month on which each member belongs to the community.
  ///   - month: all its days, for which plants and roofs are paid.
  /// - Throws: `SettlementError.gap` for the first day without a price.
  func checkCoverage(of days: [Member.ID: Range<LocalDay>], in month: Range<LocalDay>) throws(SettlementError) {
    for (member, days) in days.sorted(by: { $0.key < $1.key }) where !days.isEmpty {
      for item in PriceTerm.Item.allCases where !item.hasPayee {
        try Self.check(terms.filter { $0.item == item && $0.concerns(member) }, item, of: member, days, isNeeded: item == .shared)
      }
    }
    for term in terms where term.item.hasPayee && term.item != .lease {
      let together = terms.filter { $0.item == term.item && $0.site == term.site && $0.members == term.members }
      guard together.first == term else { continue }
      try Self.check(together, term.item, of: term.members?.first, month, isNeeded: false)
    }
  }

  private static func check(
    _ terms: [PriceTerm], _ item: PriceTerm.Item, of member: Member.ID?, _ days: Range<LocalDay>, isNeeded: Bool
  ) throws(SettlementError) {
    let hasBegun = terms.contains { ($0.validity.from ?? days.lowerBound) < days.upperBound }
    guard isNeeded || hasBegun else { return }
    guard let day = days.first(where: { day in !terms.contains { $0.validity.contains(day) } }) else { return }
    let former = terms.filter { ($0.validity.until ?? day.advanced(by: 1)) <= day }
      .max { ($0.validity.until ?? day) < ($1.validity.until ?? day) }
    let next = terms.filter { ($0.validity.from ?? day) > day }.min { ($0.validity.from ?? day) < ($1.validity.from ?? day) }
    throw .gap(item, member: member, day: day, former: former, next: next)
  }
}
