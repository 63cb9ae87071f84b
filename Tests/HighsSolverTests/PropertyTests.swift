import HighsSolver
import LinearOptimization
import TestSupport
import Testing

@Suite("HiGHS on random models")
struct PropertyTests {
  private let solver = HighsSolver()

  @Test("solves feasible LPs to a point and a price list that prove each other", arguments: 1...60 as ClosedRange<UInt64>)
  func strongDuality(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let size = (variables: Int.random(in: 1...40, using: &random), rows: Int.random(in: 0...40, using: &random))
    let made = RandomModel(variables: size.variables, rows: size.rows, using: &random)
    let model = made.model
    let solution = try solver.solve(model)

    #expect(solution.status == .optimal)
    let check = FeasibilityCheck(of: solution.values, in: model)
    #expect(check.holds(within: 1e-6))
    #expect(check.objective == solution.objective)
    #expect(solution.objective <= model.objective(at: made.point) + 1e-6)

    // Prices: the reduced cost is cost minus the duals of the rows, and all prices times the limits they stand at give the objective.
    let reducedCosts = reducedCosts(of: model, duals: solution.constraintDuals)
    #expect(zip(reducedCosts, solution.reducedCosts).allSatisfy { abs($0 - $1) < 1e-6 })
    let worthOfRows = worth(of: solution.constraintDuals, at: model.rowLowerBounds, model.rowUpperBounds)
    let worthOfBounds = worth(of: solution.reducedCosts, at: model.lowerBounds, model.upperBounds)
    #expect(isClose(worthOfRows + worthOfBounds + model.offset, solution.objective, tolerance: 1e-5))
  }

  @Test("finds the best of all 1024 choices of ten switches", arguments: 1...25 as ClosedRange<UInt64>)
  func allChoices(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var model = LinearModel()
    let switches = (0..<10).map { _ in model.addBinary(cost: Double(Int.random(in: -9...9, using: &random))) }
    for _ in 0..<6 {
      let terms = switches.map { Double(Int.random(in: -5...5, using: &random)) * $0 }
      model.addConstraint(.atMost(Double(Int.random(in: -3...6, using: &random))), terms)
    }
    let points = (0..<1024).map { choice in (0..<10).map { Double((choice >> $0) & 1) } }
    let best = points.map { FeasibilityCheck(of: $0, in: model) }.filter { $0.holds(within: 0) }.map(\.objective).min()

    let solution = try solver.solve(model)
    if let best {
      #expect(solution.status == .optimal)
      #expect(isClose(solution.objective, best))
      #expect(solution.values.allSatisfy { $0 == 0 || $0 == 1 })
    } else {
      #expect(solution.status == .infeasible)
    }
  }

  @Test("gives a village the optimum that its houses have one by one", arguments: 1...30 as ClosedRange<UInt64>)
  func decomposition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let houses = Int.random(in: 2...7, using: &random)
    let integerShare = seed.isMultiple(of: 2) ? 0.3 : 0
    let made = RandomModel(parts: houses, variables: 8, rows: 6, integerShare: integerShare, using: &random)
    var options = SolveOptions()
    options.relativeGap = 1e-6
    let whole = try solver.solve(made.model, options: options)
    let parts = try DecomposedSolver(solver).solve(made.model, options: options)

    #expect(BlockDecomposition(of: made.model).blocks.count >= houses)
    #expect(whole.status == .optimal)
    #expect(parts.status == .optimal)
    #expect(isClose(parts.objective, whole.objective, tolerance: 1e-5))
    #expect(isClose(parts.bestBound, whole.objective, tolerance: 1e-5))
    let check = FeasibilityCheck(of: parts.values, in: made.model)
    #expect(check.holds(within: 1e-5))
    #expect(isClose(check.objective, parts.objective, tolerance: 1e-9))
    if integerShare == 0 {
      let reducedCosts = reducedCosts(of: made.model, duals: parts.constraintDuals)
      #expect(zip(reducedCosts, parts.reducedCosts).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test("gives the same answer to the same model", arguments: 1...5 as ClosedRange<UInt64>)
  func deterministic(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let made = RandomModel(variables: 60, rows: 50, integerShare: 0.4, using: &random)
    let first = try solver.solve(made.model)
    let second = try solver.solve(made.model)
    #expect(first.values == second.values)
    #expect(first.simplexIterations == second.simplexIterations)
  }

  /// Cost of each variable minus what its rows' duals make of its coefficients.
  private func reducedCosts(of model: LinearModel, duals: [Double]) -> [Double] {
    var reduced = model.costs
    let matrix = model.rowMatrix()
    for (row, dual) in duals.enumerated() {
      for entry in Int(matrix.rowStarts[row])..<Int(matrix.rowStarts[row + 1]) {
        reduced[Int(matrix.columns[entry])] -= dual * matrix.coefficients[entry]
      }
    }
    return reduced
  }

  /// Sum of price times limit: the lower limit for a positive price, the upper for a negative one, nothing for a price of 0.
  private func worth(of prices: [Double], at lower: [Double], _ upper: [Double]) -> Double {
    var sum = 0.0
    for (index, price) in prices.enumerated() where abs(price) > 1e-9 {
      sum += price * (price > 0 ? lower[index] : upper[index])
    }
    return sum
  }
}
