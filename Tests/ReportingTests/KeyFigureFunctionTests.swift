import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// The worked examples of the definitions (kpis.md and `sharing_vectors.json`, key KPI), computed there by another program.
@Suite("Worked examples: heat, diversity, CO2, shifting, fairness")
struct KeyFigureFunctionTests {
  private func isClose(_ share: Fraction?, _ value: Double) -> Bool { share.map { abs($0.value - value) < 1e-9 } ?? false }

  @Test("K7: 180 of sun, 1150 of chips, 70 of oil are 95 % renewable, 12.9 % solar; 18 % losses leave 1148")
  func heat() {
    var heat = HeatBalance()
    heat.fed = [.solarThermal: kWh(180_000), .woodChips: kWh(1_150_000), .oil: kWh(70_000)]
    heat.fedWhereDelivered = heat.total
    heat.delivered = kWh(1_148_000)
    #expect(heat.renewableShare(gridShare: nil) == percent(95))
    #expect(isClose(heat.solarFraction, 0.12857142857142856))
    #expect(heat.lossShare == percent(18))
    // What a tank holds more at the end is not lost: 1400 - 14 - 1148 of 1400.
    heat.stockChange = kWh(14_000)
    #expect(heat.lossShare == percent(17))
    #expect(HeatBalance().renewableShare(gridShare: nil) == nil)
    #expect(HeatBalance().solarFraction == nil)
    #expect(HeatBalance().lossShare == nil)
  }

  @Test("a heat pump is renewable by its environment, its own power and the grid's renewable share; unknown stays unknown")
  func heatPump() {
    var heat = HeatBalance()
    // 320 of heat from 100 of power, 40 of it own: 220 + 40 + 60 x 50 % = 290 of 400.
    heat.fed = [.heatPump: kWh(320), .gas: kWh(80)]
    heat.pumps = ["pump": HeatPumpUse(heat: kWh(320), power: kWh(100), ownPower: kWh(40))]
    #expect(heat.renewableShare(gridShare: percent(50)) == percent(72.5))
    #expect(heat.renewableShare(gridShare: nil) == nil)
    #expect(heat.pumps["pump"]?.performance == Fraction(3.2))
    #expect(heat.pumps["pump"]?.ownShare == percent(40))
    #expect(HeatPumpUse(heat: kWh(1)).performance == nil)
    heat.fed = [.other: kWh(1)]
    #expect(heat.renewableShare(gridShare: percent(50)) == nil)
  }

  @Test("K8: 50, 30 and 20 % have HHI 0.38, H 1.0297, evenness 0.937, effective 2.63 and 2.80")
  func diversity() throws {
    let diversity = try #require(Diversity(of: [kWh(50), kWh(30), kWh(20)]))
    #expect(isClose(diversity.concentration, 0.38))
    #expect(isClose(diversity.normalisedConcentration, 0.07000000000000002))
    #expect(isClose(diversity.shannon, 1.0296530140645737))
    #expect(isClose(diversity.evenness, 0.9372305632161295))
    #expect(isClose(diversity.effectiveNumber, 2.6315789473684212))
    #expect(isClose(diversity.effectiveNumberByShannon, 2.8000940728538315))
    let single = try #require(Diversity(of: [kWh(3)]))
    #expect(single.concentration == .one && single.shannon == .zero)
    #expect(single.evenness == nil && single.normalisedConcentration == nil)
    // A source that there is and that gives nothing is one of n.
    #expect(Diversity(of: [kWh(3), .zero])?.normalisedConcentration == .one)
    #expect(Diversity(of: [.zero, .zero]) == nil)
    #expect(Diversity(of: []) == nil)
  }

