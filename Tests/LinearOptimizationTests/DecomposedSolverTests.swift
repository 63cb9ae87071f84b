import LinearOptimization
import Testing

@Suite("Solving block by block")
struct DecomposedSolverTests {
  /// Answers from a function: what a block is asked, and what it would be answered.
  private struct AnsweringSolver: Solver {
    let answer: @Sendable (LinearModel, SolveOptions) -> Solution

    func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution { answer(model, options) }
  }

  /// Blocks of the given sizes: the variables of a block are summed up in one row.
  private func model(blockSizes: [Int]) -> LinearModel {
    var model = LinearModel()
    for size in blockSizes {
      let variables = (0..<size).map { _ in model.addVariable(upper: 1, cost: 1) }
      model.addConstraint(.atLeast(0), variables.map { 1 * $0 })
    }
    return model
  }

  @Test("shares the time limit by size, and passes on what smaller blocks leave")
  func timeLimit() throws {
    // Each block spends half of what it gets, and answers with the seconds it got.
    let solver = DecomposedSolver(
      AnsweringSolver { model, options in
        let seconds = (options.timeLimit ?? .zero) / .seconds(1)
        return Solution(
          status: .optimal, objective: 0, bestBound: 0, values: model.costs.map { _ in seconds },
          solveTime: .seconds(seconds / 2))
      })
    let solution = try solver.solve(model(blockSizes: [6, 1, 3]), options: SolveOptions(timeLimit: .seconds(100)))
    // Size 1 of 10: 10 s of 100, spends 5. Size 3 of 9: 95 / 3 s. Size 6: all of what is left, 95 - 95 / 6 s.
    #expect(solution.values[6] == 10)
    #expect(abs(solution.values[7] - 95.0 / 3) < 1e-9)
    #expect(abs(solution.values[0] - (95 - 95.0 / 6)) < 1e-9)
  }

  @Test("gives a block that ran out of time a second go with what the others left")
  func secondGo() throws {
    // The cheap block needs 30 s, the others 1 s. First 10 s of 100 are not enough for it; then the 88 s that are left are.
    let solver = DecomposedSolver(
      AnsweringSolver { model, options in
        let needed = Duration.seconds(model.costs[0] == 0 ? 30 : 1)
        let limit = options.timeLimit ?? .zero
        return limit < needed
          ? Solution(withoutValues: .limitReached, simplexIterations: 5, solveTime: limit)
          : Solution(
            status: .optimal, objective: 0, bestBound: 0, values: model.costs, simplexIterations: 7, solveTime: needed)
      })
    var model = LinearModel()
    let hard = model.addVariable(upper: 1)
    model.addConstraint(.atLeast(0), 1 * hard)
    for size in [1, 8] {
      let variables = (0..<size).map { _ in model.addVariable(upper: 1, cost: 1) }
      model.addConstraint(.atLeast(0), variables.map { 1 * $0 })
    }
    let solution = try solver.solve(model, options: SolveOptions(timeLimit: .seconds(100)))
    #expect(solution.status == .optimal)
    #expect(solution.simplexIterations == 5 + 7 + 7 + 7)
    #expect(abs(solution.solveTime / .seconds(1) - 42) < 1e-9)

    // Of 40 s it gets 4 first, then the 34 s that are left: enough. Of 30 s, 25 s are left: not enough.
    #expect(try solver.solve(model, options: SolveOptions(timeLimit: .seconds(40))).status == .optimal)
    #expect(try solver.solve(model, options: SolveOptions(timeLimit: .seconds(30))).status == .limitReached)
  }

  @Test("lets a small block use a twentieth of the time left at least")
  func leastShare() throws {
    let solver = DecomposedSolver(
      AnsweringSolver { model, options in
        let seconds = (options.timeLimit ?? .zero) / .seconds(1)
        return Solution(status: .optimal, objective: 0, bestBound: 0, values: model.costs.map { _ in seconds })
      })
    let solution = try solver.solve(model(blockSizes: [1, 999]), options: SolveOptions(timeLimit: .seconds(100)))
    #expect(solution.values[0] == 5)
    #expect(solution.values[1] == 100)
  }

