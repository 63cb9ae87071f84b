import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Reporting

/// The worked examples K1 to K11 of the definitions of key figures, computed there by another program.
@Suite("Worked examples of the key figures")
struct KeyFigureExamplesTests {
  /// K1 and K2 as two sites: consumption measured and grid derived, and the reverse. L - G is import, G - L export.
  private func both(generation: [Double], consumption: [Double]) throws -> [KeyFigures] {
    let net = zip(consumption, generation).map { $0 - $1 }
    let metered = House.metered(imports: net.map { max(0, $0) }, exports: net.map { max(0, -$0) }, generation: generation)
    return [try House.unmetered(consumption: consumption, generation: generation).figures(), try metered.figures()]
  }

  @Test("K1: 300 % over the period is 75 % matched")
  func k1() throws {
    for figures in try both(generation: [60, 50, 8, 2], consumption: [10, 10, 10, 10]) {
      #expect(figures.balance == percent(300))
      #expect(figures.matchedShare == percent(75))
      #expect(figures.selfSufficiency == percent(75))
      #expect(figures.selfSufficiencyExcludingStock == percent(75))
      #expect(figures.selfConsumption == percent(25))
      #expect(figures.selfConsumptionExcludingLosses == percent(25))
      #expect(figures.flows.gridImport == kWh(10))
      #expect(figures.flows.gridExport == kWh(90))
    }
  }

  @Test("K2: 100 % over the period, 25 % by the quarter hour")
  func k2() throws {
    for figures in try both(generation: [4, 0, 4, 0], consumption: [0, 4, 2, 2]) {
      #expect(figures.balance == .one)
      #expect(figures.selfSufficiency == percent(25))
      #expect(figures.matchedShare == percent(25))
      #expect(figures.selfConsumption == percent(25))
      #expect(figures.flows.gridImport == kWh(6))
      #expect(figures.flows.gridExport == kWh(6))
    }
  }

  /// K3 gives sums of a day: G 30, I 1, Dis 10, L 20, Ch 12, X 9. Here as a noon with all the sun, then an evening.
  private func sunnyDay() -> House {
    var house = House.metered(imports: [0, 1], exports: [9, 0], generation: [30, 0])
    house.add(.storage, in: [12, 0], out: [0, 10])
    return house
  }

  @Test("K3: a sunny day with a battery")
  func k3() throws {
    let figures = try sunnyDay().figures()
    #expect(figures.flows.consumption == kWh(20))
    #expect(figures.selfSufficiency == percent(95))
    #expect(figures.selfSufficiencyIncludingStock == percent(95))
    #expect(figures.selfConsumption == percent(70))
    #expect(figures.directUse == percent(30))
    #expect(figures.selfConsumptionExcludingLosses == Fraction(19.0 / 30))
    // All that was discharged had been charged the same day.
    #expect(figures.use.storedBefore == .zero)
    #expect(figures.selfSufficiencyExcludingStock == percent(95))
    // SC G = SS L + losses + SOC change: 21 = 19 + 1.6 + 0.4.
    let kept = figures.flows.generation - figures.use.generationExport
    #expect(kept == figures.flows.consumption - figures.flows.gridImport + kWh(1.6) + kWh(0.4))
  }

  @Test("K3 with a night first: what the battery held before shows")
  func k3Night() throws {
    // Night: 3 kWh from the battery for 4 of consumption. Noon: 30 of sun, 9 used, 12 charged, 9 out. Evening: 7 from the battery.
    var house = House.metered(imports: [1, 0, 0], exports: [0, 9, 0], generation: [0, 30, 0])
    house.add(.storage, in: [0, 12, 0], out: [3, 0, 7])
    let figures = try house.figures()
    #expect(figures.flows.consumption == kWh(20))
    #expect(figures.selfSufficiency == percent(95))
    #expect(figures.use.storedBefore == kWh(3))
    #expect(figures.use.storedGreen == kWh(7))
    #expect(figures.selfSufficiencyExcludingStock == percent(80))
    #expect(figures.selfConsumption == percent(70))
    #expect(figures.selfConsumptionExcludingLosses == Fraction(16.0 / 30))
  }

