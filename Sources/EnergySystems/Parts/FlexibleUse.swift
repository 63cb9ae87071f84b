import LinearOptimization

/// Cars at a charging point, one after the other.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | c, d | into and out of the car, measured at the bus | kW |
/// | e | content of the car at the end of a step in which it is plugged in | kWh |
///
///     e[t] = e[t-1] + eta_c dt c[t] - dt d[t] / eta_d,   before the first step the content at arrival        optimizer-model (E1)
///     least <= e <= capacity,   at departure e >= target
///     cost = kappa d dt: wear of what is given back
///     c <= charge y,  d <= discharge (1 - y),  y in {0, 1}   in the steps that ask for it                     (S5)
///
/// A car that gives nothing back needs no content: its energy may flow whenever it is plugged in, one row a session (section 4).
public struct ChargingSessions: Sendable, Equatable {
  /// One car's stay.
  public struct Session: Sendable, Equatable {
    /// The steps in which it is plugged in.
    public var steps: Range<Int>
    /// What the car holds when full, kWh.
    public var capacity: Double
    /// What it holds at arrival, kWh.
    public var atArrival: Double
    /// What it must hold at departure, kWh.
    public var atDeparture: Double
    /// What it must never fall below while plugged in, kWh.
    public var leastContent: Double
    /// Most power in, kW.
    public var charge: Double
    /// Most power back, kW; zero where it gives nothing back.
    public var discharge: Double
    /// Share of what goes in that arrives, above 0 up to 1.
    public var chargeEfficiency: Double
    /// Share of what is drawn that leaves, above 0 up to 1.
    public var dischargeEfficiency: Double

    /// A session; see the properties.
    public init(
      steps: Range<Int>, capacity: Double, atArrival: Double, atDeparture: Double, leastContent: Double = 0, charge: Double,
      discharge: Double = 0, chargeEfficiency: Double = 1, dischargeEfficiency: Double = 1
    ) {
      self.steps = steps
      self.capacity = capacity
      self.atArrival = atArrival
      self.atDeparture = atDeparture
      self.leastContent = leastContent
      self.charge = charge
      self.discharge = discharge
      self.chargeEfficiency = chargeEfficiency
      self.dischargeEfficiency = dischargeEfficiency
    }
  }

  /// Its name.
  public var id: String
  /// Where it takes.
  public var bus: String
  /// The cars; no two in the same step.
  public var sessions: [Session]
  /// EUR a kWh given back.
  public var throughputCost: Double
  /// Where charging and giving back in the same step are kept apart.
  public var exclusivity: Store.Exclusivity
  /// Share of the powers that can be used, from 0 to 1: less than 1 where the point stands still for a part of a step.
  public var usable: Series

  /// A charging point; see the properties.
  public init(
    _ id: String, bus: String, sessions: [Session], throughputCost: Double = 0, exclusivity: Store.Exclusivity = .nowhere,
    usable: Series = 1
  ) {
    self.id = id
    self.bus = bus
    self.sessions = sessions
    self.throughputCost = throughputCost
    self.exclusivity = exclusivity
    self.usable = usable
  }
}

/// Use that must happen within windows, but may choose when.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p[w] | what it takes for window w, 0 outside of it | kW |
///
///     0 <= p[w] <= max[w],   sum_w p[w] <= max,   sum over the window of p[w] dt = its energy        optimizer-model, section 4
public struct FlexibleUse: Sendable, Equatable {
  /// An amount that is due within steps.
  public struct Window: Sendable, Equatable {
    /// The steps in which it may flow.
    public var steps: Range<Int>
    /// kWh that must flow in them.
    public var energy: Double
    /// The most for this window in each of its steps, kW; nil where it is what the use may take.
    public var max: [Double]?

    /// A window; see the properties.
    public init(steps: Range<Int>, energy: Double, max: [Double]? = nil) {
      self.steps = steps
      self.energy = energy
      self.max = max
    }
  }

  /// Its name.
  public var id: String
  /// Where it takes.
  public var bus: String
  /// Most power, all windows together, kW.
  public var max: Series
  /// When how much is due.
  public var windows: [Window]

  /// A use; see the properties.
  public init(_ id: String, bus: String, max: Series, windows: [Window]) {
    self.id = id
    self.bus = bus
    self.max = max
    self.windows = windows
  }
}

// MARK: - Formulation

