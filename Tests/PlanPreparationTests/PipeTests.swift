import CommunityModel
import Forecasting
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

@testable import PlanPreparation

/// A mill at the end of a pipe of 220 m and 40 mm that wants 20 kW of heat at any time: 75 degC there, 48 degC back, ground of 10 degC.
/// Its water carries m c = 20000 / 27 = 740.74 W/K.
@Suite("Pipes of known dimensions in a plan")
struct PipeTests {
  private func yard() throws -> Yard {
    var yard = try Yard()
    yard.sites = ["yard", "mill", "barn"].map { Site(id: $0, name: "", gridConnection: Yard.wire, tariff: "flat") }
    return yard
  }

  private func pipe(
    _ id: String = "road", to: Site.ID = "mill", from: Site.ID = "yard", metres: Int64 = 220, factor: Int64 = 250,
    diameter: Int64? = 40
  ) -> HeatNetwork.Pipe {
    HeatNetwork.Pipe(
      id: id, from: from, to: to, length: Length(count: metres * 1000), lossFactor: PipeLossFactor(count: factor), capacity: nil,
      pumpShare: .zero, diameter: diameter.map { Length(count: $0) })
  }

  private func problem(_ pipes: [HeatNetwork.Pipe], heat: [Site.ID: Double] = ["mill": 20]) throws -> PlanningProblem {
    var yard = try yard()
    let network = HeatNetwork(
      id: "net", name: "Net", sites: [], flowTemperature: Temperature(count: 75_000),
      returnTemperature: Temperature(count: 48_000), pipes: pipes)
    for (site, kilowatts) in heat {
      yard.knowledge.forecasts["heat-\(site)"] = Forecast(
        power: TimeSeries(repeating: Power(kilowatts: kilowatts), over: yard.horizon.span), basis: .file)
    }
    let loads = heat.keys.sorted { $0.text < $1.text }.map { site in
      AssetDescription(
        id: AssetID("heat-\(site)"), site: site, kind: .heatLoad("net", annualConsumption: Energy(kilowattHours: 1)))
    }
    let boiler = BoilerDescription(fuel: "chips", heatPower: Power(watts: 200_000), efficiency: .one)
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      heatNetworks: [network], tariffs: yard.tariffs)
    return try PlanInputs(
      community: community, assets: loads + [AssetDescription(id: "boiler", site: "yard", kind: .boiler("net", boiler))],
      fuels: [Fuel(id: "chips", price: EnergyPrice(count: 40_000))], horizon: yard.horizon, knowing: yard.knowledge
    ).problem
  }

  /// Heat that the boiler feeds in over the plan's two hours, kWh, and what the pump takes at the yard, kW.
  private func solved(_ problem: PlanningProblem) throws -> (fed: Double, pump: Double) {
    let plan = try Planner(solver: HighsSolver()).plan(problem)
    let boiler = try #require(plan.sites.flatMap(\.assets).first { $0.role == .boiler }?.heat)
    let fed = boiler.power.enumerated().reduce(0) { $0 - $1.element.kilowatts * problem.horizon.hours(of: $1.offset) }
    return (fed, plan.sites[0].grid[0].kilowatts)
  }

  /// A line keeps exp(-0.25 x 220 / 740.74) = 0.928440 of its difference to the ground: 75 become 70.3486, of the 43.3486 that
  /// leave the mill 40.9622 arrive. Lost are 740.74 x (4.6514 + 2.3864) = 5213.24 W; with 0.125 W/(m K) 2716.62 W.
  @Test("lose what their water loses on its way there and back; half the loss factor feeds in that much less")
  func halved() throws {
    let (whole, half) = (try problem([pipe()]), try problem([pipe(factor: 125)]))
    #expect(isClose(whole.networks[0].pipes[0].loss.values[0].kilowatts, 5.213235))
    #expect(isClose(half.networks[0].pipes[0].loss.values[0].kilowatts, 2.716617))
    // 20 kW and the loss, for two hours; the difference is 2 x 2.496619 kWh.
    let (more, less) = (try solved(whole), try solved(half))
    #expect(isClose(more.fed, 2 * 25.213235, within: 1e-4))
    #expect(isClose(more.fed - less.fed, 4.993237, within: 1e-4))
  }

  /// 0.176788 kg/s: Re = 4 m / (pi mu D) = 16078.08, lambda = 0.07 Re^-0.13 D^-0.14 = 0.031189; both lines lose
  /// 2 lambda L / D x 8 m^2 / (rho pi^2 D^4) = 3493.6 Pa, the pump takes m dp / (rho 0.6) = 1.0593 W for 25.213 kW.
  @Test("have a pump that overcomes their friction")
  func pump() throws {
    #expect(isClose(try solved(problem([pipe()])).pump, 0.001059, within: 1e-6))
  }

  /// 5 kW at a barn on a branch of its own and 20 at the mill: each way is a pipe alone. For 5 kW, m c = 185.185 W/K.
  @Test("of several branches lose each by its own flow")
  func branches() throws {
    let problem = try problem([pipe(), pipe("lane", to: "barn", metres: 50)], heat: ["mill": 20, "barn": 5])
    let losses = problem.networks[0].pipes.map { $0.loss.values[0].kilowatts }
    #expect(isClose(losses[0], 5.213235))
    #expect(isClose(losses[1], 1.193725))
  }

  /// Nothing is wanted: m c is 3 x 0.25 x 220 x 65 / 27 = 397.22 W/K.
  @Test("lose heat in summer, too: bypasses keep the water moving")
  func summer() throws {
    let problem = try problem([pipe()], heat: ["mill": 0])
    #expect(isClose(problem.networks[0].pipes[0].loss.values[0].kilowatts, 4.858615))
  }

  @Test("whose diameters are not known lose what their temperatures make them lose, whatever flows")
  func unknown() throws {
    // 0.25 x 220 x (65 + 38) W
    #expect(try problem([pipe(diameter: nil)]).networks[0].pipes[0].loss.values[0] == Power(watts: 5665))
  }

  private func isClose(_ value: Double, _ expected: Double, within tolerance: Double = 2e-6) -> Bool {
    abs(value - expected) <= tolerance
  }
}
