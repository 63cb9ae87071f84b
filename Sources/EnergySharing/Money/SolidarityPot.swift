public import Quantities

/// A part of what the community earns, for members who need it.
///
///     pot = fraction of the revenue, to the cent, half up;   part_i by weight, at most what i pays itself
///
/// A member is entitled by a weight above zero; why stays out of the system, and who gets something is shown to nobody else.
/// Cents by largest remainder, ties in the order of the members.
public struct SolidarityPot: Sendable, Equatable {
  /// What part of the revenue is given.
  public let fraction: Fraction
  /// A weight a member, zero for who is not entitled.
  public let weights: [Int64]

  /// A pot; see the properties.
  ///
  /// - Throws: `SharingError.badKeys` for a fraction outside 0 to 1 or weights that are negative or all zero.
  public init(fraction: Fraction, weights: [Int64]) throws(SharingError) {
    guard (Fraction.zero...(.one)).contains(fraction) else { throw .badKeys("a pot is 0 to 100 % of the revenue") }
    _ = try checkedWeights(weights)
    self.fraction = fraction
    self.weights = weights
  }

  /// The pot of `revenue`, in whole cents.
  public func amount(of revenue: Money) -> Money {
    MoneySplit.cents(Int128(max(0, revenue.count)) * Int128(fraction.count), over: Fraction.one.count)
  }

  /// Divides the pot of `revenue` among the members.
  ///
  /// - Parameter costs: what each pays itself, the most that it gets, in the order of the weights; nil for no limit.
  /// - Throws: `SharingError.wrongCount`, `tooLarge`.
  public func split(_ revenue: Money, upTo costs: [Money]? = nil) throws(SharingError) -> MoneySplit {
    try MoneySplit(of: amount(of: revenue), by: weights, upTo: costs)
  }
}

/// A fixed sum in whole cents that members get: a pot, or a revenue that is paid out by shares.
public struct MoneySplit: Sendable, Equatable {
  /// What each gets, in whole cents.
  public let parts: [Money]
  /// What nobody could take.
  public let left: Money

  /// Divides `sum`, whole cents of it, by `weights` with largest remainder, ties in the order of the members.
  ///
  /// - Parameter limits: the most that each gets, cut to whole cents; nil for no limit.
  /// - Throws: `SharingError.badKeys` for weights that are negative or all zero, `wrongCount`, `tooLarge`.
  public init(of sum: Money, by weights: [Int64], upTo limits: [Money]? = nil) throws(SharingError) {
    _ = try checkedWeights(weights)
    if let limits, limits.count != weights.count { throw .wrongCount(expected: weights.count, found: limits.count) }
    var table = SharingTable(ranks: Array(weights.indices))
    table.generation = max(0, sum.count / Self.cent)
    table.needs = limits.map { $0.map { max(0, $0.count / Self.cent) } } ?? weights.map { _ in table.generation }
    table.divide(table.generation, among: table.everyone, by: weights)
    parts = table.shares.map { Money(count: $0 * Self.cent) }
    left = sum - parts.reduce(.zero, +)
  }

  private static let cent: Int64 = 10_000

  /// `amount / divisor` micro-euros to the cent, half up; `amount` is not negative.
  static func cents(_ amount: Int128, over divisor: Int64) -> Money {
    Money(count: nearest(amount, over: Int128(divisor) * Int128(cent)) * cent)
  }
}
