import CommunityModel
import Foundation
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// The two hours of `PlanReasonTests`: the load takes 1 kW in both, the battery carries 0.5 kWh, the car takes 2 kWh in the first; the pump gives
/// 5 kWh of heat in the first hour, the boiler 5 kWh in the second of 6.67 kWh of wood at 6 ct: 0.40 EUR.
@Suite("The tables of a plan's page")
struct PlanTableTests {
  private func page(_ detail: PlanReport.Detail, language: Language = .english, width: Int = 80) throws -> [[String]] {
    var report = try PlanReasonTests().report()
    report.details = [detail]
    report.fuels = [Fuel(id: "holz", price: EnergyPrice(count: 60_000))]
    let text = report.text(language, width: width)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  @Test("tell of each asset its energy, hours, runs, peak and cost", arguments: Language.allCases)
  func devices(_ language: Language) throws {
    let rows = try page(.devices, language: language)
    let mark = language == .german ? "," : "."
    func row(_ asset: String, _ figures: String...) -> Bool {
      rows.contains { $0.first == asset && $0.suffix(5) == figures.map { $0.replacing(".", with: mark) }[...] }
    }
    #expect(row("last", "2.0", "2.0", "1", "1.0", "0.00"))
    #expect(row("speicher", "0.5", "2.0", "1", "0.5", "0.00"))
    #expect(row("auto", "2.0", "1.0", "1", "2.0", "0.00"))
    #expect(row("pumpe", "5.0", "1.0", "1", "5.0", "0.00"))
    #expect(row("kessel", "5.0", "1.0", "1", "5.0", "0.40"))
  }

  @Test("tell of each heat network what it gets, delivers, stores and loses")
  func heat() throws {
    #expect(try page(.heat).contains(["netz", "10.0", "10.0", "0.0", "0.0"]))
  }

  @Test("say so where nothing is shared")
  func nothingShared() throws {
    #expect(try page(.members).contains { $0.starts(with: ["MEMBER", "nothing", "agreed;"]) })
  }

  /// A day of quarter hours: twelve blocks of two hours, or 96 steps.
  @Test("have a row a step where steps are asked for")
  func slots() throws {
    let small = try PlanReasonTests().report()
    let start = small.plan.horizon.start
    let horizon = PlanningHorizon(start: start, count: 96)
    let price = TimeSeries(repeating: EnergyPrice(count: 300_000), over: horizon.span)
    let conditions = SiteConditions(
      site: "haus", connection: small.conditions[0].connection, importPrice: price, feedInPrice: price)
    let load = FixedLoad(id: "last", site: "haus", demand: TimeSeries(repeating: Power(watts: 1000), over: horizon.span))
    let rule = try StandingRule.plan(PlanningProblem(horizon: horizon, sites: [conditions], assets: [load]))
    var report = PlanReport(
      on: small.community, plan: rule, rule: rule, inputs: small.inputs, conditions: [conditions], solver: "none")
    func rows() -> Int { report.text(.english).split(separator: "\n").count { $0.contains(/^  (Thu|Fri) \d\d:\d\d–/) } }
    #expect(rows() == 12)
    report.details = [.slots]
    #expect(rows() == 96)
  }

  @Test("are Markdown where that is asked for, with nothing that Markdown would take for markup")
  func markdown() throws {
    var report = try PlanReasonTests().report()
    report.details = [.devices]
    let lines = report.markdown(.english).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("# Hof · Thu 1 Jan 12:00"))
    let header = try #require(lines.firstIndex { $0.hasPrefix("| DEVICE | kind | kWh |") })
    #expect(lines[header - 1].isEmpty)
    #expect(lines[header + 1] == "|---|---|---:|---:|---:|---:|---:|")
    #expect(lines.contains("| auto | cars | 2.0 | 1.0 | 1 | 2.0 | 0.00 |"))
    #expect(lines.contains { $0.hasPrefix("- **WHY** Thu 12:00–13:00 speicher charges") })
    #expect(lines.contains { $0.hasPrefix("\\* without a plan") })
  }

  @Test("tell how many metering points were read lately, and how old the oldest reading is")
  func ages() throws {
    var report = try PlanReasonTests().report()
    report.inputs.ages = PlanReport.Inputs.Ages([.seconds(60), .seconds(900), .seconds(3 * 3600 + 59)])
    #expect(report.text(.english).contains("2 of 3 metering points fresh (oldest 3 h)"))
    report.inputs.ages = PlanReport.Inputs.Ages([.seconds(60)])
    #expect(report.text(.german).contains("1 von 1 Messpunkten frisch"))
    #expect(PlanReport.Inputs.Ages([]) == nil)
  }

  @Test("show what other forecasts come to, and say what was not computed")
  func outlooks() throws {
    var report = try PlanReasonTests().report()
    report.outlooks = [.init(name: "p10", figures: report.ruleFigures), .init(name: "p90", figures: nil)]
    // The rule: load 2 kWh, car and heat pump (5 / 3 kWh an hour): (1 + 2 + 1.67) x 12 ct + (1 + 1.67) x 36 ct = 1.52 EUR.
    #expect(report.text(.english).contains("p10: 1.52 EUR · 0.0 % | p90: not computed (--max-time)"))
    report.outlooks = []
    #expect(report.text(.german).contains("p10 und p90 sind nicht bekannt: noch ist nichts gemessen"))
  }
}