  @Test("K9: 10 kWh at 363 g are 3.63 kg; two hours of 200 and 500 g: 3.5 kg flat, 2.6 kg shifted")
  func carbon() {
    func mass(_ parts: [(Double, Int64)]) -> Mass? {
      var footprint = CarbonFootprint()
      for (energy, grams) in parts { footprint.enter(kWh(energy), factor: EmissionFactor(count: grams * 1000)) }
      return footprint.mass
    }
    #expect(mass([(10, 363)]) == Mass(count: 3_630_000))
    #expect(mass([(5, 200), (5, 500)]) == Mass(count: 3_500_000))
    #expect(mass([(8, 200), (2, 500)]) == Mass(count: 2_600_000))
    var unknown = CarbonFootprint()
    unknown.enter(kWh(1), factor: nil)
    #expect(unknown.mass == nil)
  }

  @Test("a marginal effect is a range")
  func marginal() {
    let estimate = KeyFigureFacts.MarginalCarbon(
      factors: EmissionFactor(count: 400_000)...EmissionFactor(count: 900_000), year: 2024, source: "test")
    #expect(estimate.effect(of: kWh(10)) == Mass(count: 4_000_000)...Mass(count: 9_000_000))
  }

  @Test("K10: 2/2/6/2 expected, 2/5/3/2 used: 3 kWh shifted, no change")
  func shift() {
    let shift = LoadShift(load: [2, 5, 3, 2].map(kWh), baseline: [2, 2, 6, 2].map(kWh))
    #expect(shift.shifted == kWh(3))
    #expect(shift.change == .zero)
    // Where the sums differ, what is more is told apart: 1 more at noon, 2 moved.
    let more = LoadShift(load: [2, 5, 4, 2].map(kWh), baseline: [2, 2, 6, 2].map(kWh))
    #expect(more.shifted == kWh(2))
    #expect(more.change == kWh(1))
  }

  @Test("K11: 2.4 kWh are 9.6 kW; the ten highest, and how many are above what is agreed")
  func peaks() {
    var peaks = PeakImports(limit: Power(kilowatts: 8))
    for (place, energy) in [1, 2.4, 0.1, 2.4, 2.1, 2].enumerated() {
      peaks.enter(kWh(energy), at: QuarterHour(index: Int64(place)))
    }
    #expect(peaks.peak == PeakImport(power: Power(kilowatts: 9.6), quarterHour: QuarterHour(index: 1)))
    #expect(peaks.highest.map(\.quarterHour.index) == [1, 3, 4, 5, 0, 2])
    // 8 kW are agreed: 9.6, 9.6 and 8.4 are more, 8.0 is not.
    #expect(peaks.aboveLimit == 3)
    for place in 6..<30 { peaks.enter(kWh(Double(place)), at: QuarterHour(index: Int64(place))) }
    #expect(peaks.highest.count == 10)
    #expect(peaks.highest.map(\.quarterHour.index) == (20..<30).reversed().map(Int64.init))
  }

  @Test("K12: benefits of 0, 10, 30 and 60 % have a Gini coefficient of 0.5")
  func fairness() {
    let benefits = [60, 0, 30, 10].map(percent)
    let fairness = Fairness(of: benefits)
    #expect(fairness.gini == Fraction(0.5))
    #expect(fairness.losers == .zero)
    // The fifth with the most is one of four: 60 of 100.
    #expect(fairness.topFifth == percent(60))
    let unequal = Fairness(of: [percent(-5), percent(10)])
    #expect(unequal.losers == percent(50))
    #expect(unequal.gini == Fraction(0.5))
    #expect(Fairness(of: [.zero, .zero]).gini == nil)
    #expect(Fairness(of: []).losers == nil)
    #expect(Fairness(of: Array(repeating: percent(7), count: 9)).gini == .zero)
  }

  @Test("K13: 250 of 400 kWh from the grid are 62.5 %")
  func importShare() throws {
    let figures = try House.metered(imports: [250], exports: [0], generation: [150]).figures()
    #expect(figures.importShare == percent(62.5))
  }

