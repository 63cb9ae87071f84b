import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import Testing

@Suite("Several plants")
struct PlantSplitTests {
  private func energies(_ counts: Int64...) -> [Energy] { counts.map { Energy(count: $0) } }

  @Test("give by what they make, or one after the other, and both sums are exact")
  func orders() throws {
    // 90 of 120 are shared: 100 and 20 in proportion give 75 and 15.
    let even = try PlantSplit(of: energies(30, 60), over: energies(100, 20))
    #expect(even.used == energies(75, 15))
    #expect(even.surplus == energies(25, 5))
    #expect(even.parts == [energies(25, 5), energies(50, 10)])
    // The small plant first: all of its 20, then 70.
    let first = try PlantSplit(of: energies(30, 60), over: energies(20, 100), .inOrder)
    #expect(first.used == energies(20, 70))
    #expect(first.parts == [energies(20, 10), energies(0, 60)])
  }

  @Test("refuse to give more than they made")
  func tooMuch() {
    #expect(throws: SharingError.badKeys("more is shared than the plants made")) {
      try PlantSplit(of: energies(30), over: energies(10, 10))
    }
  }
}

@Suite("Green and grey energy in a battery")
struct StoredEnergyTests {
  private func flows(_ charged: Int, _ discharged: Int, import bought: Int, export sold: Int = 0) -> StoredEnergy.Flows {
    .init(
      charged: Energy(wattHours: charged), discharged: Energy(wattHours: discharged), gridImport: Energy(wattHours: bought),
      gridExport: Energy(wattHours: sold))
  }

  @Test("mixes: a discharge takes from both in proportion, after losses")
  func mixing() throws {
    var battery = try StoredEnergy(efficiency: Fraction(0.9))
    // 1000 Wh charged of which 200 from the grid; 90 % comes out again: 720 green, 180 grey.
    let charge = battery.pass(flows(1000, 0, import: 200))
    #expect((charge.greenCharge, charge.greyCharge) == (Energy(wattHours: 800), Energy(wattHours: 200)))
    #expect((battery.green, battery.grey) == (Energy(wattHours: 720), Energy(wattHours: 180)))
    // The plant made 3000 Wh, 800 went into the battery.
    #expect(charge.pool(Energy(wattHours: 3000)) == Energy(wattHours: 2200))
    let discharge = battery.pass(flows(0, 500, import: 0, export: 50))
    #expect((discharge.greenDischarge, discharge.greyDischarge) == (Energy(wattHours: 400), Energy(wattHours: 100)))
    #expect(discharge.toGrid == Energy(wattHours: 50))
    #expect(discharge.pool(.zero) == Energy(wattHours: 400))
    battery.lose(Energy(wattHours: 40))
    #expect((battery.green, battery.grey) == (Energy(wattHours: 288), Energy(wattHours: 72)))
    // 360 are left; what comes out beyond was there before.
    #expect(battery.pass(flows(0, 400, import: 0)).unknownDischarge == Energy(wattHours: 40))
    #expect((battery.green, battery.grey) == (.zero, .zero))
  }

  @Test("or gives first what came first")
  func firstInFirstOut() throws {
    var battery = try StoredEnergy(split: .firstInFirstOut, efficiency: .one)
    _ = battery.pass(flows(300, 0, import: 0))
    _ = battery.pass(flows(200, 0, import: 500))
    _ = battery.pass(flows(100, 0, import: 0))
    let first = battery.pass(flows(0, 400, import: 0))
    #expect((first.greenDischarge, first.greyDischarge) == (Energy(wattHours: 300), Energy(wattHours: 100)))
    let second = battery.pass(flows(0, 150, import: 0))
    #expect((second.greenDischarge, second.greyDischarge) == (Energy(wattHours: 50), Energy(wattHours: 100)))
  }

