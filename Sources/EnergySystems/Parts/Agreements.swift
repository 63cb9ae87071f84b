import LinearOptimization

/// A price on the highest mean power of a billing period.
///
///     P >= mean over each measuring interval of (imports - exports),   P >= what was reached before       optimizer-model (D1)
///     P >= share * mean over each interval of the steps that it looks back on                             section 7
///     cost = price (P - before)
public struct PeakCharge: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Supplies that count, by name.
  public var supplies: [String]
  /// Offtakes that are deducted, by name.
  public var offtakes: [String]
  /// EUR a kW above what was reached before.
  public var price: Double
  /// The highest power of the period before the first step, kW: it is paid for already.
  public var before: Double
  /// The steps that count; nil for all.
  public var steps: [Int]?
  /// How many of these steps make one measuring interval.
  public var stepsPerInterval: Int
  /// What counts with a share only; nil for nothing.
  public var lookBack: LookBack?

  /// Steps of other periods, of whose highest power a share is charged at least.
  public struct LookBack: Sendable, Equatable {
    /// The share, from 0 to 1.
    public var share: Double
    /// The steps.
    public var steps: [Int]

    /// At least `share` of the highest power in `steps`.
    public init(share: Double, steps: [Int]) {
      self.share = share
      self.steps = steps
    }
  }

  /// A charge; see the properties.
  public init(
    _ id: String, supplies: [String], offtakes: [String] = [], price: Double, before: Double = 0, steps: [Int]? = nil,
    stepsPerInterval: Int = 1, lookBack: LookBack? = nil
  ) {
    self.id = id
    self.supplies = supplies
    self.offtakes = offtakes
    self.price = price
    self.before = before
    self.steps = steps
    self.stepsPerInterval = stepsPerInterval
    self.lookBack = lookBack
  }

  /// The measuring intervals as lists of steps, of a system of `count` steps, and the share with which each counts.
  func intervals(of count: Int) -> [(steps: [Int], share: Double)] {
    var counted = intervals(in: steps ?? Array(0..<count)).map { (steps: $0, share: 1.0) }
    if let lookBack { counted += intervals(in: lookBack.steps).map { (steps: $0, share: lookBack.share) } }
    return counted
  }

  private func intervals(in counted: [Int]) -> [[Int]] {
    stride(from: 0, to: counted.count, by: stepsPerInterval).map { start in
      Array(counted[start..<min(start + stepsPerInterval, counted.count)])
    }
  }
}

/// A least amount that is paid for whether it is taken or not.
///
///     sum of flow dt + shortfall >= least,   cost = price shortfall           optimizer-model, section 12
public struct TakeOrPay: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// The supply or converter that takes, by name.
  public var flow: String
  /// kWh over all steps.
  public var least: Double
  /// EUR a kWh that is not taken.
  public var shortfallPrice: Double

  /// A contract; see the properties.
  public init(_ id: String, flow: String, least: Double, shortfallPrice: Double) {
    self.id = id
    self.flow = flow
    self.least = least
    self.shortfallPrice = shortfallPrice
  }
}

/// A limit that several flows share: the transformer of a village, a grid operator's cap on all that can be controlled.
///
///     sum of the flows <= max + o,   o >= 0 only where there is a penalty,   penalty o dt
public struct FlowLimit: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Supplies, offtakes and links; converters, stores, cars and flexible uses with what they take; by name.
  public var flows: [String]
  /// kW together; infinite where there is no limit.
  public var max: Series
  /// EUR a kWh beyond it that count as a penalty; nil where it must be kept.
  public var penalty: Double?

  /// A limit; see the properties.
  public init(_ id: String, flows: [String], max: Series, penalty: Double? = nil) {
    self.id = id
    self.flows = flows
    self.max = max
    self.penalty = penalty
  }
}

