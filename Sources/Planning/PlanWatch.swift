public import LinearOptimization
public import Quantities

/// A plan that stands until another is worth it: controllers are told anew only then, since what they keep wears out with every write.
public struct PlanWatch: Sendable {
  /// What makes a new plan worth it.
  public struct Thresholds: Sendable, Equatable {
    /// From this change of what is known on it is planned anew.
    public let change: Fraction
    /// From this gain on the new plan is taken.
    public let gain: Money

    /// Thresholds; see the properties.
    public init(change: Fraction, gain: Money) {
      self.change = change
      self.gain = gain
    }
  }

  /// What came of a look at what is known.
  public enum Outcome: Sendable {
    /// Too little has changed to plan anew.
    case unchanged(InputChange)
    /// The best plan gains too little over the one that stands.
    case kept(InputChange, gain: Money)
    /// Nothing better was found in time: the solver gave no plan, for this reason.
    case unsolved(InputChange, reason: String)
    /// The best plan that was found stands now. Its gain is nil where the former one could not be held beside it: it had too little left of
    /// its hours, nobody had optimised it, or the solver could not hold it in time.
    case replaced(InputChange, gain: Money?)
  }

  /// The plan that stands.
  public private(set) var plan: Plan
  private var problem: PlanningProblem
  private let thresholds: Thresholds

  /// Watches over `plan` of `problem`.
  public init(over plan: Plan, of problem: PlanningProblem, _ thresholds: Thresholds) {
    self.plan = plan
    self.problem = problem
    self.thresholds = thresholds
  }

  /// Looks at `current`, what is known now. A plan that the solver gave stands rather than the standing rule; the rule, where it had to stand
  /// in for a plan, gives way at the next look.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other; the plan stays.
  public mutating func look(
    at current: PlanningProblem, by planner: Planner, options: SolveOptions = SolveOptions()
  ) throws(PlanningError) -> Outcome {
    let change = try InputChange(since: plan, of: problem, to: current)
    let left = plan.horizon.span.clamped(to: current.horizon.span).count
    // Half of what is asked for must be left of it.
    let mayStay = plan.isSolved && 2 * left >= current.horizon.span.count
    if mayStay, (change.largest?.share ?? .zero) < thresholds.change { return .unchanged(change) }
    let best = try planner.plan(current, after: plan, options: options)
    if mayStay, case .fallback(let reason) = best.origin { return .unsolved(change, reason: reason) }
    let held = mayStay ? try planner.plan(current, following: plan.formerPowers, options: options) : nil
    // Both are plans that can be kept, so that their costs may be compared however far each is proven.
    let gain = held.flatMap { $0.isSolved ? $0.cost - best.cost : nil }
    let breaksMore = held?.breaches.contains { !best.breaches.contains($0) } ?? true
    if let gain, !breaksMore, gain < thresholds.gain { return .kept(change, gain: gain) }
    (plan, problem) = (best, current)
    return .replaced(change, gain: gain)
  }
}
