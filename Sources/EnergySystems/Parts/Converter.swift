import LinearOptimization

/// Makes one kind of energy of another: a heat pump, a boiler, combined heat and power, an electrolyser.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | f[m] | what it takes in mode m, mean of the step | kW |
/// | f | what it takes altogether | kW |
/// | out[m, b] | what a kW taken in mode m gives to bus b, data | kW/kW |
/// | u, v, w | on, started, stopped | 0/1 |
/// | R | most that f may change from the step before | kW |
/// | K | size, 1 where it is not a decision | - |
///
///     f = sum_m f[m],   0 <= f <= in_max K                                   optimizer-model, section 8
///     in_min u <= f <= in_max u                                              (U1)
///     u[t] - u[t-1] = v[t] - w[t]                                            (U2)
///     sum of v over the last UT hours <= u,   sum of w over the last DT hours <= 1 - u       (U3)
///     on for less than UT hours before: u = 1 for the rest; off for less than DT: u = 0      (U4)
///     |f[t] - f[t-1]| <= R;  of a unit that can be off: f[t] - f[t-1] <= R u[t-1] + max(R, in_min) v[t], and down alike   (U5)
///     cost = (cost_per_in f + no_load u) dt + start v + stop w
///
/// One mode is the fixed ratio of most units. Two make an extraction turbine: one without heat and one with all of it; whatever lies
/// between is a mixture of them, which is its polyhedron exactly (section 8).
///
/// Only u is whole; v and w follow. u is left out where nothing asks for it. With ratios that depend on the load see `PartLoad`, with
/// stand-by `Commitment.Standby`.
public struct Converter: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Where it takes; nil where what it takes is not accounted for.
  public var input: String?
  /// What a kW taken gives, mode by mode; at least one mode.
  public var modes: [Mode]
  /// The most that it takes, kW, of a unit of size where the size is a decision.
  public var maxInput: Series
  /// EUR a kWh taken.
  public var costPerInput: Series
  /// kg of CO2 a kWh taken.
  public var emissionsPerInput: Series
  /// The most that what it takes may change from the step before, kW; nil for no limit.
  public var ramp: Series?
  /// When it may be on and off and what that costs; nil for a unit that takes whatever it likes at any time.
  public var commitment: Commitment?
  /// How large it is to be; nil where that is settled. Not together with a commitment.
  public var size: Size?
  /// At which load the ratios of each mode hold; nil where they hold at any. Only with a commitment.
  public var partLoad: PartLoad?

  /// What a kW taken gives.
  public struct Mode: Sendable, Equatable {
    /// Where it gives how much, kW a kW taken.
    public var outputs: [Output]

    /// A mode that gives `outputs`.
    public init(_ outputs: [Output]) { self.outputs = outputs }
  }

  /// What a kW taken gives to one bus.
  public struct Output: Sendable, Equatable {
    /// The bus.
    public var bus: String
    /// kW a kW taken; an efficiency, a coefficient of performance.
    public var perInput: Series

    /// An output; see the properties.
    public init(_ bus: String, _ perInput: Series) {
      self.bus = bus
      self.perInput = perInput
    }
  }

  /// A converter; see the properties.
  public init(
    _ id: String, input: String?, modes: [Mode], maxInput: Series, costPerInput: Series = 0, emissionsPerInput: Series = 0,
    ramp: Series? = nil, commitment: Commitment? = nil, size: Size? = nil
  ) {
    self.id = id
    self.input = input
    self.modes = modes
    self.maxInput = maxInput
    self.costPerInput = costPerInput
    self.emissionsPerInput = emissionsPerInput
    self.ramp = ramp
    self.commitment = commitment
    self.size = size
  }
}

/// When a unit may be on and off, and what that costs (optimizer-model, section 9).
public struct Commitment: Sendable, Equatable {
  /// The least that it takes while it is on, kW.
  public var minInput: Series
  /// EUR a start.
  public var startCost: Double
  /// EUR a stop.
  public var stopCost: Double
  /// EUR an hour while it is on.
  public var noLoadCostPerHour: Double
  /// Hours that it stays on at least.
  public var minUpHours: Double
  /// Hours that it stays off at least.
  public var minDownHours: Double
  /// Steps in which it must be on; nil for none.
  public var mustRun: [Bool]?
  /// Whether it was on before the first step.
  public var wasOn: Bool
  /// For how many hours it had been so; nil for long enough.
  public var hoursBefore: Double?
  /// What it takes while it is warm and makes nothing; nil for a unit that is on or off. Not together with a ramp.
  public var standby: Standby?

