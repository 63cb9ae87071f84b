import LinearOptimization

/// Among the points of an optimum's value, finds the one that the model prefers.
///
/// Whole variables keep their values. Of the linear program that is left, the points of least objective are those at which every variable
/// with a reduced cost and every row with a dual keeps its value (complementary slackness): with these held, HiGHS goes on from the
/// basis where it stands, with the preferences as costs.
struct TieBreak {
  private let model: LinearModel
  private let options: SolveOptions
  private let clock = ContinuousClock()

  /// Duals below this are none: what HiGHS calls optimal may be off by so much.
  private static let dust = 1e-7

  init(of model: LinearModel, _ options: SolveOptions) {
    self.model = model
    self.options = options
  }

  /// `solution` at the preferred point; as it is where the model prefers nothing, or where HiGHS ends without an answer in the time
  /// that is left.
  func apply(to solution: Solution, _ highs: borrowing HighsInstance) throws(SolverError) -> Solution {
    guard solution.status == .optimal, model.preferences.contains(where: { $0 != 0 }) else { return solution }
    let begin = clock.now
    let wholes = model.domains.indices.filter { model.domains[$0] == .integer }
    var optimum = solution
    if !wholes.isEmpty {
      try highs.fix(columns: wholes, at: wholes.map { solution.values[$0].nearestWhole })
      try highs.relax(columns: wholes)
      guard try isSolved(highs, since: begin, solution), let point = highs.point() else { return solution }
      optimum.values = point.values
      optimum.reducedCosts = point.reducedCosts
      optimum.constraintDuals = point.constraintDuals
    }
    guard optimum.reducedCosts.count == model.variableCount, optimum.constraintDuals.count == model.constraintCount else {
      return solution
    }
    let sums = model.rowMatrix().sums(at: optimum.values)
    let columns = model.costs.indices.filter { abs(optimum.reducedCosts[$0]) > Self.dust }
    let rows = sums.indices.filter { abs(optimum.constraintDuals[$0]) > Self.dust }
    try highs.fix(columns: columns, at: columns.map { optimum.values[$0] })
    try highs.fix(rows: rows, at: rows.map { sums[$0] })
    try highs.change(costs: model.preferences)
    guard try isSolved(highs, since: begin, solution), let point = highs.point() else { return solution }
    let tidied = TidyPoint(point.values, in: model, options)
    // A better point is as welcome; a worse one is not the same optimum.
    let slack = 1e-6 * max(1, abs(solution.objective))
    guard tidied.isFeasible, tidied.objective <= solution.objective + slack else { return solution }
    var preferred = solution
    preferred.values = tidied.values
    preferred.constraintDuals = optimum.constraintDuals
    preferred.reducedCosts = optimum.reducedCosts
    preferred.objective = tidied.objective
    // What was proved of the one point holds for the other: they differ by rounding.
    preferred.bestBound = solution.absoluteGap == 0 ? tidied.objective : min(solution.bestBound, tidied.objective)
    preferred.simplexIterations += highs.simplexIterations
    preferred.solveTime += begin.duration(to: clock.now)
    return preferred
  }

  private func isSolved(
    _ highs: borrowing HighsInstance, since begin: ContinuousClock.Instant, _ solution: Solution
  ) throws(SolverError) -> Bool {
    var rest = options
    rest.timeLimit = options.timeLimit.map { max(.zero, $0 - solution.solveTime - begin.duration(to: clock.now)) }
    try highs.apply(rest)
    return highs.run() == .optimal
  }
}
