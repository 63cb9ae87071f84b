import LinearOptimization
import Testing

@Suite("Beginning where an earlier solve ended")
struct WarmStartTests {
  /// Two houses with a flow and a row a step, and a peak that is of no step.
  private func model(houses: [String], steps: Int) -> LinearModel {
    var model = LinearModel()
    for house in houses {
      let owner = model.owner(named: house)
      model.label = Label(owner: owner)
      _ = model.addVariable()
      for step in 0..<steps {
        model.label = Label(owner: owner, step: step)
        let flows = (0..<2).map { _ in model.addVariable(upper: 10) }
        model.addConstraint(.atLeast(1), flows.map { 1 * $0 })
      }
    }
    return model
  }

  private func solution(of model: LinearModel) -> Solution {
    var solution = Solution(
      status: .optimal, objective: 0, bestBound: 0, values: (0..<model.variableCount).map(Double.init))
    solution.basis = Basis(
      variables: (0..<model.variableCount).map { $0 % 2 == 0 ? .basic : .upper },
      constraints: (0..<model.constraintCount).map { $0 % 2 == 0 ? .lower : .basic })
    return solution
  }

  @Test("the same model begins exactly there")
  func same() throws {
    let model = model(houses: ["a", "b"], steps: 3)
    let solution = solution(of: model)
    let start = try #require(model.start(from: solution, of: model))
    #expect(start.basis == solution.basis)
    // Values that are beyond a bound are put at it: the second house's flows are 8 to 13, at most 10.
    #expect(start.values == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10])
  }

  @Test("a step later everything is found by its owner, its place and its time; the step that is new begins as the last one")
  func later() throws {
    // Variables of a: peak 0; flows 1 2, 3 4, 5 6. Of b: peak 7; flows 8 9, 10 11, 12 13.
    let earlier = model(houses: ["a", "b"], steps: 3)
    let now = model(houses: ["b", "c", "a"], steps: 3)
    let start = try #require(now.start(from: solution(of: earlier), of: earlier, stepsLater: 1))
    let basis = try #require(start.basis)
    #expect(start.values == [7, 10, 10, 10, 10, 10, 10] + [0, 0, 0, 0, 0, 0, 0] + [0, 3, 4, 5, 6, 5, 6])
    let known: [Basis.Status] = [.upper, .basic, .upper, .basic, .upper, .basic, .upper]
    #expect(Array(basis.variables[..<7]) == known)
    #expect(Array(basis.variables[7..<14]) == [Basis.Status](repeating: .nonbasic, count: 7))
    #expect(Array(basis.variables[14...]) == [.basic, .upper, .basic, .upper, .basic, .upper, .basic])
    // Rows of a: 0 1 2, of b: 3 4 5; of the unknown house all are free to follow.
    #expect(basis.constraints == [.lower, .basic, .basic] + [.basic, .basic, .basic] + [.basic, .lower, .lower])
  }

  @Test("a solution without values is nothing to begin with")
  func nothing() {
    let model = model(houses: ["a"], steps: 1)
    #expect(model.start(from: Solution(withoutValues: .limitReached), of: model) == nil)
  }
}
