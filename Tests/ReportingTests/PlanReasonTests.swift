import CommunityModel
import Foundation
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Two hours of one house, worked out by hand: power at 12 and 36 ct.
///
/// - Battery of 0.5 kWh without losses: 0.5 kWh x 24 ct = 0.12 EUR.
/// - Car, 2 kWh at up to 2 kW: in the first hour; in the second 2 x 24 ct = 0.48 EUR more.
/// - 5 kW of heat. The pump's costs 12 / 3 = 4 and 36 / 3 = 12 ct, the boiler's 6 / 0.75 = 8 ct: each serves one hour, and the other would
///   cost 5 kWh x 4 ct = 0.20 EUR more.
@Suite("A plan's page")
struct PlanReasonTests {
  private static let start = QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000))  // 2026-01-01T11:00Z
  private let horizon = PlanningHorizon(start: start, count: 2, quarterHoursPerStep: 4)

  private func series<Value: Sendable>(_ hours: [Value]) -> TimeSeries<Value> {
    TimeSeries(start: Self.start, values: hours.flatMap { Array(repeating: $0, count: 4) })
  }

  private func problem() -> PlanningProblem {
    let connection = GridConnection(importLimit: Power(watts: 30_000), exportLimit: Power(watts: 30_000))
    let conditions = SiteConditions(
      site: "haus", connection: connection,
      importPrice: series([EnergyPrice(count: 120_000), EnergyPrice(count: 360_000)]), feedInPrice: series([.zero, .zero]))
    let battery = Battery.Parameters(
      capacity: Energy(wattHours: 500), chargePower: Power(watts: 1000), dischargePower: Power(watts: 1000))
    return PlanningProblem(
      horizon: horizon, sites: [conditions],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series([Power(watts: 1000), Power(watts: 1000)])),
        Battery(id: "speicher", site: "haus", parameters: battery, opening: .content(.zero)),
        ChargingPoint(
          id: "auto", site: "haus", power: Power(watts: 2000),
          sessions: [EnergyWindow(span: horizon.span, energy: Energy(wattHours: 2000))]),
        HeatLoad(id: "stube", site: "haus", network: "netz", demand: series([Power(watts: 5000), Power(watts: 5000)])),
        HeatPump(
          id: "pumpe", site: "haus", network: "netz", power: Power(watts: 2000), performance: series([Fraction(3), Fraction(3)])),
        Boiler(
          id: "kessel", site: "haus", network: "netz", fuel: "holz", heatPower: Power(watts: 10_000), efficiency: Fraction(0.75)),
      ], networks: [HeatNetworkConditions(network: "netz", loss: series([.zero, .zero]))],
      fuels: [Fuel(id: "holz", price: EnergyPrice(count: 60_000))])
  }

  /// The plan with its five weightiest reasons, priced; with all of them where `isComplete`.
  func report(isComplete: Bool = false) throws -> PlanReport {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let problem = problem()
    let site = Site(id: "haus", name: "Haus", gridConnection: problem.sites[0].connection)
    let planner = Planner(solver: HighsSolver())
    let plan = try planner.plan(problem)
    let explainer = try #require(Explainer(plan, of: problem))
    var reasons = explainer.explanations()
    if !isComplete { reasons = Explainer.weightiest(5, of: reasons) }
    for place in reasons.indices {
      reasons[place].price = reasons[place].overruling.map {
        planner.price(of: $0, in: plan, of: problem, options: SolveOptions())
      }
    }
    var report = PlanReport(
      on: Community(
        id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [site]),
      plan: plan, rule: try StandingRule.plan(problem), inputs: PlanReport.Inputs(), conditions: problem.sites, solver: "HiGHS")
    report.reasons = .found(reasons)
    return report
  }

  /// The paragraphs of `title`, without their line breaks.
  private func section(_ title: String, of text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.hasPrefix(title) }) else { return [] }
    let section = lines[first...].prefix { !$0.isEmpty }.map { $0.dropFirst(8) }
    return section.joined(separator: " ").replacing(/(Thu|Do) \d\d:\d\d–/) { "\n\($0.output.0)" }
      .split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
  }

  @Test("says of what matters most why it is so and what it costs to have it otherwise")
  func english() throws {
    let text = try report().text(.english, width: 80)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(
      section("WHY", of: text) == [
        "Thu 12:00–13:00 speicher charges 0.5 kWh: from the grid at 12.0 ct; from Thu 13:00 a kWh is worth 36.0 ct, 100 % comes back. "
          + "Overruling costs 0.12 EUR.",
        "Thu 12:00–13:00 auto charges 2.0 kWh: at 12.0 ct a kWh; in the time allowed it costs 12.0 ct to 36.0 ct. "
          + "Overruling costs 0.48 EUR.",
        "Thu 12:00–13:00 pumpe gives 5.0 kWh of heat: at 4.0 ct a kWh (power at 12.0 ct); the next source, kessel, at 8.0 ct. "
          + "Overruling costs 0.20 EUR.",
        "Thu 13:00–14:00 speicher gives 0.5 kWh: instead of the grid at 36.0 ct; charged at 12.0 ct. Overruling costs 0.12 EUR.",
        "Thu 13:00–14:00 kessel gives 5.0 kWh of heat: at 8.0 ct a kWh; the next source, pumpe, at 12.0 ct. "
          + "Overruling costs 0.20 EUR.",
      ])
  }

  @Test("says it in German, too, also of what rests where all reasons are asked for")
  func german() throws {
    let reasons = section("WARUM", of: try report(isComplete: true).text(.german, width: 80))
    #expect(
      reasons.filter { $0.contains("kessel") || $0.contains("auto") } == [
        "Do 12:00–13:00 auto lädt 2,0 kWh: zu 12,0 ct die kWh; in der erlaubten Zeit kostet sie 12,0 ct bis 36,0 ct. "
          + "Anders kostet es 0,48 EUR mehr.",
        "Do 12:00–13:00 pumpe gibt 5,0 kWh Wärme: zu 4,0 ct die kWh (Strom zu 12,0 ct); die nächste Quelle kessel zu 8,0 ct. "
          + "Anders kostet es 0,20 EUR mehr.",
        "Do 12:00–13:00 kessel ruht: die kWh kostete 8,0 ct, wert ist sie 4,0 ct.",
        "Do 13:00–14:00 kessel gibt 5,0 kWh Wärme: zu 8,0 ct die kWh; die nächste Quelle pumpe zu 12,0 ct. "
          + "Anders kostet es 0,20 EUR mehr.",
      ])
  }

  @Test("says what was not computed, and that a plan that is not proven has no reasons")
  func notComputed() throws {
    var report = try report()
    guard case .found(var reasons) = report.reasons else { return }
    reasons = [reasons[0]]
    reasons[0].price = .notComputed
    report.reasons = .found(reasons)
    #expect(
      section("WHY", of: report.text(.english))[0].hasSuffix("Overruling is not priced: the time was up, --explain takes more."))
    report.reasons = .unknown
    #expect(report.text(.english).contains("WHY     no reasons: the plan is not proven optimal"))
  }

  @Test("has the same reasons in JSON")
  func json() throws {
    let data = try #require(report().json().data(using: .utf8))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let reasons = try #require(root["why"] as? [[String: Any]])
    #expect(reasons.map { $0["asset_id"] as? String } == ["speicher", "auto", "pumpe", "speicher", "kessel"])
    #expect(reasons.map { ($0["overruling"] as? [String: Any])?["cost_eur"] as? Double } == [0.12, 0.48, 0.2, 0.12, 0.2])
    let car = try #require(reasons[1]["reason"] as? [String: Any])
    #expect(car["kind"] as? String == "placed")
    #expect(car["most_eur_per_kwh"] as? Double == 0.36)
  }
}