  /// Stand-by: neither on nor off, but warm.
  ///
  /// | symbol | meaning | unit |
  /// |---|---|---|
  /// | s | in stand-by | 0/1 |
  /// | P_s | what it takes then, from where the unit takes | kW |
  ///
  ///     u + s <= 1                                        on, off, stand-by: Baumhof et al., arXiv 2301.05310
  ///     in (U2) to (U4) u + s stands for u: starts, stops and least times are of being warm
  ///     s = 0 in steps in which it may take nothing
  ///
  /// From stand-by it is on at once and for nothing. s is left out where a start, a stop and being off cost nothing and take no time: then nobody waits.
  public struct Standby: Sendable, Equatable {
    /// P_s, zero or more.
    public var input: Double

    /// Stand-by that takes `input`, kW.
    public init(input: Double) { self.input = input }
  }

  /// A commitment; see the properties.
  public init(
    minInput: Series = 0, startCost: Double = 0, stopCost: Double = 0, noLoadCostPerHour: Double = 0, minUpHours: Double = 0,
    minDownHours: Double = 0, mustRun: [Bool]? = nil, wasOn: Bool = false, hoursBefore: Double? = nil
  ) {
    self.minInput = minInput
    self.startCost = startCost
    self.stopCost = stopCost
    self.noLoadCostPerHour = noLoadCostPerHour
    self.minUpHours = minUpHours
    self.minDownHours = minDownHours
    self.mustRun = mustRun
    self.wasOn = wasOn
    self.hoursBefore = hoursBefore
  }

  /// Whether anything depends on being on or off.
  var matters: Bool {
    minInput.values.contains { $0 > 0 } || startCost != 0 || stopCost != 0 || noLoadCostPerHour != 0 || minUpHours > 0
      || minDownHours > 0 || mustRun != nil
  }

  /// Whether starts and stops are counted, not only being on.
  var countsStarts: Bool { startCost != 0 || stopCost != 0 || minUpHours > 0 || minDownHours > 0 }
}

// MARK: - Formulation

extension Converter {
  struct Variables: Sendable {
    /// What it takes, mode by mode.
    let inputs: [Flow]
    /// On, started, stopped; nil where nothing asks for them.
    let on: Flow?
    let started: Flow?
    let stopped: Flow?
    /// In stand-by; nil for what has none.
    let waiting: Flow?
    let size: Variable?
  }

  func formulate(in model: inout SystemModel) -> Variables {
    let owner = model.model.owner(named: id)
    let chosen = size.map { model.addSize($0, of: owner) }
    let isLimited = modes.count == 1 && size == nil
    let inputs = modes.map { _ in model.addFlow(of: owner, upper: { isLimited ? maxInput[$0] : .infinity }) }
    let taken = input.map { model.balance(of: $0) }
    for (mode, flow) in zip(modes, inputs) {
      let rows = mode.outputs.map { (row: model.balance(of: $0.bus), perInput: $0.perInput) }
      for (step, hours) in model.system.hours.enumerated() {
        if let taken { model.bring(-1, flow[step], into: taken, step: step) }
        for output in rows { model.bring(output.perInput[step], flow[step], into: output.row, step: step) }
        model.count(costPerInput[step] * hours, .cost, for: flow[step])
        model.count(emissionsPerInput[step] * hours, .emissions, for: flow[step])
      }
    }
    let committed = stateful.map { $0.formulate(of: self, inputs, owner, in: &model) }
    if committed == nil, !isLimited {
      for step in 0..<model.system.count where chosen != nil || maxInput[step] < .infinity {
        model.model.label = Label(owner: owner, step: step)
        let all = inputs.map { 1 * $0[step] }
        if let chosen {
          model.model.addConstraint(.atMost(0), all + [-maxInput[step] * chosen])
        } else {
          model.model.addConstraint(.atMost(maxInput[step]), all)
        }
      }
    }
    if let committed, partLoad != nil { formulatePartLoad(inputs, committed.on, owner, in: &model) }
    formulateRamp(inputs, committed, owner, in: &model)
    return Variables(
      inputs: inputs, on: committed?.on, started: committed?.started, stopped: committed?.stopped, waiting: committed?.waiting,
      size: chosen)
  }

  /// Its commitment, where anything depends on being on or off.
  var stateful: Commitment? { commitment.flatMap { $0.matters || partLoad != nil ? $0 : nil } }

  private func formulateRamp(_ inputs: [Flow], _ unit: Commitment.Variables?, _ owner: Owner, in model: inout SystemModel) {
    guard let ramp else { return }
    for step in 1..<max(1, model.system.count) {
      model.model.label = Label(owner: owner, step: step)
      let change = inputs.flatMap { [1 * $0[step], -1 * $0[step - 1]] }
      let ramp = ramp[step]
      guard let unit, let commitment else {
        model.model.addConstraint(.between(-ramp, ramp), change)
        continue
      }
      // From off it may go to its least, and from there it may go off.
      let jump = max(ramp, commitment.minInput[step])
      model.model.addConstraint(
        .atMost(0), change + [-ramp * unit.on[step - 1]] + (unit.started.map { [-jump * $0[step]] } ?? []))
      model.model.addConstraint(
        .atLeast(0), change + [ramp * unit.on[step]] + (unit.stopped.map { [jump * $0[step]] } ?? []))
    }
  }
}

