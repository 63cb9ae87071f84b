public import CommunityModel

/// The same key for all, which the law takes where nothing else is agreed; what a participant cannot use is fed in.
///
///     a_i = min(c_i, floor(B / n)),   B as in `StaticKeys`, n participants                      EnWG s42b(5) no. 3
///
/// Thirds are exact here, as they are not in a list of keys.
public struct EqualShares: AllocationRule, Equatable {
  private let parts: FixedParts

  /// For `count` participants, at least one.
  ///
  /// - Throws: `SharingError.badKeys` for nobody.
  public init(among count: Int, of base: FixedParts.Base = .generation) throws(SharingError) {
    if count < 1 { throw .badKeys("there is nobody to share with") }
    parts = FixedParts(weights: Array(repeating: 1, count: count), whole: Int64(count), base: base)
  }

  /// As many as it has keys.
  public var count: Int? { parts.weights.count }
  /// See `AllocationPromise`.
  public var promise: AllocationPromise { .fixed(parts) }
  /// Fills the shares by the equations above.
  public func allocate(_ table: inout SharingTable) { parts.allocate(&table) }
  /// The same keys for participants in another order.
  public func reordered(_ places: [Int]) -> EqualShares { self }
}
