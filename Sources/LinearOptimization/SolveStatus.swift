/// How a solve ended.
public enum SolveStatus: Hashable, Sendable {
  /// A point that the solver proved to be best: exactly in an LP, within the gap asked for in a model with integers.
  case optimal
  /// A checked point that keeps all rows, bounds and integers, but not proved to be within the gap asked for: stopped early.
  case feasible
  /// Proved: no point keeps all rows, bounds and integers.
  case infeasible
  /// Proved: the objective falls without limit. Mostly a forgotten cap on import or export.
  case unbounded
  /// Proved to be one of the two; which one was not found out.
  case infeasibleOrUnbounded
  /// The time limit came before any feasible point.
  case limitReached
  /// The solver gave up or contradicted itself; its words.
  case failed(String)

  /// Whether the solution holds values to act on.
  public var hasValues: Bool {
    switch self {
    case .optimal, .feasible: true
    case .infeasible, .unbounded, .infeasibleOrUnbounded, .limitReached, .failed: false
    }
  }

  /// Why there is nothing to act on; that there is, where there is.
  public var reason: String {
    switch self {
    case .optimal: "there is an optimum"
    case .feasible: "there is a point that is not proved to be best"
    case .infeasible: "nothing keeps all limits together"
    case .unbounded: "the cost falls without limit; mostly a limit on an import or export is missing"
    case .infeasibleOrUnbounded: "either nothing keeps all limits, or the cost falls without limit"
    case .limitReached: "the time was up before there was one"
    case .failed(let reason): reason
    }
  }

  /// How bad the status is for a model of which this is one independent block: the worst block decides for the whole.
  ///
  /// One infeasible block proves the whole infeasible, whatever became of the others. An unbounded block proves something
  /// about the whole only when all others are known to have a point.
  var severity: Int {
    switch self {
    case .optimal: 0
    case .feasible: 1
    case .unbounded: 2
    case .infeasibleOrUnbounded: 3
    case .limitReached: 4
    case .failed: 5
    case .infeasible: 6
    }
  }
}
