import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

/// Three hours: power at 30, 32 and 30 ct/kWh, which causes 600, 100 and 600 g/kWh; a car wants 6 kWh.
@Suite("CO2 in a plan")
struct CarbonTests {
  private func small(carbonPrice: Int64 = 0) -> SmallProblem {
    var small = SmallProblem(prices: [0.3, 0.32, 0.3])
    small.emissions = [0.6, 0.1, 0.6]
    small.carbonPrice = carbonPrice
    small.assets = [small.car(6)]
    return small
  }

  @Test("is what power from the grid comes to, and has no weight without a price")
  func withoutPrice() throws {
    let plan = try small().solved()
    // 6 kWh at 30 ct and 600 g.
    #expect(isClose(plan.cost.euros, 1.80))
    #expect(isClose(plan.carbon.emissions?.kilograms, 3.6))
    #expect(plan.carbon.cost == .zero)
  }

  @Test("moves use to where price and CO2 together are least; its cost is told apart")
  func priced() throws {
    // At 100 EUR/t: 30 + 6, 32 + 1, 30 + 6 ct/kWh. The car takes the second hour: 6 x 0.32 EUR, 6 x 0.1 kg, 0.06 EUR for them.
    let problem = small(carbonPrice: 100).problem
    let plan = try optimal(problem)
    #expect(isClose(try plan.kilowatts("car"), [0, 6, 0]))
    #expect(isClose(plan.cost.euros, 1.92))
    #expect(isClose(plan.carbon.emissions?.kilograms, 0.6))
    #expect(isClose(plan.carbon.cost.euros, 0.06))
    #expect(isClose(plan.objective, 1.98))
    // Without a plan the car takes the first hour: 3.6 kg, 0.36 EUR.
    let rule = try StandingRule.plan(problem)
    #expect(isClose(rule.carbon.emissions?.kilograms, 3.6))
    #expect(isClose(rule.carbon.cost.euros, 0.36))
  }

  @Test("of fuel is counted with that of power, and feeding in is not credited")
  func fuel() throws {
    var small = SmallProblem(prices: [0.3], feedIn: 0.08)
    small.emissions = [0.4]
    let horizon = small.horizon
    let gas = Fuel(id: "gas", price: EnergyPrice(eurosPerKilowattHour: 0.1), emissions: EmissionFactor(count: 200_000))
    func problem(_ fuel: Fuel, load: Double) -> PlanningProblem {
      PlanningProblem(
        horizon: horizon, sites: small.problem.sites,
        assets: [
          small.load([load]), small.sun([3], isCurtailable: false),
          HeatLoad(id: "heat", site: "house", network: "net", demand: horizon.series([8]) { Power(kilowatts: $0) }),
          Boiler(
            id: "boiler", site: "house", network: "net", fuel: "gas", heatPower: Power(kilowatts: 20), efficiency: Fraction(0.8)),
        ], networks: [HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: horizon.span))],
        fuels: [fuel])
    }
    // 8 kWh of heat of 10 kWh of gas: 2 kg. Of 5 kWh of load 2 come from the grid: 0.8 kg; of 1 kWh of load 2 kWh go there: nothing.
    #expect(isClose(try optimal(problem(gas, load: 5)).carbon.emissions?.kilograms, 2.8))
    #expect(isClose(try optimal(problem(gas, load: 1)).carbon.emissions?.kilograms, 2.0))
    // Of a fuel that nobody knows the CO2 of, there is no sum.
    let unknown = try optimal(problem(Fuel(id: "gas", price: gas.price), load: 5)).carbon
    #expect(unknown.emissions == nil)
    #expect(unknown.unknownFuels == ["gas"] && unknown.unknownSites.isEmpty)
  }

  @Test("that nobody knows is not zero: there is no sum, and with a price no plan")
  func unknown() throws {
    var small = small()
    small.emissions = nil
    let plan = try small.solved()
    #expect(plan.carbon.emissions == nil)
    #expect(plan.carbon.unknownSites == ["house"])
    small.carbonPrice = 60
    #expect(
      throws: PlanningError.contradiction(
        subject: "carbon_price",
        reason:
          "needs to know all CO2, and none is known of power from the grid at site house; give 'co2' there in its tariff or fuel")
    ) { try small.problem.validate() }
  }
}
