import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("A shiftable load in a plan")
struct ShiftableLoadTests {
  private func load(_ windows: [EnergyWindow], power: Double = 3) -> ShiftableLoad {
    ShiftableLoad(id: "pump", site: "house", power: Power(kilowatts: power), windows: windows)
  }

  @Test("runs in the cheapest hours of each of its windows")
  func cheapest() throws {
    var small = SmallProblem(prices: [0.3, 0.1, 0.2, 0.05, 0.4, 0.3])
    small.assets = [load([small.window(0, 3, kilowattHours: 4), small.window(4, 2, kilowattHours: 2)])]
    let plan = try small.solved()
    // 3 kWh at 0.1, 1 at 0.2; the hour at 0.05 lies between the windows; 2 kWh at 0.3.
    #expect(isClose(try plan.kilowatts("pump"), [0, 3, 1, 0, 0, 2]))
    #expect(isClose(plan.objective, 0.3 + 0.2 + 0.6))
    #expect(try plan.schedule("pump").role == .shiftable)
  }

  @Test("what does not fit into its window is a breach with its size")
  func windowTooShort() throws {
    var small = SmallProblem(prices: [0.3, 0.1])
    small.assets = [load([small.window(1, 1, kilowattHours: 5)])]
    let plan = try small.solved()
    #expect(plan.breaches.map(\.kind) == [.windowTooShort])
    #expect(plan.breaches.map(\.subject) == ["pump"])
    #expect(isClose(plan.breaches[0].kilowattHours, 2))
    #expect(isClose(try plan.kilowatts("pump"), [0, 3]))
  }

  @Test("an empty window is a breach of all it asks for")
  func emptyWindow() throws {
    var small = SmallProblem(prices: [0.3])
    let start = small.horizon.start
    small.assets = [load([EnergyWindow(span: start..<start, energy: Energy(wattHours: 700))])]
    let plan = try small.solved()
    #expect(isClose(plan.breaches.map(\.kilowattHours), [0.7]))
    #expect(isClose(try plan.kilowatts("pump"), [0]))
  }

  @Test("keeps off a connection that is full")
  func fullConnection() throws {
    // The cheapest hour has 1 kW left of the connection: the other 2 kWh run in the next.
    var small = SmallProblem(prices: [0.1, 0.2])
    small.importLimit = 5
    small.assets = [small.load([4, 0]), load([small.window(0, 2, kilowattHours: 3)])]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("pump"), [1, 2]))
    #expect(plan.breaches.isEmpty)
  }

  @Test("without a plan it runs as soon as its window opens")
  func standingRule() throws {
    var small = SmallProblem(prices: [0.3, 0.1, 0.1])
    small.assets = [load([small.window(0, 3, kilowattHours: 4)])]
    #expect(isClose(try StandingRule.plan(small.problem).kilowatts("pump"), [3, 1, 0]))
  }
}
