/// Class after class: tenants, then common areas, then cars, say; inside a class in proportion to use.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | P_k | what the classes before k leave: P_1 = G | mWh |
/// | c_i, a_i | use, share of a participant in class k | mWh |
///
///     a_i = c_i min(1, P_k / sum of c in k),   P_(k+1) = P_k - sum of a in k
///
/// Each participant is in one class. A member with two meters in two classes takes part with each meter.
public struct Cascade: AllocationRule, Equatable {
  /// Places of each class.
  private let classes: [[Int]]

  /// Classes in their order, each with the places of its participants.
  ///
  /// - Throws: `SharingError.badKeys` where a place is in no class or in two.
  public init(_ classes: [[Int]]) throws(SharingError) {
    let places = classes.flatMap(\.self).sorted()
    if places != Array(0..<places.count) {
      throw .badKeys("each participant belongs to exactly one class; a member with two meters takes part with each")
    }
    self.classes = classes
  }

  private init(checked classes: [[Int]]) { self.classes = classes }

  /// As many as the classes hold.
  public var count: Int? { classes.reduce(0) { $0 + $1.count } }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .everything(entitled: nil) }

  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) {
    var left = table.divisible
    for group in classes where left > 0 { left -= table.divide(left, among: group, by: table.needs) }
  }

  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> Cascade {
    let now = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    return Cascade(checked: classes.map { $0.compactMap { now[$0] } })
  }
}
