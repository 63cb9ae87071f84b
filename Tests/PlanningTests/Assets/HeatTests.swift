import CommunityModel
import EnergySystems
import MarketTime
import Planning
import Quantities
import Testing

/// Heat networks small enough to be planned by hand: one network `net` of one site `house`, steps of an hour, so that kW are kWh.
@Suite("Heat in a plan")
struct HeatTests {
  private let small: SmallProblem

  /// Power at these prices, in EUR/kWh.
  private func village(
    prices: [Double], heat: [Double], loss: Double = 0, canDump: Bool = false, fuels: [Fuel] = [Self.chips, Self.gas],
    pipes: [HeatPipe] = [], sites: [Site.ID] = ["house"], assets: [any Asset]
  ) -> PlanningProblem {
    let small = SmallProblem(prices: prices)
    let horizon = small.horizon
    let conditions = sites.map { site in
      SiteConditions(
        site: site, connection: small.problem.sites[0].connection, importPrice: small.problem.sites[0].importPrice,
        feedInPrice: small.problem.sites[0].feedInPrice)
    }
    let network = HeatNetworkConditions(
      network: "net", pipes: pipes, loss: TimeSeries(repeating: Power(kilowatts: loss), over: horizon.span), canDump: canDump)
    let load = HeatLoad(
      id: "houses", site: sites[sites.count - 1], network: "net", demand: horizon.series(heat) { Power(kilowatts: $0) })
    return PlanningProblem(
      horizon: horizon, sites: conditions, assets: [load] + assets, networks: [network], fuels: fuels)
  }

  init() { small = SmallProblem(prices: [0.3]) }

  private static let chips = Fuel(id: "chips", price: EnergyPrice(eurosPerKilowattHour: 0.04))
  private static let gas = Fuel(id: "gas", price: EnergyPrice(eurosPerKilowattHour: 0.1))

  private func boiler(
    _ id: AssetID = "boiler", fuel: Fuel.ID = "chips", kilowatts: Double, efficiency: Double = 0.8, rules: OperatingRules = .none
  ) -> Boiler {
    Boiler(
      id: id, site: "house", network: "net", fuel: fuel, heatPower: Power(kilowatts: kilowatts),
      efficiency: Fraction(efficiency), rules: rules)
  }

  private func pump(_ cop: [Double], kilowatts: Double, blocked: Set<QuarterHour> = [], forced: Set<QuarterHour> = []) -> HeatPump
  {
    let horizon = SmallProblem(prices: cop).horizon
    return HeatPump(
      id: "pump", site: "house", network: "net", power: Power(kilowatts: kilowatts),
      performance: horizon.series(cop) { Fraction($0) }, blocked: blocked, forced: forced)
  }

  private func heat(_ plan: Plan, _ id: AssetID) throws -> [Double] {
    let asset = try #require(plan.sites.flatMap(\.assets).first { $0.id == id })
    return try #require(asset.heat).power.map { -$0.kilowatts }
  }

  @Test("comes from the heat pump where its power is cheaper than fuel, from the boiler else")
  func cheaper() throws {
    // A kWh of heat: chips 0.04 / 0.8 = 0.05; power 0.12 / 3 = 0.04, 0.3 / 3 = 0.1, 0.12 / 2 = 0.06.
    let plan = try optimal(
      village(
        prices: [0.12, 0.3, 0.12], heat: [12, 12, 12], assets: [pump([3, 3, 2], kilowatts: 3), boiler(kilowatts: 20)]))
    #expect(isClose(try heat(plan, "pump"), [9, 0, 0]))
    #expect(isClose(try heat(plan, "boiler"), [3, 12, 12]))
    // 3 kWh of power at 0.12, 27 / 0.8 kWh of chips at 0.04.
    #expect(isClose(plan.objective, 0.36 + 1.35))
    #expect(isClose(plan.sites[0].fuelCost.euros, 1.35))
    #expect(isClose(plan.cost.euros, 1.71))
    #expect(isClose(plan.gridKilowatts, [3, 0, 0]))
  }

