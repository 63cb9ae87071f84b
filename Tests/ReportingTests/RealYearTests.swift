import CommunityModel
import Foundation
import MarketTime
import Quantities
import TestSupport
import Testing

@testable import Reporting

/// SimBench's rural low-voltage grid, its second scenario, as a community: a site a bus, every quarter hour of 2016, batteries that charge
/// from surplus and serve consumption.
private struct RuralYear {
  static let folder: URL? = {
    let folder = projectFile("../shared/cases/simbench_rural1").standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  let houses: [House]
  /// Losses and change of the stock of each house's battery.
  let lossesAndStock: [Site.ID: Energy]
  let days: Range<LocalDay>

  init() throws {
    let folder = try #require(Self.folder)
    func rows(_ name: String) throws -> [[Substring]] {
      try String(contentsOf: folder.appending(path: name + ".csv"), encoding: .utf8).split(whereSeparator: \.isNewline)
        .dropFirst()
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }
    let header = try String(contentsOf: folder.appending(path: "profiles.csv"), encoding: .utf8).prefix { !$0.isNewline }
      .split(separator: ",").map(String.init)
    let profiles = try rows("profiles").map { row in row.dropFirst().map { Double($0) ?? 0 } }
    let places = Dictionary(uniqueKeysWithValues: header.dropFirst().enumerated().map { ($1, $0) })
    func curve(_ row: [Substring], _ profile: Int, _ power: Int) throws -> [Int64] {
      let place = try #require(places[String(row[profile])])
      let kilowatts = (Double(row[power]) ?? 0) * 1000
      return profiles.map { Int64(($0[place] * kilowatts * 250_000).rounded()) }
    }
    func sums(_ name: String, _ profile: Int, _ power: Int) throws -> [String: [Int64]] {
      try rows(name).reduce(into: [:]) { sums, row in
        let curve = try curve(row, profile, power)
        sums[String(row[1])] = sums[String(row[1])].map { zip($0, curve).map { $0 + $1 } } ?? curve
      }
    }
    let loads = try sums("loads", 2, 3)
    let suns = try sums("generators", 3, 4)
    // SimBench has its batteries on buses without sun; here the largest stands with the most sun, and so on.
    let capacities = try rows("storages").map { (Double($0[6]) ?? 0) * 1e9 }.sorted(by: >)
    let sunny = suns.sorted { ($0.value.reduce(0, +), $0.key) > ($1.value.reduce(0, +), $1.key) }.map(\.key)
    let batteries = Dictionary(uniqueKeysWithValues: zip(sunny, capacities))
    let first = try #require(LocalDay(iso8601: "2016-01-01"))
    days = first..<first.advanced(by: 366)
    let start = try #require(MarketCalendar(timeZone: "Europe/Berlin")).quarterHours(of: first).lowerBound
    var lossesAndStock: [Site.ID: Energy] = [:]
    houses = loads.keys.sorted().enumerated().map { number, bus in
      let load = loads[bus] ?? []
      let flows = Self.flows(load, suns[bus] ?? load.map { _ in 0 }, capacity: Int64(batteries[bus] ?? 0))
      lossesAndStock[Site.ID("h\(number)")] = Energy(count: flows.left)
      func series(_ values: [Int64]) -> TimeSeries<IntervalEnergy> {
        TimeSeries(start: start, values: values.map { .measured(Energy(count: $0)) })
      }
      var house = House(id: Site.ID("h\(number)"))
      house.points = [(.grid, series(flows.imports), series(flows.exports))]
      if let sun = suns[bus] { house.points.append((.generation, nil, series(sun))) }
      if batteries[bus] != nil { house.points.append((.storage, series(flows.charged), series(flows.discharged))) }
      return house
    }
    self.lossesAndStock = lossesAndStock
  }

  /// A battery of 95 % each way and half an hour, empty at first; in mWh.
  private static func flows(_ load: [Int64], _ sun: [Int64], capacity: Int64) -> (
    imports: [Int64], exports: [Int64], charged: [Int64], discharged: [Int64], left: Int64
  ) {
    var (imports, exports, charged, discharged) = ([Int64](), [Int64](), [Int64](), [Int64]())
    var (stock, left) = (Int64(0), Int64(0))
    for (load, sun) in zip(load, sun) {
      let charge = min(max(0, sun - load), (capacity - stock) * 100 / 95, capacity / 2)
      let discharge = min(max(0, load - sun), stock * 95 / 100, capacity / 2)
      stock += charge * 95 / 100 - discharge * 100 / 95
      left += charge - discharge
      let net = load + charge - sun - discharge
      imports.append(max(0, net))
      exports.append(max(0, -net))
      charged.append(charge)
      discharged.append(discharge)
    }
    return (imports, exports, charged, discharged, left)
  }
}

@Suite(
  "A real year, month by month",
  .enabled(if: RuralYear.folder != nil, "../shared/cases/simbench_rural1 is not here: no real year"))
struct RealYearTests {
  @Test("SC G = SS L + losses + stock change at every site; sites add up to the community, months to the year")
  func identities() throws {
    let year = try RuralYear()
    let (community, energies) = try Community.of(year.houses)
    let report = EnergyReport(on: community, days: year.days, energies: energies)
    #expect(report.curve.months.count == 12)
    for scope in report.siteScopes {
      let figures = scope.figures
      let id = try #require(scope.subject.siteID)
      let kept = figures.flows.generation - figures.use.generationExport
      let covered = figures.flows.consumption - figures.flows.gridImport
      #expect(kept == covered + (year.lossesAndStock[Site.ID(id)] ?? .zero), "\(id)")
      #expect(figures.use.localCover + figures.use.storedBefore == covered, "\(id)")
      #expect(figures.use.storedGrey == .zero)
      #expect(figures.quality.coverage == .one)
      let (sufficiency, all) = (try #require(figures.selfSufficiencyExcludingStock), Fraction.one)
      #expect(sufficiency <= all)
    }
    let together = try #require(report.figures(of: .community(.sitesTogether)))
    #expect(together.flows == report.siteScopes.reduce(EnergyFlows()) { $0 + $1.figures.flows })
    #expect(together.use == report.siteScopes.reduce(OwnEnergyUse()) { $0 + $1.figures.use })
    let virtual = try #require(report.figures(of: .community(.virtualSum)))
    #expect(virtual.use.localCover + virtual.use.storedBefore == virtual.flows.consumption - virtual.flows.gridImport)
    #expect(virtual.flows == report.curve.months.reduce(EnergyFlows()) { $0 + $1.figures.flows })
    #expect(virtual.use == report.curve.months.reduce(OwnEnergyUse()) { $0 + $1.figures.use })
    #expect(virtual.quality.expected == report.curve.months.reduce(0) { $0 + $1.figures.quality.expected })
    #expect(virtual.flows == report.curve.steps.reduce(EnergyFlows()) { $0 + $1.flows })
    // Losses of a year of batteries with 95 % each way are not green kilowatt-hours left over: all but 5 % of what was discharged has a colour.
    #expect(virtual.use.storedBefore.count * 20 < virtual.flows.discharged.count)
    // SimBench's own sums: 233.9 MWh used, 302.3 MWh made in 2016.
    #expect(abs(virtual.flows.consumption.kilowattHours - 233_900) < 100)
    #expect(abs(virtual.flows.generation.kilowattHours - 302_300) < 100)
  }
}
