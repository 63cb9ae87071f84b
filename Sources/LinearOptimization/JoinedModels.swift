extension LinearModel {
  /// Adds the variables, rows, costs and preferences of `other`; owners of one name are one.
  ///
  /// - Returns: the index of its first variable here; the others follow in their order.
  @discardableResult
  public mutating func append(_ other: LinearModel) -> Int {
    let own = label
    defer { label = own }
    let (firstVariable, firstRow) = (variableCount, constraintCount)
    let owners = other.ownerNames.map { owner(named: $0) }
    func here(_ label: Label) -> Label { Label(owner: label.owner.map { owners[$0.index] }, step: label.step) }
    for column in other.costs.indices {
      label = here(other.variableLabels[column])
      _ = addVariable(
        lower: other.lowerBounds[column], upper: other.upperBounds[column], cost: other.costs[column],
        domain: other.domains[column])
    }
    for row in other.rowLowerBounds.indices {
      label = here(other.constraintLabels[row])
      addConstraint(.between(other.rowLowerBounds[row], other.rowUpperBounds[row]))
    }
    let entries = other.entries
    for entry in 0..<entries.count {
      let variable = Variable(index: firstVariable + Int(entries.columns[entry]))
      add(Term(entries.coefficients[entry], variable), to: Constraint(index: firstRow + Int(entries.rows[entry])))
    }
    if !other.preferences.isEmpty {
      if preferences.isEmpty { preferences = [Double](repeating: 0, count: variableCount) }
      for (column, preference) in other.preferences.enumerated() { preferences[firstVariable + column] = preference }
    }
    offset += other.offset
    return firstVariable
  }

  /// The continuous variables of the owner called `name` in `step`, in the order in which they were added.
  public func continuousVariables(of name: String, step: Int) -> [Variable] {
    guard let owner = ownersByName[name] else { return [] }
    return costs.indices.filter { variableLabels[$0] == Label(owner: owner, step: step) && domains[$0] == .continuous }
      .map { Variable(index: $0) }
  }
}
