public import LinearOptimization

/// A linear model of an energy system, and which of its variables means what.
///
/// Balances are the first rows, bus by bus and in them step by step; a part's variables of one kind follow each other step by step. Every
/// variable and row says in its label whose it is and of which step, so that a solver sees what joins the parts.
public struct SystemModel: Sendable {
  /// The system.
  public let system: EnergySystem
  /// Its model; its costs are those of the objective's first level.
  public internal(set) var model = LinearModel()
  /// Which variables mean what, part by part.
  var variables = PartVariables()

  /// The first balance of each bus.
  private var balances: [String: Int] = [:]
  /// What each measure counts.
  private var tallies: [Objective.Measure: Tally] = [:]

  /// Makes a model of `system`.
  ///
  /// - Throws: `SystemError` that names the part whose figures contradict each other.
  public init(_ system: EnergySystem) throws(SystemError) {
    try system.validate()
    self.system = system
    addBalances()
    for bus in system.buses { variables.buses.append(bus.formulate(in: &self)) }
    for demand in system.demands { demand.formulate(in: &self) }
    for supply in system.supplies { variables.supplies.append(supply.formulate(in: &self)) }
    for offtake in system.offtakes { variables.offtakes.append(offtake.formulate(in: &self)) }
    for source in system.sources { variables.sources.append(source.formulate(in: &self)) }
    for converter in system.converters { variables.converters.append(converter.formulate(in: &self)) }
    for store in system.stores { variables.stores.append(store.formulate(in: &self)) }
    for link in system.links { variables.links.append(link.formulate(in: &self)) }
    for point in system.chargingPoints { variables.cars.append(point.formulate(in: &self)) }
    for use in system.flexibleUses { variables.flexibleUses.append(use.formulate(in: &self)) }
    for charge in system.peakCharges { variables.peaks.append(charge.formulate(in: &self)) }
    for contract in system.contracts { variables.shortfalls.append(contract.formulate(in: &self)) }
    for limit in system.flowLimits { limit.formulate(in: &self) }
    for limit in system.energyLimits { limit.formulate(in: &self) }
    for connection in system.oneWayConnections { connection.formulate(in: &self) }
    for sharing in system.sharings { variables.shares.append(sharing.formulate(in: &self)) }
    for pool in system.pools { variables.pools.append(pool.formulate(in: &self)) }
    for guide in system.guides { guide.formulate(in: &self) }
    if system.objective.counts(.peak) { addJointPeak() }
    aim(at: 0)
  }
}

extension SystemModel {
  /// Of schedules that are equally good, prefers calm ones: little goes through stores and cars, and use comes early.
  mutating func preferCalm() {
    var terms: [Term] = []
    let count = Double(max(1, system.count))
    func add(_ flow: Flow?, _ weight: (Int) -> Double) {
      guard let flow else { return }
      terms += system.hours.indices.map { Term(weight($0) * system.hours[$0], flow[$0]) }
    }
    for store in variables.stores {
      // A little more the later, so that of two equal hours the first is taken.
      add(store.charge) { 1 + Double($0) / count / 10 }
      add(store.discharge) { _ in 1 }
    }
    for (point, sessions) in zip(system.chargingPoints, variables.cars) {
      for (session, part) in zip(point.sessions, sessions) {
        for (position, step) in session.steps.enumerated() {
          terms.append(Term((1 + Double(step) / count) * system.hours[step], part.charge[position]))
          if let back = part.back { terms.append(Term(system.hours[step], back.discharge[position])) }
        }
      }
    }
    for (use, windows) in zip(system.flexibleUses, variables.flexibleUses) {
      for (window, flow) in zip(use.windows, windows) {
        for (position, step) in window.steps.enumerated() {
          terms.append(Term((1 + Double(step) / count) * system.hours[step], flow[position]))
        }
      }
    }
    model.prefer(terms)
  }
}

/// Variables of one kind, one a step.
struct Flow: Sendable {
  /// The first step's.
  let first: Int

  /// That of `step`.
  subscript(step: Int) -> Variable { Variable(index: first + step) }
}

/// Which variables of a model mean what; aligned with the system's parts.
struct PartVariables: Sendable {
  var buses: [Bus.Variables] = []
  var supplies: [Flow] = []
  var offtakes: [Flow] = []
  var sources: [Source.Variables] = []
  var converters: [Converter.Variables] = []
  var stores: [Store.Variables] = []
  var links: [Flow] = []
  var cars: [[ChargingSessions.Variables]] = []
  var flexibleUses: [[Flow]] = []
  var peaks: [Variable] = []
  var shortfalls: [Variable] = []
  var shares: [[Flow]] = []
  var pools: [PooledExchange.Variables] = []
}

/// What a measure counts: a weighted sum of variables, and what is counted whatever they are.
struct Tally: Sendable {
  var terms: [Term] = []
  var offset = 0.0

  /// What it comes to at `values`.
  func total(at values: [Double]) -> Double {
    terms.reduce(offset) { $0 + $1.coefficient * values[$1.variable.index] }
  }
}

// MARK: - What parts add

