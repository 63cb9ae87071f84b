import ArgumentParser
import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Reporting
import SQLiteStore
import Summaries

/// The files that summaries are made from.
struct SummaryOptions: ParsableArguments {
  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("What was agreed to be paid; beside the community's file unless told.", valueName: "tariffs.yaml"))
  var tariffs: String?

  @Option(
    help: ArgumentHelp("The last plan, as plan --save keeps it; beside the community's file unless told.", valueName: "plan.json")
  )
  var plan: String?

  @OptionGroup var language: LanguageOption

  var lang: Language { language.lang }

  /// The day that `text` names.
  static func day(_ text: String) throws -> LocalDay {
    guard let day = LocalDay(iso8601: text) else {
      throw ValidationError("the day is '\(text)', expected a date such as 2016-06-28")
    }
    return day
  }

  /// Reads what the summaries of `days`, of each and of all together, are made from.
  ///
  /// - Throws: `ExitCode` after telling what is wrong.
  func sources(for days: Range<LocalDay>) throws -> SummarySources {
    let file = try options.load()
    let stores = try options.openStores()
    let holidays = try publicHolidays(of: file.community, file: options.community)
    return try reportingProblems {
      let community = file.community
      let span = SummarySources.span(for: days, on: community.calendar)
      let found = try History(readings: stores.readings, imported: stores.imported).energies(of: community, in: span)
      var sources = SummarySources(community: community, energies: MeteredEnergies(found, over: span), holidays: holidays)
      for point in community.meteringPoints where point.measures == .heat {
        sources.heat[point.id] = found[SeriesKey(point.id, .heatEnergy)]
      }
      sources.ownPower = Self.ownPower(of: file.assets)
      if let path = beside(tariffs, "tariffs.yaml") { sources.prices = try TariffsFile(path: path, of: community).prices }
      sources.curves = try curves(sources, stores.imported, in: community.calendar.quarterHours(of: days))
      if let path = beside(plan, "plan.json") { sources.planned = try SavedPlanOptions.surplus(inPlan: path) }
      if let readings = stores.readings {
        sources.boilers = try Self.boilers(of: file, readings, on: days.upperBound.advanced(by: -1))
      }
      if let quiet = try settings(of: community)?.houseQuietHours { sources.quiet = [quiet] }
      return sources
    }
  }

  /// On which day of the week those are written to who want one summary a week.
  ///
  /// - Throws: `ExitCode` after telling what is wrong.
  func weeklyOn() throws -> Weekday {
    let community = try options.load().community
    return try reportingProblems { try settings(of: community)?.weeklyOn } ?? .monday
  }

  /// How the community writes, where `summaries.yaml` beside its file says so.
  ///
  /// - Throws: `ExitCode` after telling what is wrong.
  func style(of community: Community) throws -> SummaryStyle {
    let decided = try reportingProblems { try self.settings(of: community) }
    return decided.map { SummaryStyle($0, language: lang) } ?? SummaryStyle(language: lang, organisation: community.name)
  }

  /// What the community has decided; nil where there is no `summaries.yaml` beside its file.
  func settings(of community: Community) throws -> SummarySettings? {
    try beside(nil, "summaries.yaml").map { try SummariesFile(path: $0, of: community).settings }
  }

  /// The file that was named, else the one beside the community's where it is there.
  private func beside(_ named: String?, _ name: String) -> String? {
    let path = "\(options.folder)/\(name)"
    return named ?? (FileManager.default.fileExists(atPath: path) ? path : nil)
  }

  /// The sun where nothing else makes power; where the file does not say, nobody calls it so.
  private static func ownPower(of assets: [AssetDescription]) -> SummarySources.OwnPower {
    var isSun = false
    for asset in assets {
      switch asset.kind {
      case .plant(let plant):
        guard plant.source == .pv else { return .plants }
        isSun = true
      case .combinedHeatAndPower, .fuelCell: return .plants
      case .load, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .solarThermal, .heatPump, .electricBoiler, .boiler,
        .heatStore, .coolingLoad, .chiller, .absorptionChiller, .coldStore, .electrolyser, .hydrogenStore:
        continue
      }
    }
    return isSun ? .sun : .plants
  }

  /// Price curves from files beside the community's, and from the store where these say nothing.
  private func curves(
    _ sources: SummarySources, _ store: CommunityDatabase?, in span: Range<QuarterHour>
  ) throws -> [String: TimeSeries<EnergyPrice?>] {
    var curves =
      try sources.prices.map { try SettlementSources.priceFiles(of: $0, in: options.folder, sources.community.calendar) } ?? [:]
    let ofTariffs = sources.community.tariffs.flatMap { [$0.importPrice, $0.feedInPrice] }.compactMap { price in
      if case .dynamic = price { PriceTerm(id: "grid", item: .residual, price: .energy(price, windows: [])) } else { nil }
    }
    curves.merge(
      try SettlementSources.priceFiles(of: AgreedPrices(terms: ofTariffs), in: options.folder, sources.community.calendar)
    ) { one, _ in one }
    for name in sources.prices?.curves ?? [] where curves[name] == nil { curves[name] = try store?.prices(named: name, in: span) }
    return curves
  }

  /// What controls of boilers told on `day`.
  private static func boilers(of file: CommunityFile, _ readings: ReadingsDatabase, on day: LocalDay) throws -> [BoilerLog] {
    let community = file.community
    let span = community.calendar.quarterHours(of: day)
    let known = Set(try readings.series())
    let ofBoilers = Set(
      file.assets.compactMap { asset -> MeteringPoint.ID? in
        switch asset.kind {
        case .boiler, .combinedHeatAndPower, .heatPump, .electricBoiler: asset.meteringPoint
        case .load, .plant, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .solarThermal, .heatStore, .coolingLoad,
          .chiller, .absorptionChiller, .coldStore, .electrolyser, .hydrogenStore, .fuelCell:
          nil
        }
      })
    return try community.meteringPoints.compactMap { point in
      func series(_ channel: Channel) throws -> TimeSeries<Int64?>? {
        let key = SeriesKey(point.id, channel)
        guard known.contains(key) else { return nil }
        var values = TimeSeries<Int64?>(repeating: nil, over: span)
        for sample in try readings.samples(of: key, in: span.instants) {
          values.values[span.lowerBound.distance(to: QuarterHour(containing: sample.time))] = sample.value
        }
        return values
      }
      func temperature(_ channel: Channel) throws -> TimeSeries<Temperature?>? {
        try series(channel)?.map { $0.map { Temperature(count: $0) } }
      }
      let ofBoiler = try temperature(.boilerTemperature)
      guard let flow = try ofBoiler ?? (ofBoilers.contains(point.id) ? temperature(.flowTemperature) : nil) else { return nil }
      let served = community.heatNetworks.filter { $0.sites.contains(point.site) }.flatMap(\.sites)
      return BoilerLog(
        point: point.id, sites: Set(served + [point.site]), flow: flow, target: try temperature(.flowTemperatureTarget),
        errors: try series(.errorFlags), outdoor: try temperature(.outdoorTemperature))
    }
  }
}
