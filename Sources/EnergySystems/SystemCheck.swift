/// Holds a schedule against its system, without a look at the linear model: balances, limits, contents, states and costs, each
/// recomputed from the system's own figures.
public struct SystemCheck: Sendable {
  /// A rule that a schedule breaks.
  public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// The part or bus.
    public let part: String
    /// The step; nil for what is not of one step.
    public let step: Int?
    /// The rule.
    public let rule: String
    /// By how much it is broken, in the rule's unit.
    public let amount: Double

    /// The part, the rule and by how much.
    public var description: String {
      part + (step.map { ", step \($0)" } ?? "") + ": " + rule + " by \(amount)"
    }
  }

  let system: EnergySystem
  let schedule: SystemSchedule
  /// How far a figure may be off for each unit of its size, and at least for a size of 1.
  let tolerance: Double
  /// What is broken.
  public internal(set) var violations: [Violation] = []

  /// EUR, the price of CO2 left out.
  public private(set) var cost = 0.0
  /// kg.
  public private(set) var emissions = 0.0
  /// kWh bought from the public grid.
  public private(set) var gridEnergy = 0.0
  /// EUR for what is missing or too much.
  public private(set) var penalty = 0.0

  /// Checks `schedule` of `system`; a figure may be off by `tolerance` for each unit of its size (for a size of 1 where it is smaller).
  public init(_ schedule: SystemSchedule, of system: EnergySystem, tolerance: Double = 1e-6) {
    self.system = system
    self.schedule = schedule
    self.tolerance = tolerance
    guard hasAllParts() else { return }
    checkExchange()
    checkSources()
    for place in system.converters.indices { checkConverter(place) }
    for place in system.stores.indices { checkStore(place) }
    checkLinks()
    for place in system.chargingPoints.indices { checkCharging(place) }
    checkFlexibleUses()
    checkAgreements()
    checkBalances()
  }

  /// What `level` of the system's objective comes to.
  public func objective(of level: Int) -> Double {
    let weights = system.objective.levels[level]
    var sum = 0.0
    for (measure, weight) in weights {
      switch measure {
      case .cost: sum += weight * cost
      case .emissions: sum += weight * emissions
      case .gridEnergy: sum += weight * gridEnergy
      case .peak: sum += weight * jointPeak
      case .penalty: sum += weight * penalty
      case .deviation: sum += weight * deviation
      }
    }
    if system.objective.countsCarbonPrice { sum += (weights[.cost] ?? 0) * system.carbonPrice * emissions }
    return sum
  }
}

// MARK: - Rules

extension SystemCheck {
  mutating func require(_ value: Double, within range: ClosedRange<Double>, _ part: String, _ step: Int?, _ rule: String) {
    let broken = value < range.lowerBound ? range.lowerBound - value : value - range.upperBound
    let size = Swift.max(1, abs(value < range.lowerBound ? range.lowerBound : range.upperBound))
    // A value that is no number is broken, too.
    guard !(broken <= tolerance * size) else { return }
    violations.append(Violation(part: part, step: step, rule: rule, amount: broken))
  }

  mutating func require(_ value: Double, equals expected: Double, scale: Double, _ part: String, _ step: Int?, _ rule: String) {
    let broken = abs(value - expected)
    guard !(broken <= tolerance * Swift.max(1, scale)) else { return }
    violations.append(Violation(part: part, step: step, rule: rule, amount: broken))
  }

  mutating func pay(_ amount: Double) { cost += amount }
  mutating func penalize(_ amount: Double) { penalty += amount }
  mutating func spare(_ energy: Double) { gridEnergy -= energy }
  mutating func emit(_ amount: Double) { emissions += amount }

