import CommunityFiles
import CommunityModel
import Forecasting
import Foundation
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Reporting
import SQLiteStore
import SeriesFiles

/// What reports are made of: the community's files and databases, read part by part.
struct ReportInputs {
  let community: Community
  let knowledge: ReportKnowledge
  private let history: History
  private let readings: ReadingsDatabase?
  private let keys: [SeriesKey]
  /// Temperatures of tanks and of the air.
  private let temperatures: [SeriesKey]

  private static let tankChannels: [Channel] = [.bufferTemperatureTop, .bufferTemperatureMiddle, .bufferTemperatureBottom]

  /// Opens everything that is there.
  ///
  /// - Parameter span: of which price curves are read.
  init(_ options: CommunityOptions, tariffs: String?, in span: Range<QuarterHour>) throws {
    let file = try options.load()
    community = file.community
    let stores = try options.openStores()
    readings = stores.readings
    history = History(readings: stores.readings, imported: stores.imported)
    let (history, community, readings) = (history, file.community, stores.readings)
    keys = try reportingProblems { try history.series(of: community) }
    let channels = Self.tankChannels + [.outdoorTemperature]
    let points = Set(community.meteringPoints.map(\.id))
    temperatures = try reportingProblems {
      try (readings?.series() ?? []).filter { channels.contains($0.channel) && points.contains($0.point) }.sorted()
    }
    knowledge = try reportingProblems {
      try Self.knowledge(of: file, options, tariffs: tariffs, imported: stores.imported, in: span)
    }
  }

  private static func knowledge(
    of file: CommunityFile, _ options: CommunityOptions, tariffs: String?, imported: CommunityDatabase?,
    in span: Range<QuarterHour>
  ) throws -> ReportKnowledge {
    let community = file.community
    var knowledge = ReportKnowledge(assets: file.assets, fuels: file.fuels)
    let path = tariffs ?? "\(options.folder)/tariffs.yaml"
    if tariffs != nil || exists(path) { knowledge.prices = try TariffsFile(path: path, of: community).prices }
    let reader = SeriesFileReader(calendar: community.calendar)
    let named = community.tariffs.flatMap { [$0.importPrice, $0.feedInPrice] }.compactMap(\.file)
    for name in Set(named).union(knowledge.prices?.curves ?? []).sorted() {
      let path = "\(options.folder)/\(name)"
      let file = exists(path) ? try reader.prices(from: CSVFile(path)).prices : nil
      let kept = try imported?.prices(named: name, in: span)
      knowledge.curves[name] = TimeSeries(
        start: span.lowerBound, values: span.map { (file?[$0] ?? nil) ?? (kept?[$0] ?? nil) })
    }
    for case .dynamic(let name) in community.tariffs.compactMap(\.emissions) where exists("\(options.folder)/\(name)") {
      knowledge.emissions[name] = try reader.emissions(from: CSVFile("\(options.folder)/\(name)"))
    }
    let profiles = try InstalledFolders().profiles(named: nil)
    knowledge.countryCarbon = try CarbonFactorTable(file: CSVFile("\(profiles)/co2/co2_factors.csv"))
      .latest(of: community.holidayRegion.country)
    let holidays = try publicHolidays(of: community, file: options.community)
    knowledge.isHoliday = { holidays.contains($0) }
    return knowledge
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// What meters counted over `span`.
  func energies(in span: Range<QuarterHour>) throws -> ReportEnergies {
    let found = try history.energies(of: keys, in: span)
    var energies = ReportEnergies(electricity: MeteredEnergies(found, over: span))
    for (key, series) in found where key.channel == .heatEnergy { energies.heat[key.point] = series }
    let sums = try temperatures.isEmpty ? [:] : readings?.sums(of: temperatures, in: span) ?? [:]
    let means = sums.mapValues { $0.map { sum in sum.mean.map { Temperature(count: Int64($0.rounded())) } } }
    energies.outdoor = means.sorted { $0.key < $1.key }.first { $0.key.channel == .outdoorTemperature }?.value
    for (point, series) in Dictionary(grouping: means.filter { $0.key.channel != .outdoorTemperature }, by: \.key.point) {
      energies.tanks[point] = Self.mean(of: series.map(\.value), over: span)
    }
    return energies
  }

  /// The mean of a tank's sensors where all of them say something.
  private static func mean(of sensors: [TimeSeries<Temperature?>], over span: Range<QuarterHour>) -> TimeSeries<Temperature?> {
    TimeSeries(
      start: span.lowerBound,
      values: span.map { quarter in
        let values = sensors.compactMap { $0[quarter] ?? nil }
        guard values.count == sensors.count, !values.isEmpty else { return nil }
        return Temperature(count: values.reduce(Int64(0)) { $0 + $1.count } / Int64(values.count))
      })
  }

  /// The report on `period`, read month by month where it is long.
  ///
  /// - Parameter remembering: whether the days before are read for the baseline of load shifting.
  func report(on period: ReportPeriod, remembering: Bool = false) throws -> EnergyReport {
    var account = EnergyReportAccount(on: community, period: period, knowing: knowledge)
    if remembering, period.days.count <= ReportPeriod.longestPart {
      let before = ReportPeriod.days(EnergyReportAccount.daysToRemember, until: period.days.lowerBound.advanced(by: -1))
      for days in before.parts {
        account.remember(try energies(in: community.calendar.quarterHours(of: days)).electricity)
      }
    }
    for days in period.parts { account.add(try energies(in: community.calendar.quarterHours(of: days)), of: days) }
    return account.report()
  }

  /// The report on `period` beside the same period before and that of last year.
  func comparedReport(on period: ReportPeriod) throws -> EnergyReport {
    let previous = period.previous == period.yearBefore ? nil : try report(on: period.previous)
    return try report(on: period, remembering: true).beside(previous, yearBefore: try report(on: period.yearBefore))
  }
}

extension Tariff.Price {
  /// The file of its curve; nil where it does not change.
  fileprivate var file: String? {
    if case .dynamic(let file, _) = self { file } else { nil }
  }
}
