public import CommunityModel

/// By what each has paid in; what an investor cannot use is fed in, or offered to the others again, if the contract says so.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | s_i, S | paid-in share, sum of all | any, e.g. EUR |
/// | B | base, as in `StaticKeys` | mWh |
/// | c_i, a_i | use, share | mWh |
///
///     without re-offer   a_i = min(c_i, floor(B s_i / S))
///     with re-offer      a_i = min(c_i, L s_i), L so that the shares come to min(G, sum of c_i with s_i > 0)
///
/// Who has paid nothing gets nothing. The variant in money (revenue paid out by shares, `SolidarityPot.split`) wastes no energy.
public struct Investment: AllocationRule, Equatable {
  private let parts: FixedParts
  private let isReoffered: Bool

  /// Paid-in shares in the order of the participants, in whatever unit.
  ///
  /// - Throws: `SharingError.badKeys` for a negative share or none above zero, `tooLarge`.
  public init(_ shares: [Int64], reoffering: Bool = false, of base: FixedParts.Base = .generation) throws(SharingError) {
    let sum = try checkedWeights(shares)
    parts = FixedParts(weights: shares, whole: sum, base: base)
    isReoffered = reoffering
  }

  private init(_ parts: FixedParts, isReoffered: Bool) {
    self.parts = parts
    self.isReoffered = isReoffered
  }

  /// As many as it has keys.
  public var count: Int? { parts.weights.count }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise {
    isReoffered ? .everything(entitled: parts.weights.map { $0 > 0 }) : .fixed(parts)
  }

  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) {
    if isReoffered {
      table.divide(table.generation, among: table.everyone, by: parts.weights)
    } else {
      parts.allocate(&table)
    }
  }

  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> Investment { Investment(parts.reordered(places), isReoffered: isReoffered) }
}
