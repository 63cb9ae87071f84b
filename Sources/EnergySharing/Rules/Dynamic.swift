/// In proportion to what each uses in the interval, exactly. Contracts also call it proportional.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | G, c_i, a_i | generation, use, share | mWh |
///
///     a_i = c_i min(1, G / sum c)
///
/// Whole mWh by largest remainder (`SharingTable.divide`), so that nothing is lost: sum a = min(G, sum c). The grid operator's arithmetic
/// for the same rule is `OperatorDynamic`. Source: EnWG s42b(5) with a key by use; BDEW Anwendungshilfe Solarpaket 1, example 3.
public struct Dynamic: AllocationRule, Equatable {
  /// It has no keys.
  public init() {}

  /// Any number.
  public var count: Int? { nil }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .everything(entitled: nil) }
  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) {
    table.divide(table.divisible, among: table.everyone, by: table.needs)
  }
  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> Dynamic { self }
}
