import CommunityModel
import EnergySystems
import Quantities

/// The pipes of a heat network as links, its losses as demand, its pumps as power taken at their sites.
extension HeatNetworkConditions {
  /// Adds the network to the system.
  ///
  /// - Returns: how to read what the pumps take from the system's schedule.
  func add(to draft: inout SystemDraft) -> [ScheduleReader] {
    let horizon = draft.horizon
    let hub = pipes.first.map { draft.heat(self, at: $0.from) } ?? draft.heat(self, at: Site.ID(network.text))
    draft.add(Demand(bus: hub, power: .steps(horizon.means(of: loss).map(\.kilowatts))))
    return pipes.compactMap { pipe in
      let share = pipe.pumpShare.map { horizon.means(of: $0).map(\.value) }
      let pump = share.map { Link.Pump(bus: draft.electricity(at: pipe.from), perFlow: .steps($0)) }
      let place = draft.add(
        Link(
          "pipe \(pipe.id)", from: draft.heat(self, at: pipe.from), to: draft.heat(self, at: pipe.to),
          max: pipe.capacity.map { .constant($0.kilowatts) },
          fixedLoss: .steps(horizon.means(of: pipe.loss).map(\.kilowatts)), pump: pump))
      guard let share else { return nil }
      return { [pipe] system in
        AssetSchedule(
          id: AssetID(pipe.id.text), site: pipe.from, role: .heatNetwork,
          power: zip(system.links[place], share).map { Power(kilowatts: $0 * $1) })
      }
    }
  }
}

extension HeatTransfer {
  /// Adds the heat exchanger to the system of `problem`.
  func add(to draft: inout SystemDraft, of problem: PlanningProblem) {
    guard let giving = problem.networks.first(where: { $0.network == from }),
      let taking = problem.networks.first(where: { $0.network == to })
    else { return }
    _ = draft.add(
      Link(
        "transfer \(id)", from: draft.heat(giving, at: site), to: draft.heat(taking, at: site),
        max: .constant(capacity.kilowatts)))
  }
}

extension Breach {
  /// Where heat or cold is missing or too much in `schedule`, neighbouring steps as one.
  static func ofHeat(in schedule: SystemSchedule, of system: EnergySystem, for problem: PlanningProblem) -> [Breach] {
    let horizon = problem.horizon
    let cold = Set(
      problem.networks.filter { $0.carries == .cold }.flatMap { network in
        network.places.map { SystemDraft.pipes(of: network, at: $0) }
      })
    return system.buses.enumerated().flatMap { place, bus -> [Breach] in
      guard bus.penalty != nil else { return [] }
      let isCold = cold.contains(bus.name)
      return spans(isCold ? .coldMissing : .heatMissing, bus.name, schedule.missing[place], horizon)
        + spans(isCold ? .coldExcess : .heatExcess, bus.name, schedule.excess[place], horizon)
    }
  }

  /// Where the power of engines finds no way out.
  static func ofEngines(in schedule: SystemSchedule, of system: EnergySystem, over horizon: PlanningHorizon) -> [Breach] {
    system.offtakes.enumerated().flatMap { place, offtake -> [Breach] in
      guard offtake.penalty > 0, offtake.max == nil else { return [] }
      return spans(.powerExcess, offtake.bus, schedule.offtakes[place], horizon)
    }
  }
}
