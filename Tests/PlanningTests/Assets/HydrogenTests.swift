import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// Hydrogen at one site `house`, steps of an hour, so that kW are kWh. Of 10 kWh of power 6 become hydrogen, of these 3 power again.
@Suite("Hydrogen in a plan")
struct HydrogenTests {
  /// Power at these prices, in EUR/kWh.
  private func site(
    prices: [Double], load: [Double], fuel: Fuel = Fuel(id: "h2", price: nil), heat: [Double]? = nil, assets: [any Asset]
  ) -> PlanningProblem {
    var small = SmallProblem(prices: prices)
    small.assets = [small.load(load)] + assets
    var networks: [HeatNetworkConditions] = []
    if let heat {
      networks = [HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: small.horizon.span))]
      small.assets.append(
        HeatLoad(id: "houses", site: "house", network: "net", demand: small.horizon.series(heat) { Power(kilowatts: $0) }))
    }
    return PlanningProblem(
      horizon: small.horizon, sites: small.problem.sites, assets: small.assets, networks: networks,
      fuels: [fuel, Fuel(id: "gas", price: EnergyPrice(eurosPerKilowattHour: 0.1))])
  }

  private func electrolyser(
    _ kilowatts: Double = 10, site: Site.ID = "house", heat: WasteHeat? = nil, rules: OperatingRules = .none
  ) -> Electrolyser {
    Electrolyser(
      id: "electrolyser", site: site, fuel: "h2", power: Power(kilowatts: kilowatts), efficiency: Fraction(0.6), wasteHeat: heat,
      rules: rules)
  }

  private func tank(_ kilowattHours: Double = 100, holds: Double = 0, compression: Double = 0, worth: Double = 0) -> HydrogenStore
  {
    HydrogenStore(
      id: "tank", site: "house", fuel: "h2", capacity: Energy(kilowattHours: kilowattHours), power: Power(kilowatts: 50),
      compression: Fraction(compression), opening: Energy(kilowattHours: holds),
      endValue: EnergyPrice(eurosPerKilowattHour: worth))
  }

  private func cell(site: Site.ID = "house", heat: WasteHeat? = nil) -> FuelCell {
    FuelCell(
      id: "cell", site: site, fuel: "h2", power: Power(kilowatts: 5), efficiency: Fraction(0.5), wasteHeat: heat)
  }

  private func contents(_ plan: Plan) throws -> [Double] { try #require(plan.schedule("tank").content).map(\.kilowattHours) }

  @Test("is made while power costs little and becomes power where that costs much; its compressor takes power, too")
  func roundTrip() throws {
    // A kWh by way of hydrogen costs 0.05 / 0.6 / 0.5 = 0.167 (with the compressor 0.177), from the grid 0.5.
    let plain = try optimal(site(prices: [0.05, 0.5], load: [0, 3], assets: [electrolyser(), tank(), cell()]))
    #expect(isClose(plain.gridKilowatts, [10, 0]))
    #expect(isClose(try contents(plain), [6, 0]))
    #expect(isClose(plain.cost.euros, 0.5) && isClose(plain.objective, 0.5))
    // 6 kWh go in, a tenth of that for the compressor.
    let compressed = try optimal(
      site(prices: [0.05, 0.5], load: [0, 3], assets: [electrolyser(), tank(compression: 0.1), cell()]))
    #expect(isClose(compressed.gridKilowatts, [10.6, 0]))
    #expect(isClose(try compressed.kilowatts("tank"), [0.6, 0]))
    #expect(isClose(compressed.cost.euros, 0.53))
  }

  @Test("is kept where it is worth more at the end than in the fuel cell")
  func worth() throws {
    // In the cell a kWh of hydrogen saves 0.5 x 0.3 = 0.15: for 0.14 at the end it is used up, for 0.16 it is kept.
    for (worth, left) in [(0.14, 0.0), (0.16, 6.0)] {
      let plan = try optimal(site(prices: [0.3], load: [3], assets: [tank(holds: 6, worth: worth), cell()]))
      #expect(isClose(try contents(plan), [left]))
      // 3 kWh from the grid, or 6 kWh of hydrogen given away.
      #expect(isClose(plan.cost.euros, left > 0 ? 0.9 : 6 * 0.14))
    }
  }

  @Test("warms a network on its way both ways; what nobody wants of that is cooled away")
  func wasteHeat() throws {
    // 10 kW of power have up to 2 kW of heat, 6 kW of hydrogen up to 2.4; a kWh of power less would cost more than heat of gas.
    let boiler = Boiler(
      id: "boiler", site: "house", network: "net", fuel: "gas", heatPower: Power(kilowatts: 50), efficiency: .one)
    let assets: [any Asset] = [
      electrolyser(heat: WasteHeat(to: "net", efficiency: Fraction(0.2))), tank(),
      cell(heat: WasteHeat(to: "net", efficiency: Fraction(0.4))), boiler,
    ]
    let plan = try optimal(site(prices: [0.05, 0.5], load: [0, 3], heat: [1, 4], assets: assets))
    func heat(_ id: AssetID) throws -> [Double] { try #require(plan.schedule(id).heat).power.map { -$0.kilowatts } }
    #expect(isClose(try heat("electrolyser"), [1, 0]))
    #expect(isClose(try heat("cell"), [0, 2.4]))
    #expect(isClose(try heat("boiler"), [0, 1.6]))
    #expect(plan.breaches.isEmpty)
    #expect(isClose(plan.cost.euros, 0.5 + 0.16))
  }

  @Test("is bought and sold where it has prices; the plan's cost counts both")
  func trade() throws {
    // Made for 0.05 / 0.6 = 0.083 it sells at 0.12: 6 kWh. In the second hour bought hydrogen makes power for 0.2 / 0.5 = 0.4.
    let fuel = Fuel(
      id: "h2", price: EnergyPrice(eurosPerKilowattHour: 0.2), salePrice: EnergyPrice(eurosPerKilowattHour: 0.12))
    let plan = try optimal(site(prices: [0.05, 0.5], load: [0, 3], fuel: fuel, assets: [electrolyser(), cell()]))
    #expect(isClose(plan.gridKilowatts, [10, 0]))
    #expect(isClose(plan.sites[0].fuelCost.euros, 6 * 0.2 - 6 * 0.12))
    #expect(isClose(plan.cost.euros, 0.98) && isClose(plan.objective, 0.98))
  }

  @Test("counts the CO2 of what is bought, and none of what is made but that of its power")
  func carbon() throws {
    // 10 kWh of power at 0.4 kg make 6 kWh of hydrogen; bought are 6 kWh at 0.3 kg in the second hour.
    var small = SmallProblem(prices: [0.05, 0.5])
    small.emissions = [0.4, 0.4]
    small.assets = [small.load([0, 3]), electrolyser(), cell()]
    let bought = Fuel(
      id: "h2", price: EnergyPrice(eurosPerKilowattHour: 0.2), salePrice: EnergyPrice(eurosPerKilowattHour: 0.12),
      emissions: EmissionFactor(count: 300_000))
    func plan(_ fuel: Fuel, _ assets: [any Asset]) throws -> Plan {
      try optimal(PlanningProblem(horizon: small.horizon, sites: small.problem.sites, assets: assets, fuels: [fuel]))
    }
    #expect(isClose(try plan(bought, small.assets).carbon.emissions?.kilograms, 4 + 1.8))
    #expect(isClose(try plan(Fuel(id: "h2", price: nil), small.assets + [tank()]).carbon.emissions?.kilograms, 4))
  }

  @Test("is not blown round the compressor where power is paid for taking it")
  func circulation() throws {
    let plan = try optimal(site(prices: [-0.1, 0.3], load: [0, 0], assets: [tank(10, holds: 5, compression: 0.1)]))
    #expect(isClose(plan.gridKilowatts, [0, 0]))
    #expect(isClose(try contents(plan), [5, 5]))
  }

  @Test("is made at the least load or not at all, and not where the cold start costs more than it saves")
  func rules() throws {
    // Half of 10 kW make 3 kWh; the tank holds 2, and the cell makes half a kWh of the third at once.
    let least = OperatingRules(leastLoad: Fraction(0.5))
    let brimful = try optimal(site(prices: [0.05, 0.5], load: [0, 1], assets: [electrolyser(rules: least), tank(2), cell()]))
    #expect(isClose(brimful.gridKilowatts, [4.5, 0]))
    let fits = try optimal(site(prices: [0.05, 0.5], load: [0, 1.5], assets: [electrolyser(rules: least), tank(3), cell()]))
    #expect(isClose(fits.gridKilowatts, [5, 0]))
    // 3 kWh by way of hydrogen save 1.5 - 0.5 = 1 EUR.
    for (cost, grid) in [(0.9, [10.0, 0]), (1.1, [0.0, 3])] {
      let rules = OperatingRules(startCost: Money(euros: cost))
      let plan = try optimal(site(prices: [0.05, 0.5], load: [0, 3], assets: [electrolyser(rules: rules), tank(), cell()]))
      #expect(isClose(plan.gridKilowatts, grid))
    }
  }

  @Test("has its reasons: what power costs then, and what a kWh of hydrogen is worth")
  func reasons() throws {
    // The electrolyser is half used: a kWh of hydrogen more costs 5 / 0.6 = 8.3333 ct, one of power from it 16.6667 ct.
    let problem = site(prices: [0.05, 0.5], load: [0, 3], assets: [electrolyser(20), tank(), cell()])
    let plan = try optimal(problem)
    let reasons = try #require(Explainer(plan, of: problem)).explanations()
    let hydrogen = EnergyPrice(count: 83_333)
    #expect(
      reasons.map(\.reason) == [
        .makesFuel(price: EnergyPrice(count: 50_000), .grid, fuel: hydrogen),
        .usesFuel(price: EnergyPrice(count: 166_667), .elsewhere, fuel: hydrogen),
      ])
    #expect(reasons.map(\.energy) == [Energy(kilowattHours: 6), Energy(kilowattHours: 3)])
    // Without the electrolyser 3 kWh come from the grid: 1.5 instead of 0.5 EUR.
    let wish = try #require(reasons.first?.overruling)
    let price = Planner(solver: HighsSolver()).price(of: wish, in: plan, of: problem, options: SolveOptions())
    #expect(price == .costs(Money(euros: 1)))
    #expect(isClose(plan.marginalPrices?.fuels["h2"]?.map(\.eurosPerKilowattHour) ?? [], [0.083333, 0.083333], within: 1e-6))
  }

  @Test("rests without a plan, and what burns it rests, too, where it cannot be bought")
  func standing() throws {
    let boiler = Boiler(
      id: "boiler", site: "house", network: "net", fuel: "h2", heatPower: Power(kilowatts: 50), efficiency: .one)
    let plan = try StandingRule.plan(
      site(prices: [0.05, 0.5], load: [0, 3], heat: [2, 0], assets: [electrolyser(), tank(holds: 20), cell(), boiler]))
    #expect(isClose(plan.gridKilowatts, [0, 3]))
    #expect(isClose(try contents(plan), [20, 20]))
    #expect(isClose(plan.cost.euros, 1.5))
    #expect(plan.breaches.map(\.kind) == [.heatMissing])
  }

  @Test("an electrolyser or a tank that fails for a while leaves the load to the grid")
  func failures() throws {
    let problem = site(prices: [0.05, 0.5], load: [0, 3], assets: [electrolyser(), tank(), cell()])
    let first = problem.horizon.steps[0]
    for broken: AssetID in ["electrolyser", "tank"] {
      #expect(isClose(try optimal(problem.without(broken, in: first)).gridKilowatts, [0, 3]))
      #expect(isClose(try optimal(problem.without(broken)).gridKilowatts, [0, 3]))
    }
  }

  @Test("stays at its site, and nobody buys for less than he sells")
  func contradictions() throws {
    var small = SmallProblem(prices: [0.3])
    small.assets = [electrolyser(), cell(site: "mill")]
    let grid = small.problem.sites[0]
    let mill = SiteConditions(
      site: "mill", connection: grid.connection, importPrice: grid.importPrice, feedInPrice: grid.feedInPrice)
    let apart = PlanningProblem(
      horizon: small.horizon, sites: [grid, mill], assets: small.assets, fuels: [Fuel(id: "h2", price: nil)])
    #expect(
      throws: PlanningError.contradiction(
        subject: "asset cell",
        reason: "stands at site mill and uses h2, which electrolyser makes or stores at site house; "
          + "nothing carries it there, so give each site a fuel of its own")
    ) { try optimal(apart) }
    let endless = Fuel(
      id: "h2", price: EnergyPrice(eurosPerKilowattHour: 0.1), salePrice: EnergyPrice(eurosPerKilowattHour: 0.2))
    #expect(
      throws: PlanningError.contradiction(
        subject: "fuel h2", reason: "brings more than it costs: buying and selling would have no end")
    ) { try optimal(site(prices: [0.3], load: [0], fuel: endless, assets: [cell()])) }
  }
}