  private mutating func hasAllParts() -> Bool {
    let steps = system.count
    let lengths: [(String, [[Double]], Int)] = [
      ("supplies", schedule.supplies, system.supplies.count), ("offtakes", schedule.offtakes, system.offtakes.count),
      ("sources", schedule.sources, system.sources.count), ("links", schedule.links, system.links.count),
      ("converters", schedule.converters.flatMap(\.inputs), system.converters.reduce(0) { $0 + $1.modes.count }),
      (
        "converters", schedule.converters.compactMap(\.standbyInput), schedule.converters.count { $0.standbyInput != nil }
      ),
      ("stores", schedule.stores.flatMap { [$0.charge, $0.discharge, $0.content] }, 3 * system.stores.count),
      ("charging points", schedule.chargingPoints.flatMap { [$0.charge, $0.discharge] }, 2 * system.chargingPoints.count),
      (
        "pools", schedule.pools.flatMap { $0.taken + $0.given },
        system.pools.reduce(0) { $0 + $1.supplies.count + $1.offtakes.count }
      ),
      ("shares", schedule.shares.flatMap { $0 }, system.sharings.reduce(0) { $0 + $1.supplies.count }),
    ]
    for (name, series, count) in lengths where series.count != count || series.contains(where: { $0.count != steps }) {
      violations.append(Violation(part: name, step: nil, rule: "a figure for each part and step", amount: .infinity))
    }
    if schedule.peaks.count != system.peakCharges.count || schedule.shortfalls.count != system.contracts.count
      || schedule.dumps.count != system.buses.count || schedule.missing.count != system.buses.count
      || schedule.excess.count != system.buses.count || schedule.sourceSizes.count != system.sources.count
      || schedule.converters.count != system.converters.count
      || schedule.flexibleUses.count != system.flexibleUses.count
    {
      violations.append(Violation(part: "system", step: nil, rule: "a figure for each part", amount: .infinity))
    }
    return violations.isEmpty
  }

  private mutating func checkExchange() {
    for (supply, taken) in zip(system.supplies, schedule.supplies) {
      for (step, hours) in system.hours.enumerated() {
        require(taken[step], within: 0...(supply.max?[step] ?? .infinity), supply.id, step, "0 <= flow <= max")
        pay(supply.price[step] * taken[step] * hours)
        emit(supply.emissions[step] * taken[step] * hours)
        penalty += supply.penalty * taken[step] * hours
        if supply.isGrid { gridEnergy += taken[step] * hours }
      }
    }
    for (offtake, given) in zip(system.offtakes, schedule.offtakes) {
      for (step, hours) in system.hours.enumerated() {
        require(given[step], within: 0...(offtake.max?[step] ?? .infinity), offtake.id, step, "0 <= flow <= max")
        pay(-offtake.price[step] * given[step] * hours)
        emit(-offtake.emissions[step] * given[step] * hours)
        penalty += offtake.penalty * given[step] * hours
      }
    }
  }

  private mutating func checkSources() {
    for (place, source) in system.sources.enumerated() {
      let size = settle(source.size, schedule.sourceSizes[place], source.id)
      for (step, hours) in system.hours.enumerated() {
        let available = source.available[step] * size
        let given = schedule.sources[place][step]
        require(
          given, within: (source.isCurtailable ? 0 : available)...available, source.id, step, "gives what there is, or less")
        pay(source.curtailmentCost * (available - given) * hours)
      }
    }
  }

  /// The size that was chosen, within its limits and paid for; 1 where it is no decision.
  mutating func settle(_ size: Size?, _ chosen: Double?, _ part: String) -> Double {
    guard let size else { return 1 }
    guard let chosen else {
      violations.append(Violation(part: part, step: nil, rule: "a size", amount: .infinity))
      return 0
    }
    require(chosen, within: size.least...(size.most ?? .infinity), part, nil, "least <= size <= most")
    pay(size.price * chosen)
    if chosen > tolerance { pay(size.fixedCost) }
    return chosen
  }

  private mutating func checkLinks() {
    for (link, flow) in zip(system.links, schedule.links) {
      for (step, hours) in system.hours.enumerated() {
        require(flow[step], within: 0...(link.max?[step] ?? .infinity), link.id, step, "0 <= flow <= max")
        pay(link.cost[step] * flow[step] * hours)
      }
    }
  }

  private mutating func checkFlexibleUses() {
    for (use, windows) in zip(system.flexibleUses, schedule.flexibleUses) {
      guard windows.count == use.windows.count, windows.allSatisfy({ $0.count == system.count }) else {
        violations.append(Violation(part: use.id, step: nil, rule: "a figure for each window and step", amount: .infinity))
        continue
      }
      for (window, taken) in zip(use.windows, windows) {
        for step in system.hours.indices {
          let most = window.steps.contains(step) ? window.max?[step - window.steps.lowerBound] ?? use.max[step] : 0
          require(taken[step], within: 0...most, use.id, step, "0 <= flow <= max inside its window")
        }
        let energy = window.steps.reduce(0) { $0 + taken[$1] * system.hours[$1] }
        require(energy, equals: window.energy, scale: window.energy, use.id, window.steps.lowerBound, "the window's energy")
      }
      for step in system.hours.indices {
        let together = windows.reduce(0) { $0 + $1[step] }
        require(together, within: 0...use.max[step], use.id, step, "all windows together <= max")
      }
    }
  }

