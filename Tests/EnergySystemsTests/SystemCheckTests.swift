import EnergySystems
import HighsSolver
import LinearOptimization
import TestSupport
import Testing

/// A village in miniature: two houses that trade, a battery, a boiler that can be off, a heat pump, a tank, a pipe, a car, a laundry.
func miniature(steps: Int = 12, seed: UInt64 = 1) -> EnergySystem {
  var random = SeededGenerator(seed: seed)
  let some = { (range: ClosedRange<Double>) in Series.steps((0..<steps).map { _ in Double.random(in: range, using: &random) }) }
  var system = EnergySystem(
    hours: [Double](repeating: 0.5, count: steps),
    buses: [Bus("a"), Bus("b"), Bus("plant", canDump: true), Bus("net"), Bus("chips"), Bus("h2")])
  system.supplies = [
    Supply("ga", bus: "a", price: some(0.1...0.4), max: 30, emissions: 0.4),
    Supply("gb", bus: "b", price: some(0.1...0.4), max: 30),
    Supply("wood", bus: "chips", price: 0.05, emissions: 0.02, isGrid: false),
    Supply("oil", bus: "plant", price: 0.14, emissions: 0.3, isGrid: false),
  ]
  system.offtakes = [Offtake("xa", bus: "a", price: some(-0.05...0.09), max: 20)]
  system.demands = [
    Demand(bus: "a", power: some(1...6)), Demand(bus: "b", power: some(0...3)), Demand(bus: "net", power: some(5...40)),
  ]
  system.sources = [
    Source("pva", bus: "a", available: some(0...15)), Source("sun", bus: "plant", available: some(0...8), curtailmentCost: 0.01),
  ]
  system.converters = [
    Converter(
      "boiler", input: "chips", modes: [.init([.init("plant", 0.85)])], maxInput: 60, ramp: 30,
      commitment: Commitment(minInput: 20, startCost: 3, stopCost: 1, noLoadCostPerHour: 0.2, minUpHours: 2, minDownHours: 1)),
    Converter("pump", input: "a", modes: [.init([.init("plant", some(2...4))])], maxInput: 6),
    Converter(
      "turbine", input: "chips", modes: [.init([.init("b", 0.3)]), .init([.init("b", 0.2), .init("plant", 0.5)])], maxInput: 10),
    Converter(
      "electrolyser", input: "a", modes: [.init([.init("h2", 0.6), .init("plant", 0.2)]), .init([.init("h2", 0.6)])], maxInput: 4),
    Converter("cell", input: "h2", modes: [.init([.init("b", 0.5)])], maxInput: 3),
  ]
  var hydrogen = Store("hydrogen", bus: "h2", capacity: 20, charge: 5, discharge: 5, opening: .content(8), endValue: 0.05)
  hydrogen.compressor = Link.Pump(bus: "a", perFlow: 0.05)
  system.stores = [
    Store(
      "battery", bus: "a", capacity: 10, leastContent: 1, charge: 5, discharge: 5, chargeEfficiency: 0.95,
      dischargeEfficiency: 0.9,
      lossPerHour: 0.001, opening: .content(4), leastAtEnd: 4, chargeCost: 0.005, dischargeCost: 0.01, exclusivity: .everywhere),
    Store("tank", bus: "plant", capacity: 40, lossPerHour: 0.01, opening: .cyclic), hydrogen,
  ]
  system.links = [
    Link("pipe", from: "plant", to: "net", max: 80, relativeLoss: 0.02, fixedLoss: 0.5, pump: .init(bus: "a", perFlow: 0.01)),
    Link("ab", from: "a", to: "b", max: 10, cost: 0.03),
  ]
  system.chargingPoints = [
    ChargingSessions(
      "car", bus: "b",
      sessions: [
        .init(steps: 1..<5, capacity: 20, atArrival: 5, atDeparture: 10, charge: 7, chargeEfficiency: 0.9),
        .init(
          steps: 6..<11, capacity: 20, atArrival: 8, atDeparture: 12, leastContent: 6, charge: 7, discharge: 5,
          chargeEfficiency: 0.9,
          dischargeEfficiency: 0.9),
      ], throughputCost: 0.02)
  ]
  system.flexibleUses = [
    FlexibleUse("laundry", bus: "a", max: 2, windows: [.init(steps: 0..<4, energy: 2), .init(steps: 5..<9, energy: 3)])
  ]
  system.peakCharges = [PeakCharge("peak", supplies: ["ga"], offtakes: ["xa"], price: 0.5, before: 2, stepsPerInterval: 2)]
  system.contracts = [TakeOrPay("wood contract", flow: "wood", least: 100, shortfallPrice: 0.02)]
  system.flowLimits = [
    FlowLimit("transformer", flows: ["ga", "gb"], max: 20),
    FlowLimit("controllable", flows: ["battery", "car", "laundry", "pump"], max: 9, penalty: 5),
  ]
  system.sharings = [SurplusSharing("shared", offtakes: ["xa"], supplies: ["gb"], value: 0.05)]
  var pool = PooledExchange("pool", supplies: ["gb", "ga"], offtakes: ["xa"], charge: 0.02)
  pool.keys = [0.5, 0.3]
  pool.areKeysOfUse = true
  pool.caps = [.init(supply: "gb", steps: 0..<4, most: 3)]
  system.pools = [pool]
  system.carbonPrice = 0.06
  return system
}

