import CommunityModel
import Forecasting
import MarketTime
import Planning
import Quantities
import Reporting
import Testing

@testable import PlanPreparation

@Suite("What a plan of heat is made from")
struct HeatPreparationTests {
  private let yard: Yard

  init() throws { yard = try Yard() }

  /// Outside it is `outdoor`, by the quarter hour of the UTC day, thousandths of a degree.
  private func inputs(
    _ assets: [AssetDescription], _ network: HeatNetwork, fuels: [Fuel] = [], outdoor: (Int) -> Int64 = { _ in 5000 }
  ) throws -> PlanInputs {
    let slots = GenerationShape.months * GenerationShape.slotsPerDay
    let heat = try HeatShape(
      outdoor: (0..<slots).map { Temperature(count: outdoor($0 % GenerationShape.slotsPerDay)) },
      demand: Array(repeating: 114_155, count: slots),
      collectors: Array(repeating: 250_000, count: slots))
    let holidays = Holidays(days: [], years: [2026])
    var knowledge = yard.knowledge
    knowledge.profiles = StandardProfiles(
      tables: [], dynamisation: try #require(Dynamisation(coefficients: [], profiles: [])), holidays: holidays,
      calendar: yard.calendar, sun: try GenerationShape(milliwattsPerKilowatt: Array(repeating: 0, count: slots)), heat: heat)
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      heatNetworks: [network], tariffs: yard.tariffs)
    return try PlanInputs(community: community, assets: assets, fuels: fuels, horizon: yard.horizon, knowing: knowledge)
  }

  private let network = HeatNetwork(id: "net", name: "Net", sites: ["yard"], heatLoss: Power(watts: 500))

  @Test("houses and collectors follow the mean day, and the plan says that it knows no better")
  func shapes() throws {
    let inputs = try inputs(
      [
        AssetDescription(id: "houses", site: "yard", kind: .heatLoad("net", annualConsumption: Energy(kilowattHours: 8760))),
        AssetDescription(id: "sun", site: "yard", kind: .solarThermal("net", peakPower: Power(watts: 4000))),
      ], network)
    // 8760 kWh over 8760 hours are 1 kW: 114.155 W for each MWh. A quarter of 4 kW.
    let houses = try #require(inputs.problem.assets[0] as? HeatLoad)
    #expect(abs(houses.demand.values[0].kilowatts - 1) < 1e-5)
    let sun = try #require(inputs.problem.assets[1] as? SolarThermal)
    #expect(sun.available.values[0] == Power(watts: 1000))
    let words = PlanReport.Inputs(inputs)
    #expect(words.loads[.standardProfile] == 1 && words.plants[.standardProfile] == 1)
  }

  @Test("a heat pump on air performs as the temperature outside and the network's flow let it")
  func air() throws {
    let pump = HeatPumpDescription(power: Power(watts: 5000), source: .air, quality: Fraction(0.48))
    let inputs = try inputs([AssetDescription(id: "pump", site: "yard", kind: .heatPump("net", pump))], network)
    let asset = try #require(inputs.problem.assets[0] as? HeatPump)
    // 0.48 x 348.15 / (75 - 5)
    #expect(asset.performance.values.allSatisfy { abs($0.value - 2.387314286) < 1e-8 })
  }

  @Test("networks lose what their pipes lose at their temperatures, and more where the file says so")
  func losses() throws {
    let piped = HeatNetwork(
      id: "net", name: "Net", sites: [], flowTemperature: Temperature(count: 75_000),
      returnTemperature: Temperature(count: 48_000),
      heatLoss: Power(watts: 500),
      pipes: [
        .init(
          id: "road", from: "yard", to: "mill", length: Length(count: 220_000), lossFactor: PipeLossFactor(count: 250),
          capacity: nil, pumpShare: .zero)
      ])
    let conditions = try #require(try inputs([], piped).problem.networks.first)
    // 0.25 x 220 x (65 + 38) W
    #expect(conditions.pipes.map { $0.loss.values[0] } == [Power(watts: 5665)])
    #expect(conditions.loss.values[0] == Power(watts: 500))
  }

  @Test("with a heating curve losses and performance follow the temperature outside in each quarter hour")
  func heatingCurve() throws {
    let curve = HeatingCurve([
      .init(outdoor: Temperature(count: 15_000), flow: Temperature(count: 65_000)),
      .init(outdoor: Temperature(count: -12_000), flow: Temperature(count: 80_000)),
    ])
    let piped = HeatNetwork(
      id: "net", name: "Net", sites: [], returnTemperature: Temperature(count: 48_000),
      pipes: [
        .init(
          id: "road", from: "yard", to: "mill", length: Length(count: 220_000), lossFactor: PipeLossFactor(count: 250),
          capacity: nil, pumpShare: .zero)
      ], heatingCurve: curve)
    let pump = HeatPumpDescription(power: Power(watts: 5000), source: .air, quality: Fraction(0.48))
    // From noon on, quarter hour by quarter hour: colder than the curve, within it and milder.
    let temperatures: [Int64] = [-20_000, -12_000, -3000, 15_000, 20_000, 20_000, 20_000, 20_000]
    let inputs = try inputs([AssetDescription(id: "pump", site: "yard", kind: .heatPump("net", pump))], piped) { slot in
      (48..<56).contains(slot) ? temperatures[slot - 48] : 0
    }
    // A third of the way from -12 to 15 degC the flow is a third of 15 K below 80 degC: 75. Lost are 0.25 x 220 x (flow - 10 + 38) W.
    let flows = [80.0, 80, 75, 65, 65, 65, 65, 65]
    let losses = try #require(inputs.problem.networks.first?.pipes.first).loss.values.map(\.kilowatts)
    for (loss, flow) in zip(losses, flows) { #expect(abs(loss - 0.055 * (flow - 10 + 38)) < 1e-9) }
    // 0.48 x 353.15 / 100, x 353.15 / 92, x 348.15 / 78, x 338.15 / 50, x 338.15 / 45
    let performances = try #require(inputs.problem.assets[0] as? HeatPump).performance.values.map(\.value)
    for (found, expected) in zip(performances, [1.69512, 1.842521739, 2.142461538, 3.24624, 3.606933333]) {
      #expect(abs(found - expected) < 1e-8)
    }
  }

  @Test(
    "what a tank holds at the end is worth nine tenths of the cheapest source's heat; one that nobody asks is taken as half full")
  func tank() throws {
    let tank = HeatStoreDescription(capacity: Energy(kilowattHours: 100))
    let boiler = BoilerDescription(fuel: "chips", heatPower: Power(watts: 20_000), efficiency: Fraction(0.8))
    let inputs = try inputs(
      [
        AssetDescription(id: "tank", site: "yard", kind: .heatStore("net", tank)),
        AssetDescription(id: "boiler", site: "yard", kind: .boiler("net", boiler)),
        // 30 ct a kWh of power: dearer.
        AssetDescription(id: "rod", site: "yard", kind: .electricBoiler("net", power: Power(watts: 9000), efficiency: .one)),
      ], network, fuels: [Fuel(id: "chips", price: EnergyPrice(count: 40_000))])
    let store = try #require(inputs.problem.assets[0] as? HeatStore)
    // 0.9 x 0.04 / 0.8
    #expect(store.endValue == EnergyPrice(count: 45_000) && store.opening == Energy(kilowattHours: 50))
    #expect(PlanReport.Inputs(inputs).tanksAssumed == 1)
  }

  @Test("an engine burns what its power and efficiency ask for")
  func engine() throws {
    let engine = EngineDescription(
      fuel: "gas", power: Power(watts: 30_000), powerEfficiency: Fraction(0.36), heatEfficiency: Fraction(0.46))
    let inputs = try inputs(
      [AssetDescription(id: "engine", site: "yard", kind: .combinedHeatAndPower("net", engine))], network,
      fuels: [Fuel(id: "gas", price: EnergyPrice(count: 75_000))])
    let asset = try #require(inputs.problem.assets[0] as? CombinedHeatAndPower)
    #expect(abs(asset.fuelPower.kilowatts - 83.333333) < 1e-5)
  }
}