  @Test("loses no fraction over many small charges")
  func carries() throws {
    var battery = try StoredEnergy(efficiency: Fraction(0.9))
    // Seven times 1 mWh: 6.3, of which 6 are whole.
    for _ in 0..<7 { _ = battery.pass(.init(charged: Energy(count: 1), discharged: .zero, gridImport: .zero, gridExport: .zero)) }
    #expect(battery.green == Energy(count: 6))
  }
}

@Suite("Prices between members")
struct InternalPricesTests {
  private let retail = EnergyPrice(eurosPerKilowattHour: 0.32)
  private let feedIn = EnergyPrice(eurosPerKilowattHour: 0.08)

  @Test("buyers pay what sellers get and what the grid costs: 248 ct = 120 + 128, and 196.57 = 68.57 + 128")
  func budget() throws {
    let (surplus, demand) = (Energy(kilowattHours: 6), Energy(kilowattHours: 10))
    let middle = try InternalPrices(.midMarket, surplus: surplus, demand: demand, retail: retail, feedIn: feedIn)
    #expect(demand * middle.buy == Money(euros: 2.48))
    #expect(surplus * middle.sell == Money(euros: 1.2))
    #expect(middle.gap(surplus: surplus, demand: demand, retail: retail, feedIn: feedIn) == .zero)
    let ratio = try InternalPrices(.supplyDemandRatio, surplus: surplus, demand: demand, retail: retail, feedIn: feedIn)
    #expect(abs((demand * ratio.buy).euros - 1.965714) < 0.00001)
    #expect(abs((surplus * ratio.sell).euros - 0.685714) < 0.00001)
  }

  @Test("one price for what is shared stays what it is")
  func fixed() throws {
    let price = EnergyPrice(eurosPerKilowattHour: 0.18)
    let prices = try InternalPrices(
      .fixed(price), surplus: Energy(kilowattHours: 6), demand: Energy(kilowattHours: 10), retail: retail, feedIn: feedIn)
    #expect((prices.buy, prices.sell, prices.includesGrid) == (price, price, false))
  }

  @Test("a feed-in price above retail is refused")
  func refused() {
    #expect(throws: SharingError.self) {
      try InternalPrices(.midMarket, surplus: .zero, demand: .zero, retail: feedIn, feedIn: retail)
    }
  }
}

@Suite("Money that is given")
struct MoneySplitTests {
  @Test("never exceeds what a member pays itself; the rest stays")
  func limited() throws {
    let cents = { (count: Int64) in Money(count: count * 10_000) }
    // 1155 ct by 1:1:2, but the third pays 300 ct: the others share 855, nearly half each.
    let split = try MoneySplit(of: cents(1155), by: [1, 1, 2], upTo: [cents(1000), cents(1000), cents(300)])
    #expect(split.parts == [cents(428), cents(427), cents(300)])
    let small = try MoneySplit(of: cents(1155), by: [1, 0], upTo: [cents(155), cents(1000)])
    #expect(small.parts == [cents(155), .zero])
    #expect(small.left == cents(1000))
  }
}

@Suite("The check of the operator's registers")
struct AustrianCheckTests {
  @Test("tells who differs by more than 1 mWh")
  func differences() throws {
    let registers = try AustrianRegisters(
      producers: [.init("P", Energy(wattHours: 6), factor: 100)],
      consumers: [.init("A", Energy(wattHours: 5), factor: 100), .init("B", Energy(wattHours: 10), factor: 50)], key: .dynamic)
    #expect(registers.consumers.map(\.covered) == [Energy(wattHours: 3), Energy(wattHours: 3)])
    #expect(try registers.differences(from: [Energy(count: 3001), Energy(count: 2995)]) == [1: Energy(count: -5)])
    #expect(throws: SharingError.wrongCount(expected: 2, found: 1)) { try registers.differences(from: [.zero]) }
  }

  @Test("refuses a participation factor that cannot be")
  func factor() {
    #expect(throws: SharingError.badKeys("the participation factor of 'A' is 101, expected 1 to 100 %")) {
      try AustrianRegisters(producers: [], consumers: [.init("A", .zero, factor: 101)], key: .dynamic)
    }
  }
}
