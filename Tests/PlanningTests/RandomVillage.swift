import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport

/// A village with a heat network that a seed repeats: a plant with boilers, a heat pump, an engine, collectors and a tank, and two places
/// with heat, power and a battery at the end of pipes; 12 to 20 steps.
struct RandomVillage {
  var horizon: PlanningHorizon
  var prices: [Double]
  var heat: [[Double]]
  var load: [[Double]]
  var sun: [Double]
  var outdoor: [Double]
  var priceFactor = 1.0
  var tank: Double
  var pipeLoss: Double
  var pipeCapacity: Double
  var boilerPower: Double
  var leastLoad: Double
  var hasEngine: Bool
  var startCost = 2.0
  var isReversed = false
  /// kg a kWh from the grid.
  var emissions: [Double] = []
  /// What is paid for energy that sites exchange, EUR/kWh; nil where they do not.
  var exchangeCharge: Double?
  /// How much of the plant there is.
  var share = 1.0
  /// Which places are served.
  var served = [0, 1]

  static let places: [Site.ID] = ["north", "south"]

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double {
      (Double.random(in: range, using: &generator) * 1000).rounded() / 1000
    }
    let count = Int.random(in: 12...20, using: &generator)
    let length = [1, 2, 4].randomElement(using: &generator) ?? 1
    horizon = PlanningHorizon(start: QuarterHour(index: 1_900_000), count: count, quarterHoursPerStep: length)
    func series(_ range: ClosedRange<Double>) -> [Double] { (0..<count).map { _ in random(range) } }
    prices = series(0.1...0.5)
    heat = Self.places.map { _ in series(2...25) }
    load = Self.places.map { _ in series(0...8) }
    sun = series(-10...30).map { max(0, $0) }
    outdoor = series(-8...12)
    tank = random(10...80)
    pipeLoss = random(0.2...3)
    pipeCapacity = random(30...60)
    boilerPower = random(20...60)
    leastLoad = [0, 0.3].randomElement(using: &generator) ?? 0
    hasEngine = Bool.random(using: &generator)
    emissions = series(0.05...0.7)
  }

  private func price(_ euros: Double) -> EnergyPrice { EnergyPrice(eurosPerKilowattHour: euros * priceFactor) }

  var problem: PlanningProblem {
    let grid = GridConnection(importLimit: Power(kilowatts: 100), exportLimit: Power(kilowatts: 100))
    let places = served.map { Self.places[$0] }
    let sites = (["plant"] + places).map { site in
      SiteConditions(
        site: site, connection: grid, importPrice: horizon.series(prices) { price($0) },
        feedInPrice: horizon.series(prices) { _ in price(0.08) },
        emissions: horizon.series(emissions) { EmissionFactor(count: Int64($0 * 1e6)) })
    }
    let pipes = served.map { number in
      HeatPipe(
        id: HeatPipe.ID("pipe\(number)"), from: "plant", to: Self.places[number], capacity: Power(kilowatts: pipeCapacity),
        loss: TimeSeries(repeating: Power(kilowatts: pipeLoss), over: horizon.span), pumpShare: Fraction(0.01))
    }
    let network = HeatNetworkConditions(
      network: "net", pipes: pipes, loss: TimeSeries(repeating: Power(kilowatts: 0.5 * share), over: horizon.span), canDump: true)
    let assets = isReversed ? Array(self.assets.reversed()) : self.assets
    return PlanningProblem(
      horizon: horizon, sites: isReversed ? sites.reversed() : sites, assets: assets, networks: [network],
      fuels: [
        Fuel(id: "chips", price: price(0.035), emissions: EmissionFactor(count: 20_000)),
        Fuel(id: "gas", price: price(0.09), emissions: EmissionFactor(count: 200_000)),
      ], exchange: exchangeCharge.map { CommunityExchange(charge: price($0)) })
  }

  private var assets: [any Asset] {
    var assets: [any Asset] = []
    for number in served {
      let place = Self.places[number]
      assets.append(
        HeatLoad(
          id: AssetID("heat\(number)"), site: place, network: "net", demand: horizon.series(heat[number]) { Power(kilowatts: $0) }
        ))
      assets.append(
        FixedLoad(id: AssetID("load\(number)"), site: place, demand: horizon.series(load[number]) { Power(kilowatts: $0) }))
      assets.append(
        battery(
          AssetID("battery\(number)"), site: place, capacity: 8, power: 4, efficiency: (0.95, 0.95), wear: 0.02 * priceFactor))
    }
    let rules = OperatingRules(
      leastLoad: Fraction(leastLoad), minUp: leastLoad > 0 ? .seconds(7200) : .zero,
      startCost: Money(euros: startCost * priceFactor))
    assets.append(
      Boiler(
        id: "chip-boiler", site: "plant", network: "net", fuel: "chips", heatPower: Power(kilowatts: boilerPower * share),
        efficiency: Fraction(0.85), rules: rules))
    assets.append(
      Boiler(
        id: "gas-boiler", site: "plant", network: "net", fuel: "gas", heatPower: Power(kilowatts: 80 * share),
        efficiency: Fraction(0.95)))
    assets.append(
      HeatPump(
        id: "pump", site: "plant", network: "net", power: Power(kilowatts: 8 * share),
        performance: horizon.series(outdoor) {
          HeatPump.performance(
            quality: Fraction(0.45), flow: Temperature(count: 70_000), source: Temperature(count: Int64($0 * 1000)))
        }))
    assets.append(
      SolarThermal(id: "sun", site: "plant", network: "net", available: horizon.series(sun) { Power(kilowatts: $0 * share) }))
    assets.append(
      HeatStore(
        id: "tank", site: "plant", network: "net", capacity: Energy(kilowattHours: tank * share),
        power: Power(kilowatts: 40 * share),
        loss: LossRate(perHour: 0.005), opening: Energy(kilowattHours: 5 * share), endValue: price(0.03)))
    if hasEngine {
      assets.append(
        CombinedHeatAndPower(
          id: "engine", site: "plant", network: "net", fuel: "gas", fuelPower: Power(kilowatts: 30 * share),
          powerEfficiency: Fraction(0.35), heatEfficiency: Fraction(0.5)))
    }
    return assets
  }
}
