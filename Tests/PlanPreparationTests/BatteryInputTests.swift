import CommunityModel
import Forecasting
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Reporting
import Testing

@Suite("A battery's content and what it is worth")
struct BatteryInputTests {
  private func yard(stateOfCharge millionths: Int64, age: Duration) throws -> Yard {
    var yard = try Yard()
    yard.knowledge.states[SeriesKey("BAT", .stateOfCharge)] = Sample(at: Yard.noon.start - age, value: millionths)
    return yard
  }

  @Test("a state of exactly an hour ago still counts")
  func oneHour() throws {
    let inputs = try yard(stateOfCharge: 250_000, age: .seconds(3600)).inputs([Yard.battery(given: Fraction(0.9))])
    #expect(try inputs.battery().opening == .content(Energy(wattHours: 5000)))
    #expect(inputs.sources == [.measuredCharge("battery", Fraction(0.25), age: .seconds(3600))])
  }

  @Test(
    "a state that no battery can have is the nearest one it can",
    arguments: [(1_003_000, 20_000), (6_553_500, 20_000), (-1000, 0), (Int64.max, 20_000), (Int64.min, 0)] as [(Int64, Int)])
  func impossibleStates(_ millionths: Int64, _ wattHours: Int) throws {
    let inputs = try yard(stateOfCharge: millionths, age: .zero).inputs([Yard.battery()])
    #expect(try inputs.battery().opening == .content(Energy(wattHours: wattHours)))
  }

  @Test("a battery without a metering point has no measured state")
  func noMeteringPoint() throws {
    let inputs = try yard(stateOfCharge: 250_000, age: .zero).inputs([Yard.battery(at: nil, given: Fraction(0.1))])
    #expect(try inputs.battery().opening == .content(Energy(wattHours: 2000)))
    #expect(inputs.sources == [.givenCharge("battery", Fraction(0.1))])
  }

  @Test("with a price that changes, the cheapest quarter of the horizon counts, by hand")
  func cheapestQuarter() throws {
    var yard = try Yard()
    yard.tariffs = [
      Tariff(id: "flat", importPrice: .dynamic(file: "p", plus: EnergyPrice(count: 100_000)), feedInPrice: .fixed(.zero))
    ]
    // The cheapest 2 of 8 quarter hours: 5 and 7 ct, with 10 ct on top 16 ct in the mean.
    // 0.9 x (16 x 0.9 - 4 / 2) = 11.16 ct.
    let cents: [Int64] = [20, 5, 30, 7, 25, 40, 9, 50]
    yard.knowledge.prices["p"] = TimeSeries(start: Yard.noon, values: cents.map { EnergyPrice(count: $0 * 10_000) })
    #expect(try yard.inputs([Yard.battery()]).battery().endValue == EnergyPrice(count: 111_600))
  }

  @Test("it is never worth less than nothing, and nothing without a tariff")
  func leastWorth() throws {
    var yard = try Yard()
    yard.tariffs = [Tariff(id: "flat", importPrice: .fixed(EnergyPrice(count: 20_000)), feedInPrice: .fixed(.zero))]
    // 0.9 x (2 x 0.9 - 2) < 0.
    #expect(try yard.inputs([Yard.battery()]).battery().endValue == .zero)
    yard.tariffs = []
    #expect(try yard.inputs([Yard.battery()]).battery().endValue == .zero)
  }

  @Test("a plan's report counts what its inputs rest on")
  func report() throws {
    var yard = try yard(stateOfCharge: 250_000, age: .seconds(1200))
    yard.sites.append(Site(id: "barn", name: "Barn", gridConnection: Yard.wire))
    yard.meter("SHOP", .consumption, import: 100)
    yard.knowledge.forecasts["given"] = Forecast(
      power: TimeSeries(repeating: Power(watts: 5), over: Yard.noon..<Yard.noon.advanced(by: 8)), basis: .file)
    let inputs = try yard.inputs([
      Yard.load(at: "SHOP"), Yard.load("given"), Yard.load("profile"), Yard.roof(), Yard.battery(),
      AssetDescription(id: "second", site: "yard", kind: Yard.battery().kind),
    ])
    let counted = PlanReport.Inputs(inputs)
    #expect(counted.loads == [.history: 1, .file: 1, .standardProfile: 1])
    #expect(counted.plants == [.standardProfile: 1])
    #expect(counted.batteries == [.measured: 1, .assumed: 1])
    #expect(counted.oldestCharge == .seconds(1200))
    #expect(counted.pricesKnown == nil)
    #expect(counted.sitesWithoutTariff == ["barn"])
    #expect(!counted.holidaysUnknown)
  }
}
