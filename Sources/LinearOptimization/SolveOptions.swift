/// When a solver may stop, and what it calls exact. The defaults are deterministic: one thread, fixed seed, no time limit.
public struct SolveOptions: Hashable, Sendable {
  /// Wall-clock time for the solve; nil for no limit. A limit makes the result depend on the machine.
  public var timeLimit: Duration?
  /// A model with integers counts as solved when objective - best bound <= `relativeGap` * |objective|; 0 or more.
  public var relativeGap = 1e-4
  /// ... or when objective - best bound <= `absoluteGap`, in the objective's unit; 0 or more.
  ///
  /// The relative gap is unreachable where costs and revenues cancel to almost 0: there set this (0.01 EUR, say).
  public var absoluteGap = 1e-6
  /// Largest violation of a bound or row that the solver calls feasible, in the row's unit; from 1e-10 to 1.
  public var feasibilityTolerance = 1e-7
  /// Largest distance from a whole number that the solver calls whole; from 1e-10 to 1.
  ///
  /// In a model with integers it is the tolerance of bounds and rows, too.
  public var integralityTolerance = 1e-6
  /// Threads that the solver may use; from 1 to 512.
  public var threads = 1
  /// Where to begin; nil to begin anew. It changes how long a solve takes, and which of several optima it ends at.
  public var start: WarmStart?
  /// Seed of the solver's random choices; from 0 to `Int32.max`. The same seed, model and solver version give the same result.
  public var randomSeed = 0

  /// The defaults, with a limit on wall-clock time where one is given.
  public init(timeLimit: Duration? = nil) {
    self.timeLimit = timeLimit
  }

  /// Refuses options out of range.
  /// - Throws: `SolverError.invalidOption` with the first of them.
  public func validate() throws(SolverError) {
    let limit = timeLimit ?? .zero
    try Self.check(limit >= .zero, "timeLimit", limit, mustBe: "0 s or more")
    try Self.check(relativeGap >= 0, "relativeGap", relativeGap, mustBe: "0 or more")
    try Self.check(absoluteGap >= 0, "absoluteGap", absoluteGap, mustBe: "0 or more")
    let tolerances = 1e-10...1
    try Self.check(
      tolerances.contains(feasibilityTolerance), "feasibilityTolerance", feasibilityTolerance, mustBe: "from 1e-10 to 1")
    try Self.check(
      tolerances.contains(integralityTolerance), "integralityTolerance", integralityTolerance, mustBe: "from 1e-10 to 1")
    try Self.check((1...512).contains(threads), "threads", threads, mustBe: "from 1 to 512")
    try Self.check(
      (0...Int(Int32.max)).contains(randomSeed), "randomSeed", randomSeed, mustBe: "from 0 to \(Int32.max)")
  }

  private static func check(
    _ isInRange: Bool, _ name: String, _ value: some CustomStringConvertible, mustBe range: String
  ) throws(SolverError) {
    guard isInRange else { throw .invalidOption(name: name, value: value.description, allowed: range) }
  }

  /// Whether a point worth `objective` counts as optimal when nothing below `bestBound` is possible.
  ///
  /// A gap of `integralityTolerance` counts as closed whatever gap is asked for: solvers drop branches that could be better by no more.
  public func accept(objective: Double, bestBound: Double) -> Bool {
    let gap = objective - bestBound
    return gap <= max(absoluteGap, integralityTolerance) || gap <= relativeGap * objective.magnitude
  }
}