@Suite("The check of a schedule")
struct SystemCheckTests {
  private func solved(_ system: EnergySystem) throws -> SystemSchedule {
    var options = SolveOptions()
    options.relativeGap = 1e-3
    let outcome = try SystemSolver(HighsSolver()).solve(system, options: options)
    return try #require(outcome.schedule, "\(outcome.status)")
  }

  @Test("accepts what was solved, and comes to the solver's objective", arguments: 1...8)
  func accepts(seed: Int) throws {
    let system = miniature(seed: UInt64(seed))
    let outcome = try SystemSolver(HighsSolver()).solve(system)
    let schedule = try #require(outcome.schedule, "\(outcome.status)")
    let check = SystemCheck(schedule, of: system)
    #expect(check.violations.isEmpty)
    let objective = try #require(outcome.levels.last?.objective)
    #expect(abs(check.objective(of: 0) - objective) <= 1e-6 * max(1, abs(objective)))
  }

  @Test("rejects every schedule of which one figure was changed by a hundredth of a kilowatt or more")
  func rejects() async throws {
    let count = FaultFigure.count(2000, large: 10_000)
    let missed = try await onOwnThread { try accepted(of: count) }
    FaultFigure.tell(
      "changed schedules that the check rejects", ours: "\(count - missed.count) of \(count)", limit: "\(count)", goal: "all",
      reached: missed.isEmpty)
    #expect(missed.isEmpty, "\(missed.prefix(10))")
  }

  /// Which of `count` changed schedules the check lets pass.
  private func accepted(of count: Int) throws -> [String] {
    let systems = (1...8).map { miniature(seed: UInt64($0)) }
    let schedules = try systems.map(solved)
    var random = SeededGenerator(seed: FaultFigure.seed)
    var missed: [String] = []
    for number in 0..<count {
      let place = number % systems.count
      var schedule = schedules[place]
      let what = schedule.change(using: &random)
      if SystemCheck(schedule, of: systems[place]).violations.isEmpty { missed.append("\(number): \(what)") }
    }
    return missed
  }
}

extension SystemSchedule {
  /// Changes one figure that a balance, a content, a state or a target depends on; tells which.
  mutating func change(using random: inout SeededGenerator) -> String {
    let amount = Double.random(in: 0.01...5, using: &random) * (Bool.random(using: &random) ? 1 : -1)
    func pick(_ series: inout [[Double]]) -> String {
      let part = Int.random(in: series.indices, using: &random)
      let step = Int.random(in: series[part].indices, using: &random)
      series[part][step] += amount
      return "part \(part), step \(step), \(amount)"
    }
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "supply " + pick(&supplies)
    case 1: return "offtake " + pick(&offtakes)
    case 2: return "source " + pick(&sources)
    case 3: return "link " + pick(&links)
    case 4: return "flexible use " + pick(&flexibleUses[0])
    case 5:
      let part = Int.random(in: converters.indices, using: &random)
      return "converter \(part) " + pick(&converters[part].inputs)
    case 6:
      let step = Int.random(in: 0..<(converters[0].on?.count ?? 1), using: &random)
      let state = converters[0].on?[step] ?? 0
      converters[0].on?[step] = 1 - state
      return "on or off, step \(step)"
    case 7:
      let part = Int.random(in: stores.indices, using: &random)
      let step = Int.random(in: stores[part].charge.indices, using: &random)
      stores[part].charge[step] += amount
      return "charge \(part), \(step), \(amount)"
    case 8:
      let part = Int.random(in: stores.indices, using: &random)
      let step = Int.random(in: stores[part].content.indices, using: &random)
      stores[part].content[step] += amount
      return "content \(part), \(step), \(amount)"
    case 9:
      let step = Int.random(in: chargingPoints[0].charge.indices, using: &random)
      chargingPoints[0].charge[step] += amount
      return "car, \(step), \(amount)"
    case 10:
      peaks[0] -= abs(amount)
      return "peak, \(amount)"
    default:
      let dumped = dumps.indices.filter { !dumps[$0].isEmpty }
      let bus = dumped[0]
      let step = Int.random(in: dumps[bus].indices, using: &random)
      dumps[bus][step] += amount
      return "dump, \(step), \(amount)"
    }
  }
}
