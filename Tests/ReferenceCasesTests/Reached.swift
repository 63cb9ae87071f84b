import EnergySystems
import HighsSolver
import LinearOptimization
import TestSupport
import Testing

/// A system at its optimum, with a schedule that holds.
struct Reached: Sendable {
  let system: EnergySystem
  let outcome: SystemOutcome
  let schedule: SystemSchedule

  /// Solves what `build` makes, to `gap`; requires a proved optimum, and a schedule that keeps every rule of the system and costs what the
  /// solver says.
  init(gap: Double = 1e-4, _ build: @escaping @Sendable () throws -> EnergySystem) async throws {
    self = try await onOwnThread {
      let system = try build()
      var options = SolveOptions()
      options.relativeGap = gap
      return try Reached(system, SystemSolver(HighsSolver()).solve(system, options: options))
    }
  }

  private init(_ system: EnergySystem, _ outcome: SystemOutcome) throws {
    self.system = system
    self.outcome = outcome
    try #require(outcome.status == .optimal)
    schedule = try #require(outcome.schedule)
    let check = SystemCheck(schedule, of: system)
    #expect(check.violations.isEmpty, "\(check.violations.prefix(5))")
    #expect(isClose(check.objective(of: 0), objective, within: 1e-6))
  }

  /// EUR, the price of CO2 included where the system has one.
  var objective: Double { outcome.levels.last?.objective ?? .nan }

  /// What the system comes to where whole numbers need not be whole.
  static func relaxation(_ build: @escaping @Sendable () throws -> EnergySystem) async throws -> Double {
    try await onOwnThread {
      let outcome = try SystemSolver(HighsSolver()).solve(try build(), relaxed: true)
      try #require(outcome.status == .optimal)
      return outcome.levels.last?.objective ?? .nan
    }
  }

  /// kWh of the supplies whose name begins with `name`.
  func bought(_ name: String = "") -> Double {
    zip(system.supplies, schedule.supplies).reduce(0) { $0 + ($1.0.id.hasPrefix(name) ? energy($1.1) : 0) }
  }

  /// kWh of all offtakes.
  var sold: Double { schedule.offtakes.reduce(0) { $0 + energy($1) } }

  /// What the converter called `name` takes, kW.
  func taken(by name: String) -> [Double] {
    system.converters.firstIndex { $0.id == name }.map { schedule.converters[$0].input } ?? []
  }

  func energy(_ power: [Double]) -> Double { zip(power, system.hours).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// Whether `value` is `expected` but for a share of it (of 1 where it is smaller).
func isClose(_ value: Double, _ expected: Double, within relative: Double) -> Bool {
  abs(value - expected) <= relative * max(1, abs(expected))
}
