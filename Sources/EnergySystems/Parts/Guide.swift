import LinearOptimization

/// What a part did by an earlier schedule: it stays as near to that as it can.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | x | what the part takes, what it gives back deducted | kW |
/// | g | what it took by the earlier schedule, data | kW |
/// | o, u | how much more and less than that it takes | kW |
///
///     x - o + u = g,  o, u >= 0,  deviation = (o + u) dt     in the steps that the earlier schedule knows
public struct Guide: Sendable, Equatable {
  /// The converter, store, charging point or flexible use, by name. A store that is its bus cannot be guided.
  public var part: String
  /// What it took in each step, kW; below zero it gave. nil where the earlier schedule knows nothing.
  public var power: [Double?]

  /// A guide; see the properties.
  public init(_ part: String, power: [Double?]) {
    self.part = part
    self.power = power
  }
}

extension EnergySystem {
  /// What can be guided.
  public var guidable: Set<String> {
    Set(converters.map(\.id)).union(stores.filter { !$0.isItsBus }.map(\.id)).union(chargingPoints.map(\.id))
      .union(flexibleUses.map(\.id))
  }
}

extension Guide {
  func validate(_ check: FigureCheck, _ guidable: Set<String>, _ count: Int) throws(SystemError) {
    try check.names([part], "guide", among: guidable)
    guard power.count == count, power.allSatisfy({ abs($0 ?? 0) < 1e15 }) else {
      throw .part(part, figure: "guide", reason: "must be nothing or a number of each step")
    }
  }

  func formulate(in model: inout SystemModel) {
    let owner = model.model.owner(named: part)
    var net = [[Term]](repeating: [], count: model.system.count)
    model.collect(part, into: &net)
    model.collectGiven(part, into: &net)
    for (step, hours) in model.system.hours.enumerated() {
      guard let power = power[step] else { continue }
      model.model.label = Label(owner: owner, step: step)
      let (over, under) = (model.model.addVariable(), model.model.addVariable())
      model.count(hours, .deviation, for: over)
      model.count(hours, .deviation, for: under)
      model.model.addConstraint(.equal(power), net[step] + [-1 * over, 1 * under])
    }
  }
}

extension SystemModel {
  /// Takes what the store or charging point called `name` gives back off the terms of each step.
  fileprivate func collectGiven(_ name: String, into terms: inout [[Term]]) {
    if let place = system.stores.firstIndex(where: { $0.id == name }), let out = variables.stores[place].discharge {
      for step in terms.indices { terms[step].append(-1 * out[step]) }
    } else if let place = system.chargingPoints.firstIndex(where: { $0.id == name }) {
      for (session, part) in zip(system.chargingPoints[place].sessions, variables.cars[place]) {
        guard let back = part.back else { continue }
        for (position, step) in session.steps.enumerated() { terms[step].append(-1 * back.discharge[position]) }
      }
    }
  }
}

extension SystemCheck {
  /// kWh that parts take or give otherwise than their guides say.
  public var deviation: Double {
    system.guides.reduce(0) { sum, guide in
      guard let taken = taken(by: guide.part) else { return sum }
      let given = given(by: guide.part)
      return system.hours.enumerated().reduce(sum) { sum, step in
        guard let power = guide.power[step.offset] else { return sum }
        return sum + abs(taken[step.offset] - (given?[step.offset] ?? 0) - power) * step.element
      }
    }
  }

  private func given(by name: String) -> [Double]? {
    if let place = system.stores.firstIndex(where: { $0.id == name }) { return schedule.stores[place].discharge }
    if let place = system.chargingPoints.firstIndex(where: { $0.id == name }) { return schedule.chargingPoints[place].discharge }
    return nil
  }
}
