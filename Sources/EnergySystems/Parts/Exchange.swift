import LinearOptimization

/// What can be bought: power from the public grid, gas, wood chips.
///
///     0 <= g <= max,   cost = price g dt,   kg = co2 g dt                    optimizer-model, section 2
public struct Supply: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Where it arrives.
  public var bus: String
  /// EUR/kWh; below zero is earned by taking.
  public var price: Series
  /// The most that can be taken, kW; nil for no limit.
  public var max: Series?
  /// kg of CO2 a kWh.
  public var emissions: Series
  /// EUR a kWh that count as a penalty: what is taken beyond a limit that physics has.
  public var penalty: Double
  /// Whether it comes from the public grid: what counts as imported.
  public var isGrid: Bool

  /// A supply; see the properties.
  public init(
    _ id: String, bus: String, price: Series, max: Series? = nil, emissions: Series = 0, penalty: Double = 0,
    isGrid: Bool = true
  ) {
    self.id = id
    self.bus = bus
    self.price = price
    self.max = max
    self.emissions = emissions
    self.penalty = penalty
    self.isGrid = isGrid
  }
}

/// What can be sold, or got rid of at a price.
///
///     0 <= x <= max,   cost = -price x dt,   kg = -co2 x dt                  optimizer-model, section 2
public struct Offtake: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Where it leaves.
  public var bus: String
  /// EUR/kWh earned; below zero is paid.
  public var price: Series
  /// The most that can be given, kW; nil for no limit.
  public var max: Series?
  /// kg of CO2 a kWh that are credited; mostly none.
  public var emissions: Series
  /// EUR a kWh that count as a penalty: what is given beyond a limit that physics has.
  public var penalty: Double
  /// Whether it goes to the public grid: what is deducted from a joint peak.
  public var isGrid: Bool

  /// An offtake; see the properties.
  public init(
    _ id: String, bus: String, price: Series, max: Series? = nil, emissions: Series = 0, penalty: Double = 0,
    isGrid: Bool = true
  ) {
    self.id = id
    self.bus = bus
    self.price = price
    self.max = max
    self.emissions = emissions
    self.penalty = penalty
    self.isGrid = isGrid
  }
}

/// What must be served, whatever it costs.
public struct Demand: Sendable, Equatable {
  /// Where it is.
  public var bus: String
  /// kW; below zero feeds in what nothing can turn down.
  public var power: Series

  /// A demand; see the properties.
  public init(bus: String, power: Series) {
    self.bus = bus
    self.power = power
  }
}

/// What comes when it comes: sun, wind, heat from a collector.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | v | given to the bus | kW |
/// | avail | what sun or wind allow, of a unit of size where the size is a decision | kW |
/// | K | size, 1 where it is not a decision | - |
///
///     0 <= v <= avail K   where it can be turned down,   v = avail K   where not       optimizer-model, section 2
///     cost = curtailment (avail - v) dt
public struct Source: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Where it gives.
  public var bus: String
  /// kW, zero or more.
  public var available: Series
  /// Whether it can be turned down.
  public var isCurtailable: Bool
  /// What a kWh that is turned down costs, EUR.
  public var curtailmentCost: Double
  /// How large it is to be; nil where that is settled.
  public var size: Size?

  /// A source; see the properties.
  public init(
    _ id: String, bus: String, available: Series, isCurtailable: Bool = true, curtailmentCost: Double = 0, size: Size? = nil
  ) {
    self.id = id
    self.bus = bus
    self.available = available
    self.isCurtailable = isCurtailable
    self.curtailmentCost = curtailmentCost
    self.size = size
  }
}

/// A size that is a decision.
///
///     least <= K <= most,   cost = price K + fixed b,   K <= most b,  b in {0, 1} where there is a fixed cost
///
/// The costs are those of the time that the steps cover: an annuity for a year, its share for a week.
public struct Size: Sendable, Equatable {
  /// The least, zero or more.
  public var least: Double
  /// The most; nil for no limit, which a fixed cost does not allow.
  public var most: Double?
  /// EUR a unit.
  public var price: Double
  /// EUR for building it at all.
  public var fixedCost: Double

  /// A size; see the properties.
  public init(least: Double = 0, most: Double? = nil, price: Double, fixedCost: Double = 0) {
    self.least = least
    self.most = most
    self.price = price
    self.fixedCost = fixedCost
  }
}

// MARK: - Formulation

extension Supply {
  func formulate(in model: inout SystemModel) -> Flow {
    let flow = model.addFlow(of: model.model.owner(named: id), upper: { max?[$0] ?? .infinity })
    let row = model.balance(of: bus)
    for (step, hours) in model.system.hours.enumerated() {
      model.bring(1, flow[step], into: row, step: step)
      model.count(price[step] * hours, .cost, for: flow[step])
      model.count(emissions[step] * hours, .emissions, for: flow[step])
      model.count(penalty * hours, .penalty, for: flow[step])
      if isGrid { model.count(hours, .gridEnergy, for: flow[step]) }
    }
    return flow
  }
}

extension Offtake {
  func formulate(in model: inout SystemModel) -> Flow {
    let flow = model.addFlow(of: model.model.owner(named: id), upper: { max?[$0] ?? .infinity })
    let row = model.balance(of: bus)
    for (step, hours) in model.system.hours.enumerated() {
      model.bring(-1, flow[step], into: row, step: step)
      model.count(-price[step] * hours, .cost, for: flow[step])
      model.count(-emissions[step] * hours, .emissions, for: flow[step])
      model.count(penalty * hours, .penalty, for: flow[step])
    }
    return flow
  }
}

extension Demand {
  func formulate(in model: inout SystemModel) {
    let row = model.balance(of: bus)
    for step in 0..<model.system.count { model.ask(power[step], of: row, step: step) }
  }
}

extension Source {
  struct Variables: Sendable {
    let given: Flow
    let size: Variable?
  }

  func formulate(in model: inout SystemModel) -> Variables {
    let owner = model.model.owner(named: id)
    let row = model.balance(of: bus)
    let chosen = size.map { model.addSize($0, of: owner) }
    let isSized = chosen != nil
    let flow = model.addFlow(
      of: owner, lower: { isSized || isCurtailable ? 0 : available[$0] }, upper: { isSized ? .infinity : available[$0] })
    for (step, hours) in model.system.hours.enumerated() {
      model.bring(1, flow[step], into: row, step: step)
      if let chosen {
        model.model.label = Label(owner: owner, step: step)
        model.model.addConstraint(
          isCurtailable ? .atMost(0) : .equal(0), 1 * flow[step], -available[step] * chosen)
      }
      guard curtailmentCost != 0 else { continue }
      model.count(-curtailmentCost * hours, .cost, for: flow[step])
      if let chosen {
        model.count(curtailmentCost * hours * available[step], .cost, for: chosen)
      } else {
        model.count(curtailmentCost * hours * available[step], .cost)
      }
    }
    return Variables(given: flow, size: chosen)
  }
}
