/// A number of a model that no solver can use, and where it stands.
public struct ModelDefect: Hashable, Sendable, CustomStringConvertible {
  /// Which of the model's numbers it is.
  public enum Role: Hashable, Sendable {
    /// Part of the objective that no variable changes: must be finite.
    case offset
    /// Objective per unit of a variable: must be finite.
    case cost
    /// Least value of a variable or sum of a row: a number or `-.infinity`.
    case lowerBound
    /// Greatest value of a variable or sum of a row: a number or `.infinity`.
    case upperBound
    /// Weight of this variable in a row: must be finite.
    case coefficient(Variable)
  }

  /// Which of the model's numbers it is.
  public let role: Role
  /// The number: NaN or an infinity.
  public let value: Double
  /// The variable or row it belongs to.
  public let place: Place

  /// "cost of variable 3 (battery of house 3, step 5) is nan: give a finite number".
  public var description: String {
    switch role {
    case .offset: "offset of the \(place) is \(value): give a finite number"
    case .cost: "cost of \(place) is \(value): give a finite number"
    case .lowerBound: "lower bound of \(place) is \(value): give a number, or -infinity for none"
    case .upperBound: "upper bound of \(place) is \(value): give a number, or infinity for none"
    case .coefficient(let variable):
      "coefficient of variable \(variable.index) in \(place) is \(value): give a finite number"
    }
  }
}

extension LinearModel {
  /// Refuses numbers that mean nothing: NaN anywhere, infinite costs and coefficients, a lower bound of infinity, an upper of -infinity.
  ///
  /// Solvers call this first. Bounds the wrong way round pass: such a model is infeasible, which is an answer, not an error.
  /// - Throws: `SolverError.invalidModel` with the first such number, its owner and step.
  public func validate() throws(SolverError) {
    if let defect = firstDefect { throw .invalidModel(defect) }
  }

  private var firstDefect: ModelDefect? {
    if !offset.isFinite {
      return ModelDefect(role: .offset, value: offset, place: Place(element: .objective, owner: nil, step: nil))
    }
    return firstVariableDefect ?? firstRowDefect ?? firstCoefficientDefect
  }

  private var firstVariableDefect: ModelDefect? {
    for index in 0..<variableCount {
      let variable = Variable(index: index)
      if !costs[index].isFinite {
        return ModelDefect(role: .cost, value: costs[index], place: place(of: variable))
      }
      if let (role, value) = Self.badBound(lowerBounds[index], upperBounds[index]) {
        return ModelDefect(role: role, value: value, place: place(of: variable))
      }
    }
    return nil
  }

  private var firstRowDefect: ModelDefect? {
    for index in 0..<constraintCount {
      if let (role, value) = Self.badBound(rowLowerBounds[index], rowUpperBounds[index]) {
        return ModelDefect(role: role, value: value, place: place(of: Constraint(index: index)))
      }
    }
    return nil
  }

  private var firstCoefficientDefect: ModelDefect? {
    guard let entry = entries.coefficients.firstIndex(where: { !$0.isFinite }) else { return nil }
    let row = Constraint(index: Int(entries.rows[entry]))
    let variable = Variable(index: Int(entries.columns[entry]))
    return ModelDefect(role: .coefficient(variable), value: entries.coefficients[entry], place: place(of: row))
  }

  private static func badBound(_ lower: Double, _ upper: Double) -> (ModelDefect.Role, Double)? {
    if !(lower < .infinity) { return (.lowerBound, lower) }
    if !(upper > -.infinity) { return (.upperBound, upper) }
    return nil
  }
}