  @Test("blocked heat pumps stand still, forced ones run at full power")
  func ready() throws {
    let horizon = SmallProblem(prices: [0.1, 0.1, 0.1]).horizon
    let plan = try optimal(
      village(
        prices: [0.1, 0.1, 0.9], heat: [6, 6, 6], canDump: true,
        assets: [
          pump([3, 3, 3], kilowatts: 2, blocked: Set(horizon.steps[1]), forced: Set(horizon.steps[2])), boiler(kilowatts: 20),
        ]))
    #expect(isClose(plan.gridKilowatts, [2, 0, 2]))
    #expect(isClose(try heat(plan, "boiler"), [0, 6, 0]))
  }

  @Test("losses of the network and of pipes are fed in, and pumps take their power where heat enters")
  func losses() throws {
    // 20 kW at the mill, 2 lost in the pipe, 1 in the network: 23 from the boiler at the house; the pump takes 1 % of 22.
    let horizon = SmallProblem(prices: [0.3]).horizon
    let pipe = HeatPipe(
      id: "road", from: "house", to: "mill", capacity: Power(kilowatts: 50),
      loss: TimeSeries(repeating: Power(kilowatts: 2), over: horizon.span), pumpShare: Fraction(0.01))
    let plan = try optimal(
      village(
        prices: [0.3], heat: [20], loss: 1, pipes: [pipe], sites: ["house", "mill"], assets: [boiler(kilowatts: 50)]))
    #expect(isClose(try heat(plan, "boiler"), [23]))
    #expect(isClose(plan.gridKilowatts, [0.22]))
  }

  @Test("half the loss of a pipe lowers what is fed in by that half")
  func halvedLoss() throws {
    func fed(_ loss: Double) throws -> Double {
      let horizon = SmallProblem(prices: [0.3, 0.3]).horizon
      let pipe = HeatPipe(
        id: "road", from: "house", to: "mill", loss: TimeSeries(repeating: Power(kilowatts: loss), over: horizon.span))
      let plan = try optimal(
        village(prices: [0.3, 0.3], heat: [20, 30], pipes: [pipe], sites: ["house", "mill"], assets: [boiler(kilowatts: 50)]))
      return try heat(plan, "boiler").reduce(0, +)
    }
    let (whole, half) = (try fed(6), try fed(3))
    #expect(isClose(whole - half, 6))
  }

  @Test("a pipe's loss is that of both its lines: 0.25 W/(m K), 220 m, 75 and 48 degrees in ground of 10")
  func pipeLoss() {
    // 0.25 x 220 x (65 + 38) = 5665 W
    let loss = HeatPipe.loss(
      milliwattsPerMetreKelvin: 250, metres: 220, flow: Temperature(count: 75_000), return: Temperature(count: 48_000),
      ground: Temperature(count: 10_000))
    #expect(loss == Power(count: 5_665_000))
  }

  @Test("a heat pump's performance follows the temperatures, and no smaller lift than 20 K")
  func performance() {
    // 0.48 x (75 + 273.15) / (75 - 5) = 2.38731...
    let cold = HeatPump.performance(
      quality: Fraction(0.48), flow: Temperature(count: 75_000), source: Temperature(count: 5000))
    #expect(abs(cold.value - 2.387314286) < 1e-8)
    let warm = HeatPump.performance(
      quality: Fraction(0.5), flow: Temperature(count: 35_000), source: Temperature(count: 30_000))
    #expect(abs(warm.value - 7.70375) < 1e-8)
  }

  @Test("a boiler lit once burns through rather than starting again")
  func starts() throws {
    // Off for the step without demand it would start twice, 3 EUR each; at its least, 4 kW of heat, it burns 5 kWh of chips: 0.2.
    let rules = OperatingRules(leastLoad: Fraction(0.2), startCost: Money(count: 3_000_000))
    let plan = try optimal(
      village(prices: [0.3, 0.3, 0.3], heat: [10, 0, 10], canDump: true, assets: [boiler(kilowatts: 20, rules: rules)]))
    #expect(isClose(try heat(plan, "boiler"), [10, 4, 10]))
    #expect(isClose(plan.objective, 4.2))
    #expect(isClose(plan.sites[0].ownCost.euros, 3))
  }

