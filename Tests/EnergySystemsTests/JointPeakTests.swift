import HighsSolver
import LinearOptimization
import Testing

@testable import EnergySystems

/// Two houses, three hours: what one gives the other takes at the same time, so that only the rest is their peak.
@Suite("The joint peak")
struct JointPeakTests {
  private func houses(_ objective: Objective) -> EnergySystem {
    var system = EnergySystem(hours: [1, 1, 1], buses: [Bus("a"), Bus("b"), Bus("heat")])
    system.supplies = [
      Supply("ga", bus: "a", price: .steps([0.1, 0.3, 0.3]), max: 20), Supply("gb", bus: "b", price: 0.3, max: 20),
      Supply("gas", bus: "heat", price: 0.1, isGrid: false),
    ]
    system.offtakes = [Offtake("xb", bus: "b", price: 0.05, max: 20)]
    system.demands = [
      Demand(bus: "a", power: .steps([1, 6, 2])), Demand(bus: "b", power: .steps([2, -4, 1])), Demand(bus: "heat", power: 50),
    ]
    system.flexibleUses = [FlexibleUse("car", bus: "a", max: 10, windows: [.init(steps: 0..<3, energy: 6)])]
    system.objective = objective
    return system
  }

  @Test("is what all take together less what they give, in the worst step; gas is no part of it")
  func peak() throws {
    // Together 3, 2 and 3 kW without the car, whose 6 kWh fill them to 14 / 3 kW.
    let least = try SystemSolver(HighsSolver()).solve(houses(Objective(levels: [[.peak: 1], [.cost: 1]])))
    let schedule = try #require(least.schedule)
    #expect(abs(least.levels[0].objective - 14.0 / 3) < 1e-6)
    let check = SystemCheck(schedule, of: houses(.cost))
    #expect(abs(check.jointPeak - 14.0 / 3) < 1e-6)
    #expect(check.violations.isEmpty)
    // The cost alone takes all in the first hour: 3 + 6 kW.
    let cheap = try #require(try SystemSolver(HighsSolver()).solve(houses(.cost)).schedule)
    #expect(abs(SystemCheck(cheap, of: houses(.cost)).jointPeak - 9) < 1e-6)
  }

  @Test("has a variable and a row a step only where it counts")
  func size() throws {
    let without = try SystemModel(houses(.cost)).model
    let with = try SystemModel(houses(Objective(levels: [[.cost: 1], [.peak: 1]]))).model
    #expect(with.variableCount == without.variableCount + 1)
    #expect(with.constraintCount == without.constraintCount + 3)
    #expect(try SystemModel(houses(Objective(levels: [[.cost: 1, .peak: 0]]))).model.variableCount == without.variableCount)
  }

  @Test("is never below nothing")
  func surplus() throws {
    var system = houses(Objective(levels: [[.peak: 1]]))
    system.demands[0].power = .steps([-9, -9, -9])
    system.offtakes.append(Offtake("xa", bus: "a", price: 0.05, max: 20))
    let outcome = try SystemSolver(HighsSolver()).solve(system)
    #expect(abs(outcome.levels[0].objective) < 1e-6)
  }
}
