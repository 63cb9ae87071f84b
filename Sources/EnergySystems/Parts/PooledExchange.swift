import LinearOptimization

/// Energy that some places feed in and others take in the same step: it is not sold and bought, but exchanged at a charge.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | t[i] | of what supply i takes, what comes from the others | kW |
/// | s[j] | of what goes to offtake j, what the others take | kW |
/// | pi_i, pi_j | prices of the supply and of the offtake | EUR/kWh |
/// | k[i] | fixed key of supply i, where keys are agreed | - |
///
///     t[i] <= supply i,   s[j] <= offtake j,   sum t = sum s                 optimizer-model, section 5 (P1, P2)
///     t[i] <= k[i] sum of offtakes,   and, of keys of what can be used, t[i] <= k[i] sum of supplies
///     sum of t[i] dt <= cap   over the steps that the cap is for
///     cost = sum (charge - pi_i) t_i dt + sum pi_j s_j dt
///
/// The pool bus of (P1) with the wires as they are: what is exchanged flows through supplies and offtakes, so that their limits,
/// their directions and charges on their peaks hold for the sum.
public struct PooledExchange: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Who may take: supplies, by name.
  public var supplies: [String]
  /// Who may give: offtakes, by name.
  public var offtakes: [String]
  /// EUR a kWh exchanged.
  public var charge: Series
  /// Each supply's key, from 0 to 1, together at most 1; empty where all may take what there is.
  public var keys: [Double] = []
  /// Whether keys are of what can be used at all, where that is less than what is given.
  public var areKeysOfUse = false
  /// The most that supplies may take over some steps.
  public var caps: [Cap] = []

  /// The most that a supply may take over some steps.
  public struct Cap: Sendable, Equatable {
    /// The supply, by name.
    public var supply: String
    /// The steps.
    public var steps: Range<Int>
    /// kWh, at least zero.
    public var most: Double

    /// A cap; see the properties.
    public init(supply: String, steps: Range<Int>, most: Double) {
      self.supply = supply
      self.steps = steps
      self.most = most
    }
  }

  /// An exchange; see the properties.
  public init(_ id: String, supplies: [String], offtakes: [String], charge: Series) {
    self.id = id
    self.supplies = supplies
    self.offtakes = offtakes
    self.charge = charge
  }
}

extension PooledExchange: SystemPart {}

// MARK: - Formulation

extension PooledExchange {
  struct Variables: Sendable {
    /// Supply by supply.
    let taken: [Flow]
    /// Offtake by offtake.
    let given: [Flow]
  }

  /// The places of `names` among parts with these ids.
  func places(of names: [String], in ids: [String]) -> [Int] { names.compactMap { ids.firstIndex(of: $0) } }

  func formulate(in model: inout SystemModel) -> Variables {
    let owner = model.model.owner(named: id)
    let supplies = places(of: supplies, in: model.system.supplies.map(\.id))
    let offtakes = places(of: offtakes, in: model.system.offtakes.map(\.id))
    let taken = supplies.map { _ in model.addFlow(of: owner) }
    let given = offtakes.map { _ in model.addFlow(of: owner) }
    for (step, hours) in model.system.hours.enumerated() {
      model.model.label = Label(owner: owner, step: step)
      for (place, flow) in zip(supplies, taken) {
        let supply = model.system.supplies[place]
        model.model.addConstraint(.atMost(0), 1 * flow[step], -1 * model.variables.supplies[place][step])
        model.count((charge[step] - supply.price[step]) * hours, .cost, for: flow[step])
        model.count(-supply.emissions[step] * hours, .emissions, for: flow[step])
        if supply.isGrid { model.count(-hours, .gridEnergy, for: flow[step]) }
      }
      for (place, flow) in zip(offtakes, given) {
        let offtake = model.system.offtakes[place]
        model.model.addConstraint(.atMost(0), 1 * flow[step], -1 * model.variables.offtakes[place][step])
        model.count(offtake.price[step] * hours, .cost, for: flow[step])
        model.count(offtake.emissions[step] * hours, .emissions, for: flow[step])
      }
      model.model.addConstraint(.equal(0), taken.map { 1 * $0[step] } + given.map { -1 * $0[step] })
      for (key, flow) in zip(keys, taken) {
        let all = offtakes.map { -key * model.variables.offtakes[$0][step] }
        model.model.addConstraint(.atMost(0), [1 * flow[step]] + all)
        guard areKeysOfUse else { continue }
        let used = supplies.map { -key * model.variables.supplies[$0][step] }
        model.model.addConstraint(.atMost(0), [1 * flow[step]] + used)
      }
    }
    for cap in caps {
      model.model.label = Label(owner: owner, step: cap.steps.first)
      for (name, flow) in zip(self.supplies, taken) where name == cap.supply {
        model.model.addConstraint(.atMost(cap.most), cap.steps.map { model.system.hours[$0] * flow[$0] })
      }
    }
    return Variables(taken: taken, given: given)
  }

