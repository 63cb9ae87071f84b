import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Reporting

@Suite("Site balance")
struct SiteBalanceTests {
  @Test("derives consumption from grid, plants and batteries; points of one kind add up")
  func derivedConsumption() throws {
    var house = House.metered(imports: [3], exports: [1], generation: [4])
    house.add(.generation, out: [2])
    house.add(.grid, in: [0.5], out: [0])
    house.add(.storage, in: [1.5], out: [0.25])
    let balance = try house.balance()
    #expect(balance.consumptionSource == .derived)
    #expect(balance.gridSource == .measured)
    #expect(!balance.isOverdetermined)
    // 3.5 - 1 + 6 + 0.25 - 1.5
    #expect(try house.flows().consumption == kWh(7.25))
    #expect(try house.flows().generation == kWh(6))
    #expect(try house.flows().residual == .zero)
  }

  @Test("takes consumption from its meters, cars included, and reports what the balance leaves")
  func measuredConsumption() throws {
    var house = House.metered(imports: [3, 3], exports: [0, 0], generation: [4, 4])
    house.add(.consumption, in: [4, 5])
    house.add(.charging, in: [2.5, 2.5])
    let figures = try house.figures()
    #expect(try house.balance().isOverdetermined)
    #expect(figures.flows.consumption == kWh(14))
    // 7 - 6.5 and 7 - 7.5
    #expect(figures.quality.residual?.sum == .zero)
    #expect(figures.quality.residual?.absolute == kWh(1))
    #expect(figures.quality.residual?.share == Fraction(1.0 / 14))
  }

  @Test("derives the grid from all else")
  func derivedGrid() throws {
    var house = House.unmetered(consumption: [2, 2], generation: [5, 0])
    house.add(.storage, in: [1, 0], out: [0, 1])
    #expect(try house.balance().gridSource == .derived)
    #expect(try house.flows(at: 0).gridExport == kWh(2))
    #expect(try house.flows(at: 0).gridImport == .zero)
    #expect(try house.flows(at: 1).gridImport == kWh(1))
  }

  @Test("a charging point behind a grid meter is part of derived consumption; without one it is all there is")
  func charging() throws {
    var house = House.metered(imports: [7], exports: [0])
    house.add(.charging, in: [5])
    #expect(try house.balance().consumptionSource == .derived)
    #expect(try house.flows().consumption == kWh(7))
    var park = House()
    park.add(.charging, in: [5])
    #expect(try park.flows().consumption == kWh(5))
    #expect(try park.flows().gridImport == kWh(5))
  }

  @Test("a plant's own use counts as consumption, once")
  func ownUse() throws {
    var derived = House()
    derived.add(.grid, in: [0.2], out: [0])
    derived.add(.generation, in: [0.1], out: [0])
    #expect(try derived.flows().consumption == kWh(0.2))
    var measured = House()
    measured.add(.grid, in: [0.2], out: [0])
    measured.add(.generation, in: [0.1], out: [0])
    measured.add(.consumption, in: [0.1])
    #expect(try measured.flows().consumption == kWh(0.2))
    #expect(try measured.flows().residual == .zero)
  }

  @Test("a plant alone uses nothing and feeds everything in")
  func feedInOnly() throws {
    var plant = House()
    plant.add(.generation, out: [5, 0])
    let balance = try plant.balance()
    #expect(balance.consumptionSource == .none)
    #expect(try plant.flows().gridExport == kWh(5))
    let figures = try plant.figures()
    #expect(figures.selfSufficiency == nil)
    #expect(figures.selfConsumption == .zero)
  }

  @Test("heat is not electricity, and a site without electricity meters has no balance")
  func heat() throws {
    var plant = House()
    plant.add(.heat, in: [5])
    let (community, energies) = try Community.of([plant])
    #expect(SiteBalance(of: "house", in: community, energies: energies) == nil)
    var house = House.metered(imports: [1], exports: [0])
    house.add(.heat, in: [nil])
    #expect(try house.flows().consumption == kWh(1))
  }

  @Test("a missing part makes the quarter hour incomplete, never zero")
  func gaps() throws {
    let house = House.metered(imports: [1, nil, 1, 1], exports: [0, 0, nil, 0], generation: [1, 1, 1, nil])
    let values = try house.balance().intervals.values
    #expect(values.map { $0 == .incomplete } == [false, true, true, true])
    let figures = try house.figures()
    #expect(figures.quality.coverage == percent(25))
    #expect(figures.quality.incomplete == 3)
    #expect(figures.flows.consumption == kWh(2))
  }

  @Test("a series that was not delivered is missing throughout; only an export that cannot be may be absent")
  func absent() throws {
    var consumer = House()
    consumer.add(.grid, in: [1])
    #expect(try consumer.flows().consumption == kWh(1))
    var producer = House()
    producer.add(.grid, in: [1])
    producer.add(.generation, out: [1])
    #expect(try producer.balance().intervals.values == [.incomplete])
    var battery = House.metered(imports: [1], exports: [0])
    battery.add(.storage, in: [0])
    #expect(try battery.balance().intervals.values == [.incomplete])
    // An export that is delivered counts, gaps and all.
    #expect(try House.metered(imports: [1], exports: [nil]).balance().intervals.values == [.incomplete])
  }

  @Test("is as well known as its worst part")
  func quality() throws {
    var house = House()
    let start = QuarterHour(index: 0)
    let one = kWh(1)
    let imports: [IntervalEnergy] = [.measured(one), .estimated(one), .measured(one), .estimated(one)]
    let exports: [IntervalEnergy] = [.measured(one), .measured(one), .substituted(one), .substituted(one)]
    house.points.append((.grid, TimeSeries(start: start, values: imports), TimeSeries(start: start, values: exports)))
    let figures = try house.figures()
    #expect(figures.quality.measured == 1)
    // An estimate beside a substitute counts as estimated: bills may be made of the one, not of the other.
    #expect(figures.quality.estimated == 2)
    #expect(figures.quality.substituted == 1)
    #expect(figures.quality.measuredShare == percent(25))
    #expect(figures.quality.isProvisional)
    #expect(!figures.quality.hidesShares)
  }

