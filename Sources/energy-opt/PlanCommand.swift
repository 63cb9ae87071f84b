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
        energy-opt plan --since plan.json --save plan.json
        energy-opt plan --quiet --lang de
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

  @Flag(name: [.customShort("q"), .long], help: "One line only.")
  var quiet = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...24 * 366).contains(hours) else { throw ValidationError("--hours takes 1 to \(24 * 366)") }
    guard (1...86_400).contains(maxTime) else { throw ValidationError("--max-time takes 1 to 86400 seconds") }
    guard (0...100).contains(gap) else { throw ValidationError("--gap takes 0 to 100 percent") }
    for (name, text) in [("--from", from), ("--until", until)] {
      guard let text, Timestamp(iso8601: text) == nil else { continue }
      throw ValidationError("\(name) is '\(text)', expected a time with zone such as 2016-06-28T00:00:00Z")
    }
  }

  func run() throws {
    let file = try options.load()
    let horizon = try horizon(on: file.community.calendar)
    let (inputs, knowledge) = try reportingProblems { try self.inputs(for: file, over: horizon) }
    let earlier = try saved.earlier()
    let outages = try whatIf.outages(among: file.assets)
    let additions = try whatIf.additions(to: file.community)
    var solveOptions = SolveOptions(timeLimit: .seconds(maxTime))
    solveOptions.relativeGap = gap / 100
    var report: PlanReport
    let begun = ContinuousClock.now
    do {
      let plan = try Planner(.inOwnProcess).plan(inputs.problem, goals: goals.goals, options: solveOptions)
      let rule = try StandingRule.plan(inputs.problem)
      report = PlanReport(
        on: file.community, plan: plan, rule: rule, inputs: PlanReport.Inputs(inputs), conditions: inputs.problem.sites,
        solver: "HiGHS \(HighsSolver.highsVersion)")
    } catch {
      tell("\(error)")
      throw ExitCode(3)
    }
    if !quiet, !report.isFallback, output.format != .csv {
      var run = WhatIfRun(
        of: inputs.problem, goals: goals.goals, options: solveOptions, planTime: begun.duration(to: .now))
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

  private func inputs(for file: CommunityFile, over horizon: PlanningHorizon) throws -> (PlanInputs, PlanInputs.Knowledge) {
    let community = file.community
    let stores = try options.openStores()
    let past = horizon.start.advanced(by: -28 * 24 * 4)..<horizon.start
    var knowledge = PlanInputs.Knowledge(profiles: try standardProfiles(for: community))
    knowledge.energies = try History(readings: stores.readings, imported: stores.imported).energies(of: community, in: past)
    knowledge.states = try stores.readings?.latest(asOf: horizon.start.start) ?? [:]
    knowledge.prices = try prices(of: community)
    knowledge.emissions = try emissions(of: community)
    if let forecasts {
      let given = try SeriesFileReader(calendar: community.calendar).forecasts(from: CSVFile(forecasts))
      knowledge.forecasts = given.assets
    }
    do {
      let inputs = try PlanInputs(
        community: community, assets: file.assets, fuels: file.fuels, horizon: horizon, knowing: knowledge)
      return (inputs, knowledge)
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
