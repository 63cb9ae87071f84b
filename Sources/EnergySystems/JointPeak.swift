import LinearOptimization

/// The measure `peak`: how much all parts together take from the public grid at the most.
///
///     P >= sum of g[t] - sum of x[t],   P >= 0     g, x: supplies and offtakes of the grid, each step t
///
/// Its variable and rows are there only where a level of the objective counts it: they join whatever else could be solved apart.
extension SystemModel {
  mutating func addJointPeak() {
    let owner = model.owner(named: "joint peak")
    model.label = Label(owner: owner)
    let peak = model.addVariable()
    count(1, .peak, for: peak)
    let taken = zip(system.supplies, variables.supplies).filter(\.0.isGrid).map(\.1)
    let given = zip(system.offtakes, variables.offtakes).filter(\.0.isGrid).map(\.1)
    for step in system.hours.indices {
      model.label = Label(owner: owner, step: step)
      model.addConstraint(.atMost(0), taken.map { 1 * $0[step] } + given.map { -1 * $0[step] } + [-1 * peak])
    }
  }
}

extension SystemCheck {
  /// kW: the highest mean power that all together take from the public grid in a step, never below zero.
  public var jointPeak: Double {
    system.hours.indices.map { step in
      let taken = zip(system.supplies, schedule.supplies).reduce(0) { $0 + ($1.0.isGrid ? $1.1[step] : 0) }
      return zip(system.offtakes, schedule.offtakes).reduce(taken) { $0 - ($1.0.isGrid ? $1.1[step] : 0) }
    }.reduce(0, max)
  }
}
