import HighsSolver
import LinearOptimization
import TestSupport
import Testing

@Suite("Better points on the way to an optimum")
struct BetterPointsTests {
  @Test("each is better than the last, holds, lies above its bound, and the last is the optimum")
  func points() throws {
    var random = SeededGenerator(seed: 3)
    var told = 0
    for _ in 0..<20 {
      var model = LinearModel()
      let things = (0..<40).map { _ in model.addBinary(cost: -Double.random(in: 1...20, using: &random)) }
      for _ in 0..<3 {
        model.addConstraint(.atMost(100), things.map { Term(Double.random(in: 1...20, using: &random), $0) })
      }
      model.addOffset(1000)
      var points: [Solution] = []
      let optimum = try HighsSolver().solve(model, options: SolveOptions()) { points.append($0) }
      #expect(optimum.status == .optimal)
      for (earlier, later) in zip(points, points.dropFirst()) { #expect(later.objective < earlier.objective + 1e-9) }
      for point in points {
        #expect(point.status == .feasible)
        #expect(FeasibilityCheck(of: point.values, in: model).holds(within: 1e-5))
        #expect(point.objective >= optimum.bestBound - 1e-6)
        // A bound that was proved for the whole model, its offset in it.
        #expect(point.bestBound <= optimum.objective + 1e-6)
        #expect(point.bestBound == -.infinity || point.bestBound > 0)
      }
      told += points.count
    }
    #expect(told >= 20)
  }

  @Test("a model without whole numbers has none: it is solved or it is not")
  func relaxed() throws {
    var model = LinearModel()
    let power = model.addVariable(upper: 4, cost: -1)
    model.addConstraint(.atMost(3), 1 * power)
    var points = 0
    #expect(try HighsSolver().solve(model, options: SolveOptions()) { _ in points += 1 }.objective == -3)
    #expect(points == 0)
  }
}