  @Test("lifts a consumption just below zero and counts it; further below, the meters contradict each other")
  func belowZero() throws {
    // G - X = -300 Wh, -301 Wh; then 60 kWh of sun, where 1 % are 600 Wh: -600 Wh, -601 Wh.
    let house = House.metered(
      imports: [0, 0, 0, 0], exports: [1.3, 1.301, 60.6, 60.601], generation: [1, 1, 60, 60])
    let values = try house.balance().intervals.values
    #expect(values.map { $0 == .implausible } == [false, true, false, true])
    #expect(try house.flows(at: 0).consumption == .zero)
    #expect(try house.flows(at: 0).lifted == Energy(wattHours: 300))
    #expect(try house.flows(at: 0).residual == .zero)
    let quality = try house.figures().quality
    #expect(quality.lifted == 2)
    #expect(quality.implausible == 2)
    #expect(quality.coverage == percent(50))
    // A counter never gives a negative energy.
    #expect(try House.metered(imports: [-0.001], exports: [0]).balance().intervals.values == [.implausible])
  }
}

@Suite("Metered energies")
struct MeteredEnergiesTests {
  private let span = QuarterHour(index: 2)..<QuarterHour(index: 5)

  @Test("covers its span with every series: cut where longer, missing where shorter")
  func spans() {
    let long = TimeSeries([0, 1, 2, 3, 4, 5, 6])
    let short = TimeSeries([0, 1, 2])
    var energies = MeteredEnergies(over: span, series: [.init("a", .import): long])
    energies["a", .export] = short
    #expect(energies["a", .import]?.values == [kWh(2), kWh(3), kWh(4)].map(IntervalEnergy.measured))
    #expect(energies["a", .export]?.values == [.measured(kWh(2)), .missing, .missing])
    #expect(energies["a", .export]?.span == span)
    #expect(energies["b", .import] == nil)
    let later = energies.over(QuarterHour(index: 4)..<QuarterHour(index: 6))
    #expect(later["a", .import]?.values == [.measured(kWh(4)), .missing])
  }
}

@Suite("Community balance")
struct CommunityBalanceTests {
  @Test("nets imports and exports in each quarter hour, not over the period")
  func netting() throws {
    let one = House.metered("one", imports: [3, 0], exports: [0, 4], generation: [0, 4])
    let two = House.metered("two", imports: [0, 2], exports: [2, 0], generation: [2, 0])
    let community = try CommunityBalance([one, two])
    let virtual = community.intervals(.virtualSum).values.compactMap(\.flows)
    #expect(virtual.map(\.gridImport) == [kWh(1), .zero])
    #expect(virtual.map(\.gridExport) == [.zero, kWh(2)])
    let together = KeyFigures(of: community, .sitesTogether)
    #expect(together.flows.gridImport == kWh(5))
    #expect(together.flows.gridExport == kWh(6))
    #expect(together.peakImport?.power == Power(kilowatts: 12))
    #expect(KeyFigures(of: community, .virtualSum).peakImport?.power == Power(kilowatts: 4))
  }

  @Test("knows a quarter hour only where every site does, and speaks of the same time in both sums")
  func gaps() throws {
    let one = House.metered("one", imports: [1, 1, 1, 1], exports: [0, 0, 0, 0])
    let two = House.metered("two", imports: [2, nil, 2, 2], exports: [0, 0, 0, 0])
    let community = try CommunityBalance([one, two])
    for method in CommunityBalance.Method.allCases {
      let figures = KeyFigures(of: community, method)
      #expect(figures.quality.valid == 3)
      #expect(figures.flows.consumption == kWh(9))
    }
  }

  @Test("is as well known as its worst site")
  func quality() throws {
    let good = House.metered("good", imports: [1, 1], exports: [0, 0])
    var poor = House(id: "poor")
    let values: [IntervalEnergy] = [.substituted(kWh(1)), .measured(kWh(1))]
    poor.points.append((.grid, TimeSeries(start: QuarterHour(index: 0), values: values), nil))
    for houses in [[good, poor], [poor, good]] {
      let figures = KeyFigures(of: try CommunityBalance(houses), .virtualSum)
      #expect(figures.quality.substituted == 1)
      #expect(figures.quality.measured == 1)
      #expect(figures.flows.consumption == kWh(4))
    }
  }

  @Test("without sites knows nothing")
  func empty() {
    let community = CommunityBalance(of: [], over: QuarterHour(index: 0)..<QuarterHour(index: 4))
    let figures = KeyFigures(of: community, .virtualSum)
    #expect(figures.quality.coverage == .zero)
    #expect(figures.quality.hidesShares)
    #expect(figures.selfSufficiency == nil)
  }

  @Test("adds up what each site's meters leave unexplained, so that errors do not cancel")
  func residual() throws {
    var one = House.metered("one", imports: [5], exports: [0])
    one.add(.consumption, in: [4])
    var two = House.metered("two", imports: [5], exports: [0])
    two.add(.consumption, in: [6])
    let three = House.metered("three", imports: [5], exports: [0])
    let figures = KeyFigures(of: try CommunityBalance([one, two, three]), .virtualSum)
    #expect(figures.quality.residual == BalanceResidual(sum: .zero, absolute: kWh(2), inflow: kWh(10)))
  }
}
