/// A row of a `LinearModel`: its position in the model that made it. The note on `Variable` holds here too.
public struct Constraint: Hashable, Sendable {
  let position: Int32

  /// Position among the model's constraints, from 0.
  public var index: Int { Int(position) }

  /// The constraint at `index`, from 0; traps on a negative index or one above `Int32.max`.
  public init(index: Int) {
    precondition(index >= 0, "a constraint's index starts at 0")
    position = Int32(index)
  }
}

/// What the weighted sum of a row may amount to, in the row's own unit: `lower ... upper`, both included.
public struct RowBounds: Hashable, Sendable {
  /// Least sum allowed; `-.infinity` where there is none.
  public var lower: Double
  /// Greatest sum allowed; `.infinity` where there is none.
  public var upper: Double

  /// The sum is `value`.
  public static func equal(_ value: Double) -> Self { Self(lower: value, upper: value) }

  /// The sum is `value` or less.
  public static func atMost(_ value: Double) -> Self { Self(lower: -.infinity, upper: value) }

  /// The sum is `value` or more.
  public static func atLeast(_ value: Double) -> Self { Self(lower: value, upper: .infinity) }

  /// The sum is `lower` or more and `upper` or less. Bounds the wrong way round make the model infeasible, not invalid.
  public static func between(_ lower: Double, _ upper: Double) -> Self { Self(lower: lower, upper: upper) }
}
