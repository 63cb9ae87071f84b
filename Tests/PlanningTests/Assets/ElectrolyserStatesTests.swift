import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

/// One electrolyser of 10 kW at one site, steps of an hour, so that kW are kWh.
@Suite("An electrolyser in part load and in stand-by")
struct ElectrolyserStatesTests {
  private static let points = [(0.2, 0.5), (0.5, 0.7), (1, 0.6)]

  private func unit(
    _ points: [(load: Double, efficiency: Double)] = Self.points, heat: WasteHeat? = nil, rules: OperatingRules = .none,
    standby: Double? = nil, neighbours: Battery.Exclusivity = .whereNeeded
  ) -> Electrolyser {
    Electrolyser(
      id: "electrolyser", site: "house", fuel: "h2", power: Power(kilowatts: 10),
      points: points.map { ElectrolyserPoint(load: Fraction($0.load), efficiency: Fraction($0.efficiency)) }, wasteHeat: heat,
      rules: rules, standby: standby.map { Power(kilowatts: $0) }, neighbours: neighbours)
  }

  /// At these prices of power; hydrogen is sold at `sale` EUR/kWh, or not at all.
  private func problem(
    _ prices: [Double], sale: Double?, importLimit: Double = 1000, _ assets: [any Asset]
  ) -> PlanningProblem {
    var small = SmallProblem(prices: prices, feedIn: -1)
    small.importLimit = importLimit
    let fuel = Fuel(id: "h2", price: nil, salePrice: sale.map { EnergyPrice(eurosPerKilowattHour: $0) })
    return PlanningProblem(horizon: small.horizon, sites: small.problem.sites, assets: assets, fuels: [fuel])
  }

  private func tank(_ kilowattHours: Double, holds: Double = 0, worth: Double = 0) -> HydrogenStore {
    HydrogenStore(
      id: "tank", site: "house", fuel: "h2", capacity: Energy(kilowattHours: kilowattHours),
      opening: Energy(kilowattHours: holds),
      endValue: EnergyPrice(eurosPerKilowattHour: worth))
  }

  private func made(_ plan: Plan) throws -> [Double] {
    try #require(plan.schedule("electrolyser").fuel).power.map { -$0.kilowatts }
  }

