/// What is left of the time for a plan and for what is solved beside it.
struct PlanningTime {
  private let limit: ContinuousClock.Instant
  private let begun = ContinuousClock.now
  private var planned: ContinuousClock.Instant?

  /// What is solved besides a plan without being asked for takes so long at least, where the limit allows it.
  private static let leastBeside = Duration.milliseconds(800)

  /// From now on `limit` altogether.
  init(limit: Duration) { self.limit = begun + limit }

  /// The plan itself is there.
  mutating func planIsThere() { planned = .now }

  /// What the plan took.
  var ofPlan: Duration { begun.duration(to: planned ?? .now) }

  /// For what somebody asked for: all that is left.
  var asked: Duration { max(.zero, ContinuousClock.now.duration(to: limit)) }

  /// For what nobody asked for: as long as the plan took, so that nobody waits twice as long for what they did not want.
  var unasked: Duration {
    let end = (planned ?? .now) + max(Self.leastBeside, ofPlan)
    return max(.zero, ContinuousClock.now.duration(to: min(limit, end)))
  }
}
