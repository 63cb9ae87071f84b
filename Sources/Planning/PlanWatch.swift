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
    /// The best plan stands now. Its gain is nil where the former one could not be held beside it: it had too little left of its hours,
    /// or one of the two is not proven.
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

  /// Looks at `current`, what is known now.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other; the plan stays.
  public mutating func look(
    at current: PlanningProblem, by planner: Planner, options: SolveOptions = SolveOptions()
  ) throws(PlanningError) -> Outcome {
    let change = try InputChange(since: plan, of: problem, to: current)
    let left = plan.horizon.span.clamped(to: current.horizon.span).count
    // Half of what is asked for must be left of it.
    let isLongEnough = 2 * left >= current.horizon.span.count
    if isLongEnough, (change.largest?.share ?? .zero) < thresholds.change { return .unchanged(change) }
    let best = try planner.plan(current, after: plan, options: options)
    var gain: Money?
    if isLongEnough, best.isProven {
      let held = try planner.plan(current, following: plan.formerPowers, options: options)
      if held.isProven {
        gain = held.cost - best.cost
        let breaksMore = held.breaches.contains { !best.breaches.contains($0) }
        if !breaksMore, held.cost - best.cost < thresholds.gain { return .kept(change, gain: held.cost - best.cost) }
      }
    }
    (plan, problem) = (best, current)
    return .replaced(change, gain: gain)
  }
}