extension ChargingSessions {
  /// What the car of `session` holds at departure at the most, its capacity left aside, kWh.
  public func most(in session: Session, over hours: [Double]) -> Double {
    session.steps.reduce(session.atArrival) { $0 + session.chargeEfficiency * session.charge * usable[$1] * hours[$1] }
  }

  /// Of one session, a variable for each of its steps.
  struct Variables: Sendable {
    let charge: Flow
    /// Back from the car, and its content; nil where it gives nothing back.
    let back: (discharge: Flow, content: Flow)?
  }

  func formulate(in model: inout SystemModel) -> [Variables] {
    let owner = model.model.owner(named: id)
    let row = model.balance(of: bus)
    return sessions.map { session in
      let charge = model.addRun(of: session.steps, upper: { session.charge * usable[$0] }, owner)
      for (position, step) in session.steps.enumerated() { model.bring(-1, charge[position], into: row, step: step) }
      guard session.discharge > 0 || session.leastContent > session.atArrival else {
        formulateNeed(of: session, charge, owner, in: &model)
        return Variables(charge: charge, back: nil)
      }
      let discharge = model.addRun(of: session.steps, upper: { session.discharge * usable[$0] }, owner)
      let content = model.addRun(of: session.steps, lower: session.leastContent, upper: { _ in session.capacity }, owner)
      for (position, step) in session.steps.enumerated() {
        let hours = model.system.hours[step]
        model.bring(1, discharge[position], into: row, step: step)
        model.count(throughputCost * hours, .cost, for: discharge[position])
        model.model.label = Label(owner: owner, step: step)
        let terms = [
          1 * content[position], -session.chargeEfficiency * hours * charge[position],
          hours / session.dischargeEfficiency * discharge[position],
        ]
        model.model.addConstraint(
          .equal(position == 0 ? session.atArrival : 0), position == 0 ? terms : terms + [-1 * content[position - 1]])
        guard exclusivity[step], session.discharge > 0 else { continue }
        let charging = model.model.addBinary()
        model.model.addConstraint(.atMost(0), 1 * charge[position], -session.charge * charging)
        model.model.addConstraint(.atMost(session.discharge), 1 * discharge[position], session.discharge * charging)
      }
      if let last = session.steps.last {
        model.model.label = Label(owner: owner, step: last)
        model.model.addConstraint(.atLeast(session.atDeparture), 1 * content[session.steps.count - 1])
      }
      return Variables(charge: charge, back: (discharge, content))
    }
  }

  /// Of a car that only charges: what it must get, and what it can hold. What it holds only grows, so that its end is all that counts.
  private func formulateNeed(of session: Session, _ charge: Flow, _ owner: Owner, in model: inout SystemModel) {
    let arrives = session.steps.enumerated().map { position, step in
      session.chargeEfficiency * model.system.hours[step] * charge[position]
    }
    model.model.label = Label(owner: owner, step: session.steps.first)
    model.model.addConstraint(
      .between(session.atDeparture - session.atArrival, session.capacity - session.atArrival), arrives)
  }
}

extension FlexibleUse {
  func formulate(in model: inout SystemModel) -> [Flow] {
    let owner = model.model.owner(named: id)
    let row = model.balance(of: bus)
    var together: [Int: [Term]] = [:]
    let flows = windows.map { window in
      let flow = model.addRun(of: window.steps, upper: { max[$0] }, owner)
      for (position, step) in window.steps.enumerated() {
        if let most = window.max { model.model.limit(flow[position], to: most[position]) }
        model.bring(-1, flow[position], into: row, step: step)
        together[step, default: []].append(1 * flow[position])
      }
      model.model.label = Label(owner: owner, step: window.steps.first)
      model.model.addConstraint(
        .equal(window.energy), window.steps.enumerated().map { model.system.hours[$1] * flow[$0] })
      return flow
    }
    for (step, terms) in together.sorted(by: { $0.key < $1.key }) where terms.count > 1 {
      model.model.label = Label(owner: owner, step: step)
      model.model.addConstraint(.atMost(max[step]), terms)
    }
    return flows
  }
}

extension SystemModel {
  /// Adds a variable for each of `steps`.
  fileprivate mutating func addRun(of steps: Range<Int>, lower: Double = 0, upper: (Int) -> Double, _ owner: Owner) -> Flow {
    let flow = Flow(first: model.variableCount)
    for step in steps {
      model.label = Label(owner: owner, step: step)
      _ = model.addVariable(lower: lower, upper: upper(step))
    }
    return flow
  }
}
