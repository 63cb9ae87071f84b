/// The same level for all, as water finds it: who needs little gets all of it, and the others share what is left evenly. With weights,
/// levels are in proportion to them. Also called equal shares with re-offering, or max-min fair.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | w_i | weight, at least 1 | - |
/// | L | level, so that the shares come to min(G, sum c) | mWh |
/// | c_i, a_i | use, share | mWh |
///
///     a_i = min(c_i, L w_i)
///
/// Source: Bertsekas and Gallager, Data Networks, 1992, section 6.5.2 (max-min fairness).
public struct WaterFilling: AllocationRule, Equatable {
  private let weights: [Int64]

  /// Weights in the order of the participants, each at least 1.
  ///
  /// - Throws: `SharingError.badKeys` for a weight below 1, `tooLarge`.
  public init(weights: [Int64]) throws(SharingError) {
    _ = try checkedWeights(weights)
    if weights.contains(0) { throw .badKeys("a weight is zero; each must be at least 1") }
    self.weights = weights
  }

  /// The same weight for `count` participants.
  ///
  /// - Throws: `SharingError.badKeys` for nobody.
  public init(among count: Int) throws(SharingError) { try self.init(weights: Array(repeating: 1, count: count)) }

  private init(checked weights: [Int64]) { self.weights = weights }

  /// As many as it has keys.
  public var count: Int? { weights.count }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .everything(entitled: nil) }
  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) { table.divide(table.divisible, among: table.everyone, by: weights) }
  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> WaterFilling { WaterFilling(checked: places.map { weights[$0] }) }
}
