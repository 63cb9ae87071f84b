import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("Limits that the grid's operator orders")
struct GridLimitsTests {
  /// The small problem under orders, a value or none a step; its assets that may be turned down are `assets`.
  private func ordered(
    _ small: SmallProblem, imports: [Double?] = [], exports: [Double?] = [], controllable: [Double?] = [],
    assets: Set<AssetID> = []
  ) -> PlanningProblem {
    let given = small.problem.sites[0]
    func series(_ values: [Double?]) -> TimeSeries<Power?> {
      let all = values + Array(repeating: nil, count: small.horizon.count - values.count)
      return TimeSeries(
        start: small.horizon.start,
        values: zip(small.horizon.steps, all).flatMap { step, value in step.map { _ in value.map { Power(kilowatts: $0) } } })
    }
    let conditions = SiteConditions(
      site: given.site, connection: given.connection, importPrice: given.importPrice, feedInPrice: given.feedInPrice,
      limits: GridLimits(
        imports: series(imports), exports: series(exports), controllable: series(controllable), assets: assets))
    return PlanningProblem(horizon: small.horizon, sites: [conditions], assets: small.assets)
  }

  @Test("on import are kept by a battery")
  func importByBattery() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3])
    small.assets = [small.load([5, 5, 5]), battery()]
    let plan = try optimal(ordered(small, imports: [nil, 3]))
    #expect(plan.breaches.isEmpty)
    #expect(isClose(plan.gridKilowatts, [7, 3, 5]))
  }

  @Test("on import that cannot be kept are a breach, priced below that of the fuse")
  func importBreach() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.importLimit = 4
    small.assets = [small.load([4, 5])]
    let plan = try optimal(ordered(small, imports: [nil, 3]))
    // In the second hour 3 are allowed, 4 carried, 5 wanted.
    #expect(plan.breaches.map(\.kind) == [.importBeyondLimit, .importBeyondOrder])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [1, 1]))
    #expect(plan.breaches.map(\.span) == [small.horizon.steps[1], small.horizon.steps[1]])
    #expect(isClose(plan.objective, 9 * 0.3 + 10 + 5))
  }

  @Test("on what can be controlled bind these assets together, and nothing else at the site")
  func controllable() throws {
    // 8 kWh for the car, and 2 kW of load in each hour; energy is cheap in the first hour, and there car and battery may take 4 kW.
    var small = SmallProblem(prices: [0.1, 0.3])
    small.assets = [
      small.load([2, 2]),
      ChargingPoint(id: "car", site: "house", power: Power(kilowatts: 11), sessions: [small.window(0, 2, kilowattHours: 8)]),
      battery(capacity: 10, power: 10),
    ]
    let plan = try optimal(ordered(small, controllable: [4, nil], assets: ["car", "battery"]))
    #expect(plan.breaches.isEmpty)
    let car = try plan.kilowatts("car")
    let stored = try plan.kilowatts("battery")
    // 4 kWh at 10 ct into car or battery, and the load's 2; what is left of 4 + 2 costs 30 ct.
    #expect(isClose(car[0] + max(0, stored[0]), 4))
    #expect(isClose(plan.objective, 6 * 0.1 + 6 * 0.3))
    // Without the battery among them it charges what it likes.
    let free = try optimal(ordered(small, controllable: [4, nil], assets: ["car"]))
    #expect(isClose(free.objective, 12 * 0.1))
  }

  @Test("on what can be controlled that cannot be kept are a breach")
  func controllableBreach() throws {
    var small = SmallProblem(prices: [0.1, 0.3])
    small.assets = [
      ChargingPoint(id: "car", site: "house", power: Power(kilowatts: 11), sessions: [small.window(0, 1, kilowattHours: 8)])
    ]
    let plan = try optimal(ordered(small, controllable: [3, 3], assets: ["car"]))
    #expect(plan.breaches.map(\.kind) == [.controllableBeyondOrder])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [5]))
    #expect(isClose(plan.objective, 0.8 + 25))
  }

  @Test("on feed-in turn plants down that can be, with a plan and without")
  func feedIn() throws {
    var small = SmallProblem(prices: [0.3], feedIn: 0.08)
    small.assets = [small.sun([10])]
    let problem = ordered(small, exports: [6])
    for plan in [try optimal(problem), try StandingRule.plan(problem)] {
      #expect(plan.breaches.isEmpty)
      #expect(isClose(plan.gridKilowatts, [-6]))
      #expect(isClose(plan.cost.euros, -0.48))
    }
  }

  @Test("on feed-in that plants cannot be turned down to are a breach up to what the wire carries, and beyond it another")
  func feedInBreach() throws {
    var small = SmallProblem(prices: [0.3], feedIn: 0.08)
    small.exportLimit = 8
    small.assets = [small.sun([10], isCurtailable: false)]
    let problem = ordered(small, exports: [6])
    for plan in [try optimal(problem), try StandingRule.plan(problem)] {
      #expect(plan.breaches.map(\.kind) == [.exportBeyondLimit, .exportBeyondOrder])
      #expect(isClose(plan.breaches.map(\.kilowattHours), [2, 2]))
      #expect(isClose(plan.gridKilowatts, [-8]))
    }
    // 6 kWh earn 8 ct, what is beyond earns nothing in the model and costs 5 EUR, beyond the wire 10 EUR.
    #expect(isClose(try optimal(problem).objective, -0.48 + 10 + 20))
  }

  @Test("within a step the least holds")
  func coarseSteps() throws {
    var small = SmallProblem(prices: [0.3])
    small.assets = [small.load([5])]
    let given = small.problem.sites[0]
    let quarters: [Power?] = [nil, Power(kilowatts: 4), Power(kilowatts: 3), nil]
    let none = TimeSeries<Power?>(repeating: nil, over: small.horizon.span)
    let conditions = SiteConditions(
      site: given.site, connection: given.connection, importPrice: given.importPrice, feedInPrice: given.feedInPrice,
      limits: GridLimits(
        imports: TimeSeries(start: small.horizon.start, values: quarters), exports: none, controllable: none))
    let plan = try optimal(PlanningProblem(horizon: small.horizon, sites: [conditions], assets: small.assets))
    #expect(isClose(plan.breaches.map(\.kilowattHours), [2]))
  }
}
