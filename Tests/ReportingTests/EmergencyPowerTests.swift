import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Four hours from noon. The house takes 2 kW, its roof gives 1; a full battery of 4 kWh holds 1 kWh of them: an hour of 1 kW.
@Suite("What a failure leaves of emergency power")
struct EmergencyPowerTests {
  private let horizon = PlanningHorizon(
    start: QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000)), count: 4, quarterHoursPerStep: 4)

  private func series<Value>(_ value: Value) -> TimeSeries<Value> { TimeSeries(repeating: value, over: horizon.span) }

  private func problem(hasReserve: Bool = true) -> PlanningProblem {
    let wire = GridConnection(importLimit: Power(watts: 10_000), exportLimit: Power(watts: 10_000))
    let battery = Battery.Parameters(
      capacity: Energy(wattHours: 4000), chargePower: .zero, dischargePower: Power(watts: 4000))
    return PlanningProblem(
      horizon: horizon,
      sites: [
        SiteConditions(
          site: "haus", connection: wire, importPrice: series(EnergyPrice(count: 300_000)),
          feedInPrice: series(EnergyPrice(count: 80_000)))
      ],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series(Power(watts: 2000))),
        RenewablePlant(id: "dach", site: "haus", available: series(Power(watts: 1000))),
        Battery(
          id: "speicher", site: "haus", parameters: battery, opening: .content(Energy(wattHours: 4000)),
          reserve: hasReserve ? BatteryReserve(need: series(Power(watts: 1000)), duration: .seconds(3600)) : nil),
      ])
  }

  /// With the battery and the roof failing from the second hour on, or only in it.
  private func report(hasReserve: Bool = true, isForGood: Bool = true) throws -> PlanReport {
    let problem = problem(hasReserve: hasReserve)
    func plan(_ problem: PlanningProblem) throws -> Plan { try Planner(solver: HighsSolver()).plan(problem) }
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let community = Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "haus", name: "Haus", gridConnection: problem.sites[0].connection)])
    var report = PlanReport(
      on: community, plan: try plan(problem), rule: try StandingRule.plan(problem), inputs: PlanReport.Inputs(),
      conditions: problem.sites, solver: "HiGHS")
    let span = horizon.steps[1].lowerBound..<horizon.steps[isForGood ? 3 : 1].upperBound
    report.variations = try ["dach", "speicher"].map { name in
      PlanVariation(.fails, name, in: span, outcome: .solved(try plan(problem.without(AssetID(name), in: span))))
    }
    report.variations.append(PlanVariation(.without, "speicher", outcome: .solved(try plan(problem.without("speicher")))))
    return report
  }

  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("is told: covered, or from when not; losing it hurts more than money", arguments: Language.allCases)
  func words(_ language: Language) throws {
    let text = flowing(try report().text(language, width: 200))
    switch language {
    case .english:
      #expect(text.contains(/dach fails from Thu 1 Jan 13:00 \+0\.90 EUR · [^·]* · load served · emergency power covered/))
      #expect(
        text.contains(
          /speicher fails from Thu 1 Jan 13:00 [^·]* · [^·]* · load served · emergency power NOT covered from Thu 1 Jan 13:00 ← weakest/
        ))
      // Without it there is none from the start.
      #expect(text.contains(/WITHOUT speicher [^·]* · [^·]* · load served · emergency power NOT covered from Thu 1 Jan 12:00/))
    case .german:
      #expect(text.contains("Verbrauch gedeckt · Notstrom gedeckt"))
      #expect(text.contains("Verbrauch gedeckt · Notstrom NICHT gedeckt ab Do 01.01. 13:00 ← schwächste Stelle"))
    }
  }

  @Test("is told of a reserve that is only asked about, and not missed where somebody asks what dropping it saves")
  func asked() throws {
    func told(_ change: PlanVariation.Change, _ other: PlanningProblem) throws -> String {
      var report = try report(hasReserve: change == .without)
      let plan = try Planner(solver: HighsSolver()).plan(other)
      report.variations = [PlanVariation(change, "reserve", agreed: change == .without ? .reserve : nil, outcome: .solved(plan))]
      return flowing(report.text(.english, width: 200))
    }
    // 1 kWh stays in the battery at the end: without it 30 ct more are spared.
    let (holding, plain) = (problem(), problem(hasReserve: false))
    let dropped = try told(.without, holding.withoutReserves())
    #expect(dropped.contains(/WITHOUT reserve -?−?0\.30 EUR · [^·]* · load served [^e]/))
    #expect(!dropped.contains("NOT covered"))
    let held = try told(.with, plain.with(reservesOf: holding))
    #expect(held.contains(/WITH reserve \+0\.30 EUR · [^·]* · load served · emergency power covered/))
  }

  @Test("comes back with the battery; nothing is said of it where nobody wants a reserve")
  func span() throws {
    let text = flowing(try report(isForGood: false).text(.english, width: 200))
    #expect(text.contains("emergency power NOT covered Thu 1 Jan 13:00 – Thu 1 Jan 14:00"))
    #expect(!flowing(try report(hasReserve: false).text(.english, width: 200)).contains("emergency"))
  }

  @Test("stands in JSON for programs")
  func json() throws {
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report().json().utf8)) as? [String: Any])
    let told = try #require(root["what_if"] as? [[String: Any]]).map { $0["emergency_power"] as? [String: Any] }
    #expect(told.map { $0?["covered"] as? Bool } == [true, false, false])
    #expect(told[1]?["not_covered_from"] as? String == "2026-01-01T12:00:00Z")
    #expect(told[1]?["not_covered_until"] as? String == "2026-01-01T15:00:00Z")
    #expect(told[2]?["not_covered_from"] as? String == "2026-01-01T11:00:00Z")
  }
}
