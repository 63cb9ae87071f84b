import CommunityModel
import LinearOptimization
import MarketTime
import PlanPreparation
import Planning
import Reporting

/// Solves the variations of a plan one after the other, all of them and the plan within one time limit.
struct WhatIfRun {
  let horizon: PlanningHorizon
  let goals: PlanGoals
  let options: SolveOptions
  private let time: PlanningTime
  private let problem: PlanningProblem
  private let plan: Plan

  /// Variations of `plan`, which was made of `problem`, as far as there is `time`.
  init(of problem: PlanningProblem, plan: Plan, goals: PlanGoals, options: SolveOptions, within time: PlanningTime) {
    self.problem = problem
    self.plan = plan
    horizon = problem.horizon
    self.goals = goals
    self.options = options
    self.time = time
  }

  /// What came of the plan without `outages`.
  func without(_ outages: [Outage], on calendar: MarketCalendar) throws -> [PlanVariation] {
    var found: [PlanVariation] = []
    for outage in outages {
      let span = try outage.span(in: horizon, calendar: calendar)
      let outcome = outcome(within: time.asked) {
        outage.agreed.map { problem.without($0) } ?? problem.without(AssetID(outage.device), in: span)
      }
      found.append(PlanVariation(.without, outage.device, agreed: outage.agreed, in: span, outcome: outcome))
    }
    return found
  }

  /// What came of the plan with `additions`.
  func with(
    _ wishes: [(text: String, additions: [PlanAddition])], by variations: PlanVariations
  ) -> [PlanVariation] {
    var found: [PlanVariation] = []
    for wish in wishes {
      let outcome = outcome(within: time.asked) { try variations.problem(with: wish.additions) }
      let candidates = wish.additions.compactMap { addition in
        if case .candidate(let candidate) = addition { candidate } else { nil }
      }
      found.append(PlanVariation(.with, wish.text, candidates: candidates, outcome: outcome))
    }
    return found
  }

  /// What comes of it when the largest plant, battery and source of heat fail from the next noon on.
  func failures(on calendar: MarketCalendar) -> [PlanVariation] {
    guard let noon = Self.noon(in: horizon, calendar: calendar) else { return [] }
    let span = noon..<horizon.span.upperBound
    var found: [PlanVariation] = []
    for asset in problem.pillars {
      let outcome = outcome(within: time.unasked(for: .failures)) { problem.without(asset, in: span) }
      found.append(PlanVariation(.fails, asset.text, in: span, outcome: outcome))
    }
    return found
  }

  /// The first noon of the local clock within `horizon`.
  private static func noon(in horizon: PlanningHorizon, calendar: MarketCalendar) -> QuarterHour? {
    guard let twelve = LocalTime(minutes: 720) else { return nil }
    let today = calendar.localDay(of: horizon.start.start)
    return [today, today.advanced(by: 1)].map { QuarterHour(containing: calendar.instant(of: twelve, on: $0)) }
      .first { horizon.span.contains($0) }
  }

  private func outcome(within left: Duration, _ make: () throws -> PlanningProblem) -> PlanVariation.Outcome {
    guard left > .zero else { return .skipped }
    var options = options
    options.timeLimit = left
    do {
      let plan = try Planner(.inOwnProcess).plan(make(), goals: goals, after: plan, options: options)
      // The standing rule knows nothing of what is other.
      if case .fallback(let reason) = plan.origin { return .failed(reason) }
      return .solved(plan)
    } catch {
      return .failed("\(error)")
    }
  }
}
