import EnergySystems
import HighsSolver
import LinearOptimization
import SolverProcess
import TestSupport
import Testing

@Suite("The program as its own solver")
struct OwnSolverTests {
  private func solver() throws -> SolverProcess {
    SolverProcess(program: try Checkout.program(.energyOpt), arguments: ["solver-process"])
  }

  /// Bags of limited weight, several beside each other: which of the things are worth taking.
  private func model(bags: Int, things: Int, whole: Bool, _ random: inout SeededGenerator) -> LinearModel {
    var model = LinearModel()
    for _ in 0..<bags {
      var terms: [Term] = []
      for _ in 0..<things {
        let worth = Double.random(in: 1...20, using: &random)
        let thing = model.addVariable(upper: 1, cost: -worth, domain: whole ? .integer : .continuous)
        terms.append(Term(Double.random(in: 1...20, using: &random), thing))
      }
      model.addConstraint(.atMost(Double(things) * 4), terms)
    }
    model.addOffset(3)
    return model
  }

  @Test("gives what the solver gives in this process, bit for bit: relaxed and whole, in one piece and in several")
  func same() throws {
    var random = SeededGenerator(seed: 5)
    for (bags, things) in [(1, 1), (1, 40), (3, 300)] {
      for whole in [false, true] {
        let model = model(bags: bags, things: things, whole: whole, &random)
        let here = try SystemSolver.decomposing(HighsSolver()).solve(model, options: SolveOptions())
        let there = try solver().solve(model, options: SolveOptions())
        #expect(there.status == here.status)
        #expect(there.values == here.values)
        #expect(there.objective == here.objective)
        #expect(there.bestBound == here.bestBound)
        #expect(there.constraintDuals == here.constraintDuals)
      }
    }
  }

  @Test("names a model that makes no sense before any process is started")
  func refused() {
    var model = LinearModel()
    _ = model.addVariable(cost: .nan)
    #expect(throws: SolverError.self) { try solver().solve(model, options: SolveOptions()) }
  }
}
