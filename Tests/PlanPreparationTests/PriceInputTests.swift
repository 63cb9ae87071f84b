import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

@Suite("Prices of a plan")
struct PriceInputTests {
  private static func cents(_ values: [Int64?], from start: QuarterHour) -> TimeSeries<EnergyPrice?> {
    TimeSeries(start: start, values: values.map { $0.map { EnergyPrice(count: $0 * 10_000) } })
  }

  @Test("a site without tariff is named, and its energy costs nothing")
  func noTariff() throws {
    var yard = try Yard()
    yard.sites = [
      Site(id: "yard", name: "Yard", gridConnection: Yard.wire),
      Site(id: "barn", name: "Barn", gridConnection: Yard.wire, tariff: "gone"),
    ]
    let inputs = try yard.inputs([])
    #expect(inputs.sources == [.noTariff("yard"), .noTariff("barn")])
    #expect(inputs.problem.sites.map(\.importPrice.values) == Array(repeating: Array(repeating: .zero, count: 8), count: 2))
  }

  @Test("a fixed tariff needs no price of the exchange and leaves no note")
  func fixedTariff() throws {
    let inputs = try Yard().inputs([])
    #expect(inputs.sources.isEmpty)
    #expect(inputs.problem.sites[0].importPrice.values == Array(repeating: EnergyPrice(count: 300_000), count: 8))
    #expect(inputs.problem.sites[0].connection == Yard.wire)
  }

  @Test("the CO2 of power is the tariff's, by time that of its file and else of the days before, and not zero where nobody says")
  func emissions() throws {
    var yard = try Yard()
    func tariff(_ emissions: Tariff.Emissions?) -> Tariff {
      Tariff(id: "flat", importPrice: .fixed(.zero), feedInPrice: .fixed(.zero), emissions: emissions)
    }
    #expect(try yard.inputs([]).problem.sites[0].emissions == nil)
    yard.tariffs = [tariff(.fixed(EmissionFactor(count: 380_000)))]
    #expect(try yard.inputs([]).problem.sites[0].emissions?.values == Array(repeating: EmissionFactor(count: 380_000), count: 8))
    // Yesterday 100 g, and of today only the first quarter hour, 500 g.
    yard.tariffs = [tariff(.dynamic(file: "co2.csv"))]
    yard.knowledge.emissions["co2.csv"] = TimeSeries(
      start: Yard.noon.advanced(by: -Yard.day),
      values: (0...Yard.day).map { EmissionFactor(count: $0 < Yard.day ? 100_000 : 500_000) })
    let inputs = try yard.inputs([])
    #expect(inputs.problem.sites[0].emissions?.values.map(\.count) == [500_000] + Array(repeating: 100_000, count: 7))
    #expect(inputs.sources == [.emissions("flat", known: 1, of: 8)])
    yard.knowledge.emissions = [:]
    #expect(try yard.inputs([]).problem.sites[0].emissions == nil)
  }

  @Test("peak price and the peak so far are passed on")
  func peaks() throws {
    var yard = try Yard()
    yard.tariffs = [
      Tariff(
        id: "flat", importPrice: .fixed(EnergyPrice(count: 1)), feedInPrice: .fixed(.zero),
        peakPrice: PowerPrice(count: 8_200_000))
    ]
    yard.knowledge.peaksSoFar = ["yard": Power(watts: 7000), "elsewhere": Power(watts: 9000)]
    let site = try yard.inputs([]).problem.sites[0]
    #expect(site.peakPrice == PowerPrice(count: 8_200_000))
    #expect(site.peakSoFar == Power(watts: 7000))
    #expect(site.peakPeriods == [PeakPeriod(span: yard.horizon.span, paid: Power(watts: 7000))])
  }

  @Test("a gap takes the latest of the seven days before that has a price at that time", arguments: 1...7)
  func latestDay(_ days: Int) throws {
    var yard = try Yard()
    yard.tariffs = [Tariff(id: "flat", importPrice: .dynamic(file: "p", plus: EnergyPrice(count: 5)), feedInPrice: .fixed(.zero))]
    // So many days ago 10 ct, the day before that 99 ct; on the days between nothing; of today the second quarter hour, 20 ct.
    var values = [Int64?](repeating: nil, count: 9 * Yard.day)
    let start = Yard.noon.advanced(by: -8 * Yard.day)
    for quarter in 0..<8 {
      values[(8 - days) * Yard.day + quarter] = 10
      if days < 7 { values[(7 - days) * Yard.day + quarter] = 99 }
    }
    values[8 * Yard.day + 1] = 20
    yard.knowledge.prices["p"] = Self.cents(values, from: start)
    let inputs = try yard.inputs([])
    #expect(inputs.problem.sites[0].importPrice.values.map(\.count) == [100_005, 200_005] + Array(repeating: 100_005, count: 6))
    #expect(inputs.sources == [.price("flat", known: 1, of: 8)])
  }

  @Test("a price of eight days ago is too old, and the error says so in words")
  func eightDays() throws {
    var yard = try Yard()
    yard.tariffs = [Tariff(id: "spot", importPrice: .dynamic(file: "p", plus: .zero), feedInPrice: .fixed(.zero))]
    yard.sites = [Site(id: "yard", name: "Yard", gridConnection: Yard.wire, tariff: "spot")]
    yard.knowledge.prices["p"] = Self.cents(Array(repeating: 10, count: 8), from: Yard.noon.advanced(by: -8 * Yard.day))
    let error = #expect(throws: PlanInputError.self) { try yard.inputs([]) }
    #expect(error == .pricesTooOld("spot", lastKnown: Yard.noon.advanced(by: -8 * Yard.day + 7)))
    #expect(
      error?.description
        == "tariff spot: no price for the plan's span nor the week before, the last known is of 2026-05-24T13:45:00Z; "
        + "bring the file of prices up to date")
  }

  @Test("of two prices that change with time the one known for less counts, once a tariff")
  func feedInToo() throws {
    var yard = try Yard()
    let changing = Tariff(
      id: "spot", importPrice: .dynamic(file: "buy", plus: .zero),
      feedInPrice: .dynamic(file: "sell", plus: EnergyPrice(count: -7)))
    yard.tariffs = [changing, Tariff(id: "eeg", importPrice: .fixed(.zero), feedInPrice: .dynamic(file: "sell", plus: .zero))]
    yard.sites = [("a", "spot"), ("b", "spot"), ("c", "eeg")].map {
      Site(id: Site.ID($0.0), name: "", gridConnection: Yard.wire, tariff: Tariff.ID($0.1))
    }
    let yesterday = Yard.noon.advanced(by: -Yard.day)
    yard.knowledge.prices["buy"] = Self.cents(Array(repeating: 30, count: Yard.day + 6), from: yesterday)
    yard.knowledge.prices["sell"] = Self.cents(Array(repeating: 4, count: Yard.day + 3), from: yesterday)
    let inputs = try yard.inputs([])
    #expect(inputs.sources == [.price("spot", known: 3, of: 8), .price("eeg", known: 3, of: 8)])
    #expect(
      inputs.problem.sites.map(\.feedInPrice.values.last) == [
        EnergyPrice(count: 39_993), EnergyPrice(count: 39_993), EnergyPrice(count: 40_000),
      ])
  }
}
