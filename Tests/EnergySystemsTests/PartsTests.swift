import EnergySystems
import HighsSolver
import LinearOptimization
import Testing

/// Small systems whose optimum was worked out by hand; the reasoning stands beside each.
@Suite("The parts of an energy system")
struct PartsTests {
  private func solved(_ system: EnergySystem, relaxed: Bool = false, isCalm: Bool = false) throws -> SystemOutcome {
    var options = SolveOptions()
    options.relativeGap = 0
    let outcome = try SystemSolver(HighsSolver()).solve(system, options: options, relaxed: relaxed, isCalm: isCalm)
    #expect(outcome.status == .optimal)
    return outcome
  }

  /// One bus called `el` with a supply `grid`.
  private func grid(_ price: Series, hours: [Double]) -> EnergySystem {
    var system = EnergySystem(hours: hours, buses: [Bus("el")])
    system.supplies = [Supply("grid", bus: "el", price: price)]
    return system
  }

  private func isClose(_ value: Double?, _ expected: Double) -> Bool {
    abs((value ?? .nan) - expected) <= 1e-6 * max(1, abs(expected))
  }

  @Test("a store of a size to be chosen holds that in the last step, too")
  func sizedStore() throws {
    // 10 kWh of sun in step 1 serve the 10 of step 0 of the repeating period: 10 kWh of store at 0.001.
    var system = grid([0.1, 0.5], hours: [1, 1])
    system.demands = [Demand(bus: "el", power: [10, 0])]
    system.sources = [Source("sun", bus: "el", available: [0, 10])]
    system.stores = [Store("store", bus: "el", capacity: 1, opening: .cyclic, size: Size(price: 0.001))]
    let outcome = try solved(system)
    #expect(isClose(outcome.cost, 0.01))
    #expect(isClose(outcome.schedule?.stores[0].size, 10))
  }

