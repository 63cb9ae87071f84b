import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// Reasons and what it costs to overrule them, worked out by hand; steps of an hour, so that kW are kWh.
@Suite("A plan's reasons")
struct ExplainerTests {
  private func ct(_ cents: Double) -> EnergyPrice { EnergyPrice(eurosPerKilowattHour: cents / 100) }

  private func explained(_ small: SmallProblem) throws -> (plan: Plan, reasons: [Explanation]) {
    let plan = try small.solved()
    return (plan, try #require(Explainer(plan, of: small.problem)).explanations())
  }

  private func price(_ reason: Explanation?, in plan: Plan, of problem: PlanningProblem) throws -> Overruling.Price {
    let wish = try #require(reason?.overruling)
    return Planner(solver: HighsSolver()).price(of: wish, in: plan, of: problem, options: SolveOptions())
  }

  /// 1 kW of load in both hours. 1.25 kWh at 10 ct give 1 kWh that would cost 40 ct: 0.40 - 0.125 = 0.275 EUR. As the battery gives all of
  /// it, a kWh in the second hour is worth what it costs by way of the battery: 12.5 ct.
  @Test("of a battery are the two prices between which it carries power")
  func battery() throws {
    var small = SmallProblem(prices: [0.10, 0.40])
    small.assets = [small.load([1, 1]), PlanningTests.battery(efficiency: (0.8, 1))]
    let (plan, reasons) = try explained(small)
    #expect(
      reasons.map(\.reason) == [
        .takes(price: ct(10), .grid, later: ct(12.5), until: 1, back: Fraction(0.8)),
        .gives(price: ct(12.5), .elsewhere, before: ct(10)),
      ])
    #expect(reasons.map(\.energy) == [Energy(kilowattHours: 1.25), Energy(kilowattHours: 1)])
    for reason in reasons { #expect(try price(reason, in: plan, of: small.problem) == .costs(Money(euros: 0.275))) }
  }

  /// 2 kWh at up to 2 kW: the cheap second hour. In another hour they cost 10 ct more: 0.20 EUR. A load of 1 kW makes the site buy in
  /// each hour.
  @Test("of a car are the prices of its time")
  func car() throws {
    var small = SmallProblem(prices: [0.30, 0.20, 0.40])
    let car = { (window: EnergyWindow) in
      ChargingPoint(id: "car", site: "house", power: Power(kilowatts: 2), sessions: [window])
    }
    small.assets = [small.load([1, 1, 1]), car(small.window(0, 3, kilowattHours: 2))]
    let (plan, reasons) = try explained(small)
    #expect(reasons.map(\.reason) == [.placed(price: ct(20), least: ct(20), most: ct(40))])
    #expect(try price(reasons.first, in: plan, of: small.problem) == .costs(Money(euros: 0.20)))

    // 4 kWh need two of two hours.
    small.assets = [car(small.window(0, 2, kilowattHours: 4))]
    let (full, only) = try explained(small)
    #expect(try price(only.first, in: full, of: small.problem) == .impossible)
  }

  /// 10 kW of sun, no load. Feeding in costs 3 ct: giving all of it costs 0.30 EUR. Where the connection carries 4 kW and feeding in earns
  /// 8 ct, 6 kWh are lost and nobody can have it otherwise.
  @Test("of a plant that is turned down are the feed-in price or the connection")
  func plant() throws {
    var small = SmallProblem(prices: [0.30], feedIn: -0.03)
    small.assets = [small.sun([10])]
    let (plan, reasons) = try explained(small)
    #expect(reasons.map(\.reason) == [.feedInCosts(ct(3))])
    #expect(reasons.map(\.energy) == [Energy(kilowattHours: 10)])
    #expect(try price(reasons.first, in: plan, of: small.problem) == .costs(Money(euros: 0.30)))

    small = SmallProblem(prices: [0.30], feedIn: 0.08)
    small.exportLimit = 4
    small.assets = [small.sun([10])]
    let (_, full) = try explained(small)
    #expect(full.map(\.reason) == [.connectionIsFull(Power(kilowatts: 4))])
    #expect(full.map(\.energy) == [Energy(kilowattHours: 6)])
    #expect(full.first?.overruling == nil)
  }

  /// 2 kW of load in both hours at 10 and 40 ct, a battery without losses, at most 3 kW from the grid: it carries 1 kWh. A kW more would
  /// carry another one: 0.30 EUR.
  @Test("of a connection that carries no more are what a kilowatt more would save")
  func connection() throws {
    var small = SmallProblem(prices: [0.10, 0.40])
    small.importLimit = 3
    small.assets = [small.load([2, 2]), PlanningTests.battery()]
    let (plan, reasons) = try explained(small)
    #expect(isClose(plan.gridKilowatts, [3, 1]))
    #expect(reasons.contains { $0.reason == .heldByConnection(Power(kilowatts: 3), worth: Money(euros: 0.30)) })
  }

  /// The same with 0.50 EUR a kW of the highest import and 2.5 kW paid for already: 0.30 EUR saved are less than a kW more costs, so that
  /// import stays at 2.5 kW.
  @Test("of a peak that is paid for are its price")
  func peak() throws {
    var small = SmallProblem(prices: [0.10, 0.40])
    small.peakPrice = 0.5
    small.peakSoFar = 2.5
    small.assets = [small.load([2, 2]), PlanningTests.battery()]
    let (plan, reasons) = try explained(small)
    #expect(isClose(plan.gridKilowatts, [2.5, 1.5]))
    #expect(reasons.contains { $0.reason == .heldByPeak(Power(kilowatts: 2.5), price: PowerPrice(count: 500_000)) })
  }

  @Test("are not known where a plan is not proven")
  func unknown() throws {
    var small = SmallProblem(prices: [0.10])
    small.assets = [small.load([1])]
    #expect(Explainer(try StandingRule.plan(small.problem), of: small.problem) == nil)
  }

  /// 5 kW of heat from a pump of at most 6 kW and nothing else: without it 5 kWh of heat are missing.
  @Test("name the limit that overruling would break")
  func breaks() throws {
    let small = SmallProblem(prices: [0.12])
    let horizon = small.horizon
    let problem = PlanningProblem(
      horizon: horizon, sites: small.problem.sites,
      assets: [
        HeatLoad(id: "houses", site: "house", network: "net", demand: horizon.series([5]) { Power(kilowatts: $0) }),
        HeatPump(
          id: "pump", site: "house", network: "net", power: Power(kilowatts: 2), performance: horizon.series([3]) { Fraction($0) }
        ),
      ], networks: [HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: horizon.span))])
    let plan = try optimal(problem)
    let reasons = try #require(Explainer(plan, of: problem)).explanations()
    #expect(reasons.map(\.reason) == [.heats(cost: ct(4), power: ct(12), next: nil)])
    #expect(try price(reasons.first, in: plan, of: problem) == .breaks(.heatMissing))
  }
}
