import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

/// Two hours of one house at 30 ct, 50 EUR/kW for peaks; the second hour is the next month.
@Suite("Peaks of several months")
struct PeakPeriodTests {
  private func plan(load: [Double], paid: [Double], share: Double, battery: Bool = false) throws -> Plan {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [small.load(load)] + (battery ? [PlanningTests.battery()] : [])
    let given = small.problem.sites[0]
    let periods = small.horizon.steps.enumerated().map { number, span in
      PeakPeriod(span: span, paid: Power(kilowatts: paid[number]), share: Fraction(share), looksBack: 12)
    }
    let conditions = SiteConditions(
      site: given.site, connection: given.connection, importPrice: given.importPrice, feedInPrice: given.feedInPrice,
      peakPrice: PowerPrice(count: 50_000_000), peakPeriods: periods)
    return try optimal(PlanningProblem(horizon: small.horizon, sites: [conditions], assets: small.assets))
  }

  @Test("are paid month by month")
  func apart() throws {
    // 6 - 4 in the first month, 3 - 0 in the second: 5 kW at 50 EUR.
    let plan = try plan(load: [6, 3], paid: [4, 0], share: 0)
    #expect(isClose(plan.sites[0].peakCost.euros, 250))
    #expect(isClose(plan.objective, 9 * 0.3 + 250))
  }

  @Test("count in the months after with their share")
  func lookback() throws {
    // 10 kW in the first month: 4 above the 6 paid for. In the second at least 80 % of 10 = 8 kW, of which 5 are paid for.
    let plan = try plan(load: [10, 2], paid: [6, 5], share: 0.8)
    #expect(isClose(plan.sites[0].peakCost.euros, 50 * (4 + 3)))
    #expect(isClose(plan.objective, 12 * 0.3 + 350))
  }

  @Test("are levelled the more the longer they count")
  func levelled() throws {
    // 2 and 10 kW, the battery moves x into the first hour: peaks 2 + x and 10 - x. Apart both months cost alike, whatever x is.
    // With all of the first counting in the second, max(2 + x, 10 - x) is least at x = 4: 6 + 6 kW, as without moving 2 + 10.
    let plan = try plan(load: [2, 10], paid: [0, 0], share: 1, battery: true)
    #expect(isClose(plan.sites[0].peakCost.euros, 50 * 12))
    // 6 kW paid for in the first: moving 4 is free there and leaves 6 in the second.
    let paid = try self.plan(load: [2, 10], paid: [6, 0], share: 1, battery: true)
    #expect(isClose(paid.gridKilowatts, [6, 6]))
    #expect(isClose(paid.sites[0].peakCost.euros, 50 * 6))
  }
}
