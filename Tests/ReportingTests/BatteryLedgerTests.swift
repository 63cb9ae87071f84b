import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Reporting

@Suite("Where a battery's energy came from")
struct BatteryLedgerTests {
  @Test("green and grey come out in the mixture that went in")
  func mixing() throws {
    // Noon: sun 8, used 2, 6 into the battery. Night: 4 from the grid into the battery. Evening: 9 out for 11 of consumption.
    var house = House.metered(imports: [0, 4, 2], exports: [0, 0, 0], generation: [8, 0, 0])
    house.add(.storage, in: [6, 4, 0], out: [0, 0, 9])
    let figures = try house.figures()
    // eta = 9 / 10, so the stores hold 5.4 and 3.6.
    #expect(figures.use.storedGreen == kWh(5.4))
    #expect(figures.use.storedGrey == kWh(3.6))
    #expect(figures.use.direct == kWh(2))
    #expect(figures.selfSufficiencyIncludingStock == nil)
    #expect(figures.selfSufficiency == Fraction(7.4 / 13))
  }

  @Test("a battery that was emptied further than it was filled gave what it held before")
  func openingStock() throws {
    var house = House.metered(imports: [0, 0], exports: [0, 0], generation: [6, 0])
    house.add(.storage, in: [5, 0], out: [0, 9])
    let figures = try house.figures()
    #expect(figures.use.storedGreen == kWh(5))
    #expect(figures.use.storedBefore == kWh(4))
    #expect(figures.selfSufficiencyIncludingStock == .one)
    #expect(figures.selfSufficiencyExcludingStock == percent(60))
  }

  @Test("what a battery feeds in is neither consumption's nor the roof's export")
  func batteryExport() throws {
    // Evening: 4 out of the battery, 1 used, 3 into the grid.
    var house = House.metered(imports: [0, 0], exports: [2, 3], generation: [10, 0])
    house.add(.storage, in: [5, 0], out: [0, 4])
    let figures = try house.figures()
    #expect(figures.use.batteryExport == kWh(3))
    #expect(figures.use.generationExport == kWh(2))
    #expect(figures.selfConsumption == percent(80))
    #expect(figures.use.storedGreen == kWh(1))
    #expect(figures.isBatteryExporting)
    #expect(figures.selfSufficiencyIncludingStock == nil)
    #expect(figures.selfSufficiency == .one)
  }

  @Test("a quarter hour that imports and exports uses no more sun than the meters allow")
  func bothWays() throws {
    // L = 5 + 1 - 1 = 5, min(L, G) = 5; but 1 kWh came from the grid, so only 4 of 5 were the sun's.
    let figures = try House.metered(imports: [1], exports: [1], generation: [5]).figures()
    #expect(figures.matchedShare == .one)
    #expect(figures.use.direct == kWh(4))
    #expect(figures.selfSufficiency == percent(80))
    #expect(figures.selfSufficiencyExcludingStock == percent(80))
    #expect(figures.selfConsumption == percent(80))
  }

  @Test("a battery that turns round within a quarter hour counts by its net")
  func turning() throws {
    var house = House.metered(imports: [0], exports: [0], generation: [5])
    house.add(.storage, in: [1], out: [1])
    let figures = try house.figures()
    #expect(figures.use.direct == kWh(5))
    #expect(figures.selfSufficiency == .one)
    #expect(figures.selfSufficiencyExcludingStock == .one)
    #expect(figures.flows.charged == kWh(1))
  }

  @Test("a trickle from the grid by control lag does not make a battery grid-charged; a noticeable one does")
  func lag() throws {
    func figures(trickle: Double) throws -> KeyFigures {
      var house = House.metered(imports: [trickle, 0], exports: [0, 0], generation: [10 - trickle, 0])
      house.add(.storage, in: [10, 0], out: [0, 9])
      return try house.figures()
    }
    #expect(try figures(trickle: 0.5).selfSufficiencyIncludingStock == Fraction(8.5 / 9))
    #expect(try figures(trickle: 0.6).selfSufficiencyIncludingStock == nil)
    // 9 out of stores of 8.46 green and 0.54 grey.
    #expect(try figures(trickle: 0.6).selfSufficiency == Fraction(8.46 / 9))
  }

  @Test("thirds of a milliwatt-hour do not add up to energy from before")
  func rounding() throws {
    var house = House.metered(imports: [0, 0, 0, 0], exports: [0, 0, 0, 0], generation: [3.333333, 3.333333, 3.333334, 0])
    house.add(.storage, in: [3.333333, 3.333333, 3.333334, 0], out: [0, 0, 0, 8.5])
    let figures = try house.figures()
    #expect(figures.use.storedBefore == .zero)
    #expect(figures.selfSufficiencyExcludingStock == .one)
  }

  @Test("in a community one site's charging battery and another's discharging one count by their net")
  func community() throws {
    // One: sun 2 into the battery. Two: battery 2 for consumption 2. Three: 1 from the grid.
    var one = House.metered("one", imports: [0], exports: [0], generation: [2])
    one.add(.storage, in: [2], out: [0])
    var two = House.metered("two", imports: [0], exports: [0])
    two.add(.storage, in: [0], out: [2])
    let three = House.metered("three", imports: [1], exports: [0])
    let community = try CommunityBalance([one, two, three])
    let virtual = KeyFigures(of: community, .virtualSum)
    #expect(virtual.use.direct == kWh(2))
    #expect(virtual.use.chargedFromGrid == .zero)
    #expect(virtual.selfSufficiency == Fraction(2.0 / 3))
    #expect(virtual.flows.charged == kWh(2))
    let together = KeyFigures(of: community, .sitesTogether)
    #expect(together.selfSufficiencyIncludingStock == Fraction(2.0 / 3))
    // Each for itself, two's battery had its energy from before.
    #expect(together.selfSufficiencyExcludingStock == .zero)
  }
}
