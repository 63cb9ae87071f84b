import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// A cold network `cold` of one site `house`, steps of an hour, so that kW are kWh.
@Suite("Cold in a plan")
struct CoolingTests {
  private func site(prices: [Double], cold: [Double], sun: [Double] = [], assets: [any Asset]) -> PlanningProblem {
    let small = SmallProblem(prices: prices)
    let horizon = small.horizon
    let none = TimeSeries(repeating: Power.zero, over: horizon.span)
    var all: [any Asset] = [
      CoolingLoad.asset(id: "rooms", site: "house", network: "cold", demand: horizon.series(cold) { Power(kilowatts: $0) })
    ]
    if !sun.isEmpty {
      all.append(
        SolarThermal(id: "sun", site: "house", network: "net", available: horizon.series(sun) { Power(kilowatts: $0) }))
    }
    return PlanningProblem(
      horizon: horizon, sites: small.problem.sites, assets: all + assets,
      networks: [
        HeatNetworkConditions(network: "cold", carries: .cold, loss: none), HeatNetworkConditions(network: "net", loss: none),
      ], fuels: [Fuel(id: "gas", price: EnergyPrice(eurosPerKilowattHour: 0.1))])
  }

  private func chiller(_ kilowatts: Double, _ ratio: [Double]) -> HeatPump {
    Chiller.asset(
      id: "chiller", site: "house", network: "cold", power: Power(kilowatts: kilowatts),
      performance: SmallProblem(prices: ratio).horizon.series(ratio) { Fraction($0) })
  }

  private func absorption(_ kilowatts: Double) -> AbsorptionChiller {
    AbsorptionChiller(
      id: "absorption", site: "house", network: "cold",
      parameters: .init(heatSource: "net", coldPower: Power(kilowatts: kilowatts), heatRatio: Fraction(0.7)))
  }

  private func cold(_ plan: Plan, _ id: AssetID) throws -> [Double] {
    try #require(plan.schedule(id).heat).power.map { -$0.kilowatts }
  }

  @Test("is made while power costs little, and kept")
  func store() throws {
    // 4 kW make 12 kW of cold in the first hour: 6 for the rooms, 6 for the second hour, in which they would cost three times as much.
    let tank = HeatStore(
      id: "tank", site: "house", network: "cold", capacity: Energy(kilowattHours: 10), opening: .zero, role: .coldStore)
    let plan = try optimal(site(prices: [0.1, 0.3], cold: [6, 6], assets: [chiller(4, [3, 3]), tank]))
    #expect(isClose(try cold(plan, "chiller"), [12, 0]))
    #expect(isClose(plan.gridKilowatts, [4, 0]))
    #expect(isClose(plan.objective, 0.4))
    #expect(plan.sites[0].assets.map(\.role) == [.coolingLoad, .chiller, .coldStore])
    let price = plan.marginalPrices?.heat(of: "cold", at: "house")?.map(\.eurosPerKilowattHour)
    #expect(isClose(price?.first, 0.033333, within: 1e-6))
  }

  @Test("takes less power in a cool hour than in a hot one: a chiller's ratio follows the temperature outside")
  func performance() {
    // 0.3 x (6 + 273.15) / (36 - 6); no smaller lift than 15 K.
    let hot = Chiller.performance(
      quality: Fraction(0.3), water: Temperature(count: 6000), outdoor: Temperature(count: 36_000))
    #expect(abs(hot.value - 2.7915) < 1e-8)
    let cool = Chiller.performance(
      quality: Fraction(0.3), water: Temperature(count: 6000), outdoor: Temperature(count: 10_000))
    #expect(abs(cool.value - 5.583) < 1e-8)
  }

  @Test("comes from heat that costs nothing as far as that goes, and from power for the rest")
  func absorption() throws {
    // 5 kW of sun make 3.5 kW of cold; the other 2.5 take a kW for each 2.5.
    let plan = try optimal(
      site(prices: [0.3], cold: [6], sun: [5], assets: [chiller(10, [2.5]), absorption(20)]))
    #expect(isClose(try cold(plan, "absorption"), [3.5]))
    #expect(isClose(try #require(plan.schedule("absorption").drivingHeat).power.map(\.kilowatts), [5]))
    #expect(isClose(plan.gridKilowatts, [1]))
    // 2 kW of cold are all that it gives.
    let small = try optimal(site(prices: [0.3], cold: [6], sun: [5], assets: [chiller(10, [2.5]), absorption(2)]))
    #expect(isClose(try cold(small, "absorption"), [2]))
  }

  @Test("that is missing is a breach with its network, time and size; nobody confuses it with heat")
  func missing() throws {
    let plan = try optimal(site(prices: [0.3, 0.3], cold: [6, 9], assets: [chiller(2, [3, 3])]))
    #expect(plan.breaches.map(\.kind) == [.coldMissing] && plan.breaches.map(\.subject) == ["cold cold"])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [3]))
    #expect(plan.breaches.map(\.span) == [plan.horizon.steps[1]])
  }

  @Test("without a plan comes from chillers, then from those that heat drives, whose heat is made")
  func standing() throws {
    let boiler = Boiler(
      id: "boiler", site: "house", network: "net", fuel: "gas", heatPower: Power(kilowatts: 50), efficiency: .one)
    // 6 from 2 kW of power; the other 1.4 take 2 kW of heat.
    let plan = try StandingRule.plan(site(prices: [0.3], cold: [7.4], assets: [boiler, absorption(9), chiller(2, [3])]))
    #expect(isClose(plan.gridKilowatts, [2]))
    #expect(isClose(try cold(plan, "boiler"), [2]))
    #expect(plan.breaches.isEmpty)
    let less = try StandingRule.plan(site(prices: [0.3], cold: [7.4], assets: [chiller(2, [3])]))
    #expect(less.breaches.map(\.kind) == [.coldMissing])
  }

  @Test("is lost in pipes to warmer ground: 0.25 W/(m K), 200 m, 6 and 12 degrees in ground of 15")
  func pipeLoss() {
    // 0.25 x 200 x (9 + 3) = 600 W; in ground of 4 degrees nothing is lost.
    func loss(ground: Int64) -> Power {
      HeatPipe.loss(
        milliwattsPerMetreKelvin: 250, metres: 200, flow: Temperature(count: 6000), return: Temperature(count: 12_000),
        ground: Temperature(count: ground), of: .cold)
    }
    #expect(loss(ground: 15_000) == Power(watts: 600))
    #expect(loss(ground: 4000) == .zero)
  }
}
