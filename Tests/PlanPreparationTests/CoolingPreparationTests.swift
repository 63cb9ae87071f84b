import CommunityModel
import Forecasting
import MarketTime
import Planning
import Quantities
import Reporting
import Testing

@testable import PlanPreparation

@Suite("What a plan of cold is made from")
struct CoolingPreparationTests {
  private let yard: Yard

  init() throws { yard = try Yard() }

  /// Outside it is 26 degC in the second half of each UTC day, in which the plan lies, and 10 degC in the first.
  private func inputs(_ assets: [AssetDescription], pipes: [HeatNetwork.Pipe] = [], outdoor: [Int64] = [10_000, 26_000]) throws
    -> PlanInputs
  {
    let slots = GenerationShape.months * GenerationShape.slotsPerDay
    let half = GenerationShape.slotsPerDay / 2
    let none = Array(repeating: Int64(0), count: slots)
    let heat = try HeatShape(
      outdoor: (0..<slots).map { Temperature(count: outdoor[$0 % GenerationShape.slotsPerDay / half]) }, demand: none,
      collectors: none)
    var knowledge = yard.knowledge
    knowledge.profiles = StandardProfiles(
      tables: [], dynamisation: try #require(Dynamisation(coefficients: [], profiles: [])),
      holidays: Holidays(days: [], years: [2026]), calendar: yard.calendar,
      sun: try GenerationShape(milliwattsPerKilowatt: none), heat: heat)
    let network = HeatNetwork(
      id: "cold", name: "Cold", carries: .cold, sites: [], flowTemperature: HeatNetwork.usualColdFlow,
      returnTemperature: HeatNetwork.usualColdReturn, groundTemperature: Temperature(count: 15_000), pipes: pipes)
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      heatNetworks: [network], tariffs: yard.tariffs)
    return try PlanInputs(community: community, assets: assets, horizon: yard.horizon, knowing: knowledge)
  }

  private func rooms(steady: Double = 0) -> AssetDescription {
    AssetDescription(
      id: "rooms", site: "yard",
      kind: .coolingLoad(
        "cold", CoolingLoadDescription(annualConsumption: Energy(kilowattHours: 8760), steady: Fraction(steady))))
  }

  @Test("rooms want cold above 16 degC outside, servers always; the year comes to what it comes to")
  func shape() throws {
    // 8760 kWh in the warm half of all hours are 2 kW; with a quarter of them steady 0.25 + 0.75 x 2.
    for (steady, expected) in [(0.0, 2.0), (0.25, 1.75), (1, 1)] {
      let load = try #require(try inputs([rooms(steady: steady)]).problem.assets[0] as? HeatLoad)
      #expect(load.role == .coolingLoad && load.demand.values.allSatisfy { abs($0.kilowatts - expected) < 1e-5 })
    }
    let words = PlanReport.Inputs(try inputs([rooms()]))
    #expect(words.loads[.standardProfile] == 1)
  }

  @Test("where it never gets warm, someone must say what rooms want")
  func cool() {
    #expect(throws: PlanInputError.self) { try inputs([rooms()], outdoor: [10_000, 12_000]) }
  }

  @Test("chillers perform as the temperature outside lets them, or that of the water that takes their heat")
  func performance() throws {
    let air = ChillerDescription(power: Power(watts: 5000), quality: Fraction(0.3))
    let water = ChillerDescription(power: Power(watts: 5000), sink: Temperature(count: 36_000), quality: Fraction(0.3))
    let inputs = try inputs([
      AssetDescription(id: "air", site: "yard", kind: .chiller("cold", air)),
      AssetDescription(id: "water", site: "yard", kind: .chiller("cold", water)),
    ])
    // 0.3 x 279.15 / (26 - 6) and / (36 - 6)
    let ratios = try inputs.problem.assets.map { try #require($0 as? HeatPump).performance.values[0].value }
    #expect(abs(ratios[0] - 4.18725) < 1e-8 && abs(ratios[1] - 2.7915) < 1e-8)
  }

  @Test("cold that a tank holds at the end is worth nine tenths of what it takes to make it")
  func worth() throws {
    let chiller = ChillerDescription(power: Power(watts: 5000), sink: Temperature(count: 36_000), quality: Fraction(0.3))
    let inputs = try inputs([
      AssetDescription(id: "chiller", site: "yard", kind: .chiller("cold", chiller)),
      AssetDescription(
        id: "tank", site: "yard", kind: .coldStore("cold", HeatStoreDescription(capacity: Energy(kilowattHours: 100)))),
    ])
    let tank = try #require(inputs.problem.assets[1] as? HeatStore)
    // 0.9 x 30 ct / 2.7915
    #expect(tank.role == .coldStore && tank.endValue == EnergyPrice(count: 96_722))
  }

  /// A mill that wants 2 kW at the end of 200 m: m c = 2000 / 6 = 333.33 W/K; a line keeps exp(-0.25 x 200 / 333.33) = 0.860708 of its
  /// difference to the ground. Water of 6 degC arrives with 7.2536, leaves with 13.2536 and is back with 13.4969: gained are
  /// 333.33 x (1.2536 + 0.2433) = 498.96 W.
  @Test("pipes of cold lose what the ground gives their water")
  func pipes() throws {
    var assets = [rooms()]
    assets[0] = AssetDescription(id: "rooms", site: "mill", kind: assets[0].kind)
    func loss(_ diameter: Int64?) throws -> Double {
      let pipe = HeatNetwork.Pipe(
        id: "road", from: "yard", to: "mill", length: Length(count: 200_000), lossFactor: PipeLossFactor(count: 250),
        capacity: nil, pumpShare: .zero, diameter: diameter.map { Length(count: $0) })
      return try inputs(assets, pipes: [pipe]).problem.networks[0].pipes[0].loss.values[0].kilowatts
    }
    #expect(abs(try loss(50) - 0.498961) < 2e-6)
    // 0.25 x 200 x (9 + 3) W
    #expect(abs(try loss(nil) - 0.6) < 1e-9)
  }
}
