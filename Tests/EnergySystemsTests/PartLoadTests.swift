import EnergySystems
import HighsSolver
import LinearOptimization
import Testing

/// A unit of 10 kW whose 2, 5 and 10 kW give 1, 3.5 and 6, worked out by hand: steps of an hour, so that kW are kWh.
@Suite("Part load and stand-by")
struct PartLoadTests {
  /// Power costs `prices` and what the unit gives brings 0.12; a start costs 0.3 and stand-by takes 1 kW.
  private func system(_ prices: [Double], neighbours: Store.Exclusivity = .everywhere) -> EnergySystem {
    var system = EnergySystem(hours: prices.map { _ in 1 }, buses: [Bus("el"), Bus("h2")])
    system.supplies = [Supply("grid", bus: "el", price: .steps(prices))]
    system.offtakes = [Offtake("sold", bus: "h2", price: 0.12)]
    var unit = Converter(
      "unit", input: "el", modes: [0.5, 0.7, 0.6].map { .init([.init("h2", .constant($0))]) }, maxInput: 10,
      commitment: Commitment(minInput: 2, startCost: 0.3))
    unit.commitment?.standby = Commitment.Standby(input: 1)
    unit.partLoad = PartLoad(loads: [2, 5, 10], neighbours: neighbours)
    system.converters = [unit]
    return system
  }

  private func solved(_ system: EnergySystem) throws -> SystemOutcome {
    var options = SolveOptions()
    options.relativeGap = 0
    let outcome = try SystemSolver(HighsSolver()).solve(system, options: options)
    #expect(outcome.status == .optimal)
    return outcome
  }

  @Test("is costed by the check as by hand: a start, an hour in stand-by, hours at two loads")
  func cost() throws {
    // 0.22 are gained at 5 ct and 10 kW, twice; 0.2 are lost in stand-by, less than the 0.3 of a start; 0.07 are gained at 7 ct and 5 kW.
    let outcome = try solved(system([0.05, 0.2, 0.05, 0.07]))
    let part = try #require(outcome.schedule?.converters[0])
    #expect(zip(part.input, [10, 1, 10, 5]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(part.standbyInput ?? [], [0, 1, 0, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(outcome.cost - (0.3 - 0.22 + 0.2 - 0.22 - 0.07)) < 1e-6)
  }

  @Test(
    "is held against the curve by the check, which knows no model: what gives more, or is no neighbour, or waits while it is on")
  func check() throws {
    let system = system([0.05, 0.2, 0.05, 0.07])
    let schedule = try #require(try solved(system).schedule)
    #expect(SystemCheck(schedule, of: system).violations.isEmpty)
    func rules(_ change: (inout SystemSchedule) -> Void) -> Set<String> {
      var other = schedule
      change(&other)
      return Set(SystemCheck(other, of: system).violations.map(\.rule))
    }
    // 5 kW as 2 and 10 kW in turn: weights 5/8 and 3/8.
    let mixed = rules { other in
      for (mode, input) in [1.25, 0, 3.75].enumerated() { other.converters[0].inputs[mode][3] = input }
    }
    #expect(mixed.contains("what it gives at its load"))
    // All 10 kW at the ratio of 5.
    let better = rules { other in
      other.converters[0].inputs[1][0] = 10
      other.converters[0].inputs[2][0] = 0
    }
    #expect(better.isSuperset(of: ["points weigh 1 while it is on", "what it gives at its load"]))
    for (step, power) in [(0, 1.0), (1, 0.7)] {
      let waiting = rules { other in other.converters[0].standbyInput?[step] = power }
      #expect(waiting.contains("stand-by or not"))
    }
    // Off instead of waiting is a second start, and the grid gives a kWh too much.
    var cold = schedule
    cold.converters[0].standbyInput?[1] = 0
    let check = SystemCheck(cold, of: system)
    #expect(check.violations.map(\.rule) == ["what comes in goes out"])
    #expect(abs(check.cost - SystemCheck(schedule, of: system).cost - 0.3) < 1e-6)
  }

  @Test(
    "has no whole variables for neighbours where the curve is concave and nobody asks; a mixture may then be found, never more")
  func whole() throws {
    // On and stand-by in each of 4 steps; 2 segments a step more.
    #expect(try solved(system([0.05, 0.2, 0.05, 0.07], neighbours: .nowhere)).size.integers == 8)
    #expect(try solved(system([0.05, 0.2, 0.05, 0.07])).size.integers == 16)
    // Where it is not concave they are there in any case.
    var bent = system([0.05], neighbours: .nowhere)
    bent.converters[0].modes[1].outputs[0].perInput = 0.4
    #expect(try solved(bent).size.integers == 4)
    // Where a start costs nothing nobody waits.
    bent.converters[0].commitment?.startCost = 0
    #expect(try solved(bent).size.integers == 3)
  }

  @Test("is refused where figures contradict each other")
  func refused() throws {
    func failure(_ change: (inout Converter) -> Void) -> SystemError? {
      var system = system([0.05])
      change(&system.converters[0])
      do {
        _ = try SystemModel(system)
        return nil
      } catch {
        return error
      }
    }
    #expect(failure { $0.ramp = 3 } == .part("unit", figure: "onoff.standby_kw", reason: "cannot go with a ramp"))
    #expect(
      failure { $0.partLoad?.loads = [2, 5] }
        == .part("unit", figure: "load_kw", reason: "must be there for each mode or for none"))
    #expect(failure { $0.partLoad?.loads = [0, 5, 10] } == .part("unit", figure: "load_kw", reason: "must be above zero"))
    #expect(
      failure { $0.commitment = nil }
        == .part("unit", figure: "load_kw", reason: "needs a unit that can be off: give onoff, too"))
  }
}
