import CommunityModel
import EnergySystems
public import LinearOptimization

extension Planner {
  /// The plans of `problems`, which are the same assets with other forecasts; what batteries, cars and laundries do in the first step is the
  /// same in all of them, and their mean cost is the least with which that can be. A plan of one problem is just its plan.
  ///
  /// Marginal prices are not known of several.
  ///
  /// - Parameter goals: What is best; of several problems their mean cost is, whatever they say.
  /// - Throws: as `plan`.
  public func plans(
    of problems: [PlanningProblem], goals: PlanGoals = .cost, options: SolveOptions = SolveOptions()
  ) throws(PlanningError) -> [Plan] {
    guard problems.count > 1, let first = problems.first else {
      var plans: [Plan] = []
      for problem in problems { plans.append(try plan(problem, goals: goals, options: options)) }
      return plans
    }
    var drafts: [(draft: SystemDraft, readers: [ScheduleReader])] = []
    for problem in problems { drafts.append(try Self.draft(problem)) }
    let decided = first.assets.filter { $0.economy(over: first.horizon).isDecidedNow }.map(\.id.text)
    let outcome: JointOutcome
    do {
      outcome = try solver.solve(together: drafts.map(\.draft.system), sameAtFirst: decided, options: options)
    } catch SystemError.part(let part, let figure, let reason) {
      throw .contradiction(subject: part, reason: "\(figure) \(reason)")
    } catch {
      return try fallbacks(problems, reason: "\(error)")
    }
    guard outcome.schedules.count == problems.count else { return try fallbacks(problems, reason: outcome.status.reason) }
    return problems.indices.map { place in
      let schedule = outcome.schedules[place]
      let system = drafts[place].draft.system
      return Plan(
        problem: problems[place], schedules: drafts[place].readers.map { $0(schedule) },
        origin: .solved(status: outcome.status, gap: outcome.relativeGap, time: outcome.solveTime),
        breaches: drafts[place].draft.breaches + Breach.ofHeat(in: schedule, of: system, for: problems[place])
          + Breach.ofEngines(in: schedule, of: system, over: problems[place].horizon),
        objective: nil)
    }
  }
}

extension Planner {
  private func fallbacks(_ problems: [PlanningProblem], reason: String) throws(PlanningError) -> [Plan] {
    var plans: [Plan] = []
    for problem in problems { plans.append(try fallback(problem, reason: reason)) }
    return plans
  }
}

extension AssetEconomy {
  /// Whether it is told what to do now: a store, or use that may wait.
  fileprivate var isDecidedNow: Bool {
    switch self {
    case .store, .placed: true
    case .fixed, .heatSource, .fuelConverter, .plant: false
    }
  }
}
