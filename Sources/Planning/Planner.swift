import CommunityModel
import EnergySystems
public import LinearOptimization
import Quantities

/// Makes plans: hands the assets' system to a solver and reads the schedules back.
public struct Planner: Sendable {
  private let solver: SystemSolver

  /// A planner that solves with `solver`; independent sites are solved apart.
  public init(solver: some Solver) { self.solver = SystemSolver(solver) }

  /// The plan of least cost.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other, `.noSolution` when the solver found none in time.
  public func plan(_ problem: PlanningProblem, options: SolveOptions = SolveOptions()) throws(PlanningError) -> Plan {
    try problem.validate()
    var draft = SystemDraft(problem)
    for conditions in problem.sites { GridExchange(conditions: conditions).add(to: &draft) }
    var readers: [ScheduleReader] = []
    for asset in problem.assets { readers.append(try asset.add(to: &draft)) }
    let outcome: SystemOutcome
    do {
      outcome = try solver.solve(draft.system, options: options, isCalm: true)
    } catch SystemError.part(let part, let figure, let reason) {
      throw .contradiction(subject: part, reason: "\(figure) \(reason)")
    } catch {
      throw .noSolution(reason: "\(error)")
    }
    guard let schedule = outcome.schedule, let last = outcome.levels.last else {
      throw .noSolution(reason: "the solver says \(outcome.status)")
    }
    return Plan(
      problem: problem, schedules: readers.map { $0(schedule) },
      origin: .solved(status: outcome.status, gap: last.relativeGap, time: outcome.solveTime), breaches: draft.breaches,
      objective: last.objective)
  }
}

/// Greedy self-consumption: batteries take what would be fed in and give what would be bought, cars charge when they arrive.
///
/// What most sites do today without a plan; the yardstick for what a plan saves.
public enum StandingRule {
  /// What the rule does with `problem`.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other.
  public static func plan(_ problem: PlanningProblem) throws(PlanningError) -> Plan {
    try problem.validate()
    var schedules = [AssetSchedule?](repeating: nil, count: problem.assets.count)
    var residual: [Site.ID: [Power]] = [:]
    let order = problem.assets.indices.sorted { left, right in
      (problem.assets[left].followsResidual ? 1 : 0, left) < (problem.assets[right].followsResidual ? 1 : 0, right)
    }
    let idle = [Power](repeating: .zero, count: problem.horizon.count)
    for position in order {
      let asset = problem.assets[position]
      let schedule = asset.standingSchedule(over: problem.horizon, residual: residual[asset.site, default: idle])
      for step in idle.indices { residual[asset.site, default: idle][step] += schedule.power[step] }
      schedules[position] = schedule
    }
    return Plan(problem: problem, schedules: schedules.compactMap { $0 }, origin: .standingRule, breaches: [], objective: nil)
  }
}

extension Plan {
  /// Puts the assets' schedules together site by site.
  init(
    problem: PlanningProblem, schedules: [AssetSchedule], origin: Origin, breaches: [Breach], objective: Double?
  ) {
    let bySite = Dictionary(grouping: schedules, by: \.site)
    let sites = problem.sites.map { conditions in
      SiteSchedule(conditions: conditions, assets: bySite[conditions.site] ?? [], over: problem.horizon)
    }
    let forced = problem.forcedPower
    let overLimits = zip(problem.sites, sites).flatMap { conditions, schedule in
      schedule.breaches(of: conditions, forced: forced[conditions.site], over: problem.horizon)
    }
    self.init(
      horizon: problem.horizon, origin: origin, sites: sites, breaches: breaches + overLimits, objective: objective)
  }
}
