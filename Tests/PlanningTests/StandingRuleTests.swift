import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("The standing rule, what happens without a plan")
struct StandingRuleTests {
  @Test("a battery takes what would be fed in and gives what would be bought, four hours by hand")
  func fourHours() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3, 0.3], feedIn: 0.08)
    small.assets = [
      battery(capacity: 5, power: 2, efficiency: (0.9, 0.9)), small.load([1, 1, 3, 3]), small.sun([4, 4, 0, 0]),
    ]
    let plan = try StandingRule.plan(small.problem)
    // Surplus 3, 3: 2 kW into the battery, 1.8 kWh of content each hour, 1 kW fed in.
    // Need 3, 3: 2 kW out take 2.2222 kWh, 1.3778 are left; they give 1.24 kWh.
    #expect(isClose(try plan.kilowatts("battery"), [2, 2, -2, -1.24]))
    #expect(isClose(try plan.schedule("battery").content?.map(\.kilowattHours) ?? [], [1.8, 3.6, 1.377_777_8, 0]))
    #expect(isClose(plan.gridKilowatts, [-1, -1, 1, 1.76]))
    #expect(isClose(plan.cost.euros, 2.76 * 0.3 - 2 * 0.08))
    #expect(plan.origin == .standingRule)
    #expect(plan.objective == nil)
    #expect(plan.breaches.isEmpty)
  }

  @Test("it keeps to the battery's band, whatever it is asked for")
  func band() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3])
    small.assets = [
      small.load([0, 0, 20]), small.sun([20, 20, 0]), battery(least: 2, opening: .content(Energy(wattHours: 5000))),
    ]
    // 5 kWh of room, then none; 8 kWh down to the least content.
    let plan = try StandingRule.plan(small.problem)
    #expect(isClose(try plan.kilowatts("battery"), [5, 0, -8]))
    #expect(isClose(try plan.schedule("battery").content?.map(\.kilowattHours) ?? [], [10, 10, 2]))
  }

  @Test("content is lost over time and worn by use")
  func losses() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [
      small.load([0, 4]), battery(loss: 0.1, wear: 0.02, opening: .content(Energy(wattHours: 8000)), endValue: 0.1),
    ]
    let plan = try StandingRule.plan(small.problem)
    // 7.2, then 6.48 less 4; 4 kWh at 0.01 EUR; 8 - 2.48 kWh of content less at 0.1 EUR.
    #expect(isClose(try plan.schedule("battery").content?.map(\.kilowattHours) ?? [], [7.2, 2.48]))
    #expect(isClose(plan.sites[0].ownCost.euros, 0.04))
    #expect(isClose(plan.sites[0].storedValue.euros, -0.552))
    #expect(isClose(plan.cost.euros, 0.04 + 0.552))
  }

  @Test("two batteries follow each other, in the order in which they are given")
  func twoBatteries() throws {
    var small = SmallProblem(prices: [0.3])
    small.assets = [battery("first", power: 2), battery("second", power: 2), small.sun([3])]
    let plan = try StandingRule.plan(small.problem)
    #expect(isClose(try plan.kilowatts("first"), [2]))
    #expect(isClose(try plan.kilowatts("second"), [1]))
    #expect(plan.sites[0].assets.map(\.id) == ["first", "second", "pv"])
  }

  @Test("cars are served before batteries look at what is left")
  func carsFirst() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [
      battery(opening: .content(Energy(wattHours: 3000))),
      ChargingPoint(
        id: "car", site: "house", power: Power(kilowatts: 2), sessions: [small.window(0, 2, kilowattHours: 3)]),
    ]
    let plan = try StandingRule.plan(small.problem)
    #expect(isClose(try plan.kilowatts("car"), [2, 1]))
    #expect(isClose(try plan.kilowatts("battery"), [-2, -1]))
  }

  @Test("a battery of one site knows nothing of another")
  func sites() throws {
    let small = SmallProblem(prices: [0.3])
    let house = small.problem.sites[0]
    let yard = SiteConditions(
      site: "yard", connection: house.connection, importPrice: house.importPrice, feedInPrice: house.feedInPrice)
    let problem = PlanningProblem(
      horizon: small.horizon, sites: [house, yard],
      assets: [small.sun([3]), battery("here"), battery("there", site: "yard")])
    let plan = try StandingRule.plan(problem)
    #expect(isClose(try plan.kilowatts("here"), [3]))
    #expect(isClose(try plan.kilowatts("there"), [0]))
    #expect(plan.sites.map(\.site) == ["house", "yard"])
  }
}
