/// A decision variable of a `LinearModel`: its position in the model that made it.
///
/// A handle means something only to that model (and to a solution of it); another model's handle is a mistake
/// that `LinearModel` traps on where it can see it.
public struct Variable: Hashable, Sendable {
  let position: Int32

  /// Position among the model's variables, from 0.
  public var index: Int { Int(position) }

  /// The variable at `index`, from 0; traps on a negative index or one above `Int32.max`.
  public init(index: Int) {
    precondition(index >= 0, "a variable's index starts at 0")
    position = Int32(index)
  }
}

/// The numbers a variable may take.
public enum Domain: UInt8, Hashable, Sendable {
  /// Any number between the variable's bounds.
  case continuous
  /// Whole numbers between the variable's bounds.
  case integer
}

extension Double {
  /// The nearest whole number, halves away from zero.
  ///
  /// `rounded()` would need the C mathematics library at link time; this room imports nothing.
  package var nearestWhole: Double {
    let everyDoubleIsWhole = 0x1p52
    guard magnitude < everyDoubleIsWhole else { return self }
    let towardsZero = Double(Int64(self))
    let rest = self - towardsZero
    if rest >= 0.5 { return towardsZero + 1 }
    if rest <= -0.5 { return towardsZero - 1 }
    return towardsZero
  }
}
