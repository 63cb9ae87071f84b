import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Two hours at 5 and 50 ct; in the second 3 kW are used. 10 kWh of power make 6 kWh of hydrogen in the first, a tenth of that goes into the
/// compressor; in the second they make 3 kWh of power.
@Suite("A plan's report on hydrogen")
struct HydrogenReportTests {
  private let horizon = PlanningHorizon(
    start: QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000)), count: 2, quarterHoursPerStep: 4)

  private func series<Value: Sendable>(_ hours: [Value]) -> TimeSeries<Value> {
    TimeSeries(start: horizon.start, values: hours.flatMap { Array(repeating: $0, count: 4) })
  }

  private func report() throws -> PlanReport {
    let wire = GridConnection(importLimit: Power(watts: 90_000), exportLimit: Power(watts: 90_000))
    let problem = PlanningProblem(
      horizon: horizon,
      sites: [
        SiteConditions(
          site: "haus", connection: wire, importPrice: series([50_000, 500_000].map { EnergyPrice(count: $0) }),
          feedInPrice: series([.zero, .zero]))
      ],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series([.zero, Power(watts: 3000)])),
        Electrolyser(
          id: "elyseur", site: "haus", fuel: "h2", power: Power(watts: 20_000), efficiency: Fraction(0.6)),
        HydrogenStore(
          id: "tank", site: "haus", fuel: "h2", capacity: Energy(kilowattHours: 100), power: Power(watts: 50_000),
          compression: Fraction(0.1)),
        FuelCell(id: "zelle", site: "haus", fuel: "h2", power: Power(watts: 5000), efficiency: Fraction(0.5)),
      ], fuels: [Fuel(id: "h2", price: nil)])
    let community = Community(
      id: "hof", name: "Hof", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"), sites: [Site(id: "haus", name: "Haus", gridConnection: wire)])
    let plan = try Planner(solver: HighsSolver()).plan(problem)
    var report = PlanReport(
      on: community, plan: plan, rule: try StandingRule.plan(problem), inputs: PlanReport.Inputs(), conditions: problem.sites,
      solver: "HiGHS")
    report.details = [.devices]
    report.fuels = problem.fuels
    report.reasons = .found(try #require(Explainer(plan, of: problem)).explanations())
    return report
  }

  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("says who makes and uses up how much, what the tanks hold, and why", arguments: Language.allCases)
  func text(_ language: Language) throws {
    let text = flowing(try report().text(language, width: 120))
    switch language {
    case .english:
      #expect(text.contains("hour ct/kWh fuel cells load electrolysis compressors grid"))
      #expect(text.contains("Thu 12:00–13:00 5.0 0.0 0.0 10.0 0.6 10.6 Thu 13:00–14:00 50.0 3.0 3.0 0.0 0.0 0.0"))
      #expect(
        text.contains(
          "hydrogen electrolysis fuel cells H2 tanks stored Thu 12:00–13:00 6.0 0.0 −6.0 6 Thu 13:00–14:00 0.0 6.0 6.0 0"))
      #expect(
        text.contains(
          "elyseur electrolysis 6.0 1.0 1 6.0 0.00 tank H2 tanks 6.0 2.0 1 6.0 0.00 zelle fuel cells 3.0 1.0 1 3.0 0.00"))
      // A kWh in the tank costs 5 / 0.6 and half a cent for the compressor: 8.83 ct.
      #expect(
        text.contains("elyseur makes 6.0 kWh of hydrogen: from the grid at 5.0 ct; a kWh of hydrogen is worth 8.3 ct."))
      #expect(text.contains("zelle gives 3.0 kWh: while a kWh is worth 17.7 ct; a kWh of hydrogen is worth 8.8 ct."))
    case .german:
      #expect(text.contains("Wasserstoff Elektrolyse B-Zellen H2-Tanks Inhalt Do 12:00–13:00 6,0 0,0 −6,0 6"))
      #expect(text.contains("elyseur macht 6,0 kWh Wasserstoff: aus dem Netz zu 5,0 ct; die kWh Wasserstoff ist 8,3 ct wert."))
    }
  }

  /// A start costs 60 ct; the hour at 50 ct between two cheap ones is waited for 1 kW.
  @Test("says how long an electrolyser waits in stand-by, and which hours these are", arguments: Language.allCases)
  func standby(_ language: Language) throws {
    let hours = PlanningHorizon(start: horizon.start, count: 3, quarterHoursPerStep: 4)
    let wire = GridConnection(importLimit: Power(watts: 90_000), exportLimit: Power(watts: 90_000))
    let problem = PlanningProblem(
      horizon: hours,
      sites: [
        SiteConditions(
          site: "haus", connection: wire, importPrice: series([50_000, 500_000, 50_000].map { EnergyPrice(count: $0) }),
          feedInPrice: series([EnergyPrice.zero, .zero, .zero]))
      ],
      assets: [
        Electrolyser(
          id: "elyseur", site: "haus", fuel: "h2", power: Power(watts: 10_000), efficiency: Fraction(0.6),
          rules: OperatingRules(leastLoad: Fraction(0.3), startCost: Money(euros: 0.6)), standby: Power(watts: 1000))
      ], fuels: [Fuel(id: "h2", price: nil, salePrice: EnergyPrice(count: 200_000))])
    let community = Community(
      id: "hof", name: "Hof", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"), sites: [Site(id: "haus", name: "Haus", gridConnection: wire)])
    let report = PlanReport(
      on: community, plan: try Planner(solver: HighsSolver()).plan(problem), rule: try StandingRule.plan(problem),
      inputs: PlanReport.Inputs(), conditions: problem.sites, solver: "HiGHS")
    let text = flowing(report.text(language, width: 120))
    switch language {
    case .english: #expect(text.contains("elyseur waits warm in stand-by for 1.00 h (1.0 kWh)"))
    case .german: #expect(text.contains("elyseur wartet 1,00 h warm in Bereitschaft (1,0 kWh)"))
    }
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let assets = (root["sites"] as? [[String: Any]])?.first?["assets"] as? [[String: Any]]
    #expect(assets?.first?["states"] as? [String] == ["on", "standby", "on"])
    #expect(!flowing(try self.report().text(language, width: 120)).contains("stand-by"))
  }

  @Test("counts what the electrolyser takes as use, what the cell gives as made, and adds up in each row of JSON and CSV")
  func files() throws {
    let report = try report()
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let figures = try #require(root["plan"] as? [String: Any])
    #expect(figures["consumption_kwh"] as? Double == 13.6 && figures["generation_kwh"] as? Double == 3)
    let assets = try #require((root["sites"] as? [[String: Any]])?.first?["assets"] as? [[String: Any]])
    #expect(assets.map { $0["role"] as? String } == ["load", "electrolyser", "hydrogen_store", "fuel_cell"])
    #expect(assets.map { $0["fuel_kw"] as? [Double] } == [nil, [-6, 0], [6, -6], [0, 6]])
    #expect(assets[2]["content_kwh"] as? [Double] == [6, 0])
    let fuels = try #require(root["fuels"] as? [[String: Any]])
    #expect(fuels.map { $0["fuel_id"] as? String } == ["h2"])
    #expect(fuels[0]["marginal_price_eur_per_kwh"] as? [Double] == [0.083333, 0.088333])
    #expect(report.csv().contains("haus,tank,hydrogen_store,0.6,0.6,6,,,,6,"))
  }
}
