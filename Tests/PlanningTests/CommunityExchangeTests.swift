import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

/// One hour of three sites: a has sun, b and c have loads. Charge 12 ct.
@Suite("Exchange within the community")
struct CommunityExchangeTests {
  private let horizon = PlanningHorizon(start: SmallProblem.start, count: 1, quarterHoursPerStep: 4)

  private func problem(
    sun: Double, loads: (Double, Double), imports: (Double, Double, Double),
    feedIn: (Double, Double, Double) = (0.08, 0.08, 0.08),
    limits: (Double, Double) = (100, 100), charge: Double? = 0.12, peakPrice: Double = 0
  ) -> PlanningProblem {
    func conditions(_ site: Site.ID, _ price: Double, _ feedIn: Double, importLimit: Double, exportLimit: Double)
      -> SiteConditions
    {
      SiteConditions(
        site: site,
        connection: GridConnection(importLimit: Power(kilowatts: importLimit), exportLimit: Power(kilowatts: exportLimit)),
        importPrice: horizon.series([price]) { EnergyPrice(eurosPerKilowattHour: $0) },
        feedInPrice: horizon.series([feedIn]) { EnergyPrice(eurosPerKilowattHour: $0) },
        peakPrice: PowerPrice(count: Int64(peakPrice * 1e6)))
    }
    func load(_ id: AssetID, _ site: Site.ID, _ power: Double) -> FixedLoad {
      FixedLoad(id: id, site: site, demand: horizon.series([power]) { Power(kilowatts: $0) })
    }
    return PlanningProblem(
      horizon: horizon,
      sites: [
        conditions("a", imports.0, feedIn.0, importLimit: 100, exportLimit: limits.0),
        conditions("b", imports.1, feedIn.1, importLimit: limits.1, exportLimit: 100),
        conditions("c", imports.2, feedIn.2, importLimit: 100, exportLimit: 100),
      ],
      assets: [
        RenewablePlant(id: "sun", site: "a", available: horizon.series([sun]) { Power(kilowatts: $0) }),
        load("b-load", "b", loads.0), load("c-load", "c", loads.1),
      ], exchange: charge.map { CommunityExchange(charge: EnergyPrice(eurosPerKilowattHour: $0)) })
  }

  private func shared(_ plan: Plan) -> [Double] { plan.sites.map { $0.shared[0].kilowatts } }

  @Test(
    "goes first to who pays most else, costs the charge, and each site's cost counts it; the rule without a plan exchanges alike")
  func threeSites() throws {
    let problem = problem(sun: 5, loads: (3, 4), imports: (0.3, 0.3, 0.25))
    let plan = try optimal(problem)
    // b pays 30 ct and c 25 ct: b takes its 3 kWh of the 5, c the other 2, and 2 from the grid.
    #expect(isClose(shared(plan), [-5, 3, 2]))
    // 5 kWh at 12 ct and 2 at 25 ct; without exchange -5 x 8 ct + 3 x 30 ct + 4 x 25 ct = 1.50 EUR.
    #expect(isClose(plan.objective, 1.1))
    #expect(isClose(plan.cost.euros, 1.1))
    // a earns 5 x 8 ct as ever; b pays 3 x 20 ct, c 2 x 20 + 2 x 25 ct.
    #expect(plan.sites.map(\.cost) == [Money(count: -400_000), Money(count: 600_000), Money(count: 900_000)])
    #expect(plan.sites.map(\.gridCost) == [Money(count: -400_000), Money(count: 900_000), Money(count: 1_000_000)])
    let rule = try StandingRule.plan(problem)
    #expect(rule.cost == plan.cost)
    let alone = try optimal(self.problem(sun: 5, loads: (3, 4), imports: (0.3, 0.3, 0.25), charge: nil))
    // Asked what exchange would change, and what it changes, a plan without and one with it become each other.
    #expect(try optimal(problem.with(exchange: nil)).cost == alone.cost)
    let asked = self.problem(sun: 5, loads: (3, 4), imports: (0.3, 0.3, 0.25), charge: nil).with(exchange: problem.exchange)
    #expect(try optimal(asked).sites.map(\.cost) == plan.sites.map(\.cost))
    #expect(isClose(alone.objective, 1.5))
    #expect(alone.sites.allSatisfy { $0.shared.isEmpty })
  }

  @Test("does not pay where charge and feed-in together are no less than the price")
  func tooDear() throws {
    let plan = try optimal(problem(sun: 5, loads: (3, 4), imports: (0.3, 0.2, 0.15)))
    #expect(isClose(shared(plan), [0, 0, 0]))
    #expect(isClose(plan.objective, -0.4 + 0.6 + 0.6))
  }

  @Test("passes through both connections: what these do not carry is not exchanged")
  func limits() throws {
    // a feeds in 2 of its 5 kWh, all to b.
    let plan = try optimal(problem(sun: 5, loads: (3, 0), imports: (0.3, 0.3, 0.3), limits: (2, 100)))
    #expect(isClose(shared(plan), [-2, 2, 0]))
    #expect(isClose(plan.objective, 2 * 0.12 + 0.3))
  }

  @Test("counts for the peak of who takes")
  func peak() throws {
    let plan = try optimal(problem(sun: 5, loads: (3, 0), imports: (0.3, 0.3, 0.3), peakPrice: 10))
    #expect(isClose(plan.objective, 3 * 0.12 - 2 * 0.08 + 30))
  }

  @Test("is of what is made: nobody passes on what it buys cheaply, or feeds in dearly what others feed in")
  func noCircles() throws {
    // a buys at 10 ct, and b would at 10 + 12 ct from it instead of 40 ct.
    let bought = try optimal(problem(sun: 0, loads: (5, 0), imports: (0.1, 0.4, 0.4)))
    #expect(isClose(shared(bought), [0, 0, 0]))
    #expect(isClose(bought.objective, 2))
    // c earns 30 ct for feeding in, a nothing.
    let fed = try optimal(problem(sun: 5, loads: (0, 0), imports: (0.4, 0.4, 0.4), feedIn: (0, 0, 0.3)))
    #expect(isClose(fed.objective, 0))
  }
}
