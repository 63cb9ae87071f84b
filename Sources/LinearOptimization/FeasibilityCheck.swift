/// Whether a point keeps a model's bounds, rows and integers, reckoned from the model alone: no solver is asked.
public struct FeasibilityCheck: Hashable, Sendable {
  /// A limit that the point breaks, and by how much.
  public struct Violation: Hashable, Sendable {
    /// How far outside the limit, in the unit of the variable or row; above 0, `.infinity` for a value that is no number.
    public let amount: Double
    /// The variable or row.
    public let place: Place
  }

  /// Objective at the point, offset included.
  public let objective: Double
  /// Largest violation of a variable's bounds; nil if all hold exactly.
  public let worstBound: Violation?
  /// Largest violation of a row's bounds; nil if all hold exactly.
  public let worstRow: Violation?
  /// Integer variable furthest from a whole number; nil if all are whole.
  public let worstInteger: Violation?
  /// Largest violation of all in relation to the size of its limit, as `holds(within:)` weighs it; 0 or more.
  public let scaledViolation: Double

  /// Largest violation of a bound, row or whole number, each in its own unit; 0 if all hold exactly.
  public var largestViolation: Double {
    max(worstBound?.amount ?? 0, worstRow?.amount ?? 0, worstInteger?.amount ?? 0)
  }

  /// Whether each limit holds up to `tolerance`.
  ///
  /// A violation is weighed by its limit: a variable's by max(1, |bound|), a row's by max(1, |bound|, |a| * max(1, |x|)
  /// of its largest term a * x). So 1e-7 in a variable that a row counts thousandfold is as good there as on its own.
  public func holds(within tolerance: Double) -> Bool { scaledViolation <= tolerance }

  /// Checks `values`, one at each `Variable.index`, against `model`; traps if there are more or fewer values than variables.
  public init(of values: [Double], in model: LinearModel) {
    precondition(values.count == model.variableCount, "one value for each variable")
    var bounds = Worst()
    var integers = Worst()
    for (index, value) in values.enumerated() {
      bounds.note(value, within: model.lowerBounds[index], model.upperBounds[index], scale: 1, at: index)
      if model.domains[index] == .integer {
        let whole = value.nearestWhole
        integers.note(value, within: whole, whole, scale: 1, at: index)
      }
    }
    let rows = Self.worstRow(values, model)
    objective = model.objective(at: values)
    worstBound = bounds.violation { model.place(of: Variable(index: $0)) }
    worstRow = rows.violation { model.place(of: Constraint(index: $0)) }
    worstInteger = integers.violation { model.place(of: Variable(index: $0)) }
    scaledViolation = max(bounds.scaled, rows.scaled, integers.amount)
  }

  private static func worstRow(_ values: [Double], _ model: LinearModel) -> Worst {
    var sums = [Double](repeating: 0, count: model.constraintCount)
    var scales = [Double](repeating: 1, count: model.constraintCount)
    let entries = model.entries
    for entry in 0..<entries.count {
      let row = Int(entries.rows[entry])
      let value = values[Int(entries.columns[entry])]
      let coefficient = entries.coefficients[entry]
      sums[row] += coefficient * value
      scales[row] = max(scales[row], coefficient.magnitude * max(1, value.magnitude))
    }
    var worst = Worst()
    for (row, sum) in sums.enumerated() {
      worst.note(sum, within: model.rowLowerBounds[row], model.rowUpperBounds[row], scale: scales[row], at: row)
    }
    return worst
  }
}

extension LinearModel {
  /// Objective at `values`, one at each `Variable.index`: cost · x + offset.
  public func objective(at values: [Double]) -> Double {
    precondition(values.count == variableCount, "one value for each variable")
    var sum = offset
    for (cost, value) in zip(costs, values) {
      sum += cost * value
    }
    return sum
  }
}

/// The worst of a list of violations so far.
private struct Worst {
  var amount = 0.0
  var scaled = 0.0
  var index = 0

  mutating func note(_ value: Double, within lower: Double, _ upper: Double, scale: Double, at index: Int) {
    let below = lower - value
    let above = value - upper
    // A value that is NaN breaks every limit.
    guard below.isNaN || above.isNaN || below > 0 || above > 0 else { return }
    let excess = value.isFinite ? max(below, above) : .infinity
    let bound = above > 0 ? upper.magnitude : lower.magnitude
    scaled = max(scaled, excess / max(scale, bound.isFinite ? bound : 1))
    if excess > amount {
      amount = excess
      self.index = index
    }
  }

  func violation(at place: (Int) -> Place) -> FeasibilityCheck.Violation? {
    amount > 0 ? FeasibilityCheck.Violation(amount: amount, place: place(index)) : nil
  }
}
