import LinearOptimization

/// A point of a solver without its numerical dust, and whether it holds: values clipped to their bounds, integers whole.
struct TidyPoint {
  /// Value of each variable at `Variable.index`.
  let values: [Double]
  private let check: FeasibilityCheck
  private let tolerance: Double

  /// Objective at `values`, offset included.
  var objective: Double { check.objective }

  /// Whether every bound, row and whole number holds within ten times the tolerance that the solver worked to.
  var isFeasible: Bool { check.holds(within: tolerance) }

  /// The worst violation, as the end of a sentence: " by 0.2: row 7 (house 3, step 12)". Empty if there is none.
  var worst: String {
    let violations = [check.worstRow, check.worstBound, check.worstInteger].compactMap { $0 }
    guard let worst = violations.max(by: { $0.amount < $1.amount }) else { return "" }
    return " by \(worst.amount): \(worst.place)"
  }

  /// Tidies `raw`. Where whole integers would break a row, they stay as the solver left them.
  init(_ raw: [Double], in model: LinearModel, _ options: SolveOptions) {
    // The solver judges its scaled and presolved model; transforming back loses up to a digit.
    let toleranceOfIntegers = model.hasIntegers ? options.integralityTolerance : 0
    tolerance = 10 * max(options.feasibilityTolerance, toleranceOfIntegers)
    var clipped = raw
    for index in clipped.indices {
      clipped[index] = max(model.lowerBounds[index], min(model.upperBounds[index], clipped[index]))
    }
    let clippedCheck = FeasibilityCheck(of: clipped, in: model)
    guard clippedCheck.worstInteger != nil else {
      values = clipped
      check = clippedCheck
      return
    }
    var whole = clipped
    for index in whole.indices where model.domains[index] == .integer {
      whole[index] = whole[index].nearestWhole
    }
    let wholeCheck = FeasibilityCheck(of: whole, in: model)
    let isHarmless = wholeCheck.holds(within: tolerance)
    values = isHarmless ? whole : clipped
    check = isHarmless ? wholeCheck : clippedCheck
  }
}
