import ArgumentParser
import EnergySystems
import LinearOptimization
import PlanPreparation
import Planning
import Reporting

/// `--case`: which forecast is planned for.
struct CaseOptions: ParsableArguments {
  /// A forecast, or all of them at once.
  enum PlannedCase: String, CaseIterable, ExpressibleByArgument {
    case p10, p50, p90, robust
  }

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "The forecast to plan for: p50, the mean of days before; p10, little sun and much use; p90, the reverse; robust, what is right now whichever comes.",
      valueName: "case"))
  var plannedCase = PlannedCase.p50

  /// The forecast that the plan's page shows.
  var shown: ForecastCase { ForecastCase(rawValue: plannedCase.rawValue) ?? .p50 }

  /// The problems that are solved at once, that of `shown`, `inputs`, in their middle.
  func problems(_ inputs: PlanInputs, inputsOf: (ForecastCase) throws -> PlanInputs) rethrows -> [PlanningProblem] {
    guard plannedCase == .robust, inputs.hasHistory else { return [inputs.problem] }
    return try ForecastCase.allCases.map { $0 == shown ? inputs.problem : try inputsOf($0).problem }
  }

  /// What the plans of the other cases come to, as far as there is time; none where days before tell nothing.
  ///
  /// - Parameter plans: those of `problems`.
  func others(
    than inputs: PlanInputs, _ plans: [Plan], goals: PlanGoals, within time: PlanningTime, options: SolveOptions,
    inputsOf: (ForecastCase) throws -> PlanInputs
  ) rethrows -> [PlanReport.Outlook] {
    guard inputs.hasHistory else { return [] }
    let cases = ForecastCase.allCases
    guard plans.count < cases.count else {
      return zip(cases, plans).filter { $0.0 != shown }.map { .init(name: $0.0.rawValue, figures: PlanFigures(of: $0.1)) }
    }
    return try cases.filter { $0 != shown }.map { other in
      let problem = try inputsOf(other).problem
      var rest = options
      let left = time.unasked(for: .otherCases)
      rest.timeLimit = left
      guard left > .zero else { return PlanReport.Outlook(name: other.rawValue, figures: nil) }
      let plan = try? Planner(.inOwnProcess).plan(problem, goals: goals, after: plans.first, options: rest)
      return PlanReport.Outlook(name: other.rawValue, figures: plan.flatMap { $0.isProven ? PlanFigures(of: $0) : nil })
    }
  }
}
