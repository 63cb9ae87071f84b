public import CommunityModel
public import Quantities

/// Fixed keys, as agreed in the contract; what a participant cannot use is fed in.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | k_i | key of participant i, sum k <= 1 | - |
/// | B | base: G, or min(G, sum c) | mWh |
/// | c_i, a_i | use, share | mWh |
///
///     a_i = min(c_i, floor(k_i B))
///
/// Nothing in the law gives a capped participant's rest to others: it is the operator's surplus. Which base counts stands in the contract
/// (`FixedParts.Base`). Source: EnWG s42b(5); BDEW Anwendungshilfe Solarpaket 1, example 1, for the base `generation`.
public struct StaticKeys: AllocationRule, Equatable {
  private let parts: FixedParts

  /// Keys in the order of the participants; all are zero where those who have one are not there.
  ///
  /// - Throws: `SharingError.badKeys` for a negative key or keys of more than 100 % together.
  public init(_ keys: [Fraction], of base: FixedParts.Base = .generation) throws(SharingError) {
    let sum = try checkedKeys(keys.map(\.count))
    if sum > Fraction.one.count {
      throw .badKeys("they add up to \(Double(sum) / 1e7) %, at most 100 % can be shared")
    }
    parts = FixedParts(weights: keys.map(\.count), whole: Fraction.one.count, base: base)
  }

  private init(_ parts: FixedParts) { self.parts = parts }

  /// As many as it has keys.
  public var count: Int? { parts.weights.count }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .fixed(parts) }
  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) { parts.allocate(&table) }
  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> StaticKeys { StaticKeys(parts.reordered(places)) }
}

extension FixedParts {
  /// Gives each its part, as far as it needs it.
  func allocate(_ table: inout SharingTable) {
    let amount = base == .generation ? table.generation : table.divisible
    for place in weights.indices { table.give(part(place, of: amount), to: place) }
  }
}
