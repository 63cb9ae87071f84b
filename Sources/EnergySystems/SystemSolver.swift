public import LinearOptimization

/// What came of solving a system.
public struct SystemOutcome: Sendable {
  /// How the last level that was solved ended.
  public internal(set) var status: SolveStatus
  /// What each level came to.
  public internal(set) var levels: [Level] = []
  /// What every part does; nil where there is no schedule.
  public internal(set) var schedule: SystemSchedule?
  /// EUR, the price of CO2 left out; as the check recomputed it.
  public internal(set) var cost = 0.0
  /// kg of CO2, as the check recomputed it.
  public internal(set) var emissions = 0.0
  /// EUR that one kWh more at each bus costs in each step, aligned with the buses; nil where nothing is proven, where the objective is
  /// not cost, and unless the calm schedule was asked for.
  public internal(set) var marginalPrices: [[Double]]?
  /// Why there is no schedule, as far as is known.
  public internal(set) var contradictions: [Contradiction] = []
  /// Wall-clock time that the solver took.
  public internal(set) var solveTime = Duration.zero
  /// Simplex iterations of all levels.
  public internal(set) var iterations = 0
  /// Where the solve of a system like this one may begin; nil where there is no schedule.
  public internal(set) var trace: SolveTrace?
  /// Columns, rows and whole variables of the model.
  public internal(set) var size = (variables: 0, constraints: 0, integers: 0)
}

extension SystemOutcome {
  /// What a level of the objective came to, in the level's unit.
  public struct Level: Sendable, Equatable {
    /// What the schedule comes to.
    public let objective: Double
    /// Proved: no schedule comes to less.
    public let bestBound: Double

    /// How far the bound is below the objective, relative to that: 0 where it is proven, infinite where nothing is known.
    public var relativeGap: Double {
      let distance = max(0, objective - bestBound)
      return distance == 0 ? 0 : distance / abs(objective)
    }
  }
}

/// What a solve leaves for the next one of a system like it: the model of the first level, and how it ended.
public struct SolveTrace: Sendable {
  let model: LinearModel
  let solution: Solution
}

/// Solves systems, one level of the objective after the other, and checks what comes out.
public struct SystemSolver: Sendable {
  let solver: any Solver

  /// Solves with `solver`; parts of the system that nothing joins are solved apart.
  public init(_ solver: some Solver) { self.solver = Self.decomposing(solver) }

  /// Solves with `solver`, which is handed each model in one piece: one that takes it apart elsewhere.
  public init(whole solver: some Solver) { self.solver = solver }

  /// `solver` for models of energy systems: parts that nothing joins are solved apart, small ones together.
  public static func decomposing<Inner: Solver>(_ solver: Inner) -> DecomposedSolver<Inner> {
    DecomposedSolver(solver, leastBlockSize: 500)
  }

  /// Solves `system`.
  ///
  /// The time limit is that of all levels together. Later levels may be left out where it is reached; the status says so.
  /// - Parameters:
  ///   - relaxed: Lets what is on or off be anything between: a bound on the optimum.
  ///   - isCalm: Takes of equally good schedules the one that moves least, so that equal inputs give equal schedules.
  ///   - earlier: The trace of a system like this one: the first level begins where that ended.
  ///   - stepsLater: Which of the earlier system's steps is this one's first.
  /// - Throws: `SystemError` where figures contradict each other, `SolverError` where the solver is not there.
  public func solve(
    _ system: EnergySystem, options: SolveOptions = SolveOptions(), relaxed: Bool = false, isCalm: Bool = false,
    after earlier: SolveTrace? = nil, stepsLater: Int = 0
  ) throws -> SystemOutcome {
    var model = try SystemModel(system)
    if relaxed { model.model.relax() }
    var outcome = SystemOutcome(status: .limitReached)
    outcome.size = (model.model.variableCount, model.model.constraintCount, model.model.integerCount)
    outcome.contradictions = system.contradictions()
    guard outcome.contradictions.isEmpty else {
      outcome.status = .infeasible
      return outcome
    }
    var values: [Double] = []
    var last: Solution?
    for level in system.objective.levels.indices {
      var left = options
      if let limit = options.timeLimit { left.timeLimit = max(.zero, limit - outcome.solveTime) }
      if level > 0 { model.aim(at: level) }
      if level == 0, let earlier {
        left.start = model.model.start(from: earlier.solution, of: earlier.model, stepsLater: stepsLater)
      }
      if isCalm, level == system.objective.levels.count - 1 { model.preferCalm() }
      let solution = try solver.solve(model.model, options: left)
      // What is proven of a later level is proven of what an earlier one leaves.
      let isUnproven = outcome.status == .feasible && solution.status == .optimal
      outcome.status = isUnproven ? .feasible : solution.status
      outcome.solveTime += solution.solveTime
      outcome.iterations += solution.simplexIterations
      guard solution.status.hasValues else {
        // An earlier level's schedule stands.
        if level > 0 { outcome.status = .feasible }
        break
      }
      values = solution.values
      if level == 0 { outcome.trace = SolveTrace(model: model.model, solution: solution) }
      last = solution
      outcome.levels.append(.init(objective: solution.objective, bestBound: solution.bestBound))
      if level < system.objective.levels.count - 1 {
        model.hold(level, at: solution.objective + system.objective.slack * max(1, abs(solution.objective)))
      }
    }
    guard !values.isEmpty || (outcome.status.hasValues && model.model.variableCount == 0) else {
      if outcome.status == .infeasible { outcome.contradictions = try missing(in: system, options) }
      return outcome
    }
    let schedule = model.schedule(of: values)
    let check = SystemCheck(schedule, of: system)
    if !relaxed, let broken = check.violations.first {
      outcome.status = .failed("the solver's point does not hold: \(broken)")
      return outcome
    }
    outcome.schedule = schedule
    if isCalm, let last { outcome.marginalPrices = try marginalPrices(of: model, at: last, options, after: outcome.solveTime) }
    // Of what is half on, a check counts whole starts.
    outcome.cost = relaxed ? model.total(of: .cost, at: values) : check.cost
    outcome.emissions = relaxed ? model.total(of: .emissions, at: values) : check.emissions
    return outcome
  }

  /// Where and when how much would be missing or too much, at the least.
  private func missing(in system: EnergySystem, _ options: SolveOptions) throws -> [Contradiction] {
    var eased = system
    eased.objective = .init(levels: [[.penalty: 1]])
    for place in eased.buses.indices { eased.buses[place].penalty = 1 }
    var model = try SystemModel(eased)
    var solution = try solver.solve(model.model, options: options)
    if !solution.status.hasValues, model.model.hasIntegers {
      model.model.relax()
      solution = try solver.solve(model.model, options: options)
    }
    guard solution.status.hasValues else { return [] }
    let schedule = model.schedule(of: solution.values)
    return system.buses.indices.flatMap { place in
      Contradiction.spans(.missing, at: system.buses[place].name, schedule.missing[place], system.hours)
        + Contradiction.spans(.tooMuch, at: system.buses[place].name, schedule.excess[place], system.hours)
    }
  }
}
