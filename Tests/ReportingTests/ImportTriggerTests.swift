import CommunityModel
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// A house that uses 400 Wh, makes 150 Wh and takes 250 Wh from the grid in each quarter hour of the past: 250 / 400 = 62.5 % (K13 of the
/// domain notes). In the plan's two hours it uses 1 kW and the sun gives 0.7 kW: 30 %.
@Suite("The trigger of the import share")
struct ImportTriggerTests {
  private static let start = QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000))

  private func trigger(limit: Fraction? = nil, days: Int = 7) throws -> ImportTrigger {
    try #require(report(limit: limit, days: days).importTrigger)
  }

  private func report(limit: Fraction? = nil, days: Int = 7) throws -> PlanReport {
    let site = Site(
      id: "haus", name: "Haus",
      gridConnection: GridConnection(importLimit: Power(watts: 10_000), exportLimit: Power(watts: 10_000)))
    let points = [("NETZ", MeteringPoint.Measures.grid), ("DACH", .generation), ("WOHNUNG", .consumption)]
    let community = Community(
      id: "hof", name: "Hof", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"), sites: [site],
      meteringPoints: points.map { MeteringPoint(id: MeteringPoint.ID($0), site: "haus", measures: $1) },
      triggers: limit.map { Triggers(importShare: $0) } ?? Triggers())
    let past = Self.start.advanced(by: -days * 96)..<Self.start
    func series(_ wattHours: Int) -> TimeSeries<IntervalEnergy> {
      TimeSeries(repeating: .measured(Energy(wattHours: wattHours)), over: past)
    }
    var energies = MeteredEnergies(over: Self.start.advanced(by: -28 * 96)..<Self.start)
    energies["NETZ", .import] = series(250)
    energies["NETZ", .export] = series(0)
    energies["DACH", .export] = series(150)
    energies["WOHNUNG", .import] = series(400)
    let horizon = PlanningHorizon(start: Self.start, count: 8)
    func power(_ watts: Int) -> TimeSeries<Power> { TimeSeries(repeating: Power(watts: watts), over: horizon.span) }
    let price = TimeSeries(repeating: EnergyPrice(count: 300_000), over: horizon.span)
    let problem = PlanningProblem(
      horizon: horizon,
      sites: [
        SiteConditions(site: "haus", connection: site.gridConnection, importPrice: price, feedInPrice: price.map { _ in .zero })
      ],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: power(1000)),
        RenewablePlant(id: "dach", site: "haus", available: power(700)),
      ])
    var report = PlanReport(
      on: community, plan: try Planner(solver: HighsSolver()).plan(problem), rule: try StandingRule.plan(problem),
      inputs: PlanReport.Inputs(), conditions: problem.sites, solver: "HiGHS")
    report.importTrigger = ImportTrigger(of: community, plan: report.plan, energies: energies)
    return report
  }

  @Test("that has fired is what there is to do, in both languages; one that has not leaves nothing to do")
  func whatToDo() throws {
    #expect(try report().text(.english, width: 200).contains("DO      import above the community's limit"))
    #expect(try report().text(.german, width: 200).contains("TUN     Netzbezug über der Grenze der Gemeinschaft"))
    #expect(try report(limit: percent(63)).text(.english, width: 200).contains("DO      nothing to decide"))
  }

  @Test("fires where the last seven days were above the limit, 60 % unless told")
  func measured() throws {
    let trigger = try trigger()
    #expect(trigger.limit == percent(60))
    #expect(trigger.measured == percent(62.5))
    #expect(trigger.planned == percent(30))
    #expect(trigger.isFired)
  }

  @Test("fires where the plan is above the limit")
  func planned() throws {
    #expect(try trigger(limit: percent(29), days: 0).isFired)
    #expect(try !trigger(limit: percent(63)).isFired)
  }

  @Test("knows no share of seven days of which six were measured, and says how much is known")
  func incomplete() throws {
    let trigger = try trigger(days: 6)
    #expect(trigger.measured == nil)
    #expect(!trigger.isFired)
    // 6 of 7 days.
    #expect(trigger.coverage == Fraction(count: 857_142_857))
  }
}
