import ArgumentParser
import HighsSolver
import LinearOptimization
import PlanPreparation
import Planning
import Reporting

/// `--case`: which forecast is planned for.
struct CaseOptions: ParsableArguments {
  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "The forecast to plan for: p50, the mean of days before; p10, little sun and much use; p90, the reverse.", valueName: "case"
    ))
  var forecastCase = ForecastCase.p50

  /// What the plans of the other cases come to, as far as there is time until `deadline`; none where days before tell nothing.
  func others(
    than inputs: PlanInputs, until deadline: Duration, options: SolveOptions, inputsOf: (ForecastCase) throws -> PlanInputs
  ) rethrows -> [PlanReport.Outlook] {
    guard inputs.hasHistory else { return [] }
    return try ForecastCase.allCases.filter { $0 != forecastCase }.map { other in
      let problem = try inputsOf(other).problem
      var rest = options
      rest.timeLimit = max(.zero, deadline - SystemTime.uptime())
      let plan = try? Planner(solver: HighsSolver()).plan(problem, options: rest)
      return PlanReport.Outlook(name: other.rawValue, figures: plan.flatMap { $0.isProven ? PlanFigures(of: $0) : nil })
    }
  }
}

extension ForecastCase: ExpressibleByArgument {}
