import LinearOptimization
import Testing

@Suite("Independent blocks")
struct BlockDecompositionTests {
  /// Two houses with their variables mixed, a variable that no row mentions and a row without terms.
  private struct Village {
    var model = LinearModel()
    let variables: [Variable]
    let rows: [Constraint]

    init() {
      let north = model.owner(named: "north")
      let south = model.owner(named: "south")
      var variables: [Variable] = []
      for step in 0..<2 {
        model.label = Label(owner: north, step: step)
        variables.append(model.addVariable(upper: 10, cost: 1))
        model.label = Label(owner: south, step: step)
        variables.append(model.addVariable(upper: 20, cost: 2, domain: .integer))
      }
      variables.append(model.addVariable(lower: 3, upper: 4, cost: 5))
      self.variables = variables
      rows = [
        model.addConstraint(.atLeast(0), 1 * variables[3], -1 * variables[1]),
        model.addConstraint(.between(0, 1)),
        model.addConstraint(.equal(7), 1 * variables[0], 1 * variables[2]),
      ]
      model.addOffset(100)
    }
  }

  @Test("are the parts that share no row, what is unconnected in one block at the end")
  func blocks() {
    let village = Village()
    let decomposition = BlockDecomposition(of: village.model)
    let x = village.variables
    #expect(decomposition.blocks.map(\.variables) == [[x[0], x[2]], [x[1], x[3]], [x[4]]])
    #expect(decomposition.blocks.map(\.constraints) == [[village.rows[2]], [village.rows[0]], [village.rows[1]]])
    #expect(decomposition.offset == 100)
  }

  @Test("keep bounds, costs, coefficients and labels")
  func content() {
    let south = BlockDecomposition(of: Village().model).blocks[1].model
    #expect(south.costs == [2, 2])
    #expect(south.upperBounds == [20, 20])
    #expect(south.integerCount == 2)
    #expect(south.offset == 0)
    #expect(south.rowLowerBounds == [0])
    #expect(south.rowMatrix().columns == [1, 0])
    #expect(south.rowMatrix().coefficients == [1, -1])
    #expect(south.place(of: Variable(index: 1)).description == "variable 1 (south, step 1)")
  }

  @Test("are one where a row joins them")
  func joined() {
    var village = Village()
    village.model.addConstraint(.atMost(12), 1 * village.variables[0], 1 * village.variables[1])
    let decomposition = BlockDecomposition(of: village.model)
    #expect(decomposition.blocks.map(\.variables.count) == [4, 1])
  }

  @Test("are the model itself where it cannot be parted")
  func whole() {
    var model = LinearModel()
    let x = model.addVariable()
    model.addConstraint(.equal(1), 1 * x)
    model.addOffset(4)
    let decomposition = BlockDecomposition(of: model)
    #expect(decomposition.blocks.count == 1)
    #expect(decomposition.blocks[0].variables == [x])
    #expect(decomposition.blocks[0].model.offset == 0)
    #expect(decomposition.offset == 4)
  }

  @Test("put values, duals and objective back in place")
  func merging() {
    let decomposition = BlockDecomposition(of: Village().model)
    let merged = decomposition.merge([
      Solution(
        status: .optimal, objective: 7, bestBound: 7, values: [3, 4], constraintDuals: [1], reducedCosts: [10, 11],
        simplexIterations: 2, solveTime: .seconds(1)),
      Solution(
        status: .feasible, objective: 6, bestBound: 5, values: [1, 2], constraintDuals: [2], reducedCosts: [12, 13],
        simplexIterations: 3, solveTime: .seconds(2)),
      Solution(status: .optimal, objective: 15, bestBound: 15, values: [3.5], constraintDuals: [3], reducedCosts: [14]),
    ])
    #expect(merged.status == .feasible)
    #expect(merged.values == [3, 1, 4, 2, 3.5])
    #expect(merged.reducedCosts == [10, 12, 11, 13, 14])
    #expect(merged.constraintDuals == [2, 3, 1])
    // 7 + 6 + 15 + 100, and 7 + 5 + 15 + 100.
    #expect(merged.objective == 128)
    #expect(merged.bestBound == 127)
    #expect(merged.simplexIterations == 5)
    #expect(merged.solveTime == .seconds(3))
  }

  @Test(
    "make the whole as bad as the worst of them",
    arguments: [
      (SolveStatus.infeasible, SolveStatus.failed("out of memory"), SolveStatus.infeasible),
      (.infeasible, .unbounded, .infeasible),
      (.unbounded, .limitReached, .limitReached),
      (.unbounded, .feasible, .unbounded),
      (.infeasibleOrUnbounded, .unbounded, .infeasibleOrUnbounded),
      (.feasible, .optimal, .feasible),
    ])
  func worstStatus(first: SolveStatus, second: SolveStatus, whole: SolveStatus) {
    let decomposition = BlockDecomposition(of: Village().model)
    func solution(_ status: SolveStatus) -> Solution {
      status.hasValues
        ? Solution(status: status, objective: 1, bestBound: 1, values: [0, 0]) : Solution(withoutValues: status)
    }
    let rest = Solution(status: .optimal, objective: 1, bestBound: 1, values: [3])
    for pair in [[first, second], [second, first]] {
      let merged = decomposition.merge(pair.map(solution) + [rest])
      #expect(merged.status == whole)
      #expect(merged.values.isEmpty == !whole.hasValues)
      #expect(!merged.bestBound.isNaN)
    }
  }
}

@Suite("Bundling small blocks")
struct BlockBundlingTests {
  @Test("puts small parts together in order, leaves large ones alone, and keeps the optimum")
  func bundles() throws {
    // Five parts of sizes 1, 1, 3, 1, 1 (each a row over its own variables), bundled to at least 2.
    var model = LinearModel()
    for size in [1, 1, 3, 1, 1] {
      let variables = (0..<size).map { _ in model.addVariable(upper: 10, cost: 1) }
      model.addConstraint(.atLeast(Double(size)), variables.map { 1 * $0 })
    }
    let decomposition = BlockDecomposition(of: model, leastSize: 2)
    #expect(decomposition.blocks.map { $0.variables.map(\.index) } == [[0, 1], [2, 3, 4], [5, 6]])
    #expect(decomposition.blocks.map { $0.constraints.map(\.index) } == [[0, 1], [2], [3, 4]])
  }
}
