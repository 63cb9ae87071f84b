/// What a solver found out about a model.
public struct Solution: Hashable, Sendable {
  /// How the solve ended.
  public var status: SolveStatus
  /// Objective at `values`, offset included; `-.infinity` if unbounded, else `.infinity` where there are no values.
  public var objective: Double
  /// Proved: no point is worth less than this. `-.infinity` where nothing is known, `.infinity` if infeasible.
  public var bestBound: Double
  /// Value of each variable at `Variable.index`; empty unless `status.hasValues`.
  public var values: [Double]
  /// For each row, by how much the optimum rises per unit that its binding bound is raised; 0 for a row that does not bind.
  ///
  /// Only from an LP solved to optimality, and of a model with whole variables where its solver looked at the LP in which these keep
  /// their values; else empty. At a balance it is the marginal price of supplying one unit more.
  public var constraintDuals: [Double]
  /// For each variable, by how much the optimum rises per unit that its binding bound is raised; 0 between the bounds.
  ///
  /// There where `constraintDuals` are. It is cost minus the duals of the variable's rows, weighted by its coefficients.
  public var reducedCosts: [Double]
  /// Where a solve of a model like this one may begin; nil where nothing is known.
  public var basis: Basis?
  /// Simplex iterations over the whole solve, those below the branch-and-bound tree included.
  public var simplexIterations: Int
  /// Wall-clock time that the solver took.
  public var solveTime: Duration

  /// A solution with values.
  public init(
    status: SolveStatus, objective: Double, bestBound: Double, values: [Double], constraintDuals: [Double] = [],
    reducedCosts: [Double] = [], simplexIterations: Int = 0, solveTime: Duration = .zero
  ) {
    self.status = status
    self.objective = objective
    self.bestBound = bestBound
    self.values = values
    self.constraintDuals = constraintDuals
    self.reducedCosts = reducedCosts
    self.simplexIterations = simplexIterations
    self.solveTime = solveTime
  }

  /// A solution without values: objective and best bound follow from the status; `bestBound` is heeded where the status leaves it open.
  public init(
    withoutValues status: SolveStatus, bestBound: Double = -.infinity, simplexIterations: Int = 0, solveTime: Duration = .zero
  ) {
    self.init(
      status: status, objective: status == .unbounded ? -.infinity : .infinity, bestBound: bestBound, values: [],
      simplexIterations: simplexIterations, solveTime: solveTime)
    if status == .infeasible { self.bestBound = .infinity }
    if status == .unbounded { self.bestBound = -.infinity }
  }

  /// Value of `variable`; traps where the solution has no values (see `SolveStatus.hasValues`).
  public subscript(variable: Variable) -> Double { values[variable.index] }

  /// Dual of `constraint`; nil unless from an LP solved to optimality.
  public func dual(of constraint: Constraint) -> Double? {
    constraintDuals.isEmpty ? nil : constraintDuals[constraint.index]
  }

  /// Reduced cost of `variable`; nil unless from an LP solved to optimality.
  public func reducedCost(of variable: Variable) -> Double? {
    reducedCosts.isEmpty ? nil : reducedCosts[variable.index]
  }

  /// By how much `objective` may still lie above the optimum, in the objective's unit; `.infinity` where nothing is known.
  public var absoluteGap: Double {
    guard status.hasValues else { return .infinity }
    return max(0, objective - bestBound)
  }

  /// `absoluteGap` / |objective|; 0 for a proved optimum, `.infinity` where nothing is known or the objective is 0 and not proved.
  public var relativeGap: Double {
    guard absoluteGap.isFinite else { return .infinity }
    return absoluteGap == 0 ? 0 : absoluteGap / objective.magnitude
  }
}
