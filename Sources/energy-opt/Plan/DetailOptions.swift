import ArgumentParser
import CommunityFiles
import CommunityModel
import LinearOptimization
import MarketTime
import PlanPreparation
import Planning
import Reporting

/// What a plan tells besides its first screen.
struct DetailOptions: ParsableArguments {
  @OptionGroup var cases: CaseOptions

  @OptionGroup var explaining: ExplainOptions

  @Flag(help: "Who gets how much of the community's own power, by its sharing agreement.")
  var members = false

  @Flag(help: "What each asset does and costs.")
  var devices = false

  @Flag(help: "A row a step instead of a block.")
  var slots = false

  @Flag(help: "What each heat network gets, delivers, stores and loses.")
  var heat = false

  func validate() throws {
    guard cases.plannedCase == .robust, explaining.explain != nil else { return }
    throw ValidationError("--explain gives the reasons of one forecast; choose --case p10, p50 or p90")
  }

  /// Adds what is asked for to `report`, as far as there is `time`.
  ///
  /// - Parameters:
  ///   - plans: Those that were made at once, that of the report in their middle.
  ///   - inputsOf: The same problem with another forecast.
  func add(
    to report: inout PlanReport, of file: CommunityFile, _ inputs: PlanInputs, _ plans: [Plan], _ knowledge: PlanInputs.Knowledge,
    _ output: PlanOutputOptions, goals: PlanGoals, within time: PlanningTime, options: SolveOptions,
    inputsOf: (ForecastCase) throws -> PlanInputs
  ) throws {
    let plan = report.plan
    let week = plan.horizon.start.advanced(by: -7 * 24 * 4)..<plan.horizon.start
    report.importTrigger = ImportTrigger(
      of: file.community, plan: plan, energies: MeteredEnergies(knowledge.energies, over: week))
    report.inputs.ages = PlanReport.Inputs.Ages(of: knowledge.states, at: plan.horizon.start.start)
    report.forecastCase = cases.plannedCase.rawValue
    if plans.count == 1, goals == .cost {
      report.reasons = try explaining.reasons(
        for: plan, of: inputs.problem, in: file.community.calendar, output, within: time, options: options)
    }
    report.outlooks = try cases.others(than: inputs, plans, goals: goals, within: time, options: options, inputsOf: inputsOf)
    report.fuels = inputs.problem.fuels
    report.details = Set(
      [(members, PlanReport.Detail.members), (devices, .devices), (slots, .slots), (heat, .heat)].filter(\.0).map(\.1))
    if members {
      report.members = try MemberShares(
        of: plan, in: file.community, assets: file.assets, conditions: inputs.problem.sites)
    }
  }
}