  @Test("a store of a size to be chosen charges or discharges, never both; that needs its most")
  func sizedExclusiveStore() throws {
    // A kWh taken earns 0.5 and a store of 1 kWh takes 1.25 with its losses: 0.625 for each that costs 0.6 or 0.65. At once in and out 5 kW
    // would be burnt for 2.5 in each step.
    var system = grid(-0.5, hours: [1])
    system.supplies[0].max = 5
    system.stores = [
      Store(
        "store", bus: "el", capacity: 1, charge: 2, discharge: 2, chargeEfficiency: 0.8, dischargeEfficiency: 0.5,
        exclusivity: .everywhere, size: Size(most: 3, price: 0.6))
    ]
    let cheap = try solved(system)
    #expect(isClose(cheap.schedule?.stores[0].size, 3))
    #expect(isClose(cheap.cost, 3 * (0.6 - 0.625)))
    system.stores[0].size?.price = 0.65
    #expect(isClose(try solved(system).cost, 0))
    system.stores[0].size?.most = nil
    #expect(throws: SystemError.part("store", figure: "exclusive", reason: "needs 'max' of a size that is a decision")) {
      try solved(system)
    }
  }

  @Test("a fixed cost is paid for a size or saved with it")
  func fixedCost() throws {
    // 10 kWh at 0.30 from the grid, or sun of 10 kW for 2 and 0.5 once it is built.
    var system = grid(0.3, hours: [1])
    system.demands = [Demand(bus: "el", power: 10)]
    system.sources = [Source("sun", bus: "el", available: 1, size: Size(most: 20, price: 0.2, fixedCost: 0.5))]
    #expect(isClose(try solved(system).cost, 2.5))
    system.sources[0].size?.fixedCost = 1.5
    #expect(isClose(try solved(system).cost, 3))
  }

  @Test("a unit that can be off starts at its least and climbs no faster than its ramp")
  func rampOfUnit() throws {
    // 2 kW at once, 3 in the second step of the 5 asked for: 2 kWh are bought at 10.
    var system = EnergySystem(hours: [1, 1], buses: [Bus("heat")])
    system.supplies = [Supply("bought", bus: "heat", price: 10)]
    system.demands = [Demand(bus: "heat", power: [2, 5])]
    var boiler = Converter(
      "boiler", input: nil, modes: [.init([.init("heat", 1)])], maxInput: 5, ramp: 1, commitment: Commitment(minInput: 2))
    for commitment in [
      Commitment(minInput: 2), Commitment(minInput: 2, startCost: 0.001), Commitment(minInput: 2, minUpHours: 1, minDownHours: 1),
      Commitment(minInput: 2, minUpHours: 2, minDownHours: 2),
    ] {
      boiler.commitment = commitment
      system.converters = [boiler]
      #expect(isClose(try solved(system).cost, 20 + commitment.startCost))
    }
  }

  @Test("least times count hours, not steps")
  func unevenSteps() throws {
    // On for 2 h at least: in the first step of half an hour it stays on until the third ends, 10 kW at 0.1 over 2.5 h, no more than
    // the heat bought at 1 in the first step alone, 5 kWh.
    var system = EnergySystem(hours: [0.5, 1, 1, 1], buses: [Bus("heat", canDump: true)])
    system.supplies = [Supply("bought", bus: "heat", price: 1)]
    system.demands = [Demand(bus: "heat", power: [10, 0, 0, 0])]
    system.converters = [
      Converter(
        "boiler", input: nil, modes: [.init([.init("heat", 1)])], maxInput: 10, costPerInput: 0.1,
        commitment: Commitment(minInput: 10, minUpHours: 2))
    ]
    let outcome = try solved(system)
    #expect(isClose(outcome.cost, 2.5))
    #expect(outcome.schedule?.converters[0].on == [1, 1, 1, 0])
  }

  @Test("what is left of least times before the first step is kept")
  func before() throws {
    // Off for 1 of 3 hours: it may start in the third step; 10 kWh are bought at 1 in each of the two before.
    var system = EnergySystem(hours: [1, 1, 1], buses: [Bus("heat")])
    system.supplies = [Supply("bought", bus: "heat", price: 1)]
    system.demands = [Demand(bus: "heat", power: 10)]
    system.converters = [
      Converter(
        "boiler", input: nil, modes: [.init([.init("heat", 1)])], maxInput: 10, costPerInput: 0.1,
        commitment: Commitment(minDownHours: 3, hoursBefore: 1))
    ]
    #expect(isClose(try solved(system).cost, 21))
  }

  @Test("a turbine that gives up power for heat mixes its two modes")
  func extraction() throws {
    // Without heat 0.5 kW a kW of fuel, with all heat 0.3 and 0.5: 10 of heat take 20 of fuel in the second mode and give 6, the
    // other 4 of power take 8 in the first. 28 of fuel at 0.1.
    var system = EnergySystem(hours: [1], buses: [Bus("el"), Bus("heat"), Bus("fuel")])
    system.supplies = [
      Supply("fuel", bus: "fuel", price: 0.1), Supply("grid", bus: "el", price: 1), Supply("oil", bus: "heat", price: 1),
    ]
    system.demands = [Demand(bus: "el", power: 10), Demand(bus: "heat", power: 10)]
    system.converters = [
      Converter(
        "turbine", input: "fuel", modes: [.init([.init("el", 0.5)]), .init([.init("el", 0.3), .init("heat", 0.5)])], maxInput: 50)
    ]
    let outcome = try solved(system)
    #expect(isClose(outcome.cost, 2.8))
    #expect(isClose(outcome.schedule?.converters[0].input[0], 28))
  }

  @Test("flows share a limit")
  func limit() throws {
    // Two houses need 5 each through a transformer of 8: 2 are missing at 10 EUR.
    var system = EnergySystem(hours: [1], buses: [Bus("a", penalty: 10), Bus("b", penalty: 10)])
    system.supplies = [Supply("ga", bus: "a", price: 0.3), Supply("gb", bus: "b", price: 0.3)]
    system.demands = [Demand(bus: "a", power: 5), Demand(bus: "b", power: 5)]
    system.flowLimits = [FlowLimit("transformer", flows: ["ga", "gb"], max: 8)]
    let outcome = try solved(system)
    #expect(isClose(outcome.levels.last?.objective, 8 * 0.3 + 20))
    #expect(isClose(outcome.cost, 8 * 0.3))
  }

  @Test("the relaxation's cost is its own, with parts of starts")
  func relaxed() throws {
    // 8 kW in two steps of a unit for 10 that starts for 100: 0.8 of a start, and 16 kWh at 0.3.
    var system = EnergySystem(hours: [1, 1], buses: [Bus("el"), Bus("heat")])
    system.supplies = [Supply("grid", bus: "el", price: 0.3)]
    system.demands = [Demand(bus: "heat", power: 8)]
    system.converters = [
      Converter(
        "heater", input: "el", modes: [.init([.init("heat", 1)])], maxInput: 10,
        commitment: Commitment(minInput: 1, startCost: 100))
    ]
    let outcome = try solved(system, relaxed: true)
    #expect(isClose(outcome.levels.last?.objective, 84.8) && isClose(outcome.cost, 84.8))
    #expect(isClose(try solved(system).cost, 104.8))
  }

  @Test("of schedules that cost the same the calm one is taken, and early use")
  func calm() throws {
    // The price is the same everywhere: the battery rests, and the laundry runs at once.
    var system = grid(0.3, hours: [1, 1, 1, 1])
    system.demands = [Demand(bus: "el", power: [1, 2, 3, 1])]
    system.stores = [Store("battery", bus: "el", capacity: 5, charge: 3, discharge: 3, opening: .content(2), leastAtEnd: 2)]
    system.flexibleUses = [FlexibleUse("laundry", bus: "el", max: 2, windows: [.init(steps: 0..<4, energy: 3)])]
    let schedule = try #require(try solved(system, isCalm: true).schedule)
    #expect(schedule.stores[0].charge == [0, 0, 0, 0] && schedule.stores[0].discharge == [0, 0, 0, 0])
    #expect(schedule.flexibleUses[0][0] == [2, 1, 0, 0])
  }

  @Test("what cannot be served is named, with place, time and amount")
  func missing() throws {
    var system = EnergySystem(hours: [1, 1, 1], buses: [Bus("heat")])
    system.demands = [Demand(bus: "heat", power: [3, 7, 8])]
    system.converters = [Converter("boiler", input: nil, modes: [.init([.init("heat", 1)])], maxInput: 5)]
    let outcome = try SystemSolver(HighsSolver()).solve(system)
    #expect(outcome.status == .infeasible)
    #expect(outcome.contradictions.map(\.kind) == [.missing] && outcome.contradictions.map(\.part) == ["heat"])
    #expect(outcome.contradictions.first?.steps == 1..<3 && isClose(outcome.contradictions.first?.energy, 5))
    // Whatever it does, a boiler of at least 5 gives 3 kW of heat in no step.
    system.demands = [Demand(bus: "heat", power: 3)]
    system.converters[0].commitment = Commitment(minInput: 5)
    let stuck = try SystemSolver(HighsSolver()).solve(system)
    #expect(stuck.status == .infeasible && stuck.contradictions.first?.part == "heat")
  }

  @Test("a target that its part cannot reach is named before anything is solved")
  func unreachable() throws {
    var system = grid(0.3, hours: [1, 1])
    system.stores = [Store("battery", bus: "el", capacity: 5, charge: 1, discharge: 1, opening: .content(1), leastAtEnd: 4)]
    system.chargingPoints = [
      ChargingSessions("car", bus: "el", sessions: [.init(steps: 0..<2, capacity: 40, atArrival: 0, atDeparture: 30, charge: 11)])
    ]
    system.flexibleUses = [FlexibleUse("laundry", bus: "el", max: 1, windows: [.init(steps: 0..<2, energy: 3)])]
    let outcome = try SystemSolver(HighsSolver()).solve(system)
    #expect(outcome.contradictions.map(\.kind) == [.content, .charging, .window])
    #expect(zip(outcome.contradictions.map(\.energy), [1, 8, 1]).allSatisfy { isClose($0, $1) })
  }
}
