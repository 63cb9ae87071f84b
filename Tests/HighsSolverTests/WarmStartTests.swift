import HighsSolver
import LinearOptimization
import TestSupport
import Testing

@Suite("HiGHS from an earlier end")
struct HighsWarmStartTests {
  /// A store between changing prices: each step buys, sells, keeps.
  private func model(prices: [Double], demand: [Double], isWhole: Bool = false) -> LinearModel {
    var model = LinearModel()
    var before: Variable?
    for step in prices.indices {
      let bought = model.addVariable(upper: 20, cost: prices[step])
      let content = model.addVariable(upper: 30)
      let isOn = isWhole ? model.addBinary(cost: 0.5) : model.addVariable(upper: 1, cost: 0.5)
      model.addConstraint(
        .equal(demand[step]), [1 * bought, -1 * content] + (before.map { [0.99 * $0] } ?? []))
      model.addConstraint(.atMost(0), 1 * bought, -20 * isOn)
      before = content
    }
    return model
  }

  private func days(_ count: Int, _ random: inout SeededGenerator) -> (prices: [Double], demand: [Double]) {
    (
      (0..<count).map { _ in Double.random(in: 5...40, using: &random) },
      (0..<count).map { _ in Double.random(in: 0...8, using: &random) }
    )
  }

  @Test("a linear program that begins at its own optimum is there at once")
  func same() throws {
    var random = SeededGenerator(seed: 1)
    let (prices, demand) = days(96, &random)
    let model = model(prices: prices, demand: demand)
    let cold = try HighsSolver().solve(model)
    var options = SolveOptions()
    options.start = model.start(from: cold, of: model)
    let warm = try HighsSolver().solve(model, options: options)
    #expect(options.start?.basis != nil)
    #expect(warm.status == .optimal)
    #expect(warm.simplexIterations == 0)
    #expect(abs(warm.objective - cold.objective) < 1e-9 * abs(cold.objective))
  }

  @Test("after another forecast the optimum is the same as anew, in fewer iterations; a start that fits nothing does no harm")
  func another() throws {
    var random = SeededGenerator(seed: 2)
    var (coldCount, warmCount) = (0, 0)
    for isWhole in [false, true] {
      for _ in 0..<20 {
        let (prices, demand) = days(48, &random)
        let earlier = model(prices: prices, demand: demand, isWhole: isWhole)
        let changed = demand.map { $0 * Double.random(in: 0.9...1.1, using: &random) }
        let later = model(prices: prices, demand: changed, isWhole: isWhole)
        let cold = try HighsSolver().solve(later)
        var options = SolveOptions()
        options.start = later.start(from: try HighsSolver().solve(earlier), of: earlier)
        let warm = try HighsSolver().solve(later, options: options)
        #expect(warm.status == .optimal)
        #expect(abs(warm.objective - cold.objective) <= (isWhole ? 2e-4 : 1e-8) * abs(cold.objective))
        options.start = WarmStart(basis: Basis(variables: [.basic], constraints: []), values: [1])
        #expect(try HighsSolver().solve(later, options: options).status == .optimal)
        guard !isWhole else { continue }
        coldCount += cold.simplexIterations
        warmCount += warm.simplexIterations
      }
    }
    // Presolve spares the cold solve iterations as well.
    #expect(warmCount < coldCount)
  }
}
