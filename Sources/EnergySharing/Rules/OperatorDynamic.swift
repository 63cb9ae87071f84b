/// In proportion to what each uses, in the arithmetic of the grid operator's formula (UTILTS): what the operator will bill.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | q_i | quotient c_i / sum c, cut toward zero to 6 decimals; 0 where sum c is 0 | - |
/// | G, c_i, a_i | generation, use, share | mWh |
///
///     a_i = min(c_i, q_i G)
///
/// The product is not rounded by the operator: `exact(_:_:)` has it in 1e-12 kWh. The share is cut to whole mWh, toward zero like the
/// quotient, so that a member never gets more than the operator grants; the rest is fed in. Source: BDEW Anwendungshilfe Solarpaket 1,
/// example 3; hupe1980/metering `precision.rs`, FORMULA_QUOTIENT_DP.
public struct OperatorDynamic: AllocationRule, Equatable {
  /// Millionths: 6 decimals.
  static let decimals: Int64 = 1_000_000

  /// It has no keys.
  public init() {}

  /// Any number.
  public var count: Int? { nil }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .noMore }

  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) {
    guard table.needed > 0 else { return }
    for place in table.everyone {
      let quotient = product(Self.decimals, table.needs[place], over: table.needed).quotient
      table.give(product(table.generation, quotient, over: Self.decimals).quotient, to: place)
    }
  }

  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> OperatorDynamic { self }

  /// The operator's amounts before they are cut to mWh, and what is fed in, in 1e-12 kWh.
  ///
  /// - Parameters: as in the table, mWh, none negative.
  public static func exact(generation: Int64, needs: [Int64]) -> (shares: [Int128], surplus: Int128) {
    let needed = needs.reduce(Int128(0)) { $0 + Int128($1) }
    let shares = needs.map { need in
      guard needed > 0 else { return Int128(0) }
      let quotient = Int128(need) * Int128(decimals) / needed
      return min(Int128(need) * Int128(decimals), quotient * Int128(generation))
    }
    return (shares, Int128(generation) * Int128(decimals) - shares.reduce(0, +))
  }
}