/// A most that may flow over all steps: a stock of fuel, a contract's end.
///
///     sum of flow dt <= most                                                 optimizer-model, section 12
public struct EnergyLimit: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// The supply, offtake, link or converter (what it takes), by name.
  public var flow: String
  /// kWh over all steps.
  public var most: Double

  /// A limit; see the properties.
  public init(_ id: String, flow: String, most: Double) {
    self.id = id
    self.flow = flow
    self.most = most
  }
}

/// A connection that takes or gives in a step, but not both: where giving earns more than taking costs, a circle would pay.
///
///     g <= max_g z,  x <= max_x (1 - z),  z in {0, 1}                        optimizer-model, section 2
public struct OneWayConnection: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// The supply, by name; it must have a limit.
  public var supply: String
  /// The offtake, by name; it must have a limit.
  public var offtake: String
  /// The steps that ask for it.
  public var steps: [Bool]

  /// A connection; see the properties.
  public init(_ id: String, supply: String, offtake: String, steps: [Bool]) {
    self.id = id
    self.supply = supply
    self.offtake = offtake
    self.steps = steps
  }
}

/// Surplus that members use up together, quarter hour by quarter hour, freely allocated.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | m[i] | what member i is credited | kW |
///
///     m[i] <= import of i,   sum_i m[i] <= sum of the sources,   cost = -value m dt      optimizer-model, section 5 (P2)
public struct SurplusSharing: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Offtakes that are shared, by name.
  public var offtakes: [String]
  /// The members' supplies, by name.
  public var supplies: [String]
  /// EUR a kWh that is shared instead of bought and sold.
  public var value: Series

  /// An agreement; see the properties.
  public init(_ id: String, offtakes: [String], supplies: [String], value: Series) {
    self.id = id
    self.offtakes = offtakes
    self.supplies = supplies
    self.value = value
  }
}

// MARK: - Formulation

extension PeakCharge {
  func formulate(in model: inout SystemModel) -> Variable {
    let owner = model.model.owner(named: id)
    model.model.label = Label(owner: owner)
    let peak = model.model.addVariable(lower: before)
    model.count(price, .cost, for: peak)
    model.count(-price * before, .cost)
    let taken = supplies.map { model.flow(named: $0) }
    let given = offtakes.map { model.flow(named: $0) }
    for (interval, counting) in intervals(of: model.system.count) {
      let whole = interval.reduce(0) { $0 + model.system.hours[$1] }
      model.model.label = Label(owner: owner, step: interval.first)
      let terms = interval.flatMap { step in
        let share = counting * model.system.hours[step] / whole
        return taken.map { share * $0[0].flow[step] } + given.map { -share * $0[0].flow[step] }
      }
      model.model.addConstraint(.atMost(0), terms + [-1 * peak])
    }
    return peak
  }
}

extension TakeOrPay {
  func formulate(in model: inout SystemModel) -> Variable {
    model.model.label = Label(owner: model.model.owner(named: id))
    let shortfall = model.model.addVariable()
    model.count(shortfallPrice, .cost, for: shortfall)
    let taken = model.flow(named: flow).flatMap { flow, weight in
      model.system.hours.enumerated().map { step, hours in weight * hours * flow[step] }
    }
    model.model.addConstraint(.atLeast(least), taken + [1 * shortfall])
    return shortfall
  }
}

extension FlowLimit {
  func formulate(in model: inout SystemModel) {
    let owner = model.model.owner(named: id)
    var limited = [[Term]](repeating: [], count: model.system.count)
    for name in flows { model.collect(name, into: &limited) }
    for (step, hours) in model.system.hours.enumerated() where max[step] < .infinity {
      model.model.label = Label(owner: owner, step: step)
      var terms = limited[step]
      if let penalty {
        let beyond = model.model.addVariable()
        model.count(penalty * hours, .penalty, for: beyond)
        terms.append(-1 * beyond)
      }
      model.model.addConstraint(.atMost(max[step]), terms)
    }
  }
}

