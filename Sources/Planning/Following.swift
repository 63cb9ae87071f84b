import CommunityModel
import EnergySystems
public import LinearOptimization
public import MarketTime
public import Quantities

/// What can be scheduled, as an earlier plan has it: by asset the power of each quarter hour, of what burns something its fuel.
public typealias FormerPowers = [String: TimeSeries<Power>]

extension Planner {
  /// What becomes of an earlier plan in what is known now: whatever can be scheduled does what it did there, or what is nearest to that,
  /// and beyond its end the best.
  ///
  /// The difference of its cost to that of the best plan is what a new plan gains.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other.
  public func plan(
    _ problem: PlanningProblem, following former: FormerPowers, options: SolveOptions = SolveOptions()
  ) throws(PlanningError) -> Plan {
    try plan(problem, goals: .cost, overruling: nil, following: former, after: nil, options: options)
  }
}

extension Plan {
  /// What can be scheduled, for a plan that follows this one.
  public var formerPowers: FormerPowers {
    var powers: FormerPowers = [:]
    for asset in sites.flatMap(\.assets) where asset.role.isSteered {
      // What makes fuel is scheduled by the power that it takes.
      let burnt = asset.role == .electrolyser ? nil : asset.fuel?.power
      let values = zip(horizon.steps, burnt ?? asset.power).flatMap { step, power in step.map { _ in power } }
      powers[asset.id.text] = TimeSeries(start: horizon.start, values: values)
    }
    return powers
  }
}

extension AssetSchedule.Role {
  /// Whether its power, or that of its fuel, says what it does. Tanks of heat, cold and hydrogen take what is given, and what heat drives
  /// takes what is wanted.
  public var isSteered: Bool {
    switch self {
    case .heatStore, .coldStore, .hydrogenStore, .absorptionChiller: false
    default: true
    }
  }
}

extension SystemDraft {
  /// EUR that a kilowatt-hour done otherwise than in the earlier plan counts: more than it could save, less than any limit that is
  /// broken for it.
  private static let deviationPrice = 2.0

  /// Keeps the assets at what they did in an earlier plan.
  mutating func follow(_ former: FormerPowers) {
    let guidable = system.guidable
    for (asset, powers) in former.sorted(by: { $0.key < $1.key }) where guidable.contains(asset) {
      let power = horizon.steps.map { step in
        step.allSatisfy(powers.span.contains) ? step.reduce(0) { $0 + (powers[$1]?.kilowatts ?? 0) } / Double(step.count) : nil
      }
      if power.contains(where: { $0 != nil }) { system.guides.append(Guide(asset, power: power)) }
    }
    system.objective.levels[0][.deviation] = Self.deviationPrice
  }
}
