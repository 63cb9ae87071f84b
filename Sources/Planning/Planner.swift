import CommunityModel
public import EnergySystems
public import LinearOptimization
import Quantities

/// Makes plans: hands the assets' system to a solver and reads the schedules back.
public struct Planner: Sendable {
  let solver: SystemSolver

  /// A planner that solves with `solver`; independent sites are solved apart.
  public init(solver: some Solver) { self.init(SystemSolver(solver)) }

  /// A planner that solves with `solver`.
  public init(_ solver: SystemSolver) { self.solver = solver }

  /// The plan that is best by `goals`, of least cost unless told, of those in which `overruling` happens where it is given; the standing
  /// rule's where the solver gives none.
  ///
  /// - Parameter earlier: An earlier plan of much the same: the solver begins where it ended, which spares most of the time.
  /// - Throws: `PlanningError.contradiction` when data do not fit each other.
  public func plan(
    _ problem: PlanningProblem, goals: PlanGoals = .cost, overruling: Overruling? = nil, after earlier: Plan? = nil,
    options: SolveOptions = SolveOptions()
  ) throws(PlanningError) -> Plan {
    try plan(problem, goals: goals, overruling: overruling, following: nil, after: earlier, options: options)
  }

  /// The same; what can be scheduled stays as near to `former` as it can, where that is given.
  func plan(
    _ problem: PlanningProblem, goals: PlanGoals, overruling: Overruling?, following former: FormerPowers?, after earlier: Plan?,
    options: SolveOptions
  ) throws(PlanningError) -> Plan {
    if goals.counts(.co2) { try problem.requireEmissions(for: "the goal co2") }
    var (draft, readers) = try Self.draft(problem)
    draft.aim(at: goals)
    if let former { draft.follow(former) }
    if let overruling { try draft.overrule(overruling) }
    let outcome: SystemOutcome
    do {
      outcome = try solver.solve(
        draft.system, options: options, isCalm: true, after: earlier?.trace,
        stepsLater: earlier.map { problem.horizon.stepsBehind($0.horizon) } ?? 0)
    } catch SystemError.part(let part, let figure, let reason) {
      throw .contradiction(subject: part, reason: "\(figure) \(reason)")
    } catch {
      return try fallback(problem, reason: "\(error)")
    }
    let results = goals.levels.enumerated().map { number, level in
      GoalResult(level: level, outcome: number < outcome.levels.count ? outcome.levels[number] : nil)
    }
    guard let schedule = outcome.schedule, let last = outcome.levels.last else {
      return try fallback(problem, reason: outcome.contradictions.first?.description ?? outcome.status.reason)
    }
    var plan = Plan(
      problem: problem, schedules: readers.map { $0(schedule) },
      origin: .solved(status: outcome.status, gap: results.reduce(0) { max($0, $1.gap ?? .infinity) }, time: outcome.solveTime),
      breaches: draft.breaches + Breach.ofHeat(in: schedule, of: draft.system, for: problem)
        + Breach.ofEngines(in: schedule, of: draft.system, over: problem.horizon),
      objective: last.objective, goals: results)
    // Only where money is what counts are duals prices.
    if goals == .cost, former == nil {
      plan.marginalPrices = outcome.marginalPrices.map { draft.marginalPrices($0, of: problem) }
    }
    plan.trace = outcome.trace
    return plan
  }

  /// The system of `problem`, and how to read each schedule.
  static func draft(_ problem: PlanningProblem) throws(PlanningError) -> (draft: SystemDraft, readers: [ScheduleReader]) {
    try problem.validate()
    var draft = SystemDraft(problem)
    for conditions in problem.sites { GridExchange(conditions: conditions).add(to: &draft) }
    problem.exchange?.add(to: &draft, between: problem.sites)
    var readers = problem.networks.flatMap { $0.add(to: &draft) }
    for transfer in problem.transfers { transfer.add(to: &draft, of: problem) }
    for asset in problem.assets { readers.append(try asset.add(to: &draft)) }
    return (draft, readers)
  }
}