  @Test("a tank carries solar heat into the evening, and what is left at the end has its worth")
  func tank() throws {
    let horizon = SmallProblem(prices: [0.3, 0.3, 0.3]).horizon
    let sun = SolarThermal(
      id: "sun", site: "house", network: "net", available: horizon.series([30, 20, 0]) { Power(kilowatts: $0) })
    let tank = HeatStore(
      id: "tank", site: "house", network: "net", capacity: Energy(kilowattHours: 25), loss: LossRate(perHour: 0.1),
      opening: .zero, endValue: EnergyPrice(eurosPerKilowattHour: 0.01))
    let plan = try optimal(
      village(prices: [0.3, 0.3, 0.3], heat: [10, 10, 10], assets: [sun, tank, boiler(kilowatts: 20)]))
    // Full when the sun has gone: 10 of the second hour and 15 left of 16.667; of the 22.5 left then 10 are drawn. Storing more in the
    // first hour would only lose more.
    #expect(isClose(try heat(plan, "sun"), [26.666667, 20, 0]))
    #expect(isClose(plan.objective, -0.125))
    let store = try #require(plan.sites[0].assets.first { $0.id == "tank" })
    #expect(isClose(store.content?.map(\.kilowattHours) ?? [], [16.666667, 25, 12.5]))
  }

  @Test("an engine runs for its heat where its power saves enough, and both are told")
  func engine() throws {
    // 30 kW of fuel at 0.1 make 9 of power worth 0.3 or 0.2, and 15 of heat worth 0.05: 3.45 or 2.55 for 3.
    let engine = CombinedHeatAndPower(
      id: "engine", site: "house", network: "net", fuel: "gas", fuelPower: Power(kilowatts: 30), powerEfficiency: Fraction(0.3),
      heatEfficiency: Fraction(0.5))
    let load = FixedLoad(
      id: "load", site: "house",
      demand: SmallProblem(prices: [0.3, 0.2]).horizon.series([10, 10]) { Power(kilowatts: $0) })
    let plan = try optimal(village(prices: [0.3, 0.2], heat: [15, 15], assets: [engine, boiler(kilowatts: 20), load]))
    #expect(isClose(try heat(plan, "engine"), [15, 0]))
    #expect(isClose(plan.gridKilowatts, [1, 10]))
    // 0.3 and 2 for power, 3 for gas, 0.75 for chips.
    #expect(isClose(plan.objective, 6.05))
  }

  @Test("a stock of fuel is burnt where it saves most")
  func stock() throws {
    // 20 kWh of chips are 16 of heat; the rest comes from power at one to one, which is dearer in the second hour.
    let plan = try optimal(
      village(
        prices: [0.3, 0.5], heat: [12, 12],
        fuels: [Fuel(id: "chips", price: EnergyPrice(eurosPerKilowattHour: 0.04), stock: Energy(kilowattHours: 20))],
        assets: [boiler(kilowatts: 20), pump([1, 1], kilowatts: 30)]))
    #expect(isClose(try heat(plan, "boiler"), [4, 12]))
    #expect(isClose(plan.objective, 3.2))
  }

  @Test("heat that cannot be delivered is a breach with place, time and amount, and there is a plan all the same")
  func missing() throws {
    let plan = try optimal(village(prices: [0.3, 0.3, 0.3], heat: [8, 12, 13], assets: [boiler(kilowatts: 10)]))
    #expect(plan.breaches.map(\.kind) == [.heatMissing] && plan.breaches.map(\.subject) == ["heat net"])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [5]))
    #expect(plan.breaches[0].span == plan.horizon.steps[1].lowerBound..<plan.horizon.steps[2].upperBound)
  }

