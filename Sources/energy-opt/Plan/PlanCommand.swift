import ArgumentParser
import Charts
import CommunityFiles
import CommunityModel
import Console
import Glibc
import HighsSolver
import LinearOptimization
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Reporting

/// `energy-opt plan`
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plans batteries, cars, heat and shiftable loads for the coming hours, and says what that saves.",
    discussion: """
      Forecasts come from the days before, from standard profiles where there
      are none, or from --forecasts. The plan is of least cost unless --goal says
      otherwise, beside the standing rule (greedy self-consumption) with the
      same inputs. Nothing is switched.

      EXAMPLES
        energy-opt plan
        energy-opt plan --from 2016-06-28T00:00:00Z --hours 24
        energy-opt plan --forecasts tomorrow.csv --format csv
        energy-opt plan --hours 72 --step 15m,1h
        energy-opt plan --goal co2,peak,cost --tolerance 0.5
        energy-opt plan --without farm-battery@12:00..18:00 --with pv:30kWp@farm
        energy-opt plan --with battery:..200kWh:55EUR/kWh@farm
        energy-opt plan --with exchange:12ct/kWh --with reserve:4h/30%@farm
        energy-opt plan --peak 48kW --reserve 4h
        energy-opt plan --since plan.json --save plan.json
        energy-opt plan --watch --every 15m --gain 0.50 --save plan.json
        energy-opt plan --quiet --lang de
        energy-opt plan --plot
        energy-opt plan --explain 12-16
        energy-opt plan --case p10
        energy-opt plan --members --devices --format md
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("Start, a time with zone; the current quarter hour unless told.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("End, a time with zone.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("Length of the plan.", valueName: "hours"))
  var hours = 36

  @OptionGroup var steps: StepOptions

  @OptionGroup var goals: GoalOptions

  @OptionGroup var whatIf: WhatIfOptions

  @OptionGroup var saved: SavedPlanOptions

  @OptionGroup var watching: WatchOptions

  @Option(help: ArgumentHelp("Expected powers and prices: time,ASSET [kW],...", valueName: "file.csv"))
  var forecasts: String?

  @Option(help: ArgumentHelp("Folder of load and generation profiles.", valueName: "folder"))
  var profiles: String?

  @Option(help: ArgumentHelp("Seconds the solver may take.", valueName: "seconds"))
  var maxTime = 10

  @Option(help: ArgumentHelp("A plan counts as optimal when it is proven to be within so many percent.", valueName: "percent"))
  var gap = 0.01

  @OptionGroup var overrides: PlanOverrides

  @Flag(name: [.customShort("q"), .long], help: "One line only.")
  var quiet = false

  @OptionGroup var details: DetailOptions

  @OptionGroup var output: PlanOutputOptions

  func validate() throws {
    guard (1...24 * 366).contains(hours) else { throw ValidationError("--hours takes 1 to \(24 * 366)") }
    guard (1...86_400).contains(maxTime) else { throw ValidationError("--max-time takes 1 to 86400 seconds") }
    guard (0...100).contains(gap) else { throw ValidationError("--gap takes 0 to 100 percent") }
    if goals.goals != .cost {
      if details.explaining.explain != nil { throw ValidationError("--explain weighs prices; it goes with --goal cost") }
      if details.cases.plannedCase == .robust { throw ValidationError("--case robust goes with --goal cost") }
      if watching.watch { throw ValidationError("--watch weighs gains; it goes with --goal cost") }
    }
    if watching.watch {
      guard output.format == .text else { throw ValidationError("--watch writes text; --save keeps the plan as JSON") }
      guard details.cases.plannedCase != .robust else {
        throw ValidationError("--watch looks after the plan of one forecast; choose --case p10, p50 or p90")
      }
    }
    for (name, text) in [("--from", from), ("--until", until)] {
      guard let text, Timestamp(iso8601: text) == nil else { continue }
      throw ValidationError("\(name) is '\(text)', expected a time with zone such as 2016-06-28T00:00:00Z")
    }
  }

  func run() throws {
    let known = try known()
    let report = try planned(known)
    if watching.watch { try keepWatch(over: report, known) }
    if !report.plan.breaches.isEmpty || report.isFallback { throw ExitCode(2) }
  }

  private var solveOptions: SolveOptions {
    var options = SolveOptions(timeLimit: .seconds(maxTime))
    options.relativeGap = gap / 100
    return options
  }

  /// Plans, keeps the plan and shows it.
  private func planned(_ known: KnownInputs) throws -> PlanReport {
    let wishes = try wishes(known)
    var time = PlanningTime(limit: .seconds(maxTime))
    let plans: [Plan]
    do {
      plans = try Planner(.inOwnProcess).plans(of: known.problems, goals: goals.goals, options: solveOptions)
    } catch {
      tell("\(error)")
      throw ExitCode(3)
    }
    time.planIsThere()
    return try show(plans, of: known, wishes, within: time)
  }

  /// What is asked besides the plan.
  private struct Wishes {
    let earlier: EarlierPlan?
    let outages: [Outage]
    let additions: [(text: String, additions: [PlanAddition])]
  }

  private func wishes(_ known: KnownInputs) throws -> Wishes {
    let file = known.file
    return Wishes(
      earlier: try saved.earlier(), outages: try whatIf.outages(among: file.assets, of: known.inputs.problem),
      additions: try whatIf.additions(to: file.community, candidates: file.candidates, goals: goals.goals))
  }

  /// Shows the middle one of `plans` with all that was asked for, and keeps it.
  private func show(_ plans: [Plan], of known: KnownInputs, _ wishes: Wishes, within time: PlanningTime) throws -> PlanReport {
    let (file, inputs) = (known.file, known.inputs)
    var report: PlanReport
    do {
      report = PlanReport(
        on: file.community, plan: plans[plans.count / 2], rule: try StandingRule.plan(inputs.problem),
        inputs: PlanReport.Inputs(inputs), conditions: inputs.problem.sites, solver: "HiGHS \(HighsSolver.highsVersion)")
    } catch {
      tell("\(error)")
      throw ExitCode(3)
    }
    if !quiet, !report.isFallback, ![.csv, .svg].contains(output.format) {
      try details.add(
        to: &report, of: file, inputs, plans, known.knowledge, output, goals: goals.goals, within: time, options: solveOptions,
        inputsOf: known.inputsOf)
      let run = WhatIfRun(of: inputs.problem, plan: report.plan, goals: goals.goals, options: solveOptions, within: time)
      let variations = PlanVariations(
        of: inputs, community: file.community, assets: file.assets, fuels: file.fuels, knowing: known.knowledge)
      report.variations =
        try run.without(wishes.outages, on: file.community.calendar) + run.with(wishes.additions, by: variations)
      if output.format == .text { report.variations += run.failures(on: file.community.calendar) }
    }
    report.earlier = wishes.earlier
    try compare(&report, with: wishes.earlier, in: inputs.problem, within: time.asked)
    try saved.keep(report)
    show(report)
    return report
  }

  /// Holds the plan beside what was asked for.
  private func compare(
    _ report: inout PlanReport, with earlier: EarlierPlan?, in problem: PlanningProblem, within left: Duration
  ) throws {
    if saved.compare == .none { report.yardstick = .none }
    guard saved.compare == .last, let earlier else { return }
    var options = solveOptions
    options.timeLimit = left
    let held = left > .zero ? try Planner(.inOwnProcess).plan(problem, following: earlier.formerPowers, options: options) : nil
    if let held, held.isSolved { return report.compare(with: held) }
    tell("the last plan could not be held in what is known now within --max-time; nothing is compared")
    report.yardstick = .none
  }

  /// Looks at the inputs again and again; the plan of `report` stands until another is worth it.
  private func keepWatch(over report: PlanReport, _ known: KnownInputs) throws -> Never {
    var watch = PlanWatch(over: report.plan, of: known.inputs.problem, watching.thresholds)
    while true {
      fflush(nil)
      watching.waitForNextLook()
      // What is wrong has been told; the plan stays, and so does the watch.
      do { try look(with: &watch) } catch is ExitCode {} catch { tell("\(error)") }
    }
  }

  private func look(with watch: inout PlanWatch) throws {
    let known = try known()
    var time = PlanningTime(limit: .seconds(maxTime))
    let outcome = try watch.look(at: known.inputs.problem, by: Planner(.inOwnProcess), options: solveOptions)
    time.planIsThere()
    let words = PlanWatchText(of: known.file.community, watching.thresholds)
    print(words.line(outcome, at: known.inputs.problem.horizon.start, output.lang))
    guard case .replaced = outcome else { return }
    _ = try show([watch.plan], of: known, try wishes(known), within: time)
  }

  private func show(_ report: PlanReport) {
    switch output.format {
    case .text where quiet: print(report.line(output.lang), terminator: "")
    case .text:
      print(report.text(output.lang, width: output.lineWidth), terminator: "")
      if output.plot { print("\n" + report.chart(output.lang).text(on: output.terminal), terminator: "") }
    case .md: print(report.markdown(output.lang), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    case .svg: print(report.chart(output.lang).picture(width: 960, height: 320).svg(.automatic), terminator: "")
    }
  }
}
