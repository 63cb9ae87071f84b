import CommunityModel
public import LinearOptimization
import Quantities

/// Makes plans: hands the assets' model to a solver and reads the schedules back.
public struct Planner: Sendable {
  private let solver: any Solver

  /// A planner that solves with `solver`; independent sites are solved apart.
  public init(solver: some Solver) {
    self.solver = DecomposedSolver(solver, leastBlockSize: Self.leastBlockSize)
  }

  /// A solver's call costs about as much as solving so many variables: smaller parts are solved together.
  private static let leastBlockSize = 500

  /// The plan of least cost.
  ///
  /// - Throws: `PlanningError.contradiction` when data do not fit each other, `.noSolution` when the solver found none in time.
  public func plan(_ problem: PlanningProblem, options: SolveOptions = SolveOptions()) throws(PlanningError) -> Plan {
    try problem.validate()
    var formulation = Formulation(problem)
    for conditions in problem.sites { GridExchange(conditions: conditions).formulate(in: &formulation) }
    var readers: [ScheduleReader] = []
    for asset in problem.assets { readers.append(try asset.formulate(in: &formulation)) }
    formulation.closeBalances()
    let solution: Solution
    do {
      solution = try solver.solve(formulation.model, options: options)
    } catch {
      throw .noSolution(reason: "\(error)")
    }
    guard solution.status.hasValues else { throw .noSolution(reason: "the solver says \(solution.status)") }
    return Plan(
      problem: problem, schedules: readers.map { $0(solution) },
      origin: .solved(status: solution.status, gap: solution.relativeGap, time: solution.solveTime),
      breaches: formulation.breaches, objective: formulation.objective(of: solution))
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
