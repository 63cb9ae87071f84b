import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Two hours from noon at 10 and 50 ct, 8 kWh used in the second; a battery of up to 20 kWh. A year's cost of 4380 EUR is 1 EUR in
/// two hours.
@Suite("What it would pay to build, in words")
struct PlanPurchaseTests {
  private let horizon = PlanningHorizon(
    start: QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000)), count: 2, quarterHoursPerStep: 4)

  private func series<Value: Sendable>(_ hours: [Value]) -> TimeSeries<Value> {
    TimeSeries(start: horizon.start, values: hours.flatMap { Array(repeating: $0, count: 4) })
  }

  /// All of the battery costs so much over the two hours; peaks cost so much a kW.
  private func report(_ euros: Double, peakPrice: Int64 = 0) throws -> PlanReport {
    let wire = GridConnection(importLimit: Power(watts: 20_000), exportLimit: Power(watts: 20_000))
    let conditions = SiteConditions(
      site: "haus", connection: wire, importPrice: series([100_000, 500_000].map { EnergyPrice(count: $0) }),
      feedInPrice: series([EnergyPrice.zero, .zero]), peakPrice: PowerPrice(count: peakPrice))
    let problem = PlanningProblem(
      horizon: horizon, sites: [conditions],
      assets: [FixedLoad(id: "last", site: "haus", demand: series([Power.zero, Power(watts: 8000)]))])
    let parameters = Battery.Parameters(
      capacity: Energy(wattHours: 20_000), chargePower: Power(watts: 20_000), dischargePower: Power(watts: 20_000))
    let candidate = AssetCandidate(
      AssetDescription(id: "keller", site: "haus", kind: .battery(parameters, stateOfCharge: .zero)),
      yearlyCost: Money(euros: euros * 4380))
    func plan(_ problem: PlanningProblem) throws -> Plan { try Planner(solver: HighsSolver()).plan(problem) }
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let community = Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "haus", name: "Haus", gridConnection: wire)])
    var report = PlanReport(
      on: community, plan: try plan(problem), rule: try StandingRule.plan(problem), inputs: PlanReport.Inputs(),
      conditions: problem.sites, solver: "HiGHS")
    let battery = Battery(id: "keller", site: "haus", parameters: parameters, opening: .content(.zero))
    report.variations = [
      PlanVariation(
        .with, "keller", candidates: [candidate],
        outcome: .solved(try plan(problem.with(battery, sizedFor: candidate))))
    ]
    return report
  }

  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  /// 8 of 20 kWh at 6 EUR for all: 2.40 EUR, 10,512 a year; they save 8 x 40 ct = 3.20.
  @Test("is the best size, beside what it costs and saves; that two hours are no year is said", arguments: Language.allCases)
  func best(_ language: Language) throws {
    let text = flowing(try report(6).text(language, width: 200))
    switch language {
    case .english:
      #expect(
        text.contains(
          "WITH keller best size 8.0 kWh of at most 20.0 kWh · costs 10 512.00 EUR a year, in these 2 h 2.40 EUR · saves 3.20 EUR "
            + "in them, which leaves 0.80 EUR · size proven · self-sufficiency"))
      #expect(text.contains("2 h are no year: of a year's costs their share of 8760 h counts"))
    case .german:
      #expect(
        text.contains(
          "MIT keller beste Größe 8,0 kWh von höchstens 20,0 kWh · kostet 10 512,00 EUR im Jahr, in diesen 2 h 2,40 EUR · spart "
            + "darin 3,20 EUR, bleiben 0,80 EUR · Größe nachgewiesen · Autarkiegrad"))
      #expect(text.contains("2 h sind kein Jahr: Von den Jahreskosten zählt ihr Anteil an 8760 h"))
    }
  }

  @Test("is nothing where no size pays", arguments: Language.allCases)
  func nothing(_ language: Language) throws {
    let text = flowing(try report(10).text(language, width: 200))
    switch language {
    case .english: #expect(text.contains("WITH keller does not pay in these 2 h, whatever its size ·"))
    case .german: #expect(text.contains("MIT keller lohnt in diesen 2 h in keiner Größe ·"))
    }
    #expect(!text.contains("EUR a year, in these"))
  }

  /// At 1 EUR a kW half is bought in each hour, so that 4 kW less is paid for: 4 EUR for a month, and 4 x 40 ct.
  @Test("tells what of the saving are peaks of a month")
  func peaks() throws {
    let report = try report(16, peakPrice: 1_000_000)
    let text = flowing(report.text(.english, width: 200))
    #expect(text.contains("best size 4.0 kWh of at most 20.0 kWh"))
    #expect(text.contains("saves 5.60 EUR in them, which leaves 2.40 EUR · of it 4.00 EUR for peaks of a whole month"))
  }

  /// The other site has 3 kW of sun; without exchange they are fed in.
  @Test("of exchange tells how much is exchanged, of another charge how much instead", arguments: Language.allCases)
  func exchange(_ language: Language) throws {
    var report = try report(6)
    let other = report.conditions[0]
    let sun = SiteConditions(
      site: "dach", connection: other.connection, importPrice: other.importPrice, feedInPrice: other.feedInPrice)
    let apart = PlanningProblem(
      horizon: horizon, sites: report.conditions + [sun],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series([Power.zero, Power(watts: 8000)])),
        RenewablePlant(id: "dach", site: "dach", available: series([Power.zero, Power(watts: 3000)])),
      ])
    let together = apart.with(exchange: CommunityExchange(charge: EnergyPrice(count: 100_000)))
    func plan(_ problem: PlanningProblem) throws -> Plan { try Planner(solver: HighsSolver()).plan(problem) }
    func words(_ first: PlanningProblem, _ second: PlanningProblem) throws -> String {
      report = PlanReport(
        on: report.community, plan: try plan(first), rule: try StandingRule.plan(first), inputs: PlanReport.Inputs(),
        conditions: first.sites, solver: "HiGHS")
      report.variations = [PlanVariation(.with, "exchange:10ct/kWh", outcome: .solved(try plan(second)))]
      return flowing(report.text(language, width: 200))
    }
    // 3 kWh at 10 instead of 50 ct.
    let (asked, alike) = (try words(apart, together), try words(together, together))
    switch language {
    case .english:
      #expect(asked.contains(/WITH exchange:10ct\/kWh −1\.20 EUR · [^·]* · load served · 3\.0 kWh exchanged/))
      #expect(!alike.contains("exchanged"))
      #expect(try words(together, apart).contains("0.0 kWh instead of 3.0 kWh exchanged"))
    case .german:
      #expect(asked.contains("Verbrauch gedeckt · 3,0 kWh getauscht"))
      #expect(try words(together, apart).contains("0,0 kWh statt 3,0 kWh getauscht"))
    }
  }

  @Test("stands in JSON for programs; null where no size was sought")
  func json() throws {
    var report = try report(6)
    report.variations.append(PlanVariation(.without, "last", outcome: .solved(report.plan)))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let asked = try #require(root["what_if"] as? [[String: Any]])
    let purchase = try #require(asked[0]["purchase"] as? [String: Any])
    let sizes = try #require(purchase["sizes"] as? [[String: Any]])
    #expect(sizes[0]["candidate_id"] as? String == "keller")
    #expect(sizes[0]["best_kwh"] as? Double == 8)
    #expect(sizes[0]["largest_kwh"] as? Double == 20)
    #expect(sizes[0]["yearly_cost_eur"] as? Double == 10512)
    #expect(purchase["horizon_cost_eur"] as? Double == 2.4)
    #expect(purchase["saved_eur"] as? Double == 3.2)
    #expect(purchase["gain_eur"] as? Double == 0.8)
    #expect(abs(try #require(purchase["horizon_share_of_year"] as? Double) - 2.0 / 8760) < 1e-9)
    #expect(asked[1]["purchase"] is NSNull)
  }
}
