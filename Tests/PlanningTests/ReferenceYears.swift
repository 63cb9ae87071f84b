import CommunityModel
import Foundation
import MarketTime
import Planning
import Quantities
import TestSupport

/// The year-long reference cases of the folder `../shared/cases` beside the checkout, built as planning problems.
enum ReferenceYears {
  /// The folder, when it is there.
  static let folder: URL? = {
    let folder = projectFile("../shared/cases").standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static let unlimited = GridConnection(importLimit: Power(kilowatts: 1e6), exportLimit: Power(kilowatts: 1e6))

  /// A CSV file as columns by name.
  static func columns(_ path: String) throws -> [String: [Substring]] {
    guard let folder else { return [:] }
    let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    let lines = text.split(separator: "\n")
    let names = lines[0].split(separator: ",").map(String.init)
    var columns = [[Substring]](repeating: [], count: names.count)
    for line in lines.dropFirst() {
      for (position, cell) in line.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
        columns[position].append(cell)
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(names, columns))
  }

  static func numbers(_ cells: [Substring]?) -> [Double] { (cells ?? []).map { Double($0) ?? .nan } }

  /// The optimum under `keys` in the case's file of expected results.
  static func expected(_ file: String, _ keys: String...) throws -> Double {
    guard let folder else { return .nan }
    var value: Any = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "expected/\(file).json")))
    for key in keys { value = (value as? [String: Any])?[key] ?? Double.nan }
    return (value as? NSNumber)?.doubleValue ?? .nan
  }

  /// The optima of single members of the case, by their place or name.
  static func expected(_ file: String, _ key: String, members: [String]) throws -> Double {
    guard let folder else { return .nan }
    let text = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "expected/\(file).json")))
    let each = ((text as? [String: Any])?[key] as? [String: Any])?["per_member"]
    return members.reduce(0) { sum, member in
      let place = Int(member).flatMap { place in (each as? [Double])?[place] }
      return sum + (place ?? (each as? [String: Double])?[member] ?? .nan)
    }
  }

  /// Hourly values as a series of quarter hours.
  static func hourly<Value: Sendable>(_ values: [Double], _ make: (Double) -> Value) -> TimeSeries<Value> {
    TimeSeries(start: QuarterHour(index: 0), values: values.flatMap { Array(repeating: make($0), count: 4) })
  }

  /// citylearn_2022 A: 17 houses, or the first `count` of them, each alone with its battery, import at the tariff, export worth nothing,
  /// a year of hours.
  static func cityLearn(houses count: Int = 17) throws -> PlanningProblem {
    let steps = try columns("citylearn_2022/step.csv")
    let loads = try columns("citylearn_2022/load_kwh.csv")
    let suns = try columns("citylearn_2022/pv_w_per_kw.csv")
    let members = try columns("citylearn_2022/members.csv")
    let prices = hourly(numbers(steps["price_usd_kwh"])) { EnergyPrice(eurosPerKilowattHour: $0) }
    let free = prices.map { _ in EnergyPrice.zero }
    var sites: [SiteConditions] = []
    var assets: [any Asset] = []
    for (position, name) in (members["member"] ?? []).prefix(count).enumerated() {
      let site = Site.ID(String(name))
      let peak = numbers(members["pv_kw"])[position]
      sites.append(SiteConditions(site: site, connection: unlimited, importPrice: prices, feedInPrice: free))
      assets.append(
        FixedLoad(
          id: AssetID("\(name)-load"), site: site, demand: hourly(numbers(loads[String(name)])) { Power(kilowatts: $0) }))
      assets.append(
        RenewablePlant(
          id: AssetID("\(name)-pv"), site: site,
          available: hourly(numbers(suns[String(name)])) { Power(kilowatts: $0 * peak / 1000) }))
      assets.append(
        battery("\(name)-battery", site: site, kilowattHours: 6.4, kilowatts: 5, efficiency: 0.9.squareRoot(), start: 0))
    }
    let hours = prices.values.count / 4
    return PlanningProblem(
      horizon: PlanningHorizon(start: QuarterHour(index: 0), count: hours, quarterHoursPerStep: 4), sites: sites, assets: assets)
  }

  /// simbench_rural1 S1: each bus alone, or those of `nodes`, import 0.32, feed-in 0.0786 EUR/kWh, a year of quarter hours.
  static func simBench(nodes: Set<String>? = nil) throws -> PlanningProblem {
    let profiles = try columns("simbench_rural1/profiles.csv").mapValues { numbers($0) }
    let loads = try columns("simbench_rural1/loads.csv")
    let plants = try columns("simbench_rural1/generators.csv")
    let stores = try columns("simbench_rural1/storages.csv")
    let count = profiles["PV5"]?.count ?? 0
    let start = QuarterHour(index: 0)
    var demand: [String: [Double]] = [:]
    var sun: [String: [Double]] = [:]
    func add(_ rows: [String: [Substring]], to sums: inout [String: [Double]]) {
      for row in (rows["node"] ?? []).indices {
        let node = String(rows["node"]?[row] ?? "")
        let scale = 1000 * numbers(rows["p_mw"])[row]
        let profile = profiles[String(rows["profile"]?[row] ?? "")] ?? []
        var sum = sums[node] ?? Array(repeating: 0, count: count)
        for step in 0..<count { sum[step] += scale * profile[step] }
        sums[node] = sum
      }
    }
    add(loads, to: &demand)
    add(plants, to: &sun)
    // The case gives the largest battery to the largest plant and so on (its case.json names the result).
    let byStore = (stores["node"] ?? []).indices.sorted { numbers(stores["eStore"])[$0] > numbers(stores["eStore"])[$1] }
    let byPlant = (plants["node"] ?? []).indices.sorted { left, right in
      let power = numbers(plants["p_mw"])
      return (-power[left], String(plants["node"]?[left] ?? "")) < (-power[right], String(plants["node"]?[right] ?? ""))
    }
    let fixed = TimeSeries(start: start, values: Array(repeating: EnergyPrice(count: 320_000), count: count))
    let feedIn = fixed.map { _ in EnergyPrice(count: 78_600) }
    var sites: [SiteConditions] = []
    var assets: [any Asset] = []
    for (node, kilowatts) in demand.sorted(by: { $0.key < $1.key }) where nodes?.contains(node) ?? true {
      let site = Site.ID(node)
      sites.append(SiteConditions(site: site, connection: unlimited, importPrice: fixed, feedInPrice: feedIn))
      assets.append(
        FixedLoad(
          id: AssetID("\(node) load"), site: site,
          demand: TimeSeries(start: start, values: kilowatts.map { Power(kilowatts: $0) })))
      if let kilowatts = sun[node] {
        assets.append(
          RenewablePlant(
            id: AssetID("\(node) pv"), site: site,
            available: TimeSeries(start: start, values: kilowatts.map { Power(kilowatts: $0) })))
      }
    }
    for (store, plant) in zip(byStore, byPlant) {
      let node = String(plants["node"]?[plant] ?? "")
      guard nodes?.contains(node) ?? true else { continue }
      assets.append(
        battery(
          "\(node) battery", site: Site.ID(node), kilowattHours: numbers(stores["eStore"])[store] * 1000,
          kilowatts: numbers(stores["sR"])[store] * 1000, efficiency: 0.95, start: 0))
    }
    return PlanningProblem(horizon: PlanningHorizon(start: start, count: count), sites: sites, assets: assets)
  }

  /// dayahead_de_2020 a: a battery alone on the market, January to September 2020, with negative prices.
  static func dayAhead(exclusivity: Battery.Exclusivity) throws -> PlanningProblem {
    let prices = hourly(numbers(try columns("dayahead_de_2020/price.csv")["price_eur_mwh"])) {
      EnergyPrice(eurosPerKilowattHour: $0 / 1000)
    }
    let market = SiteConditions(site: "market", connection: unlimited, importPrice: prices, feedInPrice: prices)
    let store = battery(
      "battery", site: "market", kilowattHours: 200, kilowatts: 100, efficiency: 0.92, start: 100, end: 100,
      exclusivity: exclusivity)
    return PlanningProblem(
      horizon: PlanningHorizon(start: QuarterHour(index: 0), count: prices.values.count / 4, quarterHoursPerStep: 4),
      sites: [market], assets: [store])
  }

  private static func battery(
    _ id: String, site: Site.ID, kilowattHours: Double, kilowatts: Double, efficiency: Double, start: Double, end: Double = 0,
    exclusivity: Battery.Exclusivity = .whereNeeded
  ) -> Battery {
    Battery(
      id: AssetID(id), site: site,
      parameters: Battery.Parameters(
        capacity: Energy(kilowattHours: kilowattHours), chargePower: Power(kilowatts: kilowatts),
        dischargePower: Power(kilowatts: kilowatts), chargeEfficiency: Fraction(efficiency),
        dischargeEfficiency: Fraction(efficiency)),
      opening: .content(Energy(kilowattHours: start)), leastAtEnd: Energy(kilowattHours: end), exclusivity: exclusivity)
  }
}
