import LinearOptimization
import Testing

@Suite("Feasibility check")
struct FeasibilityCheckTests {
  /// 2 x + 3 y - 4 <= 10, 0 <= x <= 5, 0 <= y <= 5 whole; costs 1 and 10, offset 100.
  private let model: LinearModel
  private let x: Variable
  private let y: Variable

  init() {
    var model = LinearModel()
    x = model.addVariable(upper: 5, cost: 1)
    y = model.addVariable(upper: 5, cost: 10, domain: .integer)
    model.addConstraint(.atMost(10), 2 * x, 3 * y)
    model.addOffset(100)
    self.model = model
  }

  @Test("finds nothing at a point that keeps everything")
  func feasible() {
    let check = FeasibilityCheck(of: [2, 2], in: model)
    // 2 * 2 + 3 * 2 = 10: on the limit. Objective 2 + 20 + 100.
    #expect(check.objective == 122)
    #expect(check.largestViolation == 0)
    #expect(check.worstBound == nil && check.worstRow == nil && check.worstInteger == nil)
    #expect(check.holds(within: 0))
  }

  @Test("names the worst bound, row and integer with the amount")
  func violations() {
    let check = FeasibilityCheck(of: [6, 2.25], in: model)
    // x is 1 above 5. 2 * 6 + 3 * 2.25 = 18.75 is 8.75 above 10. y is 0.25 from 2.
    #expect(check.worstBound?.amount == 1)
    #expect(check.worstBound?.place == model.place(of: x))
    #expect(check.worstRow?.amount == 8.75)
    #expect(check.worstRow?.place.element == .constraint(Constraint(index: 0)))
    #expect(check.worstInteger?.amount == 0.25)
    #expect(check.worstInteger?.place == model.place(of: y))
    #expect(check.largestViolation == 8.75)
    #expect(!check.holds(within: 0.2))
  }

  @Test("sees values below a lower bound and sums below a row's")
  func below() {
    var model = LinearModel()
    let level = model.addVariable(lower: 2, upper: 10)
    model.addConstraint(.between(6, 8), 2 * level)
    let check = FeasibilityCheck(of: [1.5], in: model)
    #expect(check.worstBound?.amount == 0.5)
    #expect(check.worstRow?.amount == 3)
  }

  @Test("weighs a violation by the size of its row")
  func scaling() {
    var model = LinearModel()
    let power = model.addVariable(upper: 1000)
    let on = model.addBinary()
    model.addConstraint(.atMost(0), 1 * power, -1000 * on)
    let check = FeasibilityCheck(of: [0.0001, 0], in: model)
    #expect(check.worstRow?.amount == 0.0001)
    // 1e-4 in a row whose largest term is 1000 * max(1, 0): 1e-7.
    #expect(check.holds(within: 1.001e-7))
    #expect(!check.holds(within: 0.999e-7))
  }

  @Test("never accepts a value that is no number", arguments: [Double.nan, .infinity, -.infinity])
  func noNumber(value: Double) {
    var model = LinearModel()
    _ = model.addVariable(lower: -.infinity, upper: .infinity)
    let check = FeasibilityCheck(of: [value], in: model)
    #expect(check.largestViolation == .infinity)
    #expect(!check.holds(within: 1e9))
  }

  @Test(
    "rounds to the nearest whole number, halves away from zero",
    arguments: [(0.4, 0.0), (0.5, 1.0), (-0.5, -1.0), (2.75, 3.0), (-2.25, -2.0), (1e300, 1e300)])
  func nearestWhole(value: Double, expected: Double) {
    #expect(value.nearestWhole == expected)
  }
}