  func validate(_ check: FigureCheck, _ supplyNames: Set<String>, _ offtakeNames: Set<String>, _ count: Int) throws(SystemError) {
    try check.names(supplies, "supplies", among: supplyNames)
    try check.names(offtakes, "offtakes", among: offtakeNames)
    try check.finite(charge, "charge")
    guard keys.isEmpty || keys.count == supplies.count else {
      throw .part(id, figure: "keys", reason: "must be none, or one a supply")
    }
    for key in keys { try check.figure(key, "keys", in: 0...1) }
    try check.figure(keys.reduce(0, +), "keys", in: 0...1 + 1e-9)
    for cap in caps {
      try check.names([cap.supply], "caps", among: Set(supplies))
      try check.figure(cap.most, "caps", in: 0...1e15)
      guard cap.steps.lowerBound >= 0, cap.steps.upperBound <= count else {
        throw .part(id, figure: "caps", reason: "must be of steps that there are")
      }
    }
  }
}

extension SystemSchedule {
  /// What is exchanged in each step, kW.
  public struct PoolSchedule: Sendable, Equatable {
    /// Supply by supply.
    public var taken: [[Double]]
    /// Offtake by offtake.
    public var given: [[Double]]
  }
}

extension SystemCheck {
  mutating func checkPool(_ pool: PooledExchange, _ part: SystemSchedule.PoolSchedule) {
    let supplies = pool.places(of: pool.supplies, in: system.supplies.map(\.id))
    let offtakes = pool.places(of: pool.offtakes, in: system.offtakes.map(\.id))
    for (step, hours) in system.hours.enumerated() {
      for (place, taken) in zip(supplies, part.taken) {
        let supply = system.supplies[place]
        require(taken[step], within: 0...max(0, schedule.supplies[place][step]), pool.id, step, "0 <= exchanged <= import")
        pay((pool.charge[step] - supply.price[step]) * taken[step] * hours)
        emit(-supply.emissions[step] * taken[step] * hours)
        if supply.isGrid { spare(taken[step] * hours) }
      }
      for (place, given) in zip(offtakes, part.given) {
        let offtake = system.offtakes[place]
        require(given[step], within: 0...max(0, schedule.offtakes[place][step]), pool.id, step, "0 <= exchanged <= export")
        pay(offtake.price[step] * given[step] * hours)
        emit(offtake.emissions[step] * given[step] * hours)
      }
      let (used, offered) = (
        supplies.reduce(0) { $0 + schedule.supplies[$1][step] }, offtakes.reduce(0) { $0 + schedule.offtakes[$1][step] }
      )
      for (key, taken) in zip(pool.keys, part.taken) {
        let most = key * (pool.areKeysOfUse ? min(used, offered) : offered)
        require(taken[step], within: -Double.infinity...most, pool.id, step, "exchanged <= key of what is given")
      }
      let (taken, given) = (part.taken.reduce(0) { $0 + $1[step] }, part.given.reduce(0) { $0 + $1[step] })
      require(taken, equals: given, scale: max(taken, given), pool.id, step, "taken = given")
    }
    for cap in pool.caps {
      for (name, taken) in zip(pool.supplies, part.taken) where name == cap.supply {
        let energy = cap.steps.reduce(0) { $0 + taken[$1] * system.hours[$1] }
        require(energy, within: -Double.infinity...cap.most, pool.id, cap.steps.first, "exchanged <= cap")
      }
    }
  }
}
