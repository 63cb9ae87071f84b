public import LinearOptimization

/// What came of solving several systems as one.
public struct JointOutcome: Sendable {
  /// How it ended.
  public let status: SolveStatus
  /// How far the bound is below the sum of the objectives, relative to that.
  public let relativeGap: Double
  /// Wall-clock time that the solver took.
  public let solveTime: Duration
  /// What every part of each system does; none where there is no schedule.
  public let schedules: [SystemSchedule]
}

extension SystemSolver {
  /// Solves `systems`, which are the same parts with other figures, as one: the sum of their objectives is least, and what `parts` do in
  /// the first step is the same in all of them. That is what can be decided now, whatever comes.
  ///
  /// Of the objective the first level counts. Of equally good schedules the calm ones are taken.
  /// - Throws: `SystemError` where figures contradict each other or a part is not the same in all, `SolverError` where the solver is not
  ///   there.
  public func solve(together systems: [EnergySystem], sameAtFirst parts: [String], options: SolveOptions) throws -> JointOutcome {
    var models: [SystemModel] = []
    var joint = LinearModel()
    var starts: [Int] = []
    for system in systems {
      var model = try SystemModel(system)
      model.preferCalm()
      starts.append(joint.append(model.model))
      models.append(model)
    }
    for part in parts {
      let decided = models.map { $0.model.continuousVariables(of: part, step: 0) }
      guard let first = decided.first, decided.allSatisfy({ $0.count == first.count }) else {
        throw SystemError.part(part, figure: "parts", reason: "are not the same in all cases")
      }
      for (other, start) in zip(decided, starts).dropFirst() {
        for (one, another) in zip(first, other) {
          joint.addConstraint(.equal(0), 1 * one, -1 * Variable(index: start + another.index))
        }
      }
    }
    let solution = try solver.solve(joint, options: options)
    var schedules: [SystemSchedule] = []
    var status = solution.status
    if status.hasValues {
      for (model, start) in zip(models, starts) {
        let values = Array(solution.values[start..<start + model.model.variableCount])
        let schedule = model.schedule(of: values)
        if let broken = SystemCheck(schedule, of: model.system).violations.first {
          status = .failed("the solver's point does not hold: \(broken)")
        }
        schedules.append(schedule)
      }
    }
    return JointOutcome(
      status: status, relativeGap: solution.relativeGap, solveTime: solution.solveTime,
      schedules: status.hasValues ? schedules : [])
  }
}