  @Test("two networks share a boiler through an exchanger as far as it carries")
  func transfer() throws {
    let horizon = SmallProblem(prices: [0.3]).horizon
    let conditions = SmallProblem(prices: [0.3]).problem.sites
    let none = TimeSeries(repeating: Power.zero, over: horizon.span)
    let problem = PlanningProblem(
      horizon: horizon, sites: conditions,
      assets: [
        HeatLoad(id: "cold", site: "house", network: "low", demand: horizon.series([12]) { Power(kilowatts: $0) }),
        boiler(kilowatts: 50),
        Boiler(
          id: "spare", site: "house", network: "low", fuel: "gas", heatPower: Power(kilowatts: 50), efficiency: Fraction(1)),
      ], networks: [HeatNetworkConditions(network: "net", loss: none), HeatNetworkConditions(network: "low", loss: none)],
      transfers: [HeatTransfer(id: "exchanger", from: "net", to: "low", site: "house", capacity: Power(kilowatts: 8))],
      fuels: [Self.chips, Self.gas])
    let plan = try optimal(problem)
    #expect(isClose(try heat(plan, "boiler"), [8]))
    #expect(isClose(try heat(plan, "spare"), [4]))
  }

  @Test("without a plan the sun comes first, then heat pumps, engines and boilers; tanks rest")
  func standing() throws {
    let horizon = SmallProblem(prices: [0.3]).horizon
    let sun = SolarThermal(
      id: "sun", site: "house", network: "net", available: horizon.series([5]) { Power(kilowatts: $0) })
    let tank = HeatStore(
      id: "tank", site: "house", network: "net", capacity: Energy(kilowattHours: 25), opening: Energy(kilowattHours: 20))
    let plan = try StandingRule.plan(
      village(
        prices: [0.3], heat: [20], loss: 1, assets: [boiler(kilowatts: 30), pump([3], kilowatts: 2), tank, sun]))
    #expect(isClose(try heat(plan, "sun"), [5]))
    #expect(isClose(try heat(plan, "pump"), [6]))
    #expect(isClose(try heat(plan, "boiler"), [10]))
    #expect(isClose(try heat(plan, "tank"), [0]))
    #expect(isClose(plan.cost.euros, 1.1))
    #expect(plan.breaches.isEmpty)
  }

  @Test("an asset in a network, at a place or of a fuel that is not there is named")
  func unknown() {
    let none = PlanningProblem(
      horizon: small.horizon, sites: small.problem.sites, assets: [boiler(kilowatts: 10)], fuels: [Self.chips])
    #expect(
      throws: PlanningError.contradiction(
        subject: "asset boiler", reason: "is in the heat network net, which the problem does not have")
    ) { try StandingRule.plan(none) }
    let unburnt = village(prices: [0.3], heat: [1], fuels: [Self.gas], assets: [boiler(kilowatts: 10)])
    #expect(throws: PlanningError.contradiction(subject: "asset boiler", reason: "burns chips, which the problem does not have"))
    {
      try StandingRule.plan(unburnt)
    }
  }

  @Test("changes by its ramp in the time between the middles of two steps, however long they are")
  func unevenRamp() throws {
    // 100 kW of fuel, half of them an hour: 12.5 kW in a quarter hour; from the middle of one to that of an hour 37.5 minutes, 31.25 kW.
    let horizon = PlanningHorizon(start: SmallProblem.start, stepLengths: [1, 1, 4])
    var small = small
    small.horizon = horizon
    (small.importPrices, small.feedInPrices) = ([0.3, 0.3, 0.3], [0, 0, 0])
    let problem = PlanningProblem(
      horizon: horizon, sites: small.problem.sites,
      assets: [
        HeatLoad(id: "houses", site: "house", network: "net", demand: horizon.series([10, 60, 80]) { Power(kilowatts: $0) }),
        boiler(kilowatts: 100, efficiency: 1, rules: OperatingRules(rampPerHour: Fraction(0.5))),
        boiler("gas", fuel: "gas", kilowatts: 100),
      ], networks: [HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: horizon.span))],
      fuels: [Self.chips, Self.gas])
    #expect(isClose(try heat(optimal(problem), "boiler"), [10, 22.5, 53.75]))
  }
}
