import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// What one more kWh costs, worked out by hand; steps of an hour, so that kW are kWh.
@Suite("Marginal prices")
struct MarginalPriceTests {
  private func cents(_ prices: [EnergyPrice]?) -> [Double] { (prices ?? []).map { Double($0.count) / 10_000 } }

  /// Load 1 kW in both hours. A kWh from the battery costs 10 ct / 0.8 = 12.5 ct.
  ///
  /// - Where the second hour's power is 40 ct the battery gives the whole kW, and one kWh more would come from it, too: 12.5 ct.
  /// - Where it is 11 ct the battery rests: one kWh more is bought.
  @Test("of power behind a battery are what its way through the battery costs, where that is the cheaper one")
  func battery() throws {
    for (later, expected) in [(0.40, 12.5), (0.11, 11.0)] {
      var small = SmallProblem(prices: [0.10, later])
      small.assets = [small.load([1, 1]), PlanningTests.battery(efficiency: (0.8, 1))]
      let prices = try small.solved().marginalPrices
      #expect(isClose(cents(prices?.power["house"]), [10, expected]))
      #expect(prices?.heat == [])
    }
  }

  /// In steps of a quarter hour a kW is a quarter of a kWh; the price stays that of a kWh.
  @Test("are of a kilowatt-hour however long a step is")
  func quarterHours() throws {
    var small = SmallProblem(prices: [0.10, 0.25], quarterHoursPerStep: 1)
    small.assets = [small.load([1, 1])]
    #expect(isClose(cents(try small.solved().marginalPrices?.power["house"]), [10, 25]))
  }

  /// 5 kW of heat wanted. Pump: coefficient 3, at most 6 kW of heat: 12 / 3 = 4 ct, 36 / 3 = 12 ct. Boiler: 6 / 0.75 = 8 ct, whatever a
  /// start costs, because it is on. The battery carries 0.5 kWh from the cheap hour to the load of 1 kW of the dear one, which leaves
  /// 0.5 kW to be bought there.
  @Test(
    "of heat are those of the source that would give one more: the heat pump where power is cheap, the boiler where it is dear",
    arguments: [false, true])
  func heat(hasBattery: Bool) throws {
    let small = SmallProblem(prices: [0.12, 0.36])
    let horizon = small.horizon
    let network = HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: horizon.span))
    var assets: [any Asset] = [
      small.load([1, 1]),
      HeatLoad(id: "houses", site: "house", network: "net", demand: horizon.series([5, 5]) { Power(kilowatts: $0) }),
      HeatPump(
        id: "pump", site: "house", network: "net", power: Power(kilowatts: 2),
        performance: horizon.series([3, 3]) { Fraction($0) }),
      Boiler(
        id: "boiler", site: "house", network: "net", fuel: "chips", heatPower: Power(kilowatts: 10), efficiency: Fraction(0.75),
        rules: OperatingRules(leastLoad: Fraction(0.2), startCost: Money(euros: 0.01))),
    ]
    if hasBattery { assets.append(PlanningTests.battery(capacity: 0.5)) }
    let plan = try optimal(
      PlanningProblem(
        horizon: horizon, sites: small.problem.sites, assets: assets, networks: [network],
        fuels: [Fuel(id: "chips", price: EnergyPrice(eurosPerKilowattHour: 0.06))]))
    #expect(isClose(cents(plan.marginalPrices?.power["house"]), [12, 36]))
    #expect(isClose(cents(plan.marginalPrices?.heat(of: "net", at: "house")), [4, 8]))
  }

  @Test("are absent under the standing rule, which nobody optimised, and where the time did not do to prove the plan")
  func absent() throws {
    var small = SmallProblem(prices: [0.10, 0.40])
    small.assets = [small.load([1, 1])]
    #expect(try StandingRule.plan(small.problem).marginalPrices == nil)
    let unproven = try Planner(solver: Unproven()).plan(small.problem)
    #expect(unproven.marginalPrices == nil)
  }
}

/// A solver that finds the optimum and does not know it.
private struct Unproven: Solver {
  func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
    var solution = try HighsSolver().solve(model, options: options)
    solution.status = .feasible
    solution.bestBound = -.infinity
    return solution
  }
}
