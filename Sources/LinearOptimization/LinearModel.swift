/// A linear or mixed-integer model, independent of any solver:
///
///     minimise    cost · x + offset
///     subject to  rowLower <= A x <= rowUpper
///                 lower    <=  x  <= upper        some x whole numbers
///
/// Variables and rows are added one by one; a row may grow later, so that each asset adds its own terms to a shared balance:
///
///     var model = LinearModel()
///     let battery = model.owner(named: "battery of house 3")
///     for step in 0..<steps {
///       model.label = Label(owner: battery, step: step)
///       let charge = model.addVariable(upper: 5)
///       let discharge = model.addVariable(upper: 5, cost: 0.01)
///       model.addConstraint(.atMost(5), 1 * charge, 1 * discharge)
///       model.add(-1 * charge, to: balance[step])
///       model.add(1 * discharge, to: balance[step])
///     }
///
/// The numbers have the units that the caller gives them; the model knows none. Solvers work best when coefficients
/// lie between 0.001 and 10000. Storage is flat arrays, one number a variable, row or term.
public struct LinearModel: Sendable {
  /// Added to the objective whatever the variables are, in the objective's unit.
  public internal(set) var offset = 0.0

  /// Objective per unit of each variable.
  public internal(set) var costs: [Double] = []
  /// What a unit of each variable counts among points of equal objective, the smaller sum first; empty where all of them are equally
  /// good.
  public internal(set) var preferences: [Double] = []
  /// Least value of each variable; `-.infinity` where there is none.
  public internal(set) var lowerBounds: [Double] = []
  /// Greatest value of each variable; `.infinity` where there is none.
  public internal(set) var upperBounds: [Double] = []
  /// Whether each variable is a whole number.
  public internal(set) var domains: [Domain] = []
  /// Whose each variable is, and of which step.
  public internal(set) var variableLabels = Labels()
  /// Number of integer variables.
  public internal(set) var integerCount = 0

  /// Least sum of each row; `-.infinity` where there is none.
  public internal(set) var rowLowerBounds: [Double] = []
  /// Greatest sum of each row; `.infinity` where there is none.
  public internal(set) var rowUpperBounds: [Double] = []
  /// Whose each row is, and of which step.
  public internal(set) var constraintLabels = Labels()

  /// Names of the owners, at `Owner.index`.
  public internal(set) var ownerNames: [String] = []
  var ownersByName: [String: Owner] = [:]
  var entries = MatrixEntries()

  /// What the variables and rows added from now on belong to. Nobody and no step at first.
  public var label = Label()

  /// An empty model: no variables, no rows, objective 0.
  public init() {}

  /// Number of variables (columns).
  public var variableCount: Int { costs.count }

  /// Number of constraints (rows).
  public var constraintCount: Int { rowLowerBounds.count }

  /// Whether some variable must be a whole number; a model without any is an LP.
  public var hasIntegers: Bool { integerCount > 0 }

  /// Number of terms added to rows, before terms of one variable in one row are added up.
  public var termCount: Int { entries.count }

  /// Makes room ahead of adding, for large models of known size.
  public mutating func reserveCapacity(variables: Int, constraints: Int, terms: Int) {
    costs.reserveCapacity(variables)
    lowerBounds.reserveCapacity(variables)
    upperBounds.reserveCapacity(variables)
    domains.reserveCapacity(variables)
    variableLabels.reserveCapacity(variables)
    rowLowerBounds.reserveCapacity(constraints)
    rowUpperBounds.reserveCapacity(constraints)
    constraintLabels.reserveCapacity(constraints)
    entries.reserveCapacity(terms)
  }

  /// The coefficients row by row, terms of one variable in one row added up. Time and memory in proportion to `termCount`.
  public func rowMatrix() -> RowMatrix {
    RowMatrix(entries, rowCount: constraintCount, columnCount: variableCount)
  }
}

// MARK: - Variables and objective

extension LinearModel {
  /// Adds a variable with `lower <= x <= upper`, both included, that costs `cost` per unit.
  ///
  /// Bounds may be infinite. Bounds the wrong way round make the model infeasible; NaN is refused by `validate()`.
  public mutating func addVariable(
    lower: Double = 0, upper: Double = .infinity, cost: Double = 0, domain: Domain = .continuous
  ) -> Variable {
    let variable = Variable(index: variableCount)
    costs.append(cost)
    lowerBounds.append(lower)
    upperBounds.append(upper)
    domains.append(domain)
    variableLabels.append(label)
    if domain == .integer { integerCount += 1 }
    if !preferences.isEmpty { preferences.append(0) }
    return variable
  }