extension EnergyLimit {
  func formulate(in model: inout SystemModel) {
    model.model.label = Label(owner: model.model.owner(named: id))
    let terms = model.flow(named: flow).flatMap { flow, weight in
      model.system.hours.enumerated().map { step, hours in weight * hours * flow[step] }
    }
    model.model.addConstraint(.atMost(most), terms)
  }
}

extension OneWayConnection {
  func formulate(in model: inout SystemModel) {
    let owner = model.model.owner(named: id)
    let system = model.system
    guard let taken = model.flow(named: supply).first?.flow, let given = model.flow(named: offtake).first?.flow,
      let supply = system.supplies.first(where: { $0.id == supply }), let mostTaken = supply.max,
      let offtake = system.offtakes.first(where: { $0.id == offtake }), let mostGiven = offtake.max
    else { return }
    for step in system.hours.indices where steps[step] {
      model.model.label = Label(owner: owner, step: step)
      let isTaking = model.model.addBinary()
      model.model.addConstraint(.atMost(0), 1 * taken[step], -mostTaken[step] * isTaking)
      model.model.addConstraint(.atMost(mostGiven[step]), 1 * given[step], mostGiven[step] * isTaking)
    }
  }
}

extension SurplusSharing {
  func formulate(in model: inout SystemModel) -> [Flow] {
    let owner = model.model.owner(named: id)
    let sources = offtakes.flatMap { model.flow(named: $0) }
    let shares = supplies.map { _ in model.addFlow(of: owner) }
    let imports = supplies.map { model.flow(named: $0) }
    for (step, hours) in model.system.hours.enumerated() {
      model.model.label = Label(owner: owner, step: step)
      for (share, flows) in zip(shares, imports) {
        model.model.addConstraint(.atMost(0), [1 * share[step]] + flows.map { -1 * $0.flow[step] })
        model.count(-value[step] * hours, .cost, for: share[step])
      }
      model.model.addConstraint(.atMost(0), shares.map { 1 * $0[step] } + sources.map { -1 * $0.flow[step] })
    }
    return shares
  }
}

extension SystemModel {
  /// Adds what the part called `name` takes or carries to the terms of each step.
  func collect(_ name: String, into terms: inout [[Term]]) {
    if let place = system.stores.firstIndex(where: { $0.id == name }) {
      guard let into = variables.stores[place].charge else { return }
      for step in terms.indices { terms[step].append(1 * into[step]) }
    } else if let place = system.chargingPoints.firstIndex(where: { $0.id == name }) {
      for (session, part) in zip(system.chargingPoints[place].sessions, variables.cars[place]) {
        for (position, step) in session.steps.enumerated() { terms[step].append(1 * part.charge[position]) }
      }
    } else if let place = system.flexibleUses.firstIndex(where: { $0.id == name }) {
      for (window, flow) in zip(system.flexibleUses[place].windows, variables.flexibleUses[place]) {
        for (position, step) in window.steps.enumerated() { terms[step].append(1 * flow[position]) }
      }
    } else {
      for (flow, weight) in flow(named: name) {
        for step in terms.indices { terms[step].append(weight * flow[step]) }
      }
    }
  }

  /// The variables of the supply, offtake, link or converter called `name`, with the kW that one of each stands for; of a converter one
  /// flow a mode, and its stand-by.
  fileprivate func flow(named name: String) -> [(flow: Flow, weight: Double)] {
    if let place = system.supplies.firstIndex(where: { $0.id == name }) { return [(variables.supplies[place], 1)] }
    if let place = system.offtakes.firstIndex(where: { $0.id == name }) { return [(variables.offtakes[place], 1)] }
    if let place = system.links.firstIndex(where: { $0.id == name }) { return [(variables.links[place], 1)] }
    if let place = system.converters.firstIndex(where: { $0.id == name }) {
      let part = variables.converters[place]
      let standby = system.converters[place].commitment?.standby?.input ?? 0
      return part.inputs.map { ($0, 1) } + (part.waiting.map { [($0, standby)] } ?? [])
    }
    preconditionFailure("validated: there is a flow \(name)")
  }
}
