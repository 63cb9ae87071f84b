/// Something that finds the optimum of a `LinearModel`.
///
/// A conformer reports `.optimal` only for what it proved, validates model and options first, and is silent.
public protocol Solver: Sendable {
  /// Solves `model`. Blocks the calling thread until done, or until the time limit.
  ///
  /// That there is no optimum is a status of the solution, not an error.
  /// - Throws: `SolverError` if model or options are not usable, or the solver is not there.
  func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution

  /// The same, and tells of each better point on the way: `.feasible`, checked, with the bound proved so far.
  ///
  /// What was told is what is left where the solve is cut off from outside.
  func solve(
    _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
  ) throws(SolverError) -> Solution
}

extension Solver {
  /// A solver that tells nothing before its end.
  public func solve(
    _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
  ) throws(SolverError) -> Solution {
    try solve(model, options: options)
  }

  /// Solves `model` with the default options.
  /// - Throws: `SolverError` if the model is not usable, or the solver is not there.
  public func solve(_ model: LinearModel) throws(SolverError) -> Solution {
    try solve(model, options: SolveOptions())
  }
}