  /// Adds a decision: a variable that is 0 or 1 and costs `cost` when it is 1.
  public mutating func addBinary(cost: Double = 0) -> Variable {
    addVariable(lower: 0, upper: 1, cost: cost, domain: .integer)
  }

  /// Raises what a unit of `variable` costs by `cost` (negative: lowers).
  public mutating func addCost(_ cost: Double, to variable: Variable) {
    costs[variable.index] += cost
  }

  /// Lowers the greatest value of `variable` to `most`.
  public mutating func limit(_ variable: Variable, to most: Double) {
    upperBounds[variable.index] = min(upperBounds[variable.index], most)
  }

  /// Takes another objective: what a unit of each variable costs, and what is added whatever they are.
  ///
  /// Traps unless there is a cost for each variable.
  public mutating func setObjective(costs: [Double], offset: Double) {
    precondition(costs.count == variableCount, "one cost for each variable")
    self.costs = costs
    self.offset = offset
  }

  /// Of points of equal objective, prefers the one at which the sum of `terms` is least; replaces earlier preferences.
  ///
  /// The objective does not count it: equal inputs give the same point, and not any of those that are as good.
  public mutating func prefer(_ terms: [Term]) {
    preferences = [Double](repeating: 0, count: variableCount)
    for term in terms { preferences[term.variable.index] += term.coefficient }
  }

  /// Lets integer variables take any number between their bounds: the linear relaxation, whose optimum bounds the model's.
  public mutating func relax() {
    domains = [Domain](repeating: .continuous, count: variableCount)
    integerCount = 0
  }

  /// Raises the objective by `amount`, whatever the variables are: what is paid already, or paid in any case.
  public mutating func addOffset(_ amount: Double) {
    offset += amount
  }
}

// MARK: - Constraints

extension LinearModel {
  /// Adds a row: the sum of `terms` lies within `bounds`. Terms may follow later, with `add(_:to:)`.
  @discardableResult
  public mutating func addConstraint(_ bounds: RowBounds, _ terms: Term...) -> Constraint {
    addConstraint(bounds, terms)
  }

  /// Adds a row: the sum of `terms` lies within `bounds`. Terms may follow later, with `add(_:to:)`.
  ///
  /// A variable may occur several times: its coefficients are added up. A row without terms sums to 0.
  @discardableResult
  public mutating func addConstraint(_ bounds: RowBounds, _ terms: [Term]) -> Constraint {
    let constraint = Constraint(index: constraintCount)
    rowLowerBounds.append(bounds.lower)
    rowUpperBounds.append(bounds.upper)
    constraintLabels.append(label)
    for term in terms {
      add(term, to: constraint)
    }
    return constraint
  }

  /// Raises both bounds of a row by `amount`: a demand at a balance.
  public mutating func shift(_ constraint: Constraint, by amount: Double) {
    rowLowerBounds[constraint.index] += amount
    rowUpperBounds[constraint.index] += amount
  }

  /// Adds a term to a row of this model: to what it holds already, also of the same variable.
  public mutating func add(_ term: Term, to constraint: Constraint) {
    precondition(term.variable.index < variableCount, "the variable is of another model")
    precondition(constraint.index < constraintCount, "the constraint is of another model")
    entries.append(row: constraint.position, column: term.variable.position, coefficient: term.coefficient)
  }
}

// MARK: - Owners

extension LinearModel {
  /// The owner with this name, registered on first mention.
  public mutating func owner(named name: String) -> Owner {
    if let known = ownersByName[name] { return known }
    let owner = Owner(position: Int32(ownerNames.count))
    ownerNames.append(name)
    ownersByName[name] = owner
    return owner
  }

  /// The name that `owner` was registered with.
  public func name(of owner: Owner) -> String { ownerNames[owner.index] }

  /// Whose `variable` is, and of which step.
  public func label(of variable: Variable) -> Label { variableLabels[variable.index] }

  /// Whose `constraint` is, and of which step.
  public func label(of constraint: Constraint) -> Label { constraintLabels[constraint.index] }
}
