import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("Plants and loads in a plan")
struct RenewablePlantTests {
  @Test("a plant that can be turned down is, where feeding in must be paid for")
  func curtailable() throws {
    var small = SmallProblem(prices: [0.3, 0.3], feedIn: [-0.05, 0.08])
    small.assets = [small.load([4, 4]), small.sun([10, 10])]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("pv"), [-4, -10]))
    #expect(isClose(plan.objective, -6 * 0.08))
    #expect(try plan.schedule("pv").available == [Power(kilowatts: 10), Power(kilowatts: 10)])
  }

  @Test("a plant that cannot pays for it")
  func mustRun() throws {
    var small = SmallProblem(prices: [0.3, 0.3], feedIn: [-0.05, 0.08])
    small.assets = [small.load([4, 4]), small.sun([10, 10], isCurtailable: false)]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("pv"), [-10, -10]))
    #expect(isClose(plan.objective, 6 * 0.05 - 6 * 0.08))
    #expect(plan.breaches.isEmpty)
  }

  @Test("a plant that can be turned down is, where the connection is full")
  func exportLimit() throws {
    var small = SmallProblem(prices: [0.3], feedIn: 0.08)
    small.exportLimit = 5
    small.assets = [small.load([1]), small.sun([10])]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("pv"), [-6]))
    #expect(plan.breaches.isEmpty)
    // Without a plan the inverter spills it; that is no breach either.
    let rule = try StandingRule.plan(small.problem)
    #expect(isClose(rule.sites[0].spilled.map(\.kilowatts), [4]))
    #expect(isClose(rule.gridKilowatts, [-5]))
    #expect(isClose(rule.cost.euros, -5 * 0.08))
    #expect(rule.breaches.isEmpty)
  }

  @Test(
    "what a plant that cannot be turned down gives beyond the connection is a breach with place, time and size"
  )
  func exportBreach() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3, 0.3], feedIn: 0.08)
    small.exportLimit = 5
    small.assets = [small.load([1, 1, 1, 1]), small.sun([10, 8, 6, 9], isCurtailable: false)]
    let plan = try small.solved()
    let rule = try StandingRule.plan(small.problem)
    for made in [plan, rule] {
      #expect(isClose(made.gridKilowatts, [-5, -5, -5, -5]))
      #expect(isClose(made.sites[0].spilled.map(\.kilowatts), [4, 2, 0, 3]))
      #expect(made.breaches.map(\.kind) == [.exportBeyondLimit, .exportBeyondLimit])
      #expect(made.breaches.map(\.subject) == ["house", "house"])
      #expect(isClose(made.breaches.map(\.kilowattHours), [6, 3]))
      #expect(made.breaches.first?.span == small.window(0, 2, kilowattHours: 0).span)
      #expect(made.breaches.last?.span == small.window(3, 1, kilowattHours: 0).span)
    }
    // 10 EUR for each of the 9 kWh, beside what is fed in.
    #expect(isClose(plan.objective, 90 - 20 * 0.08))
  }

  @Test("a battery takes first what would be a breach, and a plant that can be turned down makes way for one that cannot")
  func wayOut() throws {
    var small = SmallProblem(prices: [0.3, 0.3], feedIn: 0.08)
    small.exportLimit = 5
    small.assets = [
      small.sun([9, 0], isCurtailable: false), small.sun([3, 0], id: "roof"), battery(power: 3),
    ]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("pv"), [-9, 0]))
    #expect(isClose(try plan.kilowatts("roof"), [0, 0]))
    #expect(isClose(try plan.kilowatts("battery"), [3, -3]))
    #expect(isClose(plan.breaches.map(\.kilowattHours), [1]))
    // Without a plan the battery takes 3 of 12, 5 are fed in, 3 of the other 4 are the roof's.
    #expect(isClose(try StandingRule.plan(small.problem).breaches.map(\.kilowattHours), [1]))
  }

  @Test("an unknown hour of a load or plant is an error that names it, not zero")
  func tooShort() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [small.load([1])]
    #expect(throws: PlanningError.self) { try small.solved() }
    do {
      _ = try StandingRule.plan(small.problem)
      Issue.record("no error")
    } catch {
      #expect(
        "\(error)" == "demand of asset load covers 2027-01-15T08:00:00Z to 2027-01-15T09:00:00Z, "
          + "the plan needs 2027-01-15T08:00:00Z to 2027-01-15T10:00:00Z")
    }
    small.assets = [small.sun([1])]
    #expect(throws: PlanningError.self) { try small.solved() }
  }

  @Test("a negative yield counts as none")
  func negativeYield() throws {
    var small = SmallProblem(prices: [0.3], feedIn: 0.1)
    for isCurtailable in [true, false] {
      small.assets = [small.sun([-2], isCurtailable: isCurtailable)]
      #expect(isClose(try small.solved().kilowatts("pv"), [0]))
    }
  }

  @Test("over a step of several quarter hours the mean counts")
  func means() throws {
    var small = SmallProblem(prices: [0.3])
    let powers = [1000, 2000, 2000, 1001].map { Power(count: $0) }
    small.assets = [FixedLoad(id: "load", site: "house", demand: TimeSeries(start: small.horizon.start, values: powers))]
    // 6001 / 4 = 1500.25 mW.
    #expect(try small.solved().schedule("load").power == [Power(count: 1500)])
  }
}
