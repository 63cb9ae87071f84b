/// A physical or monetary amount: a whole number of its smallest unit.
///
/// Whole numbers make sums exact, replays equal on every processor and comparisons meaningful; see
/// `docs/decisions/0002-integers-for-energy-and-money.md`. Arithmetic traps on overflow instead of wrapping.
public protocol Quantity: Hashable, Comparable, AdditiveArithmetic, Sendable {
  /// The amount in the quantity's smallest unit (each type names it).
  var count: Int64 { get }
  /// An amount of `count` smallest units.
  init(count: Int64)
  /// The units a person may write, the customary one first.
  static var units: [UnitOfMeasure] { get }
  /// What the quantity is called in a message: "a power", "an energy".
  static var name: String { get }
}

extension Quantity {
  /// Nothing of it.
  public static var zero: Self { Self(count: 0) }
  /// The sum; traps on overflow.
  public static func + (left: Self, right: Self) -> Self { Self(count: left.count + right.count) }
  /// The difference; traps on overflow.
  public static func - (left: Self, right: Self) -> Self { Self(count: left.count - right.count) }
  /// The same amount with the opposite sign.
  public static prefix func - (amount: Self) -> Self { Self(count: -amount.count) }
  /// Whether `left` is the smaller amount.
  public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
  /// `factor` times the amount; traps on overflow.
  public static func * (amount: Self, factor: Int) -> Self { Self(count: amount.count * Int64(factor)) }
  /// The amount without its sign.
  public var magnitude: Self { Self(count: abs(count)) }
}

/// `numerator * factor / divisor`, rounded half away from zero, without overflow in between.
///
/// - Precondition: `divisor` is positive and the result fits 64 bits.
package func scaled(_ numerator: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
  let product = Int128(numerator) * Int128(factor)
  let half = Int128(divisor) / 2
  return Int64((product + (product < 0 ? -half : half)) / Int128(divisor))
}
