public import Quantities

/// Which plant a member's share came from, where a community has several.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | G_p, u_p | generation of plant p, of it shared | mWh |
/// | a_i, x_ip | share of participant i, of it from plant p | mWh |
///
///     sum_p u_p = sum_i a_i,   u_p <= G_p,   sum_p x_ip = a_i,   sum_i x_ip = u_p
///     in proportion   u_p ~ G_p, as Austria's P.01T does       in order   the first plant first
///
/// Whole mWh: u by largest remainder, then participant after participant by what is left of the plants, so that both sums are exact.
public struct PlantSplit: Sendable, Equatable {
  /// Which plant is used first.
  public enum Order: String, CaseIterable, Sendable {
    /// All alike, by what they make.
    case inProportion
    /// One after the other.
    case inOrder
  }

  /// u: what of each plant is shared.
  public let used: [Energy]
  /// G - u: what of each plant is fed in.
  public let surplus: [Energy]
  /// x: a row a participant, a column a plant.
  public let parts: [[Energy]]

  /// Splits the shares `allocated` over `plants`.
  ///
  /// - Throws: `SharingError.badKeys` where more is shared than made or something is negative; `tooLarge`.
  public init(of allocated: [Energy], over plants: [Energy], _ order: Order = .inProportion) throws(SharingError) {
    guard (allocated + plants).allSatisfy({ $0 >= .zero }) else { throw .badKeys("a share or a plant's energy is negative") }
    let shared = try checkedSum(allocated.map(\.count))
    guard shared <= (try checkedSum(plants.map(\.count))) else { throw .badKeys("more is shared than the plants made") }
    var table = SharingTable(ranks: Array(plants.indices))
    table.needs = plants.map(\.count)
    Self.take(shared, from: &table, order)
    var left = table.shares
    used = left.map { Energy(count: $0) }
    surplus = zip(plants, used).map { $0 - $1 }
    var parts: [[Energy]] = []
    for share in allocated {
      table.needs = left
      table.clear()
      Self.take(share.count, from: &table, order)
      left = zip(left, table.shares).map { $0 - $1 }
      parts.append(table.shares.map { Energy(count: $0) })
    }
    self.parts = parts
  }

  private static func take(_ amount: Int64, from table: inout SharingTable, _ order: Order) {
    switch order {
    case .inProportion: table.divide(amount, among: table.everyone, by: table.needs)
    case .inOrder:
      var left = amount
      for plant in table.everyone {
        table.give(left, to: plant)
        left -= table.shares[plant]
      }
    }
  }
}
