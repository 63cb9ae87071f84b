import LinearOptimization

/// Energy that some places feed in and others take in the same step: it is not sold and bought, but exchanged at a charge.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | t[i] | of what supply i takes, what comes from the others | kW |
/// | s[j] | of what goes to offtake j, what the others take | kW |
/// | pi_i, pi_j | prices of the supply and of the offtake | EUR/kWh |
///
///     t[i] <= supply i,   s[j] <= offtake j,   sum t = sum s                 optimizer-model, section 5 (P1, P2)
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
    }
    return Variables(taken: taken, given: given)
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
      let (taken, given) = (part.taken.reduce(0) { $0 + $1[step] }, part.given.reduce(0) { $0 + $1[step] })
      require(taken, equals: given, scale: max(taken, given), pool.id, step, "taken = given")
    }
  }
}
