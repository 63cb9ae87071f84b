import LinearOptimization
import Testing

@Suite("Solution")
struct SolutionTests {
  @Test("has no gap when the bound meets the objective, or passes it by rounding")
  func closed() {
    #expect(Solution(status: .optimal, objective: 7, bestBound: 7, values: []).relativeGap == 0)
    #expect(Solution(status: .optimal, objective: 0, bestBound: 0, values: []).relativeGap == 0)
    #expect(Solution(status: .optimal, objective: 7, bestBound: 7.000001, values: []).absoluteGap == 0)
  }

  @Test("measures the gap against the objective's size")
  func open() {
    let solution = Solution(status: .feasible, objective: -200, bestBound: -250, values: [])
    #expect(solution.absoluteGap == 50)
    #expect(solution.relativeGap == 0.25)
    #expect(Solution(status: .feasible, objective: 0, bestBound: -1, values: []).relativeGap == .infinity)
    #expect(Solution(status: .feasible, objective: 3, bestBound: -.infinity, values: []).relativeGap == .infinity)
  }

  @Test("without values is worth what its status says")
  func withoutValues() {
    let infeasible = Solution(withoutValues: .infeasible)
    #expect(infeasible.objective == .infinity && infeasible.bestBound == .infinity)
    let unbounded = Solution(withoutValues: .unbounded)
    #expect(unbounded.objective == -.infinity && unbounded.bestBound == -.infinity)
    let stopped = Solution(withoutValues: .limitReached, bestBound: 12)
    #expect(stopped.objective == .infinity && stopped.bestBound == 12)
    #expect(stopped.relativeGap == .infinity)
  }

  @Test("has duals only when the solver gave them")
  func duals() {
    let bare = Solution(status: .optimal, objective: 1, bestBound: 1, values: [1])
    #expect(bare.dual(of: Constraint(index: 0)) == nil)
    #expect(bare.reducedCost(of: Variable(index: 0)) == nil)
    let full = Solution(status: .optimal, objective: 1, bestBound: 1, values: [1], constraintDuals: [3], reducedCosts: [4])
    #expect(full.dual(of: Constraint(index: 0)) == 3)
    #expect(full.reducedCost(of: Variable(index: 0)) == 4)
    #expect(full[Variable(index: 0)] == 1)
  }

  @Test("counts as optimal within the relative or the absolute gap")
  func acceptance() {
    var options = SolveOptions()
    options.relativeGap = 0.01
    options.absoluteGap = 0.5
    #expect(options.accept(objective: 100, bestBound: 99))
    #expect(!options.accept(objective: 100, bestBound: 98.9))
    #expect(options.accept(objective: 1, bestBound: 0.5))
    #expect(!options.accept(objective: 1, bestBound: 0.4))
    options.relativeGap = 0
    options.absoluteGap = 0
    #expect(options.accept(objective: 1, bestBound: 1 - 0.9e-6))
    #expect(!options.accept(objective: 1, bestBound: 1 - 1.1e-6))
  }
}