  @Test("sets no time limit where none is asked for")
  func noTimeLimit() throws {
    let solver = DecomposedSolver(
      AnsweringSolver { model, options in
        Solution(status: options.timeLimit == nil ? .optimal : .feasible, objective: 0, bestBound: 0, values: model.costs)
      })
    #expect(try solver.solve(model(blockSizes: [2, 2])).status == .optimal)
  }

  @Test("does not call the sum optimal when the blocks' gaps add up to more than asked for")
  func gap() throws {
    // Block costs of 1000 and -999, each within 1e-4 of its best: together 0.2 off for an objective of 1.
    let solver = DecomposedSolver(
      AnsweringSolver { model, _ in
        let objective = model.variableCount == 1 ? 1000.0 : -999.0
        return Solution(status: .optimal, objective: objective, bestBound: objective - 0.1, values: model.costs)
      })
    let solution = try solver.solve(model(blockSizes: [1, 2]))
    #expect(solution.status == .feasible)
    #expect(abs(solution.relativeGap - 0.2) < 1e-9)
  }

  @Test("shares the absolute gap out among the blocks")
  func absoluteGap() throws {
    let solver = DecomposedSolver(
      AnsweringSolver { model, options in
        Solution(status: .optimal, objective: 0, bestBound: -options.absoluteGap, values: model.costs)
      })
    var options = SolveOptions()
    options.absoluteGap = 0.5
    let solution = try solver.solve(model(blockSizes: [1, 1, 1, 1]), options: options)
    #expect(solution.bestBound == -0.5)
    #expect(solution.status == .optimal)
  }

  @Test("stops at the first infeasible block")
  func infeasible() throws {
    let solver = DecomposedSolver(
      AnsweringSolver { model, _ in
        Solution(withoutValues: model.variableCount == 1 ? .infeasible : .failed("asked although settled"))
      })
    let solution = try solver.solve(model(blockSizes: [3, 1, 2]))
    #expect(solution.status == .infeasible)
    #expect(solution.bestBound == .infinity)
  }

  @Test("refuses a model that means nothing before any block is solved")
  func invalid() {
    var broken = model(blockSizes: [1, 1])
    broken.addOffset(.nan)
    let solver = DecomposedSolver(AnsweringSolver { _, _ in Solution(withoutValues: .failed("asked")) })
    #expect(throws: SolverError.self) { try solver.solve(broken) }
  }
}

@Suite("Better points of several blocks")
struct DecomposedPointsTests {
  /// Tells a point of 5 a variable before it answers 1 a variable.
  private struct TellingSolver: Solver {
    func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
      try solve(model, options: options) { _ in }
    }

    func solve(
      _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
    ) throws(SolverError) -> Solution {
      let count = Double(model.variableCount)
      whenBetter(
        Solution(status: .feasible, objective: 5 * count, bestBound: count, values: model.costs.map { _ in 5 }))
      return Solution(status: .optimal, objective: count, bestBound: count, values: model.costs.map { _ in 1 })
    }
  }

  @Test("the whole has a point once its last block has one")
  func whole() throws {
    var model = LinearModel()
    for size in [1, 2] {
      let variables = (0..<size).map { _ in model.addVariable(upper: 9, cost: 1) }
      model.addConstraint(.atLeast(0), variables.map { 1 * $0 })
    }
    model.addOffset(100)
    var points: [Solution] = []
    let solution = try DecomposedSolver(TellingSolver()).solve(model, options: SolveOptions()) { points.append($0) }
    #expect(solution.objective == 103)
    // The small block is solved (1) when the large one tells of its first point (2 x 5).
    #expect(points.map(\.objective) == [111])
    #expect(points.map(\.bestBound) == [103])
    #expect(points.map(\.values) == [[1, 5, 5]])
    #expect(points.map(\.status) == [.feasible])
  }
}
