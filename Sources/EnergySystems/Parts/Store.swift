import Glibc
import LinearOptimization

/// A store of energy: a battery, a tank of hot water, hydrogen.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | c, d | into and out of it, measured at the bus | kW |
/// | e | content at the end of the step | kWh |
/// | keep | (1 - loss)^dt, share of content left after a step | - |
/// | s | what flows into it besides, data: a river, a delivery; below zero a car's driving | kW |
/// | y | 1 while it may charge | 0/1 |
/// | K | size, 1 where it is not a decision | - |
/// | kappa_c, kappa_d | wear, a kWh in and a kWh out | EUR/kWh |
/// | lambda | worth of a kWh at the end | EUR/kWh |
/// | comp | power that its compressor takes at a bus of its own, a kW that goes in | kW/kW |
///
///     e[t] = keep e[t-1] + eta_c dt c[t] - dt d[t] / eta_d + dt s[t]         optimizer-model (S1)
///     min_kwh <= e <= kwh K,  0 <= c <= charge K,  0 <= d <= discharge K     (S2)
///     cost = (kappa_c c + kappa_d d) dt - lambda e[T-1]                      (S3), (S4)
///     its compressor takes comp c                                            section 8
///     c <= charge K y,  d <= discharge K (1 - y), K at its most              (S5) in the steps that ask for it
///     e + short >= reserve,  penalty short dt                                section 13
///
/// A store without losses on its way in and out, without limits on power and without wear is its bus: then there are no c and d, and the
/// change of content stands in the balance.
public struct Store: Sendable, Equatable {
  /// Where charging and discharging in the same step are kept apart.
  public enum Exclusivity: Sendable, Equatable {
    /// Nowhere.
    case nowhere
    /// In every step.
    case everywhere
    /// In these steps.
    case steps([Bool])

    /// Whether they are kept apart in `step`.
    subscript(step: Int) -> Bool {
      switch self {
      case .nowhere: false
      case .everywhere: true
      case .steps(let steps): steps[step]
      }
    }
  }

  /// What it begins with.
  public enum Opening: Sendable, Equatable {
    /// This content, kWh.
    case content(Double)
    /// What it ends with: a period that repeats.
    case cyclic
  }

  /// Its name.
  public var id: String
  /// Where it is.
  public var bus: String
  /// The most that it holds at the end of each step, kWh, of a unit of size where the size is a decision.
  public var capacity: Series
  /// The least that it holds at the end of each step, kWh.
  public var leastContent: Series
  /// Most power in, kW; nil for no limit.
  public var charge: Series?
  /// Most power out, kW; nil for no limit.
  public var discharge: Series?
  /// Share of what goes in that arrives, above 0 up to 1.
  public var chargeEfficiency: Double
  /// Share of the content drawn that leaves, above 0 up to 1.
  public var dischargeEfficiency: Double
  /// Share of the content lost an hour, from 0 to below 1.
  public var lossPerHour: Double
  /// What it begins with.
  public var opening: Opening
  /// The least at the end of the last step, kWh; nil for no other than in the other steps.
  public var leastAtEnd: Double?
  /// The most at the end of the last step, kWh.
  public var mostAtEnd: Double?
  /// Worth of a kWh at the end, EUR.
  public var endValue: Double
  /// Wear on the way in, EUR a kWh at the bus.
  public var chargeCost: Double
  /// Wear on the way out, EUR a kWh at the bus.
  public var dischargeCost: Double
  /// What flows into it besides, kW; below zero is drawn.
  public var inflow: Series
  /// Where charging and discharging in the same step are kept apart.
  public var exclusivity: Exclusivity
  /// How large it is to be; nil where that is settled.
  public var size: Size?
  /// What it should hold for an emergency; nil for nothing.
  public var reserve: Reserve?

  /// What moves energy into it and takes power for that: a compressor; nil where nothing does.
  public var compressor: Link.Pump?

  /// What it should hold at the end of each step.
  public struct Reserve: Sendable, Equatable {
    /// kWh.
    public var least: Series
    /// EUR that count as a penalty for each kWh that is missing, an hour.
    public var penalty: Double