  private mutating func checkBalances() {
    var nets = BusNets(system)
    nets.add(schedule)
    for (place, bus) in system.buses.enumerated() {
      let isComplete =
        schedule.dumps[place].count == (bus.canDump ? system.count : 0)
        && schedule.missing[place].count == (bus.penalty == nil ? 0 : system.count)
        && schedule.excess[place].count == schedule.missing[place].count
      guard isComplete else {
        violations.append(Violation(part: bus.name, step: nil, rule: "a figure for each step", amount: .infinity))
        continue
      }
      for (step, hours) in system.hours.enumerated() {
        let dumped = bus.canDump ? schedule.dumps[place][step] : 0
        let (missing, excess) = bus.penalty == nil ? (0, 0) : (schedule.missing[place][step], schedule.excess[place][step])
        require(min(dumped, missing, excess), within: 0...Double.infinity, bus.name, step, "nothing is less than none")
        let net = nets.net[place][step] + missing
        let size = max(nets.size[place][step], missing)
        require(net, equals: dumped + excess, scale: size, bus.name, step, "what comes in goes out")
        penalty += (bus.penalty ?? 0) * (missing + excess) * hours
      }
    }
  }
}

/// What comes in less what goes out at each bus, and the largest flow there.
private struct BusNets {
  private let system: EnergySystem
  private let places: [String: Int]
  private(set) var net: [[Double]]
  private(set) var size: [[Double]]

  init(_ system: EnergySystem) {
    self.system = system
    places = Dictionary(uniqueKeysWithValues: system.buses.enumerated().map { ($1.name, $0) })
    let none = [Double](repeating: 0, count: system.count)
    net = system.buses.map { _ in none }
    size = net
  }

  private mutating func add(_ name: String, _ flow: (Int) -> Double) {
    guard let place = places[name] else { return }
    for step in system.hours.indices {
      let coming = flow(step)
      net[place][step] += coming
      size[place][step] = max(size[place][step], abs(coming))
    }
  }

  mutating func add(_ schedule: SystemSchedule) {
    for (supply, taken) in zip(system.supplies, schedule.supplies) { add(supply.bus) { taken[$0] } }
    for (offtake, given) in zip(system.offtakes, schedule.offtakes) { add(offtake.bus) { -given[$0] } }
    for demand in system.demands { add(demand.bus) { -demand.power[$0] } }
    for (source, given) in zip(system.sources, schedule.sources) { add(source.bus) { given[$0] } }
    for (converter, part) in zip(system.converters, schedule.converters) {
      for (mode, taken) in zip(converter.modes, part.inputs) {
        if let input = converter.input { add(input) { -taken[$0] } }
        for output in mode.outputs { add(output.bus) { output.perInput[$0] * taken[$0] } }
      }
      if let input = converter.input, let standby = part.standbyInput { add(input) { -standby[$0] } }
    }
    for (store, part) in zip(system.stores, schedule.stores) {
      add(store.bus) { part.discharge[$0] - part.charge[$0] }
      if let compressor = store.compressor { add(compressor.bus) { -compressor.perFlow[$0] * part.charge[$0] } }
    }
    for (link, flow) in zip(system.links, schedule.links) {
      add(link.from) { -flow[$0] }
      add(link.to) { (1 - link.relativeLoss[$0]) * flow[$0] - link.fixedLoss[$0] }
      if let pump = link.pump { add(pump.bus) { -pump.perFlow[$0] * flow[$0] } }
    }
    for (point, part) in zip(system.chargingPoints, schedule.chargingPoints) {
      add(point.bus) { part.discharge[$0] - part.charge[$0] }
    }
    for (use, windows) in zip(system.flexibleUses, schedule.flexibleUses) {
      for taken in windows { add(use.bus) { -taken[$0] } }
    }
  }
}
