import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// Plans that stand, worked out by hand; steps of an hour, so that kW are kWh.
@Suite("A plan that stands")
struct PlanWatchTests {
  /// Load 1 kW; a battery of 1 kWh without losses.
  private func small(_ prices: [Double], load: [Double] = [1, 1], opening: Double = 0) -> PlanningProblem {
    var small = SmallProblem(prices: prices)
    small.assets = [
      small.load(load), battery(capacity: 1, power: 1, opening: .content(Energy(kilowattHours: opening))),
    ]
    return small.problem
  }

  private let planner = Planner(solver: HighsSolver())

  /// First 10, then 30 ct: the battery takes 1 kWh in the first hour and gives it in the second. Held at 30, then 10 ct that costs
  /// 2 kWh at 30 = 60 ct; the best then is 30 + 10 = 40 ct.
  @Test("is held in other prices as it was, and what a new one gains is the difference")
  func held() throws {
    let plan = try optimal(small([0.10, 0.30]))
    #expect(try isClose(plan.kilowatts("battery"), [1, -1]))
    let held = try planner.plan(small([0.30, 0.10]), following: plan.formerPowers)
    #expect(try isClose(held.kilowatts("battery"), [1, -1]))
    #expect(held.cost == Money(euros: 0.60))
    var watch = PlanWatch(over: plan, of: small([0.10, 0.30]), .init(change: Fraction(0.05), gain: Money(euros: 0.10)))
    guard case .replaced(_, let gain?) = try watch.look(at: small([0.30, 0.10]), by: planner) else {
      Issue.record("the plan was kept")
      return
    }
    #expect(gain == Money(euros: 0.20))
    #expect(try isClose(watch.plan.kilowatts("battery"), [0, 0]))
  }

  /// The same, but 20 ct are not enough.
  @Test("stays where a new one gains too little")
  func kept() throws {
    let plan = try optimal(small([0.10, 0.30]))
    var watch = PlanWatch(over: plan, of: small([0.10, 0.30]), .init(change: Fraction(0.05), gain: Money(euros: 0.21)))
    guard case .kept(let change, let gain) = try watch.look(at: small([0.30, 0.10]), by: planner) else {
      Issue.record("the plan was replaced")
      return
    }
    #expect(gain == Money(euros: 0.20))
    // Prices of 40 ct together have moved by 20 + 20 ct.
    #expect(change.shares == [.prices: .one])
    #expect(try isClose(watch.plan.kilowatts("battery"), [1, -1]))
  }

  /// By the plan the full battery gives 1 kWh in the second hour; with half a kWh in it, it gives that.
  @Test("does what is nearest where it can no longer be followed")
  func nearest() throws {
    let plan = try optimal(small([0.10, 0.30], opening: 1))
    #expect(try isClose(plan.kilowatts("battery"), [0, -1]))
    // Feeding in earns nothing, so that nobody fills it up beyond what is left to do: 0.5 kWh in, or 0.5 kWh less out, are the same way off.
    let held = try planner.plan(small([0.30, 0.10], opening: 0.5), following: plan.formerPowers)
    let moved = try zip(held.kilowatts("battery"), plan.kilowatts("battery")).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(isClose(moved, 0.5))
  }

  /// Of 4 kWh of use 0.1 kWh is new in the first hour and 0.02 kWh is less in the second: 0.12 / 4 = 3 %.
  @Test("is not made anew for small changes of what is expected")
  func unchanged() throws {
    let before = small([0.10, 0.30], load: [2, 2])
    var watch = PlanWatch(over: try optimal(before), of: before, .init(change: Fraction(0.05), gain: .zero))
    guard case .unchanged(let change) = try watch.look(at: small([0.10, 0.30], load: [2.1, 1.98]), by: planner) else {
      Issue.record("it was planned anew")
      return
    }
    #expect(change.shares == [.power: Fraction(0.03)])
    #expect(change.largest?.part == .power)
  }

  /// The battery was to be empty at the start and holds 0.5 kWh, a quarter of the 2 kWh that are used.
  @Test("tells what its stores hold besides")
  func stored() throws {
    let before = small([0.10, 0.30])
    let change = try InputChange(since: optimal(before), of: before, to: small([0.10, 0.30], opening: 0.5))
    #expect(change.shares == [.stored: Fraction(0.25)])
  }

  private let stuck = Planner(solver: StuckSolver(outcome: .success(.limitReached)))

  @Test("stays where the solver gives no other, which is told: the standing rule is no better plan")
  func unsolved() throws {
    let before = small([0.10, 0.30])
    var watch = PlanWatch(over: try optimal(before), of: before, .init(change: Fraction(0.05), gain: .zero))
    guard case .unsolved = try watch.look(at: small([0.30, 0.10]), by: stuck) else {
      Issue.record("the standing rule took its place")
      return
    }
    #expect(try isClose(watch.plan.kilowatts("battery"), [1, -1]))
  }

  @Test("gives way at the next look where it is the standing rule's, although nothing has changed")
  func fallback() throws {
    let problem = small([0.10, 0.30])
    var watch = PlanWatch(over: try stuck.plan(problem), of: problem, .init(change: Fraction(0.05), gain: Money(euros: 100)))
    guard case .replaced(_, nil) = try watch.look(at: problem, by: planner) else {
      Issue.record("nobody planned")
      return
    }
    #expect(try isClose(watch.plan.kilowatts("battery"), [1, -1]))
  }

  @Test("is made anew where there is another asset, or where less than half of its hours are left")
  func other() throws {
    let before = small([0.10, 0.30])
    let plan = try optimal(before)
    var more = SmallProblem(prices: [0.10, 0.30])
    more.assets = before.assets + [more.sun([0, 0])]
    #expect(try InputChange(since: plan, of: before, to: more.problem).shares == [.community: .one])
    var later = SmallProblem(prices: [0.30, 0.20, 0.10, 0.10])
    later.horizon = PlanningHorizon(start: SmallProblem.start.advanced(by: 4), count: 4, quarterHoursPerStep: 4)
    later.assets = [later.load([1, 1, 1, 1]), battery(capacity: 1, power: 1, opening: .content(Energy(kilowattHours: 1)))]
    var watch = PlanWatch(over: plan, of: before, .init(change: Fraction(10), gain: Money(euros: 100)))
    guard case .replaced(_, nil) = try watch.look(at: later.problem, by: planner) else {
      Issue.record("the plan stayed beyond its end")
      return
    }
    #expect(watch.plan.horizon == later.horizon)
  }
}