extension SystemModel {
  /// Adds a variable a step, and says whose it is.
  mutating func addFlow(
    of owner: Owner, lower: (Int) -> Double = { _ in 0 }, upper: (Int) -> Double = { _ in .infinity },
    domain: Domain = .continuous
  ) -> Flow {
    let flow = Flow(first: model.variableCount)
    for step in 0..<system.count {
      model.label = Label(owner: owner, step: step)
      _ = model.addVariable(lower: lower(step), upper: upper(step), domain: domain)
    }
    return flow
  }

  /// The first row of the balance of `bus`; the row of a step is so many behind it.
  func balance(of bus: String) -> Int {
    guard let row = balances[bus] else { preconditionFailure("validated: there is a bus \(bus)") }
    return row
  }

  /// Lets `coefficient * variable` come into the bus whose balance begins at `row`; below zero it goes out.
  mutating func bring(_ coefficient: Double, _ variable: Variable, into row: Int, step: Int) {
    model.add(Term(coefficient, variable), to: Constraint(index: row + step))
  }

  /// Asks for `power` at the bus whose balance begins at `row`.
  mutating func ask(_ power: Double, of row: Int, step: Int) {
    model.shift(Constraint(index: row + step), by: power)
  }

  /// Counts `amount` of `measure` for each unit of `variable`.
  mutating func count(_ amount: Double, _ measure: Objective.Measure, for variable: Variable) {
    guard amount != 0 else { return }
    tallies[measure, default: Tally()].terms.append(Term(amount, variable))
  }

  /// Counts `amount` of `measure`, whatever is decided.
  mutating func count(_ amount: Double, _ measure: Objective.Measure) {
    tallies[measure, default: Tally()].offset += amount
  }

  /// The variable of a size, with what it costs.
  mutating func addSize(_ size: Size, of owner: Owner) -> Variable {
    model.label = Label(owner: owner)
    let chosen = model.addVariable(lower: size.least, upper: size.most ?? .infinity)
    count(size.price, .cost, for: chosen)
    if size.fixedCost != 0, let most = size.most {
      let isBuilt = model.addBinary()
      count(size.fixedCost, .cost, for: isBuilt)
      model.addConstraint(.atMost(0), 1 * chosen, -most * isBuilt)
    }
    return chosen
  }

  private mutating func addBalances() {
    for bus in system.buses {
      balances[bus.name] = model.constraintCount
      let owner = model.owner(named: bus.name)
      for step in 0..<system.count {
        model.label = Label(owner: owner, step: step)
        model.addConstraint(.equal(0), [])
      }
    }
  }
}

extension Bus {
  struct Variables: Sendable {
    /// What is got rid of; nil where nothing may be.
    let dump: Flow?
    /// What is missing and too much; nil where the balance must hold.
    let slack: (missing: Flow, excess: Flow)?
  }

  fileprivate func formulate(in model: inout SystemModel) -> Variables {
    let owner = model.model.owner(named: name)
    let row = model.balance(of: name)
    let dump = canDump ? model.addFlow(of: owner) : nil
    let slack = penalty.map { _ in (missing: model.addFlow(of: owner), excess: model.addFlow(of: owner)) }
    for (step, hours) in model.system.hours.enumerated() {
      if let dump { model.bring(-1, dump[step], into: row, step: step) }
      guard let slack, let penalty else { continue }
      model.bring(1, slack.missing[step], into: row, step: step)
      model.bring(-1, slack.excess[step], into: row, step: step)
      model.count(penalty * hours, .penalty, for: slack.missing[step])
      model.count(penalty * hours, .penalty, for: slack.excess[step])
    }
    return Variables(dump: dump, slack: slack)
  }
}

// MARK: - Objectives

extension SystemModel {
  /// What `level` of the objective counts.
  func tally(of level: Int) -> Tally {
    var weights = system.objective.levels[level]
    if system.objective.countsCarbonPrice, let cost = weights[.cost] {
      weights[.emissions, default: 0] += cost * system.carbonPrice
    }
    var sum = Tally()
    for measure in Objective.Measure.allCases {
      guard let weight = weights[measure], weight != 0, let tally = tallies[measure] else { continue }
      sum.offset += weight * tally.offset
      sum.terms += tally.terms.map { Term(weight * $0.coefficient, $0.variable) }
    }
    return sum
  }

  /// What `measure` comes to at `values`, in its unit.
  func total(of measure: Objective.Measure, at values: [Double]) -> Double {
    tallies[measure]?.total(at: values) ?? 0
  }

  /// Makes `level` what the model minimises.
  mutating func aim(at level: Int) {
    let tally = tally(of: level)
    var costs = [Double](repeating: 0, count: model.variableCount)
    for term in tally.terms { costs[term.variable.index] += term.coefficient }
    model.setObjective(costs: costs, offset: tally.offset)
  }

  /// Holds what `level` counts at `most` or below.
  mutating func hold(_ level: Int, at most: Double) {
    let tally = tally(of: level)
    model.label = Label()
    model.addConstraint(.atMost(most - tally.offset), tally.terms)
  }
}