    /// A reserve; see the properties.
    public init(least: Series, penalty: Double) {
      self.least = least
      self.penalty = penalty
    }
  }

  /// A store; see the properties.
  public init(
    _ id: String, bus: String, capacity: Series, leastContent: Series = 0, charge: Series? = nil, discharge: Series? = nil,
    chargeEfficiency: Double = 1, dischargeEfficiency: Double = 1, lossPerHour: Double = 0, opening: Opening = .content(0),
    leastAtEnd: Double? = nil, mostAtEnd: Double? = nil, endValue: Double = 0, chargeCost: Double = 0,
    dischargeCost: Double = 0, inflow: Series = 0,
    exclusivity: Exclusivity = .nowhere, size: Size? = nil
  ) {
    self.id = id
    self.bus = bus
    self.capacity = capacity
    self.leastContent = leastContent
    self.charge = charge
    self.discharge = discharge
    self.chargeEfficiency = chargeEfficiency
    self.dischargeEfficiency = dischargeEfficiency
    self.lossPerHour = lossPerHour
    self.opening = opening
    self.leastAtEnd = leastAtEnd
    self.mostAtEnd = mostAtEnd
    self.endValue = endValue
    self.chargeCost = chargeCost
    self.dischargeCost = dischargeCost
    self.inflow = inflow
    self.exclusivity = exclusivity
    self.size = size
  }

  /// Share of the content that is left after `hours`.
  public func keep(over hours: Double) -> Double { lossPerHour > 0 ? pow(1 - lossPerHour, hours) : 1 }

  /// Least and most content at the end of `step`, of `count`.
  func band(at step: Int, of count: Int) -> (least: Double, most: Double) {
    guard step == count - 1 else { return (leastContent[step], capacity[step]) }
    return (
      Swift.max(leastContent[step], leastAtEnd ?? -.infinity), Swift.min(capacity[step], mostAtEnd ?? .infinity)
    )
  }

  /// Whether it is its bus: nothing tells what goes through it from what does not.
  var isItsBus: Bool {
    charge == nil && discharge == nil && chargeEfficiency == 1 && dischargeEfficiency == 1 && chargeCost == 0
      && dischargeCost == 0 && exclusivity == .nowhere && compressor == nil
  }
}

// MARK: - Formulation

extension Store.Reserve {
  fileprivate func hold(_ content: Flow, _ owner: Owner, in model: inout SystemModel) {
    for (step, hours) in model.system.hours.enumerated() where least[step] > 0 {
      model.model.label = Label(owner: owner, step: step)
      let short = model.model.addVariable()
      model.count(penalty * hours, .penalty, for: short)
      model.model.addConstraint(.atLeast(least[step]), 1 * content[step], 1 * short)
    }
  }
}

extension Store {
  struct Variables: Sendable {
    /// Into and out of it; nil where it is its bus.
    let charge: Flow?
    let discharge: Flow?
    let content: Flow
    let size: Variable?
  }

  func formulate(in model: inout SystemModel) -> Variables {
    let owner = model.model.owner(named: id)
    let count = model.system.count
    let chosen = size.map { model.addSize($0, of: owner) }
    let isSized = chosen != nil
    let bands = (0..<count).map { band(at: $0, of: count) }
    var flows: (charge: Flow, discharge: Flow)?
    if !isItsBus {
      flows = (
        model.addFlow(of: owner, upper: { isSized ? .infinity : charge?[$0] ?? .infinity }),
        model.addFlow(of: owner, upper: { isSized ? .infinity : discharge?[$0] ?? .infinity })
      )
    }
    let content = model.addFlow(
      of: owner, lower: { bands[$0].least },
      upper: { step in
        guard isSized else { return bands[step].most }
        return step == count - 1 ? mostAtEnd ?? .infinity : .infinity
      })
    if count > 0 { model.count(-endValue, .cost, for: content[count - 1]) }
    if let flows {
      formulateFlows(flows.charge, flows.discharge, content, owner, in: &model)
    } else {
      formulateChange(content, owner, in: &model)
    }
    if let reserve { reserve.hold(content, owner, in: &model) }
    if let chosen { limit(flows?.charge, flows?.discharge, content, by: chosen, owner, in: &model) }
    return Variables(charge: flows?.charge, discharge: flows?.discharge, content: content, size: chosen)
  }

