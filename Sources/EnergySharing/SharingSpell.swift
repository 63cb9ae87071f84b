public import CommunityModel
public import MarketTime

/// A time in which who shares and how stays the same, with what there is to share: a span is shared spell by spell.
///
/// Spells begin and end at local midnight, or with the span. Who has left is not there any more: a fixed key of theirs falls to the grid,
/// and what their plants feed in is theirs.
public struct SharingSpell: Sendable {
  /// The community as it is in this time: its members, their metering points.
  public let community: Community
  /// How it shares.
  public private(set) var agreement: SharingAgreement
  /// What there is to share.
  public let energies: SharedEnergies

  /// A spell; see the properties.
  public init(community: Community, agreement: SharingAgreement, energies: SharedEnergies) {
    self.community = community
    self.agreement = agreement
    self.energies = energies
  }

  /// The spells of the span of `energies`, in order.
  ///
  /// - Parameter completed: what is known in a span with substitutes for what is missing; asked for spells whose agreement wants these. Nil
  ///   for none.
  /// - Throws: `SharingError.nothingAgreed` where no agreement holds.
  public static func all(
    of community: Community, _ energies: MeteredEnergies, completed: (Range<QuarterHour>) -> MeteredEnergies? = { _ in nil }
  ) throws(SharingError) -> [SharingSpell] {
    guard let last = energies.span.last else { return [] }
    let calendar = community.calendar
    let days = calendar.localDay(of: energies.span.lowerBound.start)..<calendar.localDay(of: last.start).advanced(by: 1)
    var spells: [SharingSpell] = []
    for days in community.spells(of: days) {
      guard let agreement = community.agreement(on: days.lowerBound) else { throw .nothingAgreed(days.lowerBound) }
      let then = community.on(days.lowerBound)
      let span = calendar.quarterHours(of: days).clamped(to: energies.span)
      let known = (agreement.missing == .substitute ? completed(span) : nil) ?? energies
      spells.append(
        SharingSpell(community: then, agreement: agreement, energies: try SharedEnergies(of: then, energies: known.over(span))))
    }
    return spells
  }

  /// The quarter hours.
  public var span: Range<QuarterHour> { energies.columns.span }

  /// The agreement at work among those who take part.
  ///
  /// - Throws: `SharingError`.
  public func sharing() throws(SharingError) -> Sharing { try Sharing(agreement, among: energies.members.map(\.id)) }

  /// The shares, every invariant checked in every quarter hour.
  ///
  /// - Throws: `SharingError`.
  public func allocate() throws(SharingError) -> AllocatedColumns {
    try sharing().allocate(energies.columns, calendar: community.calendar)
  }

  /// The same time under another agreement.
  public func under(_ agreement: SharingAgreement) -> SharingSpell {
    var spell = self
    spell.agreement = agreement
    return spell
  }
}