extension Commitment {
  struct Variables: Sendable {
    let on: Flow
    let started: Flow?
    let stopped: Flow?
    var waiting: Flow?

    /// On or in stand-by in `step`: what is started and stopped.
    func warm(_ step: Int) -> [Term] { [1 * on[step]] + (waiting.map { [1 * $0[step]] } ?? []) }
  }

  /// Rows (U1) to (U4) and their costs.
  fileprivate func formulate(
    of unit: Converter, _ inputs: [Flow], _ owner: Owner, in model: inout SystemModel
  ) -> Variables {
    let hours = model.system.hours
    let on = model.addFlow(of: owner, lower: { mustRun?[$0] == true ? 1 : 0 }, upper: { _ in 1 }, domain: .integer)
    for step in hours.indices {
      model.model.label = Label(owner: owner, step: step)
      let all = inputs.map { 1 * $0[step] }
      model.model.addConstraint(.atMost(0), all + [-unit.maxInput[step] * on[step]])
      if minInput[step] > 0 { model.model.addConstraint(.atLeast(0), all + [-minInput[step] * on[step]]) }
      model.count(noLoadCostPerHour * hours[step], .cost, for: on[step])
    }
    guard countsStarts || unit.ramp != nil else { return Variables(on: on, started: nil, stopped: nil) }
    let started = model.addFlow(of: owner, upper: { _ in 1 })
    let stopped = model.addFlow(of: owner, upper: { _ in 1 })
    var unitStates = Variables(on: on, started: started, stopped: stopped)
    if let standby, countsStarts { unitStates.waiting = standby.formulate(of: unit, on, owner, in: &model) }
    for step in hours.indices {
      model.model.label = Label(owner: owner, step: step)
      var terms = unitStates.warm(step) + [-1 * started[step], 1 * stopped[step]]
      if step > 0 { terms += unitStates.warm(step - 1).map { Term(-$0.coefficient, $0.variable) } }
      model.model.addConstraint(.equal(step == 0 && wasOn ? 1 : 0), terms)
      model.count(startCost, .cost, for: started[step])
      model.count(stopCost, .cost, for: stopped[step])
    }
    holdOn(unitStates, started, stopped, hasRamp: unit.ramp != nil, owner, in: &model)
    return unitStates
  }

  /// Least times on and off, with what is left of them from before the first step.
  ///
  /// Where a ramp depends on starts and stops, none may be counted beside the other: a start leaves the unit on, a stop off.
  private func holdOn(
    _ states: Variables, _ started: Flow, _ stopped: Flow, hasRamp: Bool, _ owner: Owner, in model: inout SystemModel
  ) {
    let begins = SystemModel.begins(of: model.system.hours)
    for step in begins.indices {
      model.model.label = Label(owner: owner, step: step)
      let since = { (hours: Double) in
        (0...step).reversed().prefix { begins[step] - begins[$0] < hours - SystemModel.instant }
      }
      let warm = states.warm(step)
      let cold = warm.map { Term(-$0.coefficient, $0.variable) }
      let up = since(max(minUpHours, 2 * SystemModel.instant))
      if hasRamp || up.count > 1 { model.model.addConstraint(.atMost(0), up.map { 1 * started[$0] } + cold) }
      let down = since(max(minDownHours, 2 * SystemModel.instant))
      if hasRamp || down.count > 1 { model.model.addConstraint(.atMost(1), down.map { 1 * stopped[$0] } + warm) }
      let left = (wasOn ? minUpHours : minDownHours) - (hoursBefore ?? .infinity)
      if begins[step] < left - SystemModel.instant { model.model.addConstraint(.equal(wasOn ? 1 : 0), warm) }
    }
  }
}

extension Commitment.Standby {
  /// In stand-by or not in each step, with what that takes.
  fileprivate func formulate(of unit: Converter, _ on: Flow, _ owner: Owner, in model: inout SystemModel) -> Flow {
    let waiting = model.addFlow(of: owner, upper: { unit.maxInput[$0] > 0 ? 1 : 0 }, domain: .integer)
    let taken = unit.input.map { model.balance(of: $0) }
    for step in model.system.hours.indices {
      if let taken { model.bring(-input, waiting[step], into: taken, step: step) }
      model.model.label = Label(owner: owner, step: step)
      model.model.addConstraint(.atMost(1), 1 * on[step], 1 * waiting[step])
    }
    return waiting
  }
}

extension SystemModel {
  /// Hours that are taken as none: steps are minutes long at least.
  static let instant = 1e-6

  /// When each step begins, in hours from the start of the first.
  static func begins(of hours: [Double]) -> [Double] {
    var end = 0.0
    return hours.map { length in
      defer { end += length }
      return end
    }
  }
}
