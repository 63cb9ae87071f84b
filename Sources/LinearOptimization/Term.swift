/// A variable with its weight in a row: `-0.95 * charge`.
public struct Term: Hashable, Sendable {
  /// Weight of the variable, in the row's unit per unit of the variable; finite.
  public var coefficient: Double
  /// The weighted variable.
  public var variable: Variable

  /// `coefficient` times `variable`.
  public init(_ coefficient: Double, _ variable: Variable) {
    self.coefficient = coefficient
    self.variable = variable
  }
}

extension Variable {
  /// The variable with its weight in a row.
  public static func * (coefficient: Double, variable: Variable) -> Term { Term(coefficient, variable) }
}