  @Test("K3b: no sun, 8 kWh from yesterday: 40 % with them, 0 % without")
  func k3b() throws {
    var house = House.metered(imports: [12], exports: [0], generation: [0])
    house.add(.storage, in: [0], out: [8])
    let figures = try house.figures()
    #expect(figures.flows.consumption == kWh(20))
    #expect(figures.selfSufficiencyIncludingStock == percent(40))
    #expect(figures.selfSufficiencyExcludingStock == .zero)
    #expect(figures.use.storedBefore == kWh(8))
    #expect(figures.selfSufficiency == percent(40))
    #expect(figures.selfConsumption == nil)
  }

  @Test("K4: a battery charged from the grid is not sun: 0 %, not -7.5 %")
  func k4() throws {
    // 10 kWh of 21.5 go into the battery; 8.5 come back.
    var house = House.metered(imports: [15, 6.5], exports: [0, 0])
    house.add(.storage, in: [10, 0], out: [0, 8.5])
    let figures = try house.figures()
    #expect(figures.flows.consumption == kWh(20))
    #expect(figures.use.chargedFromGrid == kWh(10))
    #expect(figures.use.storedGrey == kWh(8.5))
    #expect(figures.use.storedBefore == .zero)
    #expect(figures.selfSufficiencyIncludingStock == nil)
    #expect(figures.selfSufficiency == .zero)
  }

  @Test("K5: within the buildings 44.4 %, the community 100 %")
  func k5() throws {
    let first = House.unmetered("one", consumption: [4], generation: [10])
    let second = House.unmetered("two", consumption: [5], generation: [0])
    let community = try CommunityBalance([first, second])
    #expect(KeyFigures(of: community, .sitesTogether).selfSufficiency == Fraction(4.0 / 9))
    #expect(KeyFigures(of: community, .virtualSum).selfSufficiency == .one)
    #expect(try first.figures().selfSufficiency == .one)
    #expect(try second.figures().selfSufficiency == .zero)
    // Exported from the roofs: 6 each for itself, 1 as one.
    #expect(KeyFigures(of: community, .sitesTogether).selfConsumption == percent(40))
    #expect(KeyFigures(of: community, .virtualSum).selfConsumption == percent(90))
  }

  @Test("K11: 2.4 kWh in a quarter hour are 9.6 kW, and the first of equals has the time")
  func k11() throws {
    let figures = try House.metered(imports: [1, 2.4, nil, 2.4], exports: [0, 0, 0, 0]).figures()
    #expect(figures.peakImport?.power == Power(kilowatts: 9.6))
    #expect(figures.peakImport?.quarterHour == QuarterHour(index: 1))
  }

  @Test("a share is all or nothing only where it is exactly that")
  func exactness() {
    let whole: Int64 = 10_000_000_000_000
    #expect(share(whole, of: whole) == .one)
    #expect(share(whole - 1, of: whole) == Fraction(count: 999_999_999))
    #expect(share(whole + 1, of: whole) == Fraction(count: 1_000_000_001))
    #expect(share(1, of: whole) == Fraction(count: 1))
    #expect(share(-1, of: whole) == Fraction(count: -1))
    #expect(share(0, of: whole) == .zero)
    #expect(share(1, of: 0) == nil)
    #expect(share(2, of: 3) == Fraction(count: 666_666_667))
    // A plant beside a house that hardly uses anything: a balance that says nothing.
    #expect(share(Int64.max, of: 1) == nil)
  }

  @Test("no consumption, no generation: no share, and never a number")
  func undefined() throws {
    let holiday = try House.metered(imports: [0], exports: [2], generation: [2]).figures()
    #expect(holiday.selfSufficiency == nil)
    #expect(holiday.balance == nil)
    #expect(holiday.matchedShare == nil)
    #expect(holiday.selfConsumption == .zero)
    let night = try House.metered(imports: [1], exports: [0], generation: [0]).figures()
    #expect(night.selfSufficiency == .zero)
    #expect(night.selfConsumption == nil)
    #expect(night.directUse == nil)
    let unknown = try House.metered(imports: [nil], exports: [0], generation: [0]).figures()
    #expect(unknown.selfSufficiency == nil)
    #expect(unknown.peakImport == nil)
    #expect(unknown.quality.coverage == .zero)
  }
}