  @Test("regional value is profits, wages, taxes and leases that stay, not revenue")
  func regionalValue() {
    let business = KeyFigureFacts.RegionalBusiness(
      region: "Hunsrück", year: 2025, profit: Money(euros: 50_000), localOwnership: percent(80), wages: Money(euros: 30_000),
      localEmployees: percent(50), municipalTaxes: Money(euros: 7_000), leaseAndInterest: Money(euros: 4_000))
    // 40,000 + 15,000 + 7,000 + 4,000.
    #expect(RegionalValue.created(by: business) == Money(euros: 66_000))
  }

  @Test("total local coverage counts electricity for heat once")
  func coverage() {
    // 10 used, 6 own; heat: 9 of the environment by 3 of power (in the 10), 5 of chips, 6 of oil: (6 + 14) / (10 + 20).
    let coverage = LocalCoverage(ownPower: kWh(6), power: kWh(10), renewableHeat: kWh(14), heat: kWh(20))
    #expect(coverage.share == Fraction(2.0 / 3))
    #expect(LocalCoverage(ownPower: .zero, power: .zero).share == nil)
  }

  @Test("self-supply counts quarter hours with at most 50 Wh or 1 % of the day's mean, and the longest run; a gap breaks it")
  func selfSupply() throws {
    let day = LocalDay(number: 20_000)
    let calendar = try #require(MarketCalendar(timeZone: "UTC"))
    let start = calendar.quarterHours(of: day).lowerBound
    var house = House()
    let imports: [Double?] = [0.05, 0.051, 0, 0, nil, 0, 0, 0, 1, 0.05]
    house.points = [(.grid, TimeSeries(start: start, values: imports.map { $0.map { .measured(kWh($0)) } ?? .missing }), nil)]
    let figures = KeyFigures(of: try house.balance(), calendar: calendar)
    #expect(figures.selfSupply.quarterHours == 7)
    #expect(figures.selfSupply.longestRun == 3)
    // 10 kWh a quarter hour: 1 % are 100 Wh.
    let large = House.metered(imports: [0.1, 0.11, 29.79], exports: [0, 0, 0])
    #expect(try large.figures().selfSupply.quarterHours == 1)
  }

  @Test("ramping is the sum of steps of I - X; 1 - load factor is 1 - mean over highest import")
  func shape() throws {
    let figures = try House.metered(imports: [1, 3, 0, nil, 4], exports: [0, 0, 2, 0, 0], generation: [0, 0, 2, 0, 0]).figures()
    // |3 - 1| + |-2 - 3|; the gap parts the rest. Mean 2, highest 4.
    #expect(figures.shape.ramping == kWh(7))
    #expect(figures.shape.lackOfLoadFactor == percent(50))
    #expect(try House.metered(imports: [0], exports: [1], generation: [1]).figures().shape.lackOfLoadFactor == nil)
  }

  @Test("yields and heat are compared without the weather")
  func weather() {
    #expect(WeatherNormal.specificYield(kWh(9500), peakPower: Power(kilowatts: 10)) == Fraction(count: 950 * 1_000_000_000))
    #expect(WeatherNormal.specificYield(kWh(1), peakPower: .zero) == nil)
    #expect(WeatherNormal.degreeDays(at: Temperature(count: 5000)) == Temperature(count: 15_000))
    #expect(WeatherNormal.degreeDays(at: Temperature(count: 15_000)) == .zero)
    #expect(WeatherNormal.heat(kWh(300), degreeDays: Temperature(count: 15_000)) == Fraction(count: 20 * 1_000_000_000))
    #expect(WeatherNormal.heat(kWh(300), degreeDays: .zero) == nil)
  }

  @Test("sums over people are told of five, of six with the reader, and not where one is more than half")
  func anonymity() {
    let five = Array(repeating: kWh(1), count: 5)
    #expect(Anonymity.allows(five))
    #expect(!Anonymity.allows(Array(five.dropLast())))
    #expect(!Anonymity.allows(five, isReaderAmong: true))
    #expect(Anonymity.allows(five + [kWh(5)], isReaderAmong: true))
    #expect(!Anonymity.allows(five + [kWh(5.1)]))
    #expect(!Anonymity.allows([]))
  }
}