  @Test("runs at the load at which the next kWh of power still pays, or rests")
  func partLoad() throws {
    // 2, 5 and 10 kW make 1, 3.5 and 6 kWh: 0.833 and then 0.5 of each further kWh, which sells at 12 ct. At 5 ct all pay; at 7 ct those up
    // to 5 kW, 3.5 x 12 - 5 x 7 = 7 ct; at 9 ct even the best point loses 3 ct.
    for (price, power, hydrogen) in [(0.05, 10.0, 6.0), (0.07, 5.0, 3.5), (0.09, 0.0, 0.0)] {
      let plan = try optimal(problem([price], sale: 0.12, [unit()]))
      #expect(isClose(plan.gridKilowatts, [power]))
      #expect(isClose(try made(plan), [hydrogen]))
      #expect(
        isClose(plan.cost.euros, power * price - hydrogen * 0.12) && isClose(plan.objective, power * price - hydrogen * 0.12))
      #expect(try plan.schedule("electrolyser").states == [power > 0 ? .on : .off])
    }
    // Between two points on the line between them: 7 kW make 3.5 + 0.5 x 2.
    #expect(isClose(try made(try optimal(problem([0.05], sale: 0.12, importLimit: 7, [unit()]))), [4.5]))
  }

  @Test("stays within neighbouring points where a mixture of others would make more")
  func notConcave() throws {
    // 2, 6 and 10 kW make 1.2, 2.4 and 6 kWh; half an hour each at 2 and 10 kW would be 6 kW and 3.6 kWh.
    let plan = try optimal(problem([0.05], sale: 0.2, importLimit: 6, [unit([(0.2, 0.6), (0.6, 0.4), (1, 0.6)])]))
    #expect(isClose(try made(plan), [2.4]))
  }

  @Test("does not waste power where that is paid for and the tank is full")
  func negativePrices() throws {
    // Of 5 kWh that the tank takes, 8 kW make 3.5 + 0.5 x 3; at 2 and 10 kW in turn it would be 8.4 kW.
    func power(_ neighbours: Battery.Exclusivity) throws -> [Double] {
      try optimal(problem([-0.5], sale: nil, [unit(neighbours: neighbours), tank(5)])).gridKilowatts
    }
    #expect(isClose(try power(.whereNeeded), [8]))
    #expect(isClose(try power(.nowhere), [8.4]))
  }

  @Test("waits in stand-by where that costs less than being started anew, and is told so")
  func standby() throws {
    // Each cheap hour makes 6 kWh for 0.5 EUR that sell for 1.2. A second start costs 0.6, the dear hour in stand-by 0.5 a kW.
    let rules = OperatingRules(leastLoad: Fraction(0.3), startCost: Money(euros: 0.6))
    for (standby, between) in [(1.0, 1.0), (1.3, 0.0)] {
      let plan = try optimal(
        problem([0.05, 0.5, 0.05], sale: 0.2, [unit([(1, 0.6)], rules: rules, standby: standby)]))
      #expect(isClose(plan.gridKilowatts, [10, between, 10]))
      #expect(isClose(try made(plan), [6, 0, 6]))
      let schedule = try plan.schedule("electrolyser")
      #expect(schedule.states == [.on, between > 0 ? .standby : .off, .on])
      #expect(schedule.ownCost == Money(euros: between > 0 ? 0.6 : 1.2))
      #expect(
        isClose(plan.objective, 1 + 0.5 * between - 2.4 + schedule.ownCost.euros) && isClose(plan.cost.euros, plan.objective ?? 0)
      )
    }
    // A unit that fails does not wait.
    let fails = problem([0.05, 0.5, 0.05], sale: 0.2, [unit([(1, 0.6)], rules: rules, standby: 1)])
    let broken = try optimal(fails.without("electrolyser", in: fails.horizon.steps[1]))
    #expect(try broken.schedule("electrolyser").states == [.on, .off, .on])
  }

  @Test("warms a network at any load, and not in stand-by")
  func heat() throws {
    // 20 % of 5 and of 10 kW; the houses want 2 kW, what else they get costs 3 EUR a kWh less than nothing: none is forced on them.
    var small = SmallProblem(prices: [0.07, 0.05])
    let pipes = HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: small.horizon.span))
    let houses = HeatLoad(
      id: "houses", site: "house", network: "net", demand: small.horizon.series([1, 2]) { Power(kilowatts: $0) })
    small.assets = [unit(heat: WasteHeat(to: "net", efficiency: Fraction(0.2))), houses]
    let problem = PlanningProblem(
      horizon: small.horizon, sites: small.problem.sites, assets: small.assets, networks: [pipes],
      fuels: [Fuel(id: "h2", price: nil, salePrice: EnergyPrice(eurosPerKilowattHour: 0.12))])
    let plan = try optimal(problem)
    #expect(isClose(try made(plan), [3.5, 6]))
    #expect(isClose(try #require(plan.schedule("electrolyser").heat).power.map { -$0.kilowatts }, [1, 2]))
    #expect(plan.breaches.isEmpty)
  }

  @Test("is as good as with whole variables everywhere", arguments: UInt64(1)...16)
  func fullModel(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let prices = (0..<8).map { _ in random(seed % 2 == 0 ? -0.1...0.3 : 0.01...0.3) }
    let sale = seed % 3 == 0 ? nil : Double?.some((random(0...0.2) * 1000).rounded() / 1000)
    let rules =
      seed % 4 < 2 ? OperatingRules.none : OperatingRules(minDown: .seconds(7200), startCost: Money(euros: random(0...1)))
    let (standby, worth) = (rules == .none ? nil : Double?.some(random(0...1)), random(0...0.15))
    let cell = FuelCell(id: "cell", site: "house", fuel: "h2", power: Power(kilowatts: 3), efficiency: Fraction(0.5))
    let load = FixedLoad(
      id: "load", site: "house",
      demand: SmallProblem(prices: prices).horizon.series(prices.map { _ in random(0...4) }) { Power(kilowatts: $0) })
    func best(_ neighbours: Battery.Exclusivity) throws -> Double {
      let assets: [any Asset] = [
        unit(rules: rules, standby: standby, neighbours: neighbours), tank(12, holds: 3, worth: worth), cell, load,
      ]
      return try #require(try optimal(problem(prices, sale: sale, assets)).objective)
    }
    #expect(isClose(try best(.whereNeeded), try best(.everywhere), within: 1e-4))
  }

  @Test("has load points that rise to full load")
  func validation() throws {
    for points in [[(0.2, 0.5), (0.9, 0.6)], [(0.5, 0.5), (0.5, 0.6), (1, 0.6)], []] {
      #expect(
        throws: PlanningError.contradiction(
          subject: "asset electrolyser", reason: "has load points that do not rise to full load")
      ) { try optimal(problem([0.1], sale: 0.1, [unit(points)])) }
    }
  }
}
