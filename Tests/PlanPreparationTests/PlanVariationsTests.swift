import CommunityModel
import Forecasting
import HighsSolver
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

@Suite("A plan with an asset that is not there yet")
struct PlanVariationsTests {
  private func added(_ kind: AssetDescription.Kind, to yard: Yard, _ assets: [AssetDescription]) throws -> PlanningProblem {
    try problem(with: [.asset(AssetDescription(id: "added-1", site: "yard", kind: kind))], in: yard, assets)
  }

  private func problem(with additions: [PlanAddition], in yard: Yard, _ assets: [AssetDescription]) throws -> PlanningProblem {
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      meteringPoints: yard.points, tariffs: yard.tariffs)
    let variations = PlanVariations(
      of: try yard.inputs(assets), community: community, assets: assets, fuels: [], knowing: yard.knowledge)
    return try variations.problem(with: additions)
  }

  private func roof(_ kilowatts: Int) -> AssetDescription.Kind {
    .plant(PlantDescription(source: .pv, peakPower: Power(watts: kilowatts * 1000), isCurtailable: true))
  }

  @Test("has a roof yield for each kWp what the others do, and the mean sun where there is none")
  func roof() throws {
    var yard = try Yard()
    // 5 kW of 10 kWp: 2 kW of 4 kWp.
    yard.knowledge.forecasts["roof"] = Forecast(
      power: TimeSeries(repeating: Power(watts: 5000), over: Yard.noon..<Yard.noon.advanced(by: 8)), basis: .file)
    let beside = try added(roof(4), to: yard, [Yard.load(), Yard.roof()])
    #expect(beside.assets.map(\.id) == ["load", "roof", "added-1"])
    #expect((beside.assets[2] as? RenewablePlant)?.available.values == Array(repeating: Power(watts: 2000), count: 8))
    // 200 W for each of 4 kWp.
    let alone = try added(roof(4), to: yard, [Yard.load()])
    #expect((alone.assets[1] as? RenewablePlant)?.available.values == Array(repeating: Power(watts: 800), count: 8))
  }

  @Test("leaves the other assets as they are, the worth of a battery's content, too")
  func others() throws {
    let yard = try Yard()
    let before = try yard.inputs([Yard.load(), Yard.battery()]).problem
    let after = try added(roof(4), to: yard, [Yard.load(), Yard.battery()])
    #expect((before.assets[1] as? Battery)?.endValue == (after.assets[1] as? Battery)?.endValue)
    let empty = try added(
      .battery(
        Battery.Parameters(
          capacity: Energy(wattHours: 10_000), chargePower: Power(watts: 5000), dischargePower: Power(watts: 5000)),
        stateOfCharge: .zero), to: yard, [Yard.load()])
    #expect((empty.assets[1] as? Battery)?.opening == .content(.zero))
  }

  @Test("may have several at once, of sizes that are sought, too: new batteries are empty")
  func several() throws {
    let battery = AssetDescription(
      id: "cellar", site: "yard",
      kind: .battery(
        Battery.Parameters(
          capacity: Energy(wattHours: 10_000), chargePower: Power(watts: 5000), dischargePower: Power(watts: 5000)),
        stateOfCharge: Fraction(0.9)))
    let roof = AssetDescription(id: "barn", site: "yard", kind: roof(4))
    let additions: [PlanAddition] = [
      .candidate(AssetCandidate(roof, yearlyCost: Money(euros: 1))),
      .candidate(AssetCandidate(battery, yearlyCost: Money(euros: 1))),
    ]
    let yard = try Yard()
    let problem = try problem(with: additions, in: yard, [Yard.load()])
    #expect(problem.assets.map(\.id) == ["load", "barn", "cellar"])
    // Two hours of sun at 200 W for each of 4 kWp, and of a load of 1 kW; both cost next to nothing and are built as far as they help.
    let plan = try Planner(solver: HighsSolver()).plan(problem)
    let built = plan.sites.flatMap(\.assets).reduce(into: [:]) { $0[$1.id] = $1.builtShare }
    #expect(built["barn"] == .one)
    #expect(built["load"] == nil)
    let cellar = try #require(plan.sites.flatMap(\.assets).first { $0.id == "cellar" })
    #expect(cellar.openingContent == .zero)
    #expect(cellar.builtShare != nil)
  }

  @Test("may hold a reserve that the file does not ask for, or another; the battery stays what it was")
  func reserve() throws {
    var yard = try Yard()
    let assets = [Yard.load(), Yard.battery(given: Fraction(0.5))]
    let asked = EmergencyReserve(duration: .seconds(7200), criticalLoad: .share(Fraction(0.5)))
    func watts(_ battery: Battery) -> [Double]? { battery.reserve?.need.values.map { ($0.kilowatts * 1000).rounded() } }
    func battery(_ additions: [PlanAddition]) throws -> Battery {
      try #require(try problem(with: additions, in: yard, assets).assets.compactMap { $0 as? Battery }.first)
    }
    let plain = try yard.inputs(assets).battery()
    #expect(plain.reserve == nil)
    // Half of 1 kW.
    let holding = try battery([.reserve("yard", asked)])
    #expect(holding.reserve?.duration == .seconds(7200))
    #expect(watts(holding) == Array(repeating: 500, count: 8))
    #expect(holding.endValue == plain.endValue && holding.opening == plain.opening)
    // A roof of 4 kWp gives 0.8 kW, half of which is sure: 0.1 are left. One whose size is sought is not counted on.
    let barn = AssetDescription(id: "barn", site: "yard", kind: roof(4))
    #expect(watts(try battery([.reserve("yard", asked), .asset(barn)])) == Array(repeating: 100, count: 8))
    let sought = PlanAddition.candidate(AssetCandidate(barn, yearlyCost: Money(euros: 1)))
    #expect(watts(try battery([.reserve("yard", asked), sought])) == Array(repeating: 500, count: 8))
    // What is asked goes before what the file says, and --reserve does not change it.
    yard.sites = [
      Site(
        id: "yard", name: "Yard", gridConnection: Yard.wire, tariff: "flat",
        reserve: EmergencyReserve(duration: .seconds(900), criticalLoad: .power(Power(watts: 1))))
    ]
    yard.knowledge.reserve = .seconds(1800)
    #expect(try battery([]).reserve?.duration == .seconds(1800))
    #expect(try battery([.reserve("yard", asked)]).reserve == holding.reserve)
  }

  @Test("may exchange between sites at a charge, agreed or not; what is agreed is another's question")
  func exchange() throws {
    let yard = try Yard()
    #expect(try problem(with: [], in: yard, [Yard.load()]).exchange == nil)
    let charge = EnergyPrice(eurosPerKilowattHour: 0.12)
    let problem = try problem(with: [.exchange(charge: charge)], in: yard, [Yard.load()])
    #expect(problem.exchange == CommunityExchange(charge: charge))
  }

  @Test("stands on its largest plant, battery and source of heat")
  func pillars() throws {
    let problem = try Yard().inputs([Yard.load(), Yard.roof(), Yard.battery()]).problem
    #expect(problem.pillars == ["roof", "battery"])
    let small = Battery(
      id: "small", site: "yard",
      parameters: Battery.Parameters(capacity: Energy(wattHours: 1), chargePower: .zero, dischargePower: .zero),
      opening: .content(.zero))
    let boiler = Boiler(
      id: "boiler", site: "yard", network: "net", fuel: "chips", heatPower: Power(watts: 20_000), efficiency: Fraction(0.85))
    // 10 kW of power at a performance of 3 are 30 kW of heat.
    let pump = HeatPump(
      id: "pump", site: "yard", network: "net", power: Power(watts: 10_000),
      performance: TimeSeries(repeating: Fraction(3), over: problem.horizon.span))
    #expect(problem.with(small).with(boiler).with(pump).pillars == ["roof", "battery", "pump"])
  }
}