  /// (S1), (S4) and (S5).
  private func formulateFlows(_ into: Flow, _ out: Flow, _ content: Flow, _ owner: Owner, in model: inout SystemModel) {
    let row = model.balance(of: bus)
    let compressed = compressor.map { (row: model.balance(of: $0.bus), perFlow: $0.perFlow) }
    for (step, hours) in model.system.hours.enumerated() {
      if let compressed { model.bring(-compressed.perFlow[step], into[step], into: compressed.row, step: step) }
      model.bring(-1, into[step], into: row, step: step)
      model.bring(1, out[step], into: row, step: step)
      model.count(chargeCost * hours, .cost, for: into[step])
      model.count(dischargeCost * hours, .cost, for: out[step])
      model.model.label = Label(owner: owner, step: step)
      let kept = keep(over: hours)
      var terms = [1 * content[step], -chargeEfficiency * hours * into[step], hours / dischargeEfficiency * out[step]]
      var before = hours * inflow[step]
      switch (step, opening) {
      case (0, .content(let energy)): before += kept * energy
      case (0, .cyclic): terms.append(-kept * content[model.system.count - 1])
      default: terms.append(-kept * content[step - 1])
      }
      model.model.addConstraint(.equal(before), terms)
      if exclusivity[step] {
        let charging = model.model.addBinary()
        let most = (into: bound(charge, step, inward: true, hours), out: bound(discharge, step, inward: false, hours))
        model.model.addConstraint(.atMost(0), 1 * into[step], -most.into * charging)
        model.model.addConstraint(.atMost(most.out), 1 * out[step], most.out * charging)
      }
    }
  }

  /// The change of content as part of the balance, of a store that is its bus.
  private func formulateChange(_ content: Flow, _ owner: Owner, in model: inout SystemModel) {
    let row = model.balance(of: bus)
    for (step, hours) in model.system.hours.enumerated() {
      let kept = keep(over: hours)
      model.bring(-1 / hours, content[step], into: row, step: step)
      model.ask(-inflow[step], of: row, step: step)
      switch (step, opening) {
      case (0, .content(let energy)): model.ask(-kept * energy / hours, of: row, step: step)
      case (0, .cyclic): model.bring(kept / hours, content[model.system.count - 1], into: row, step: step)
      default: model.bring(kept / hours, content[step - 1], into: row, step: step)
      }
    }
  }

  /// The most that can flow in `step`: what the power allows, and what the content does; of a size that is a decision, at its largest.
  private func bound(_ power: Series?, _ step: Int, inward: Bool, _ hours: Double) -> Double {
    let units = size?.most ?? 1
    let full = units * capacity[step]
    let fills = inward ? full / chargeEfficiency / hours : full * dischargeEfficiency / hours
    let besides = inward ? Swift.max(0, -inflow[step]) / chargeEfficiency : Swift.max(0, inflow[step]) * dischargeEfficiency
    return Swift.min(power.map { units * $0[step] } ?? .infinity, fills + besides)
  }

  private func limit(
    _ into: Flow?, _ out: Flow?, _ content: Flow, by chosen: Variable, _ owner: Owner, in model: inout SystemModel
  ) {
    for step in 0..<model.system.count {
      model.model.label = Label(owner: owner, step: step)
      if capacity[step] < .infinity {
        model.model.addConstraint(.atMost(0), 1 * content[step], -capacity[step] * chosen)
      }
      if let into, let charge { model.model.addConstraint(.atMost(0), 1 * into[step], -charge[step] * chosen) }
      if let out, let discharge { model.model.addConstraint(.atMost(0), 1 * out[step], -discharge[step] * chosen) }
    }
  }
}
