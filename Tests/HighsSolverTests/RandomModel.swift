import LinearOptimization
import TestSupport

/// A random model with a point known to be feasible: rows are drawn first, their limits around the point afterwards.
///
/// Variables without an upper bound cost something, so there is an optimum.
struct RandomModel {
  private(set) var model = LinearModel()
  /// A feasible point, mostly not the best one.
  private(set) var point: [Double] = []

  /// Several parts that share no row, of `variables` and `rows` each. Their variables and rows take turns in the model.
  init(parts: Int = 1, variables: Int, rows: Int, integerShare: Double = 0, using random: inout SeededGenerator) {
    var members = [[(variable: Variable, value: Double)]](repeating: [], count: parts)
    for _ in 0..<variables {
      for part in members.indices {
        members[part].append(addVariable(integerShare: integerShare, using: &random))
      }
    }
    for _ in 0..<rows {
      for part in members {
        addRow(over: part, using: &random)
      }
    }
    model.addOffset(Double.random(in: -10...10, using: &random))
  }

  private mutating func addVariable(
    integerShare: Double, using random: inout SeededGenerator
  ) -> (variable: Variable, value: Double) {
    let isInteger = Double.random(in: 0..<1, using: &random) < integerShare
    let lower = Double(Int.random(in: -4...2, using: &random))
    let width = Double(Int.random(in: 0...6, using: &random))
    let cost = Double.random(in: -3...5, using: &random)
    let value: Double
    if isInteger {
      value = lower + Double(Int.random(in: 0...Int(width), using: &random))
    } else {
      value = lower + Double.random(in: 0...1, using: &random) * width
    }
    let isOpen = cost > 0 && Int.random(in: 0..<5, using: &random) == 0
    let variable = model.addVariable(
      lower: lower, upper: isOpen ? .infinity : lower + width, cost: cost, domain: isInteger ? .integer : .continuous)
    point.append(value)
    return (variable, value)
  }

  private mutating func addRow(over part: [(variable: Variable, value: Double)], using random: inout SeededGenerator) {
    var sum = 0.0
    var terms: [Term] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let (variable, value) = part[Int.random(in: 0..<part.count, using: &random)]
      let coefficient = Double(Int.random(in: -20...20, using: &random)) / 4
      terms.append(coefficient * variable)
      sum += coefficient * value
    }
    let slack = Double.random(in: 0...2, using: &random)
    let bounds: RowBounds =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .equal(sum)
      case 1: .atMost(sum + slack)
      case 2: .atLeast(sum - slack)
      default: .between(sum - slack, sum + 1)
      }
    model.addConstraint(bounds, terms)
  }
}
