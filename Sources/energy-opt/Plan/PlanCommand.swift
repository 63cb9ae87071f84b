import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import EnergySystems
import Forecasting
import HighsSolver
import LinearOptimization
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Reporting
import SQLiteStore
import SeriesFiles

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
        energy-opt plan --peak 48kW --reserve 4h
        energy-opt plan --since plan.json --save plan.json
        energy-opt plan --quiet --lang de
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
    }
    for (name, text) in [("--from", from), ("--until", until)] {
      guard let text, Timestamp(iso8601: text) == nil else { continue }
      throw ValidationError("\(name) is '\(text)', expected a time with zone such as 2016-06-28T00:00:00Z")
    }
  }

  func run() throws {
    let file = try options.load()
    let horizon = try horizon(on: file.community.calendar)
    let knowledge = try reportingProblems { try self.knowledge(of: file.community, over: horizon) }
    let inputsOf = { forecast in try self.inputs(forecast, of: file, over: horizon, knowing: knowledge) }
    let inputs = try inputsOf(details.cases.shown)
    let problems = try details.cases.problems(inputs, inputsOf: inputsOf)
    let earlier = try saved.earlier()
    let outages = try whatIf.outages(among: file.assets)
    let additions = try whatIf.additions(to: file.community)
    var solveOptions = SolveOptions(timeLimit: .seconds(maxTime))
    solveOptions.relativeGap = gap / 100
    var time = PlanningTime(limit: .seconds(maxTime))
    let plans: [Plan]
    var report: PlanReport
    do {
      plans = try Planner(.inOwnProcess).plans(of: problems, goals: goals.goals, options: solveOptions)
      time.planIsThere()
      let plan = plans[plans.count / 2]
      let rule = try StandingRule.plan(inputs.problem)
      report = PlanReport(
        on: file.community, plan: plan, rule: rule, inputs: PlanReport.Inputs(inputs), conditions: inputs.problem.sites,
        solver: "HiGHS \(HighsSolver.highsVersion)")
    } catch {
      tell("\(error)")
      throw ExitCode(3)
    }
    if !quiet, !report.isFallback, output.format != .csv {
      try details.add(
        to: &report, of: file, inputs, plans, knowledge, output, goals: goals.goals, within: time, options: solveOptions,
        inputsOf: inputsOf)
      let run = WhatIfRun(of: inputs.problem, plan: report.plan, goals: goals.goals, options: solveOptions, within: time)
      let variations = PlanVariations(
        of: inputs, community: file.community, assets: file.assets, fuels: file.fuels, knowing: knowledge)
      report.variations = try run.without(outages, on: file.community.calendar) + run.with(additions, by: variations)
      if output.format == .text { report.variations += run.failures(on: file.community.calendar) }
    }
    report.earlier = earlier
    try saved.keep(report)
    show(report)
    if !report.plan.breaches.isEmpty || report.isFallback { throw ExitCode(2) }
  }

  private func show(_ report: PlanReport) {
    switch output.format {
    case .text where quiet: print(report.line(output.lang), terminator: "")
    case .text: print(report.text(output.lang, width: output.lineWidth), terminator: "")
    case .md: print(report.markdown(output.lang), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    }
  }

  private func horizon(on calendar: MarketCalendar) throws -> PlanningHorizon {
    let start = QuarterHour(containing: from.flatMap { Timestamp(iso8601: $0) } ?? SystemTime.now())
    let end = until.flatMap { Timestamp(iso8601: $0) }.map { QuarterHour(containing: $0) } ?? start.advanced(by: hours * 4)
    guard start < end else { throw ValidationError("the plan would end before its first step does; check --from and --until") }
    return steps.pattern.horizon(from: start, to: end, calendar: calendar)
  }

  // MARK: - What is known

  private func knowledge(of community: Community, over horizon: PlanningHorizon) throws -> PlanInputs.Knowledge {
    let stores = try options.openStores()
    let past = horizon.start.advanced(by: -28 * 24 * 4)..<horizon.start
    var knowledge = PlanInputs.Knowledge(profiles: try standardProfiles(for: community))
    let history = History(readings: stores.readings, imported: stores.imported)
    knowledge.energies = try history.energies(of: community, in: past)
    try overrides.notePeaks(in: &knowledge, of: community, from: history, before: horizon.start)
    knowledge.states = try stores.readings?.latest(asOf: horizon.start.start) ?? [:]
    knowledge.prices = try prices(of: community)
    knowledge.emissions = try emissions(of: community)
    try overrides.noteReserve(in: &knowledge, of: community)
    knowledge.orders = try community.gridOrders(in: options.folder)
    if let forecasts {
      let given = try SeriesFileReader(calendar: community.calendar).forecasts(from: CSVFile(forecasts))
      knowledge.forecasts = given.assets
    }
    return knowledge
  }

  private func inputs(
    _ forecastCase: ForecastCase, of file: CommunityFile, over horizon: PlanningHorizon, knowing known: PlanInputs.Knowledge
  ) throws -> PlanInputs {
    var knowledge = known
    knowledge.forecastCase = forecastCase
    do {
      return try PlanInputs(
        community: file.community, assets: file.assets, fuels: file.fuels, horizon: horizon, knowing: knowledge)
    } catch {
      tell("\(error)")
      if case .pricesTooOld = error { throw ExitCode(4) }
      throw ExitCode(3)
    }
  }

  private func prices(of community: Community) throws -> [String: TimeSeries<EnergyPrice?>] {
    var prices: [String: TimeSeries<EnergyPrice?>] = [:]
    for price in community.tariffs.flatMap({ [$0.importPrice, $0.feedInPrice] }) {
      guard case .dynamic(let name, _) = price, prices[name] == nil else { continue }
      prices[name] = try SeriesFileReader(calendar: community.calendar).prices(from: CSVFile("\(options.folder)/\(name)")).prices
    }
    return prices
  }

  private func emissions(of community: Community) throws -> [String: TimeSeries<EmissionFactor?>] {
    var emissions: [String: TimeSeries<EmissionFactor?>] = [:]
    for tariff in community.tariffs {
      guard case .dynamic(let name) = tariff.emissions, emissions[name] == nil else { continue }
      emissions[name] = try SeriesFileReader(calendar: community.calendar).emissions(from: CSVFile("\(options.folder)/\(name)"))
    }
    return emissions
  }

  private func standardProfiles(for community: Community) throws -> StandardProfiles {
    let folder = try InstalledFolders().profiles(named: profiles)
    let holidays: Holidays
    do {
      holidays = try HolidayTable(file: CSVFile("\(folder)/holidays.csv")).holidays(in: community.holidayRegion)
    } catch let error as ForecastingError {
      tell("\(options.community): \(error)")
      throw ExitCode(3)
    }
    return StandardProfiles(
      tables: [
        try LoadProfileTable(file: CSVFile("\(folder)/load/bdew-2025.csv")),
        try LoadProfileTable(file: CSVFile("\(folder)/load/vdew-1999.csv")),
      ],
      dynamisation: try Dynamisation(file: CSVFile("\(folder)/load/dynamisation.csv")), holidays: holidays,
      calendar: community.calendar, sun: try GenerationShape(file: CSVFile("\(folder)/generation/pv-dresden.csv")),
      heat: try HeatShape(file: CSVFile("\(folder)/heat/dresden.csv")))
  }
}
