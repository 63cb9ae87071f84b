import LinearOptimization

extension Objective {
  /// Whether the objective is money alone, so that its duals are prices.
  var isCost: Bool { levels == [[.cost: 1, .penalty: 1]] || levels == [[.cost: 1]] }
}

extension SystemModel {
  /// What one kWh more at each bus costs in each step, EUR: the dual of its balance, which is of a kW, an hour.
  ///
  /// - Parameter duals: of the model's rows, from an LP solved to optimality.
  func marginalPrices(of duals: [Double]) -> [[Double]] {
    system.buses.map { bus in
      let row = balance(of: bus.name)
      return system.hours.enumerated().map { step, hours in duals[row + step] / hours }
    }
  }
}

extension SystemSolver {
  /// What one kWh more at each bus of `model` costs at the optimum `solution`; with whole variables, while these keep their values.
  ///
  /// nil where the objective is not cost, and where the time that is left does not do.
  func marginalPrices(
    of model: SystemModel, at solution: Solution, _ options: SolveOptions, after time: Duration
  ) throws(SolverError) -> [[Double]]? {
    guard model.system.objective.isCost, solution.status == .optimal else { return nil }
    if !solution.constraintDuals.isEmpty { return model.marginalPrices(of: solution.constraintDuals) }
    var left = options
    if let limit = options.timeLimit { left.timeLimit = max(.zero, limit - time) }
    let fixed = try solver.solve(model.model.withWholesFixed(at: solution.values), options: left)
    return fixed.constraintDuals.isEmpty ? nil : model.marginalPrices(of: fixed.constraintDuals)
  }
}
