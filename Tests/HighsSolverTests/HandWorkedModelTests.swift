import HighsSolver
import LinearOptimization
import Testing

@Suite("HiGHS on hand-worked models")
struct HandWorkedModelTests {
  private let solver = HighsSolver()

  @Test("finds the corner of a two-variable LP, with the prices of its limits")
  func duality() throws {
    // Two products, 3 and 5 EUR profit, three workshops: x <= 4, 2 y <= 12, 3 x + 2 y <= 18 (Hillier and Lieberman's Wyndor Glass).
    // At the corner 2 y = 12, 3 x + 2 y = 18: y = 6, x = 2, profit 6 + 30 = 36; x <= 4 is slack.
    // Duals of the minimisation of -3 x - 5 y solve 3 b = -3 and 2 a + 2 b = -5: b = -1, a = -3/2. 12 a + 18 b = -18 - 18 = -36.
    var model = LinearModel()
    let x = model.addVariable(cost: -3)
    let y = model.addVariable(cost: -5)
    let first = model.addConstraint(.atMost(4), 1 * x)
    let second = model.addConstraint(.atMost(12), 2 * y)
    let third = model.addConstraint(.atMost(18), 3 * x, 2 * y)

    let solution = try solver.solve(model)
    #expect(solution.status == .optimal)
    #expect(isClose(solution.objective, -36))
    #expect(solution.bestBound == solution.objective)
    #expect(solution.relativeGap == 0)
    #expect(isClose(solution[x], 2))
    #expect(isClose(solution[y], 6))
    #expect(isClose(solution.dual(of: first), 0))
    #expect(isClose(solution.dual(of: second), -1.5))
    #expect(isClose(solution.dual(of: third), -1))
    #expect(isClose(solution.reducedCost(of: x), 0))
    #expect(isClose(solution.reducedCost(of: y), 0))
  }

  @Test("prices a balance at what one more unit costs, and a bound at what it saves")
  func marginalPrice() throws {
    // 30 kW from a source of 20 kW at 0.10 and one of 50 kW at 0.25 EUR: 2 + 2.5 = 4.5 EUR. One more kW costs 0.25;
    // one more kW of the cheap source saves 0.15.
    var model = LinearModel()
    let cheap = model.addVariable(upper: 20, cost: 0.10)
    let dear = model.addVariable(upper: 50, cost: 0.25)
    let balance = model.addConstraint(.equal(30), 1 * cheap, 1 * dear)
    let solution = try solver.solve(model)
    #expect(isClose(solution.objective, 4.5))
    #expect(isClose(solution.dual(of: balance), 0.25))
    #expect(isClose(solution.reducedCost(of: cheap), -0.15))
    #expect(isClose(solution.reducedCost(of: dear), 0))
  }

  @Test("runs a CHP by its heat and buys the rest of the electricity")
  func backPressure() throws {
    // 30 kW heat need 60 kW fuel at 0.5, which gives 18 kW electricity: 12 of 30 kW are bought at 1. 30 + 12 = 42.
    var model = LinearModel()
    let fuel = model.addVariable(upper: 100, cost: 0.5)
    let grid = model.addVariable(cost: 1)
    model.addConstraint(.equal(30), 0.3 * fuel, 1 * grid)
    model.addConstraint(.equal(30), 0.5 * fuel)
    let solution = try solver.solve(model)
    #expect(isClose(solution.objective, 42))
    #expect(isClose(solution[fuel], 60))
    #expect(isClose(solution[grid], 12))
  }

  @Test("packs the best of a knapsack, whose relaxation would be worth more")
  func knapsack() throws {
    // Weights 3, 4, 5, worth 4, 5, 6, room for 8: 3 + 5 is worth 10, 3 + 4 worth 9, 4 + 5 is too heavy.
    // Relaxed, the first two and a fifth of the third are worth 9 + 6 / 5 = 10.2.
    var model = LinearModel()
    let worth = [4.0, 5, 6]
    let items = worth.map { model.addBinary(cost: -$0) }
    model.addConstraint(.atMost(8), 3 * items[0], 4 * items[1], 5 * items[2])
    let solution = try solver.solve(model)
    #expect(solution.status == .optimal)
    #expect(solution.objective == -10)
    #expect(solution.values == [1, 0, 1])
    #expect(solution.bestBound <= -10 + 1e-9 && solution.relativeGap <= 1e-4)
    #expect(solution.constraintDuals.isEmpty && solution.reducedCosts.isEmpty)
  }

  @Test("counts the offset in objective and bound")
  func offset() throws {
    // A start for 7 EUR allows up to 10 kW at 1 EUR: 4 kW cost 7 + 4, and 20 EUR are paid in any case.
    var model = LinearModel()
    let on = model.addBinary(cost: 7)
    let power = model.addVariable(cost: 1)
    model.addConstraint(.atMost(0), 1 * power, -10 * on)
    model.addConstraint(.atLeast(4), 1 * power)
    model.addOffset(20)
    let solution = try solver.solve(model)
    #expect(isClose(solution.objective, 31))
    #expect(isClose(solution.bestBound, 31))
  }

  @Test("adds up terms of one variable in a row")
  func duplicateTerms() throws {
    var model = LinearModel()
    let x = model.addVariable(cost: 1)
    model.addConstraint(.atLeast(6), 1 * x, 1 * x)
    #expect(isClose(try solver.solve(model)[x], 3))
  }

  @Test("takes variables without bounds and rows without limits")
  func infinities() throws {
    var model = LinearModel()
    let free = model.addVariable(lower: -.infinity, upper: .infinity, cost: 1)
    model.addConstraint(.between(-.infinity, .infinity), 5 * free)
    model.addConstraint(.atLeast(-12), 2 * free)
    #expect(isClose(try solver.solve(model)[free], -6))
  }

  @Test("decides variables that no row mentions by their costs", arguments: [Domain.continuous, .integer])
  func withoutRows(domain: Domain) throws {
    var model = LinearModel()
    _ = model.addVariable(lower: 2, upper: 9, cost: 3, domain: domain)
    _ = model.addVariable(lower: 2, upper: 9, cost: -1, domain: domain)
    let solution = try solver.solve(model)
    #expect(solution.status == .optimal)
    #expect(solution.values == [2, 9])
    #expect(isClose(solution.objective, -3))
  }

  @Test("takes a model without variables: its rows sum to 0")
  func withoutVariables() throws {
    var model = LinearModel()
    model.addOffset(5)
    #expect(try solver.solve(model).status == .optimal)
    #expect(try solver.solve(model).objective == 5)
    model.addConstraint(.between(-1, 1))
    #expect(try solver.solve(model).status == .optimal)
    model.addConstraint(.atLeast(1))
    #expect(try solver.solve(model).status == .infeasible)
  }

  @Test("says which HiGHS it is")
  func version() {
    let parts = HighsSolver.highsVersion.split(separator: ".").compactMap { Int($0) }
    #expect(parts.count == 3)
    #expect(parts.first == 1)
  }
}

/// Whether a figure is there and within 1e-7 of what it should be, in relation to its size.
func isClose(_ figure: Double?, _ expected: Double, tolerance: Double = 1e-7) -> Bool {
  guard let figure else { return false }
  return abs(figure - expected) <= tolerance * max(1, abs(expected))
}
