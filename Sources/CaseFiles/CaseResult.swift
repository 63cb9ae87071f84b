import Console
public import EnergySystems
import LinearOptimization

/// What came of a case, as JSON (docs/formats/case.md).
public struct CaseResult: Sendable {
  let system: EnergySystem
  let outcome: SystemOutcome
  let solver: String
  let hasSchedules: Bool

  /// What `outcome` says of `system`; `solver` is the solver's name and version.
  public init(of system: EnergySystem, _ outcome: SystemOutcome, solver: String, hasSchedules: Bool = true) {
    self.system = system
    self.outcome = outcome
    self.solver = solver
    self.hasSchedules = hasSchedules
  }

  /// The whole text, with a line break at the end.
  public func json() -> String {
    var members: [(String, JSONValue)] = [
      ("schema_version", .integer(CaseFile.schemaVersion)), ("kind", .string("case_result")),
      ("status", .string(statusName)),
    ]
    if case .failed(let reason) = outcome.status { members.append(("reason", .string(reason))) }
    let last = outcome.levels.last
    let has = outcome.schedule != nil
    members += [
      ("objective", has ? .decimal(last?.objective ?? 0) : .null), ("cost_eur", has ? .decimal(outcome.cost) : .null),
      ("co2_kg", has ? .decimal(outcome.emissions) : .null), ("best_bound", .decimal(last?.bestBound ?? -.infinity)),
      ("gap", .decimal(gap)),
      (
        "levels",
        .array(
          outcome.levels.map { .object([("objective", .decimal($0.objective)), ("best_bound", .decimal($0.bestBound))]) })
      ),
      (
        "solver",
        .object([
          ("name", .string(solver)), ("seconds", .decimal(outcome.solveTime / .seconds(1))),
          ("simplex_iterations", .integer(outcome.iterations)), ("variables", .integer(outcome.size.variables)),
          ("constraints", .integer(outcome.size.constraints)), ("integers", .integer(outcome.size.integers)),
        ])
      ),
      ("contradictions", .array(outcome.contradictions.map(\.json))),
    ]
    if hasSchedules, let schedule = outcome.schedule { members.append(("schedule", json(of: schedule))) }
    return JSONValue.object(members).text() + "\n"
  }

  private var statusName: String {
    switch outcome.status {
    case .optimal: "optimal"
    case .feasible: "feasible"
    case .infeasible: "infeasible"
    case .unbounded: "unbounded"
    case .infeasibleOrUnbounded: "infeasible_or_unbounded"
    case .limitReached: "limit_reached"
    case .failed: "failed"
    }
  }

  /// Of the last level, relative to its objective; infinite where nothing is known.
  private var gap: Double {
    guard outcome.schedule != nil, let last = outcome.levels.last else { return .infinity }
    return last.relativeGap
  }

  private func json(of schedule: SystemSchedule) -> JSONValue {
    func named<Part: SystemPart>(_ parts: [Part], _ values: (Int) -> [(String, JSONValue)]) -> JSONValue {
      .object(parts.enumerated().map { ($1.id, .object(values($0))) })
    }
    let buses: [(String, JSONValue)] = system.buses.enumerated().compactMap { place, bus in
      var members: [(String, JSONValue)] = []
      if bus.canDump { members.append(("dumped_kw", .numbers(schedule.dumps[place]))) }
      if bus.penalty != nil {
        members += [("missing_kw", .numbers(schedule.missing[place])), ("excess_kw", .numbers(schedule.excess[place]))]
      }
      return members.isEmpty ? nil : (bus.name, .object(members))
    }
    let groups: [(String, JSONValue)] = [
      ("buses", .object(buses)),
      ("imports", named(system.supplies) { [("kw", .numbers(schedule.supplies[$0]))] }),
      ("exports", named(system.offtakes) { [("kw", .numbers(schedule.offtakes[$0]))] }),
      ("vres", named(system.sources) { [("kw", .numbers(schedule.sources[$0]))] + size(schedule.sourceSizes[$0]) }),
      (
        "converters",
        named(system.converters) { place in
          let part = schedule.converters[place]
          var members: [(String, JSONValue)] = [("in_kw", .numbers(part.input))]
          if part.inputs.count > 1 { members.append(("in_kw_by_mode", .array(part.inputs.map(JSONValue.numbers)))) }
          members += states(part)
          return members + size(part.size)
        }
      ),
      (
        "storages",
        named(system.stores) { place in
          let part = schedule.stores[place]
          return [
            ("charge_kw", .numbers(part.charge)), ("discharge_kw", .numbers(part.discharge)), ("kwh", .numbers(part.content)),
          ] + size(part.size)
        }
      ),
      ("links", named(system.links) { [("kw", .numbers(schedule.links[$0]))] }),
      (
        "evs",
        named(system.chargingPoints) { place in
          let part = schedule.chargingPoints[place]
          return [("charge_kw", .numbers(part.charge)), ("discharge_kw", .numbers(part.discharge))]
        }
      ),
      ("flex", named(system.flexibleUses) { [("kw", .numbers(together(schedule.flexibleUses[$0])))] }),
      ("peaks", named(system.peakCharges) { [("kw", .decimal(schedule.peaks[$0]))] }),
      ("contracts", named(system.contracts) { [("shortfall_kwh", .decimal(schedule.shortfalls[$0]))] }),
      (
        "sharing",
        named(system.sharings) { place in
          zip(system.sharings[place].supplies, schedule.shares[place]).map { ($0, .numbers($1)) }
        }
      ),
    ]
    return .object(
      groups.filter { group in
        guard case .object(let members) = group.1 else { return true }
        return !members.isEmpty
      })
  }

  private func together(_ windows: [[Double]]) -> [Double] {
    system.hours.indices.map { step in windows.reduce(0) { $0 + $1[step] } }
  }

  private func states(_ part: SystemSchedule.ConverterSchedule) -> [(String, JSONValue)] {
    (part.on.map { [("on", .numbers($0))] } ?? []) + (part.standbyInput.map { [("standby_kw", .numbers($0))] } ?? [])
  }

  private func size(_ chosen: Double?) -> [(String, JSONValue)] { chosen.map { [("size", .decimal($0))] } ?? [] }
}

extension Contradiction {
  fileprivate var json: JSONValue {
    .object([
      ("kind", .string(kind.rawValue)), ("part", .string(part)), ("from_step", .integer(steps.lowerBound)),
      ("to_step", .integer(steps.upperBound)), ("kwh", .decimal(energy)),
    ])
  }
}
