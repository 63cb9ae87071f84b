import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Testing

/// The yard pays 8.20 EUR/kW; its meter at the grid counts 1 kWh a quarter hour (4 kW), but for single ones that a test sets.
/// The plan begins on 2026-06-01 at 14:00 in Berlin, 56 quarter hours into the month.
@Suite("The peak that is paid for before a plan")
struct PeakHistoryTests {
  private func yard(lookback: PeakLookback? = nil) throws -> Yard {
    var yard = try Yard()
    yard.tariffs = [
      Tariff(
        id: "flat", importPrice: .fixed(EnergyPrice(count: 300_000)), feedInPrice: .fixed(.zero),
        peakPrice: PowerPrice(count: 8_200_000), peakLookback: lookback)
    ]
    yard.points = [MeteringPoint(id: "GRID", site: "yard", measures: .grid)]
    return yard
  }

  /// What the meter counted in the 90 days before the plan; `wattHours` in quarter hours so many before its start.
  private func counted(_ wattHours: [Int: Int?]) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    let count = 90 * Yard.day
    let values = (0..<count).map { position -> IntervalEnergy in
      let special = wattHours[count - position]
      guard let special else { return .measured(Energy(wattHours: 1000)) }
      return special.map { .measured(Energy(wattHours: $0)) } ?? .missing
    }
    return [SeriesKey("GRID", .energyImport): TimeSeries(start: Yard.noon.advanced(by: -count), values: values)]
  }

  private func noted(_ yard: Yard, _ wattHours: [Int: Int?]) -> PlanInputs.Knowledge {
    var knowledge = yard.knowledge
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      meteringPoints: yard.points, tariffs: yard.tariffs)
    knowledge.notePeaks(of: community, from: counted(wattHours), before: Yard.noon)
    return knowledge
  }

  @Test("is the month's highest quarter hour by local time: what lies before midnight of the first counts for the month before")
  func month() throws {
    // The 56th before is the month's first: 3 kWh are 12 kW. The 57th is May's last: 20 kW.
    let knowledge = noted(try yard(lookback: PeakLookback(share: Fraction(0.8), months: 1)), [56: 3000, 57: 5000, 10: nil])
    #expect(knowledge.peaksSoFar == ["yard": Power(watts: 12_000)])
    #expect(knowledge.earlierPeaks["yard"]?.values.sorted() == [Power(watts: 20_000)])
  }

  @Test("of earlier months is read only where the tariff looks back on them")
  func noLookback() throws {
    let knowledge = noted(try yard(), [56: 3000, 57: 5000])
    #expect(knowledge.peaksSoFar == ["yard": Power(watts: 12_000)])
    #expect(knowledge.earlierPeaks.isEmpty)
  }

  @Test("is at least the share of the highest month looked back on, and no more months than agreed count")
  func lookback() throws {
    // May 20 kW: 80 % are 16 kW, above June's 12 kW. April's 40 kW (the 32nd day before, in April) counts from two months on: 32 kW.
    for (months, paid) in [(1, 16_000), (2, 32_000)] {
      var yard = try yard(lookback: PeakLookback(share: Fraction(0.8), months: months))
      yard.knowledge = noted(yard, [56: 3000, 57: 5000, 33 * Yard.day: 10_000])
      let site = try yard.inputs([]).problem.sites[0]
      #expect(site.peakPeriods.map(\.paid) == [Power(watts: paid)], "\(months) months")
    }
  }

  @Test("of a plan over the month's end is paid month by month, the second looking back on the first")
  func twoMonths() throws {
    var yard = try yard(lookback: PeakLookback(share: Fraction(0.5), months: 12))
    yard.knowledge = noted(yard, [56: 3000, 57: 5000])
    // 2026-06-01T12:00Z until 2026-07-01T00:00Z are 29.5 days; June ends at 22:00Z.
    yard.horizon = PlanningHorizon(start: Yard.noon, count: 30 * 24, quarterHoursPerStep: 4)
    let periods = try yard.inputs([]).problem.sites[0].peakPeriods
    #expect(periods.map(\.span.count) == [29 * 96 + 40, 96 - 40])
    // June 12 kW so far, half of May's 20 is less; July: half of May's.
    #expect(periods.map(\.paid) == [Power(watts: 12_000), Power(watts: 10_000)])
    #expect(periods.map(\.share) == [Fraction(0.5), Fraction(0.5)])
  }

  @Test("goes by what someone says, in every month of the plan")
  func told() throws {
    var yard = try yard(lookback: PeakLookback(share: Fraction(0.5), months: 12))
    yard.knowledge = noted(yard, [56: 3000, 57: 5000])
    yard.knowledge.paidPeak = Power(watts: 48_000)
    yard.horizon = PlanningHorizon(start: Yard.noon, count: 30 * 24, quarterHoursPerStep: 4)
    #expect(try yard.inputs([]).problem.sites[0].peakPeriods.map(\.paid) == [Power(watts: 48_000), Power(watts: 48_000)])
  }

  @Test("that nobody knows is told, and none is taken as paid for")
  func unknown() throws {
    var yard = try yard()
    yard.points = []
    let inputs = try yard.inputs([])
    #expect(inputs.sources == [.peakUnknown("yard")])
    #expect(inputs.problem.sites[0].peakPeriods.map(\.paid) == [.zero])
    yard.knowledge.paidPeak = Power(watts: 48_000)
    #expect(try yard.inputs([]).sources.isEmpty)
  }
}
