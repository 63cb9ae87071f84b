/// What is left of the time for a plan and for what is solved beside it.
struct PlanningTime {
  private let whole: Duration
  private let begun = ContinuousClock.now
  private var planned: ContinuousClock.Instant?

  /// What is solved besides a plan without being asked for, in the order of the page.
  enum Beside: Int {
    case reasons = 1, otherCases, failures
  }

  /// From now on `limit` altogether.
  init(limit: Duration) { whole = limit }

  /// The plan itself is there.
  mutating func planIsThere() { planned = .now }

  /// What the plan took.
  var ofPlan: Duration { begun.duration(to: planned ?? .now) }

  /// For what somebody asked for: all that is left.
  var asked: Duration { max(.zero, ContinuousClock.now.duration(to: begun + whole)) }

  /// For what nobody asked for: all of it together takes as long as the plan did, or a fifth of the limit, and none the others' third.
  func unasked(for purpose: Beside) -> Duration {
    let end = (planned ?? .now) + max(whole / 5, ofPlan) * purpose.rawValue / Beside.failures.rawValue
    return max(.zero, ContinuousClock.now.duration(to: min(begun + whole, end)))
  }
}
