extension LinearModel {
  /// The linear program that is left when each whole variable keeps its value at `values`: it has duals where the model has none.
  ///
  /// It prefers no point to another. Traps unless there is a value for each variable.
  public func withWholesFixed(at values: [Double]) -> LinearModel {
    precondition(values.count == variableCount, "one value for each variable")
    var fixed = self
    for index in domains.indices where domains[index] == .integer {
      let whole = values[index].nearestWhole
      fixed.lowerBounds[index] = whole
      fixed.upperBounds[index] = whole
    }
    fixed.relax()
    fixed.preferences = []
    return fixed
  }
}
