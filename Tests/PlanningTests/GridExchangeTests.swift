import CommunityModel
import EnergySystems
import LinearOptimization
import MarketTime
import Quantities
import Testing

@testable import Planning

@Suite("The connection to the public grid in a plan")
struct GridExchangeTests {
  /// How many binaries the grid alone adds to a model.
  private func binaries(_ small: SmallProblem) throws -> Int {
    let problem = small.problem
    var draft = SystemDraft(problem)
    GridExchange(conditions: problem.sites[0]).add(to: &draft)
    return try SystemModel(draft.system).model.integerCount
  }

  @Test("costs the import price and earns the feed-in price")
  func prices() throws {
    var small = SmallProblem(prices: [0.3, 0.2], feedIn: [0.08, 0.05])
    small.assets = [small.load([4, 1]), small.sun([1, 5])]
    let plan = try small.solved()
    #expect(isClose(plan.gridKilowatts, [3, -4]))
    #expect(isClose(plan.objective, 3 * 0.3 - 4 * 0.05))
    #expect(plan.sites[0].gridCost == Money(count: 700_000))
    #expect(plan.cost == Money(count: 700_000))
  }

  @Test("where feeding in earns more than import costs, nothing goes in a circle")
  func noArbitrage() throws {
    var small = SmallProblem(prices: [0.1, 0.3], feedIn: [0.2, 0.2])
    #expect(try binaries(small) == 1)
    #expect(isClose(try small.solved().objective, 0))
    small.assets = [small.load([2, 0]), small.sun([5, 0])]
    let plan = try small.solved()
    #expect(isClose(plan.gridKilowatts, [-3, 0]))
    #expect(isClose(plan.objective, -0.6))
  }

  @Test("at equal prices no binary is needed")
  func equalPrices() throws {
    #expect(try binaries(SmallProblem(prices: [0.1, -0.2], feedIn: [0.1, -0.2])) == 0)
  }

  @Test("where import is beyond the limit, the plan names place, time and size as one breach for steps that join")
  func importBreach() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3, 0.3, -0.1])
    small.importLimit = 10
    small.assets = [small.load([12, 13, 10, 11, 12])]
    let plan = try small.solved()
    #expect(plan.breaches.map(\.kind) == [.importBeyondLimit, .importBeyondLimit])
    #expect(plan.breaches.map(\.subject) == ["house", "house"])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [5, 3]))
    #expect(plan.breaches[0].span == small.window(0, 2, kilowattHours: 0).span)
    #expect(plan.breaches[1].span == small.window(3, 2, kilowattHours: 0).span)
    // 10 EUR for each kWh beyond, beside what is paid for it; beyond the limit nobody is paid for taking.
    // 46 kWh at 0.3, 10 at -0.1, 8 beyond the limit.
    #expect(isClose(plan.objective, 13.8 - 1 + 80))
    #expect(isClose(plan.gridKilowatts, [12, 13, 10, 11, 12]))
    #expect(try StandingRule.plan(small.problem).breaches == plan.breaches)
  }

  @Test("a battery keeps the site within its limit whatever the energy costs")
  func batteryAgainstBreach() throws {
    var small = SmallProblem(prices: [0.9, 0.1])
    small.importLimit = 10
    small.assets = [small.load([9, 11]), battery()]
    let plan = try small.solved()
    #expect(plan.breaches.isEmpty)
    #expect(isClose(plan.gridKilowatts, [10, 10]))
  }

  @Test("a site without connection shows all it lacks")
  func noConnection() throws {
    var small = SmallProblem(prices: [0.3])
    small.importLimit = 0
    small.exportLimit = 0
    small.assets = [small.load([2]), small.sun([0.5])]
    #expect(isClose(try small.solved().breaches.map(\.kilowattHours), [1.5]))
  }

  @Test("a peak costs what it is higher than the one already paid for")
  func peakPrice() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.peakPrice = 50
    small.assets = [small.load([2, 6])]
    small.peakSoFar = 4
    let higher = try small.solved()
    #expect(isClose(higher.objective, 8 * 0.3 + 50 * 2))
    #expect(isClose(higher.sites[0].peakCost.euros, 100))
    small.peakSoFar = 7
    let lower = try small.solved()
    #expect(isClose(lower.objective, 8 * 0.3))
    #expect(lower.sites[0].peakCost == .zero)
  }

  @Test("a battery levels the peak only as far as it is not paid for")
  func levelledPeak() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.peakPrice = 50
    small.peakSoFar = 3
    small.assets = [small.load([0, 8]), battery()]
    // 4 and 4 would be level: 1 kW above the 3 paid for.
    let plan = try small.solved()
    #expect(isClose(plan.gridKilowatts, [4, 4]))
    #expect(isClose(plan.objective, 8 * 0.3 + 50))
    small.peakSoFar = 5
    #expect(isClose(try small.solved().objective, 8 * 0.3))
  }
}
