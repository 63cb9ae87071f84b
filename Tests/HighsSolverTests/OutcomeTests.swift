import HighsSolver
import LinearOptimization
import TestSupport
import Testing

@Suite("HiGHS where there is no optimum, or no time to prove it")
struct OutcomeTests {
  private let solver = HighsSolver()

  @Test("reports rows that clash as infeasible", arguments: [Domain.continuous, .integer])
  func infeasible(domain: Domain) throws {
    var model = LinearModel()
    let x = model.addVariable(upper: 10, cost: 1, domain: domain)
    let y = model.addVariable(upper: 10, cost: 1, domain: domain)
    model.addConstraint(.atLeast(8), 1 * x, 1 * y)
    model.addConstraint(.atMost(3), 1 * x, 1 * y)
    let solution = try solver.solve(model)
    #expect(solution.status == .infeasible)
    #expect(solution.values.isEmpty)
  }

  @Test("reports whole numbers that no row allows as infeasible")
  func infeasibleIntegers() throws {
    // 2 x + 2 y is even, so never 5.
    var model = LinearModel()
    let x = model.addVariable(upper: 10, domain: .integer)
    let y = model.addVariable(upper: 10, domain: .integer)
    model.addConstraint(.equal(5), 2 * x, 2 * y)
    #expect(try solver.solve(model).status == .infeasible)
  }

  @Test("reports bounds the wrong way round as infeasible")
  func crossedBounds() throws {
    var variables = LinearModel()
    _ = variables.addVariable(lower: 3, upper: 2)
    #expect(try solver.solve(variables).status == .infeasible)
    var rows = LinearModel()
    let x = rows.addVariable()
    rows.addConstraint(.between(3, 2), 1 * x)
    #expect(try solver.solve(rows).status == .infeasible)
  }

  @Test("takes bounds as equal that cross by rounding only")
  func roundedBounds() throws {
    var model = LinearModel()
    _ = model.addVariable(lower: 3, upper: 3 - 1e-12, cost: 1)
    let solution = try solver.solve(model)
    #expect(solution.status == .optimal)
    #expect(isClose(solution.objective, 3))
  }

  @Test("reports a profit without limit as unbounded", arguments: [Domain.continuous, .integer])
  func unbounded(domain: Domain) throws {
    // Buy at 0.10, sell at 0.20, both without a cap.
    var model = LinearModel()
    let buy = model.addVariable(cost: 0.10, domain: domain)
    let sell = model.addVariable(cost: -0.20, domain: domain)
    model.addConstraint(.equal(0), 1 * buy, -1 * sell)
    let solution = try solver.solve(model)
    #expect(solution.status == .unbounded)
    #expect(solution.objective == -.infinity)
  }

  @Test("tells unbounded from infeasible where both are in one model", arguments: [Domain.continuous, .integer])
  func unboundedAndInfeasible(domain: Domain) throws {
    var model = LinearModel()
    _ = model.addVariable(cost: -1, domain: domain)
    let x = model.addVariable(upper: 4, domain: domain)
    let y = model.addVariable(upper: 4, domain: domain)
    model.addConstraint(.atLeast(9), 1 * x, 1 * y)
    #expect(try solver.solve(model).status == .infeasible)
  }

  @Test("has nothing to show after no time")
  func noTime() throws {
    let solution = try solver.solve(marketSplit(rows: 4, columns: 30), options: SolveOptions(timeLimit: .zero))
    #expect(solution.status == .limitReached)
    #expect(solution.values.isEmpty)
  }

  @Test("shows a checked point and an honest gap when time runs out")
  func shortTime() throws {
    let model = marketSplit(rows: 5, columns: 40)
    let solution = try solver.solve(model, options: SolveOptions(timeLimit: .seconds(1)))
    #expect(solution.status == .feasible)
    #expect(solution.relativeGap > 1e-4)
    #expect(solution.bestBound < solution.objective)
    #expect(FeasibilityCheck(of: solution.values, in: model).holds(within: 1e-5))
    #expect(solution.solveTime < .seconds(10))
  }

  @Test("stops within the gap asked for and calls that optimal")
  func wideGap() throws {
    var options = SolveOptions(timeLimit: .seconds(20))
    options.absoluteGap = 1e6
    let solution = try solver.solve(marketSplit(rows: 5, columns: 40), options: options)
    #expect(solution.status == .optimal)
    #expect(solution.absoluteGap <= 1e6)
  }

  @Test("refuses what means nothing before HiGHS sees it")
  func invalid() {
    var model = LinearModel()
    let x = model.addVariable(cost: .nan)
    #expect { try solver.solve(model) } throws: { error in
      guard case .invalidModel(let defect) = error as? SolverError else { return false }
      return defect.place == model.place(of: x)
    }
  }

  @Test("passes on that HiGHS refuses a coefficient of 1e15")
  func refused() {
    var model = LinearModel()
    let x = model.addVariable()
    model.addConstraint(.atMost(1), 1e16 * x)
    #expect { try solver.solve(model) } throws: { error in
      guard case .refused = error as? SolverError else { return false }
      return true
    }
  }

  @Test("gives the same answer on eight tasks at once, and again")
  func concurrent() async throws {
    let model = marketSplit(rows: 2, columns: 12)
    let alone = try solver.solve(model)
    let solutions = try await withThrowingTaskGroup(of: Solution.self) { group in
      for _ in 0..<8 {
        group.addTask { try HighsSolver().solve(model) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(alone.status == .optimal)
    #expect(solutions.allSatisfy { $0.values == alone.values && $0.simplexIterations == alone.simplexIterations })
  }

  /// The market split problem of Cornuéjols and Dawande (1998), easy to state and hard to prove: share customers out so that each
  /// product's sales are halved, and pay for the deviation. Any choice is feasible; the relaxation costs nothing.
  private func marketSplit(rows: Int, columns: Int) -> LinearModel {
    var random = SeededGenerator(seed: 7)
    var model = LinearModel()
    let chosen = (0..<columns).map { _ in model.addBinary() }
    for _ in 0..<rows {
      let sales = (0..<columns).map { _ in Double(Int.random(in: 0...99, using: &random)) }
      let over = model.addVariable(cost: 1)
      let under = model.addVariable(cost: 1)
      let half = (sales.reduce(0, +) / 2).rounded(.down)
      model.addConstraint(.equal(half), zip(sales, chosen).map { $0 * $1 } + [1 * under, -1 * over])
    }
    return model
  }
}