extension Planner {
  /// What is done where the solver gives nothing: the standing rule.
  func fallback(_ problem: PlanningProblem, reason: String) throws(PlanningError) -> Plan {
    var plan = try StandingRule.plan(problem)
    plan.origin = .fallback(reason: reason)
    return plan
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
    let idle = problem.horizon.idle
    let heat = HeatRule(problem)
    for position in order {
      let asset = problem.assets[position]
      let schedule =
        heat.schedules[position]
        ?? asset.standingSchedule(over: problem.horizon, residual: residual[asset.site, default: idle])
      for step in idle.indices { residual[asset.site, default: idle][step] += schedule.power[step] }
      schedules[position] = schedule
    }
    return Plan(
      problem: problem, schedules: schedules.compactMap { $0 }, origin: .standingRule, breaches: heat.breaches, objective: nil)
  }
}

/// Heat without a plan: the sources of a network serve it one after the other, the sun first, then heat pumps, engines, boilers; tanks
/// rest. Cold comes before heat, because heat may drive its chillers.
private struct HeatRule {
  /// What each asset that has to do with heat does, by its place among the problem's.
  private(set) var schedules: [Int: AssetSchedule] = [:]
  /// Heat that is missing.
  private(set) var breaches: [Breach] = []

  init(_ problem: PlanningProblem) {
    let horizon = problem.horizon
    var wanted: [HeatNetwork.ID: [Power]] = [:]
    for network in problem.networks {
      var losses = horizon.means(of: network.loss)
      for pipe in network.pipes {
        for (step, loss) in horizon.means(of: pipe.loss).enumerated() { losses[step] += loss }
      }
      wanted[network.network] = losses
    }
    let heating = problem.assets.indices.filter { problem.assets[$0].heatNetwork != nil }
    let cold = Set(problem.networks.filter { $0.carries == .cold }.map(\.network))
    func place(_ position: Int) -> (Int, Int, Int) {
      let asset = problem.assets[position]
      return (asset.heatNetwork.map(cold.contains) == true ? 0 : 1, asset.heatRank ?? -1, position)
    }
    let order = heating.sorted { place($0) < place($1) }
    for position in order {
      let asset = problem.assets[position]
      guard let network = asset.heatNetwork else { continue }
      // What must be made first is not there without a plan.
      let isFuelled = asset.burnt.map { burnt in problem.fuels.contains { $0.id == burnt && $0.price != nil } } ?? true
      let residual = isFuelled ? wanted[network, default: horizon.idle] : horizon.idle
      let schedule = asset.standingSchedule(over: horizon, residual: residual)
      for (step, power) in (schedule.heat?.power ?? []).enumerated() { wanted[network, default: horizon.idle][step] += power }
      if let driving = schedule.drivingHeat {
        for (step, power) in driving.power.enumerated() { wanted[driving.network, default: horizon.idle][step] += power }
      }
      schedules[position] = schedule
    }
    for network in problem.networks {
      let missing = (wanted[network.network] ?? []).map { max(0, $0.kilowatts) }
      breaches += Breach.spans(
        network.carries == .cold ? .coldMissing : .heatMissing, SystemDraft.pipes(of: network, at: nil), missing, horizon)
    }
  }
}

extension Plan {
  /// Puts the assets' schedules together site by site.
  init(
    problem: PlanningProblem, schedules: [AssetSchedule], origin: Origin, breaches: [Breach], objective: Double?,
    goals: [GoalResult] = []
  ) {
    let bySite = Dictionary(grouping: schedules, by: \.site)
    let forced = problem.forcedPower
    var sites = problem.sites.map { conditions in
      SiteSchedule(
        conditions: conditions, assets: bySite[conditions.site] ?? [], fuels: problem.fuels, forced: forced[conditions.site],
        over: problem.horizon)
    }
    if let exchange = problem.exchange { sites.settle(exchange, of: problem.sites, over: problem.horizon) }
    let overLimits = zip(problem.sites, sites).flatMap { conditions, schedule in
      schedule.breaches(of: conditions, forced: forced[conditions.site], over: problem.horizon)
    }
    self.init(
      horizon: problem.horizon, origin: origin, sites: sites,
      breaches: breaches + overLimits + problem.reserveBreaches(in: schedules), objective: objective, goals: goals,
      carbon: CarbonAccount(of: sites, in: problem))
  }
}
