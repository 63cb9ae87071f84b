import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Forecasting
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import SQLiteStore
import SeriesFiles

/// All that a plan is made of.
struct KnownInputs {
  let file: CommunityFile
  let knowledge: PlanInputs.Knowledge
  /// Of the forecast that is planned for, or shown of several.
  let inputs: PlanInputs
  /// What is planned: one problem, or one for each forecast that the first step must suit.
  let problems: [PlanningProblem]
  /// Of another forecast.
  let inputsOf: (ForecastCase) throws -> PlanInputs
}

extension PlanCommand {
  /// Reads the community's files and store.
  ///
  /// - Throws: `ExitCode` after telling what is wrong.
  func known() throws -> KnownInputs {
    let file = try options.load()
    let horizon = try horizon(on: file.community.calendar)
    let knowledge = try reportingProblems { try self.knowledge(of: file.community, over: horizon) }
    let inputsOf = { forecast in try self.inputs(forecast, of: file, over: horizon, knowing: knowledge) }
    let inputs = try inputsOf(details.cases.shown)
    return KnownInputs(
      file: file, knowledge: knowledge, inputs: inputs, problems: try details.cases.problems(inputs, inputsOf: inputsOf),
      inputsOf: inputsOf)
  }

  func horizon(on calendar: MarketCalendar) throws -> PlanningHorizon {
    let start = QuarterHour(containing: from.flatMap { Timestamp(iso8601: $0) } ?? SystemTime.now())
    let end = until.flatMap { Timestamp(iso8601: $0) }.map { QuarterHour(containing: $0) } ?? start.advanced(by: hours * 4)
    guard start < end else { throw ValidationError("the plan would end before its first step does; check --from and --until") }
    return steps.pattern.horizon(from: start, to: end, calendar: calendar)
  }

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
