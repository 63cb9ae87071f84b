import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// One hour of two houses: one feeds in 5 kW at 8 ct, the other takes 4 kW and may take 3 at 30 ct; exchange at 12 ct, peaks at 10 EUR/kW
/// of which 2 kW are paid for. The first has a full battery of 10 kWh that is to hold 8 kWh (4 h of 2 kW).
///
/// Exchanged are all 3 + 1 kWh that the second takes (1 of them beyond what is ordered): 4 x (8 + 12) ct instead of 4 x 30 ct.
@Suite("A plan's report on what the grid charges and allows")
struct GridReportTests {
  private let horizon = PlanningHorizon(start: QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000)), count: 4)

  private func report() throws -> PlanReport {
    func series<Value>(_ value: Value) -> TimeSeries<Value> { TimeSeries(repeating: value, over: horizon.span) }
    let wire = GridConnection(importLimit: Power(watts: 20_000), exportLimit: Power(watts: 5000))
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let community = Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: ["roof", "house"].map { Site(id: $0, name: "", gridConnection: wire) })
    let price = (imports: EnergyPrice(count: 300_000), feedIn: EnergyPrice(count: 80_000))
    let conditions = [
      SiteConditions(site: "roof", connection: wire, importPrice: series(price.imports), feedInPrice: series(price.feedIn)),
      SiteConditions(
        site: "house", connection: wire, importPrice: series(price.imports), feedInPrice: series(price.feedIn),
        peakPrice: PowerPrice(count: 10_000_000), peakPeriods: [PeakPeriod(span: horizon.span, paid: Power(watts: 2000))],
        limits: GridLimits(imports: series(Power(watts: 3000)), exports: series(nil), controllable: series(nil))),
    ]
    let parameters = Battery.Parameters(
      capacity: Energy(wattHours: 10_000), chargePower: .zero, dischargePower: Power(watts: 2000))
    let problem = PlanningProblem(
      horizon: horizon, sites: conditions,
      assets: [
        RenewablePlant(id: "sun", site: "roof", available: series(Power(watts: 5000))),
        Battery(
          id: "battery", site: "roof", parameters: parameters, opening: .content(Energy(wattHours: 10_000)),
          endValue: EnergyPrice(count: 290_000),
          reserve: BatteryReserve(need: series(Power(watts: 2000)), duration: .seconds(14_400))),
        FixedLoad(id: "load", site: "house", demand: series(Power(watts: 4000))),
      ], exchange: CommunityExchange(charge: EnergyPrice(count: 120_000)))
    var inputs = PlanReport.Inputs()
    inputs.peaksUnknown = ["house"]
    return PlanReport(
      on: community, plan: try Planner(solver: HighsSolver()).plan(problem), rule: try StandingRule.plan(problem), inputs: inputs,
      conditions: conditions, solver: "HiGHS")
  }

  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("says in each language what is shared, kept, broken and not known", arguments: Language.allCases)
  func text(_ language: Language) throws {
    let text = try report().text(language, width: 100)
    let words = flowing(text)
    switch language {
    case .english:
      #expect(words.contains("this month's peak so far not known: house"))
      #expect(text.contains(/grid +shared\n/))
      #expect(words.contains("RESERVE battery: 8.0 kWh kept for a failure of the grid"))
      #expect(words.contains("house: import beyond the grid operator's limit, Thu 1 Jan 12:00 – Thu 1 Jan 13:00, 1.00 kWh"))
    case .german:
      #expect(words.contains("Spitze dieses Monats unbekannt: house"))
      #expect(text.contains(/Netz +geteilt\n/))
      #expect(words.contains("RESERVE battery: 8,0 kWh für den Netzausfall gehalten"))
      #expect(words.contains("house: Bezug über der Vorgabe des Netzbetreibers, Do 01.01. 12:00 – Do 01.01. 13:00, 1,00 kWh"))
    }
  }

  @Test("tells each site's part in JSON, and costs that add up")
  func json() throws {
    let data = try #require(report().json().data(using: .utf8))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let sites = try #require(root["sites"] as? [[String: Any]])
    #expect(sites.map { $0["shared_kw"] as? [Double] } == [[-4, -4, -4, -4], [4, 4, 4, 4]])
    // 4 kWh x (20 - 30) ct; 4 x 30 ct; 2 kW above the 2 paid for.
    #expect(sites[1]["exchange_cost_eur"] as? Double == -0.4)
    #expect(sites[1]["grid_cost_eur"] as? Double == 1.2)
    #expect(sites[1]["peak_cost_eur"] as? Double == 20)
    #expect(sites[1]["cost_eur"] as? Double == 20.8)
    #expect(sites[1]["peaks_paid_kw"] as? [Double] == [2])
    #expect(sites[0]["exchange_cost_eur"] as? Double == 0)
    let assets = try #require(sites[0]["assets"] as? [[String: Any]])
    #expect(assets[1]["reserve_kwh"] as? [Double] == [8, 8, 8, 8])
    #expect((root["inputs"] as? [String: Any])?["peaks_unknown"] as? [String] == ["house"])
    #expect((root["breaches"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["import_beyond_order"])
  }

  @Test("has a row for what is shared in CSV, and the rows' costs are the plan's grid costs")
  func csv() throws {
    let report = try report()
    let rows = report.csv().split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.allSatisfy { $0.count == 13 })
    let shared = rows.filter { $0[4] == "shared" }
    #expect(shared.count == 8)
    #expect(shared.filter { $0[2] == "house" }.allSatisfy { $0[5] == "4" && $0[6] == "1" && $0[9] == "-0.1" })
    let costs = rows.dropFirst().compactMap { Decimal(string: String($0[9])) }.reduce(0, +)
    let expected = report.plan.sites.reduce(Money.zero) { $0 + $1.gridCost + $1.sharedCost }
    #expect(costs == Decimal(expected.count) / 1_000_000)
  }
}
