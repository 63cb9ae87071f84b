public import LinearOptimization

/// Solves models with HiGHS (simplex for LPs, branch and cut for models with integers), through its C API.
///
/// Models are handed over as arrays and results read back as arrays: no text, no file, nothing printed. Every point
/// that HiGHS reports is checked against the model before it is passed on. Several solves may run at once on
/// different threads as long as each asks for one thread.
///
/// HiGHS takes coefficients of 1e-9 or less as zero and bounds of 1e20 or more as infinite; a coefficient of 1e15 or more is refused.
public struct HighsSolver: Solver {
  /// A solver; it holds nothing between solves.
  public init() {}

  /// Version of the HiGHS library in use: "1.15.1".
  public static let highsVersion = HighsInstance.version

  /// Solves `model`. Blocks the calling thread until done, or until the time limit.
  ///
  /// Values lie within their bounds exactly, and integer variables are whole unless rounding them would break a row.
  /// - Throws: `SolverError` if model or options are not usable, HiGHS refuses the model, or HiGHS does not start.
  public func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
    try solve(model, options: options) { _ in }
  }

  /// The same; each better point of a model with integers is checked and told.
  public func solve(
    _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
  ) throws(SolverError) -> Solution {
    try model.validate()
    try options.validate()
    guard model.variableCount > 0 else { return Self.solveWithoutVariables(model, options) }

    let highs = try HighsInstance(threads: options.threads)
    try highs.apply(options)
    try highs.load(model)
    if let start = options.start { highs.begin(at: start, of: model) }
    let ending = highs.run(isTold: model.hasIntegers) { values, bestBound, time in
      let tidied = TidyPoint(values, in: model, options)
      guard tidied.isFeasible else { return }
      whenBetter(
        Solution(
          status: .feasible, objective: tidied.objective, bestBound: min(bestBound, tidied.objective), values: tidied.values,
          solveTime: time))
    }
    let run = Run(model: model, options: options, iterations: highs.simplexIterations, time: highs.runTime)
    switch ending {
    case .infeasible: return run.solution(without: .infeasible)
    case .unbounded: return run.solution(without: .unbounded)
    case .infeasibleOrUnbounded: return try Self.tellApart(highs, run)
    case .optimal:
      let solution = run.solution(
        at: highs.point(), highs.bestBound(of: model), claim: .optimal, else: .failed("HiGHS reports an optimum without a point"))
      let basis = highs.basis()
      var preferred = try TieBreak(of: model, options).apply(to: solution, highs)
      preferred.basis = basis
      return preferred
    case .stopped:
      return run.solution(at: highs.point(), highs.bestBound(of: model), claim: .feasible, else: .limitReached)
    case .failed(let reason):
      return run.solution(at: highs.point(), highs.bestBound(of: model), claim: .feasible, else: .failed(reason))
    }
  }

  /// Nothing to decide: each row sums to 0, the objective is the offset.
  private static func solveWithoutVariables(_ model: LinearModel, _ options: SolveOptions) -> Solution {
    guard FeasibilityCheck(of: [], in: model).holds(within: options.feasibilityTolerance) else {
      return Solution(withoutValues: .infeasible)
    }
    return Solution(
      status: .optimal, objective: model.offset, bestBound: model.offset, values: [],
      constraintDuals: [Double](repeating: 0, count: model.constraintCount))
  }

  /// Finds out which of the two a model is that HiGHS called "unbounded or infeasible" (mostly in presolve).
  ///
  /// Without costs nothing is unbounded: if the model has a point then, only "unbounded" is left for the model with its costs.
  private static func tellApart(_ highs: borrowing HighsInstance, _ first: Run) throws(SolverError) -> Solution {
    var options = first.options
    options.timeLimit = options.timeLimit.map { max(.zero, $0 - first.time) }
    try highs.apply(options)
    try highs.dropCosts(of: first.model)
    let ending = highs.run()
    var run = first
    run.iterations += highs.simplexIterations
    run.time += highs.runTime
    return switch ending {
    case .optimal, .unbounded: run.solution(without: .unbounded)
    case .infeasible: run.solution(without: .infeasible)
    case .stopped: run.solution(without: highs.point() == nil ? .infeasibleOrUnbounded : .unbounded)
    case .infeasibleOrUnbounded, .failed: run.solution(without: .infeasibleOrUnbounded)
    }
  }
}

/// What is known of a solve besides its ending.
private struct Run {
  let model: LinearModel
  let options: SolveOptions
  var iterations: Int
  var time: Duration

  func solution(without status: SolveStatus, bestBound: Double = -.infinity) -> Solution {
    Solution(withoutValues: status, bestBound: bestBound, simplexIterations: iterations, solveTime: time)
  }

  /// The solution at the point that HiGHS ended at, after checking it; `fallback` where there is none.
  ///
  /// - Parameters:
  ///   - bestBound: HiGHS's proved lower bound.
  ///   - claim: what HiGHS says of the point, `.optimal` or `.feasible`.
  func solution(
    at point: HighsInstance.Point?, _ bestBound: Double, claim: SolveStatus, else fallback: SolveStatus
  ) -> Solution {
    guard let point else { return solution(without: fallback, bestBound: bestBound) }
    let tidied = TidyPoint(point.values, in: model, options)
    guard tidied.isFeasible else {
      return solution(without: .failed("HiGHS reports a point that breaks a limit\(tidied.worst)"), bestBound: bestBound)
    }
    // An LP's optimum is its own bound: duality closes the gap.
    let bound = !model.hasIntegers && claim == .optimal ? tidied.objective : bestBound
    let isProved = claim == .optimal && options.accept(objective: tidied.objective, bestBound: bound)
    let hasDuals = !model.hasIntegers && isProved
    return Solution(
      status: isProved ? .optimal : .feasible, objective: tidied.objective, bestBound: bound, values: tidied.values,
      constraintDuals: hasDuals ? point.constraintDuals : [], reducedCosts: hasDuals ? point.reducedCosts : [],
      simplexIterations: iterations, solveTime: time)
  }
}
