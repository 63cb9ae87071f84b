import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

/// Three hours: a load of 1, 4 and 2 kWh, 5 kWh of sun in the third, and a car that wants 6 kWh at any time.
///
/// | hour | power costs | feeding in earns | power causes |
/// |---|---|---|---|
/// | 1, 2, 3 | 20, 10, 30 ct | 0, 0, 25 ct | 500, 600, 100 g |
@Suite("The goal of a plan")
struct GoalTests {
  private var small: SmallProblem {
    var small = SmallProblem(prices: [0.2, 0.1, 0.3], feedIn: [0, 0, 0.25])
    small.emissions = [0.5, 0.6, 0.1]
    small.assets = [small.load([1, 4, 2]), small.sun([0, 0, 5]), small.car(6)]
    return small
  }

  @Test("of cost takes the cheapest hour and sells the sun")
  func cost() throws {
    let plan = try optimal(small.problem, goals: PlanGoals([.cost]))
    #expect(isClose(try plan.kilowatts("car"), [0, 6, 0]))
    // 1 x 20 + 10 x 10 - 3 x 25 = 45 ct.
    #expect(isClose(plan.cost.euros, 0.45))
    #expect(plan.goals.map(\.level) == [[.cost: 1]])
  }

  @Test("of CO2 takes the sun and then the cleanest hour")
  func co2() throws {
    let plan = try optimal(small.problem, goals: PlanGoals([.co2]))
    #expect(isClose(try plan.kilowatts("car"), [0, 0, 6]))
    // 1 x 500 + 4 x 600 + 3 x 100 = 3200 g; 20 + 40 + 90 = 150 ct.
    #expect(isClose(plan.carbon.emissions?.kilograms, 3.2))
    #expect(isClose(plan.cost.euros, 1.5))
    #expect(plan.goals.map(\.level) == [[.co2: 1], [.cost: 1]])
    #expect(plan.goals.allSatisfy { $0.gap == 0 })
  }

  @Test("of autonomy takes the sun, and what it lacks in the cheapest hour")
  func autonomy() throws {
    let plan = try optimal(small.problem, goals: PlanGoals([.autonomy]))
    #expect(isClose(try plan.kilowatts("car"), [0, 3, 3]))
    #expect(isClose(plan.gridKilowatts, [1, 7, 0]))
    #expect(isClose(plan.cost.euros, 0.9))
  }

  @Test("of the peak leaves the second hour, in which 4 kW are wanted, alone, and takes what costs least of the others")
  func peak() throws {
    let plan = try optimal(small.problem, goals: PlanGoals([.peak]))
    // Up to 4 kW: 3 kWh at 20 ct, then the sun that would earn 25 ct.
    #expect(isClose(try plan.kilowatts("car"), [3, 0, 3]))
    #expect(isClose(plan.gridKilowatts, [4, 4, 0]))
    #expect(isClose(plan.cost.euros, 1.2))
  }

  @Test("may be several in order; a tolerance gives the later ones room")
  func order() throws {
    let strict = try optimal(small.problem, goals: PlanGoals([.co2, .peak, .cost]))
    #expect(isClose(try strict.kilowatts("car"), [0, 0, 6]))
    // A quarter more: 4 kg and 5 kW. Of 3 kWh from the grid at 30 ct and 100 g one may go to 10 ct and 600 g (5 kW), which leaves
    // 0.3 kg for kWh at 20 ct and 500 g: 0.75 of them.
    let loose = try optimal(small.problem, goals: PlanGoals([.co2, .peak, .cost], tolerance: Fraction(0.25)))
    #expect(isClose(try loose.kilowatts("car"), [0.75, 1, 4.25]))
    #expect(isClose(loose.cost.euros, 1.225))
    #expect(loose.goals.map(\.level) == [[.co2: 1], [.peak: 1], [.cost: 1]])
  }

  @Test(
    "may be weighed at prices",
    arguments: [
      // ct/kWh in the three hours and of the sun: 25, 16, 31, 25.
      ([.cost: 1, .co2: 0.1], [0, 6, 0]),
      // 45, 40, 35, 25.
      ([.cost: 1, .co2: 0.5], [0, 0, 6]),
      // 40, 30, 50, 25.
      ([.cost: 1, .autonomy: 0.2], [0, 3, 3]),
      // A kW above 4 saves 15 in the second hour and 5 in the first, each time against the sun's 25.
      ([.cost: 1, .peak: 0.3], [3, 0, 3]), ([.cost: 1, .peak: 0.05], [0, 6, 0]),
    ] as [(PlanGoals.Level, [Double])])
  func weights(_ level: PlanGoals.Level, _ car: [Double]) throws {
    let plan = try optimal(small.problem, goals: PlanGoals(weighing: level))
    #expect(isClose(try plan.kilowatts("car"), car))
    #expect(plan.goals.map(\.level) == [level])
  }

  @Test("of CO2 needs to know all of it")
  func unknown() throws {
    var small = small
    small.emissions = nil
    #expect(throws: PlanningError.self) { try optimal(small.problem, goals: PlanGoals([.co2])) }
    #expect(throws: PlanningError.self) { try optimal(small.problem, goals: PlanGoals(weighing: [.cost: 1, .co2: 0.1])) }
    #expect(try optimal(small.problem, goals: PlanGoals([.peak])).carbon.emissions == nil)
  }

  @Test("is met at least as well by its own plan as by that of any other goal", arguments: UInt64(1)...6)
  func ownFigure(seed: UInt64) async throws {
    let problem = RandomVillage(seed: seed).problem
    let plans = try await onOwnThread {
      try PlanGoals.Goal.allCases.map { ($0, try optimal(problem, goals: PlanGoals([$0]))) }
    }
    for (goal, own) in plans {
      for (other, plan) in plans {
        #expect(plan.breaches.isEmpty, "seed \(seed), \(other)")
        let (best, figure) = (try own.figure(of: goal), try plan.figure(of: goal))
        #expect(best <= figure + 1e-4 * max(1, abs(figure)), "seed \(seed): \(goal) \(best), with the goal \(other) \(figure)")
      }
    }
  }
}

extension Plan {
  fileprivate func figure(of goal: PlanGoals.Goal) throws -> Double {
    switch goal {
    case .cost: return cost.euros
    case .co2: return try #require(carbon.emissions).kilograms
    case .autonomy:
      return sites.flatMap { site in site.grid.enumerated().map { max(0, $1.kilowatts) * horizon.hours(of: $0) } }.reduce(0, +)
    case .peak: return horizon.steps.indices.map { step in sites.reduce(0) { $0 + $1.grid[step].kilowatts } }.reduce(0, max)
    }
  }
}
