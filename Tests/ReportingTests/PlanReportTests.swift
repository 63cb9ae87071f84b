import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Four hours of one house, worked out by hand.
///
/// Load 2 kW; sun 6 kW in the second hour; an ideal battery of 4 kWh and 4 kW, empty; a car that needs 2 kWh at up to 2 kW at any time;
/// import 50 ct/kWh in the first hour and 30 ct after, feed-in 8 ct.
/// Used: 4 x 2 + 2 = 10 kWh; made: 6 kWh, all used; so 4 kWh come from the grid whatever the order: self-sufficiency 60 %.
/// Rule: the car charges in the first hour: 4 kWh at 50 ct = 2.00 EUR. Plan: 2 kWh at 50 ct (load) and 2 kWh at 30 ct later = 1.60 EUR.
@Suite("A plan's report")
struct PlanReportTests {
  private static let start = QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000))  // 2026-01-01T11:00Z
  private let horizon = PlanningHorizon(start: start, count: 4, quarterHoursPerStep: 4)

  private func series<Value: Sendable>(_ hours: [Value]) -> TimeSeries<Value> {
    TimeSeries(start: Self.start, values: hours.flatMap { Array(repeating: $0, count: 4) })
  }

  private func report(importLimit: Power = Power(watts: 10_000)) throws -> PlanReport {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let site = Site(
      id: "haus", name: "Haus", gridConnection: GridConnection(importLimit: importLimit, exportLimit: Power(watts: 10_000)))
    let community = Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [site])
    let price = [500_000, 300_000, 300_000, 300_000].map { EnergyPrice(count: $0) }
    let conditions = SiteConditions(
      site: "haus", connection: site.gridConnection, importPrice: series(price),
      feedInPrice: series(Array(repeating: EnergyPrice(count: 80_000), count: 4)))
    let battery = Battery.Parameters(
      capacity: Energy(wattHours: 4000), chargePower: Power(watts: 4000), dischargePower: Power(watts: 4000))
    let problem = PlanningProblem(
      horizon: horizon, sites: [conditions],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series(Array(repeating: Power(watts: 2000), count: 4))),
        RenewablePlant(id: "dach", site: "haus", available: series([0, 6000, 0, 0].map { Power(watts: $0) })),
        Battery(id: "speicher", site: "haus", parameters: battery, opening: .content(.zero)),
        ChargingPoint(
          id: "auto", site: "haus", power: Power(watts: 2000),
          sessions: [EnergyWindow(span: horizon.span, energy: Energy(wattHours: 2000))]),
      ])
    var inputs = PlanReport.Inputs()
    inputs.loads = [.history: 1]
    inputs.plants = [.standardProfile: 1]
    inputs.batteries = [.measured: 1]
    inputs.pricesKnown = 16
    return PlanReport(
      on: community, plan: try Planner(solver: HighsSolver()).plan(problem), rule: try StandingRule.plan(problem), inputs: inputs,
      conditions: [conditions], solver: "HiGHS")
  }

  /// `text` without its line breaks.
  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("has the cost, shares and energies of the hand calculation, for the plan and for the rule")
  func figures() throws {
    let report = try report()
    #expect(report.figures.cost == Money(euros: 1.60))
    #expect(report.ruleFigures.cost == Money(euros: 2.00))
    for figures in [report.figures, report.ruleFigures] {
      #expect(figures.key.flows.consumption == Energy(wattHours: 10_000))
      #expect(figures.key.flows.generation == Energy(wattHours: 6000))
      #expect(figures.key.flows.gridImport == Energy(wattHours: 4000))
      #expect(figures.key.flows.gridExport == .zero)
      #expect(figures.key.selfSufficiency == percent(60))
      #expect(figures.key.selfConsumption == percent(100))
      #expect(figures.curtailed == .zero)
    }
    // The rule takes load and car in the first hour.
    #expect(report.ruleFigures.jointPeak?.power == Power(watts: 4000))
    #expect(report.ruleFigures.jointPeak?.quarterHour == Self.start)
  }

  @Test("says in each language what is proven, what inputs were used, and what the plan saves", arguments: Language.allCases)
  func text(_ language: Language) throws {
    let text = try report().text(language, width: 80)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    switch language {
    case .english:
      #expect(text.contains("proven optimal"))
      #expect(flowing(text).contains("loads: from history 1 · plants: standard profile 1 · batteries: measured 1"))
      #expect(text.contains(/cost +1\.60 EUR +2\.00 EUR +−0\.40/))
      #expect(text.contains(/self-sufficiency +60\.0 % +60\.0 % +0\.0/))
      #expect(text.contains("Thu 12:00–13:00"))
      #expect(text.contains("DO      nothing to decide"))
    case .german:
      #expect(text.contains("nachweislich optimal"))
      #expect(text.contains("Verbrauch: aus Messwerten 1"))
      #expect(text.contains(/Kosten +1,60 EUR +2,00 EUR +−0,40/))
      #expect(text.contains("Do 12:00–13:00"))
      #expect(text.contains("TUN     nichts zu entscheiden"))
    }
    #expect(try report().line(.english).hasPrefix("1.60 EUR (−0.40), 60.0 %, peak "))
  }

  @Test("names a limit that is broken, with place, time and size")
  func breach() throws {
    // At most 1 kW from the grid: the first hour's load of 2 kW cannot be met, 1 kWh is beyond the limit; the car waits for the sun.
    let report = try report(importLimit: Power(watts: 1000))
    let breach = try #require(report.plan.breaches.first)
    #expect(report.plan.breaches.count == 1)
    #expect(breach.kind == .importBeyondLimit)
    #expect(breach.subject == "haus")
    #expect(breach.span == horizon.steps[0])
    #expect(abs(breach.kilowattHours - 1) < 1e-4)
    #expect(
      flowing(report.text(.english)).contains("haus: import beyond its connection, Thu 1 Jan 12:00 – Thu 1 Jan 13:00, 1.00 kWh"))
    #expect(report.line(.english).contains("1 limit broken"))
  }

  @Test("adds up row by row in CSV: in each step the assets' powers are the grid's, and the costs are the plan's")
  func csv() throws {
    let rows = try report().csv().split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      rows[0].joined(separator: ",")
        == "start,minutes,site,asset,role,power_kw,energy_kwh,content_kwh,price_eur_per_kwh,cost_eur,heat_kw,fuel_kw"
    )
    #expect(rows.count == 1 + 4 * 5)
    var assets: [Substring: Decimal] = [:]
    var grid: [Substring: Decimal] = [:]
    var cost = Decimal(0)
    for row in rows.dropFirst() {
      let power = try #require(Decimal(string: String(row[5])))
      if row[4] == "grid" {
        grid[row[0]] = power
        cost += try #require(Decimal(string: String(row[9])))
      } else {
        assets[row[0], default: 0] += power
      }
    }
    #expect(assets == grid)
    #expect(cost == Decimal(string: "1.6"))
  }

  @Test("is the same in JSON, with a schema version")
  func json() throws {
    let data = try #require(report().json().data(using: .utf8))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["schema_version"] as? Int == 1)
    #expect((root["status"] as? [String: Any])?["proven_optimal"] as? Bool == true)
    #expect((root["plan"] as? [String: Any])?["cost_eur"] as? Double == 1.6)
    #expect((root["standing_rule"] as? [String: Any])?["cost_eur"] as? Double == 2)
    #expect((root["plan"] as? [String: Any])?["self_sufficiency_percent"] as? Double == 60)
    let sites = try #require(root["sites"] as? [[String: Any]])
    #expect((sites[0]["grid_kw"] as? [Double])?.count == 4)
    #expect(
      (sites[0]["assets"] as? [[String: Any]])?.map { $0["role"] as? String } == ["load", "generation", "battery", "charging"])
    // One kWh more in the first hour is bought at 50 ct, in the dearest of the others at 30 ct; while the sun fills the battery a kWh
    // spared saves one bought later.
    #expect(sites[0]["marginal_price_eur_per_kwh"] as? [Double] == [0.5, 0.3, 0.3, 0.3])
    #expect((root["heat_networks"] as? [Any])?.isEmpty == true)
    #expect((root["step_minutes"] as? [Int]) == [60, 60, 60, 60])
  }
}
