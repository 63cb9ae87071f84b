/// Which variables and rows of a linear program are at a bound: a corner of what is allowed.
public struct Basis: Hashable, Sendable {
  /// Where a variable or row stands.
  public enum Status: UInt8, Hashable, Sendable {
    /// At its least value.
    case lower
    /// Between its bounds: it follows from the others.
    case basic
    /// At its greatest value.
    case upper
    /// At zero, without bounds.
    case zero
    /// At one of its bounds, whichever.
    case nonbasic
  }

  /// That of each variable.
  public var variables: [Status]
  /// That of each row.
  public var constraints: [Status]

  /// A basis; see the properties.
  public init(variables: [Status], constraints: [Status]) {
    self.variables = variables
    self.constraints = constraints
  }
}

/// Where a solve begins: at the end of an earlier one, of the same model or of one like it.
///
/// After a new forecast most of a plan stays as it is; a solver that begins there has little to do.
public struct WarmStart: Hashable, Sendable {
  /// For a linear program.
  public var basis: Basis?
  /// For a model with integers: a point; it need not hold any more.
  public var values: [Double]

  /// A start; see the properties.
  public init(basis: Basis? = nil, values: [Double] = []) {
    self.basis = basis
    self.values = values
  }
}

extension LinearModel {
  /// Where a solve of this model may begin, seen that `solution` solved `earlier`, whose step `steps` is this model's first.
  ///
  /// Variables and rows are matched by their owner's name, their step and their place among the owner's of that step. Steps behind the
  /// end of `earlier` begin as its last step ended. Nil where `solution` has nothing to begin with.
  public func start(from solution: Solution, of earlier: LinearModel, stepsLater steps: Int = 0) -> WarmStart? {
    guard solution.status.hasValues, solution.values.count == earlier.variableCount else { return nil }
    let variables = earlier.matches(of: variableLabels, named: ownerNames, among: earlier.variableLabels, stepsLater: steps)
    var start = WarmStart()
    start.values = variables.enumerated().map { index, match in
      max(lowerBounds[index], min(upperBounds[index], match.map { solution.values[$0] } ?? 0))
    }
    if let basis = solution.basis {
      let rows = earlier.matches(of: constraintLabels, named: ownerNames, among: earlier.constraintLabels, stepsLater: steps)
      start.basis = Basis(
        variables: variables.map { $0.map { basis.variables[$0] } ?? .nonbasic },
        constraints: rows.map { $0.map { basis.constraints[$0] } ?? .basic })
    }
    return start
  }

  /// For each of another model's `labels` the index of what stands at the same place among this model's; nil where nothing does.
  private func matches(
    of labels: Labels, named names: [String], among own: Labels, stepsLater: Int
  ) -> [Int?] {
    var places: [Label: [Int]] = [:]
    var lastSteps: [Int32: Int32] = [:]
    for index in own.owners.indices {
      places[own[index], default: []].append(index)
      lastSteps[own.owners[index]] = max(lastSteps[own.owners[index]] ?? Label.none, own.steps[index])
    }
    let owners = names.map { ownersByName[$0]?.position }
    var seen: [Label: Int] = [:]
    return labels.owners.indices.map { index in
      let label = labels[index]
      let ordinal = seen[label, default: 0]
      seen[label] = ordinal + 1
      var owner = Label.none
      if let named = label.owner {
        guard let known = owners[named.index] else { return nil }
        owner = known
      }
      var step = label.stepCode
      if step != Label.none { step = min(step + Int32(stepsLater), lastSteps[owner] ?? step) }
      guard let same = places[Label(ownerCode: owner, stepCode: step)], ordinal < same.count else { return nil }
      return same[ordinal]
    }
  }
}
