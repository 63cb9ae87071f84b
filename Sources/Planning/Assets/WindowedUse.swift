import CommunityModel
import EnergySystems
import MarketTime
import Quantities

/// Use that must happen within windows, but may choose when: what cars' charging points and shiftable loads share.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p[w,t] | power taken from the site for window w, mean of the step | kW |
/// | s[w,t] | share of the step that lies inside the window | - |
/// | s[t] | share of the step that lies inside any window | - |
/// | need | energy due at the point of use, cut to what the windows allow | kWh |
///
///     0 <= p[w,t] <= s[w,t] P,   sum_w p[w,t] <= s[t] P,   sum_t eta dt p[w,t] = need[w]   optimizer-model, section 4
///
/// The needs are equalities: nobody takes more than was asked for, however little it costs.
struct WindowedUse: Sendable {
  let id: AssetID
  let site: Site.ID
  let role: AssetSchedule.Role
  let power: Power
  let efficiency: Fraction
  let windows: [EnergyWindow]
  let breachKind: Breach.Kind

  /// What a window gets when everything runs as soon as it may.
  private struct Run {
    let window: EnergyWindow
    /// Mean power taken in the steps that the window touches, kW.
    var taken: [Int: Double]
    /// Due at the point of use, kWh.
    let due: Double
    /// Of that, what the window allows, kWh.
    var served: Double
  }

  /// Everything as soon as it may, the window that closes first before the others: this grants as much as any schedule can.
  private func soonestRuns(over horizon: PlanningHorizon) -> [Run] {
    let perQuarter = power.kilowatts * efficiency.value / 4
    var room = [Double](repeating: perQuarter, count: horizon.span.count)
    let steps = horizon.steps.enumerated().flatMap { step, span in span.map { _ in step } }
    let inOrder = windows.sorted { ($0.span.upperBound, $0.span.lowerBound) < ($1.span.upperBound, $1.span.lowerBound) }
    return inOrder.map { window in
      var run = Run(window: window, taken: [:], due: window.energyDue(within: horizon).kilowattHours, served: 0)
      for quarter in window.span.clamped(to: horizon.span) {
        let position = horizon.start.distance(to: quarter)
        let energy = min(room[position], run.due - run.served)
        room[position] -= energy
        run.served += energy
        run.taken[steps[position], default: 0] += energy / efficiency.value / horizon.hours(of: steps[position])
      }
      return run
    }
  }

  func add(to draft: inout SystemDraft) -> ScheduleReader {
    let horizon = draft.horizon
    let kilowatts = power.kilowatts
    var parts: [FlexibleUse.Window] = []
    for run in soonestRuns(over: horizon) {
      if run.due > run.served + 1e-9 {
        draft.note(Breach(kind: breachKind, subject: id.text, span: run.window.span, kilowattHours: run.due - run.served))
      }
      guard run.served > 0, let first = run.taken.keys.min(), let last = run.taken.keys.max() else { continue }
      let steps = first..<last + 1
      parts.append(
        FlexibleUse.Window(
          steps: steps, energy: run.served / efficiency.value,
          max: steps.map { step in
            Double(horizon.steps[step].clamped(to: run.window.span).count) / Double(horizon.steps[step].count) * kilowatts
          }))
    }
    let open = horizon.steps.map { span in
      Double(span.count { quarter in windows.contains { $0.span.contains(quarter) } }) / Double(span.count) * kilowatts
    }
    let place = draft.add(FlexibleUse(id.text, bus: draft.electricity(at: site), max: .steps(open), windows: parts))
    return { [id, site, role] system in
      let taken = system.flexibleUses[place]
      let power = horizon.steps.indices.map { step in Power(kilowatts: taken.reduce(0) { $0 + $1[step] }) }
      return AssetSchedule(id: id, site: site, role: role, power: power)
    }
  }

  /// At full power from the moment a window opens until its energy is there.
  func standingSchedule(over horizon: PlanningHorizon) -> AssetSchedule {
    var kilowatts = [Double](repeating: 0, count: horizon.count)
    for run in soonestRuns(over: horizon) {
      for (step, taken) in run.taken { kilowatts[step] += taken }
    }
    return AssetSchedule(id: id, site: site, role: role, power: kilowatts.map { Power(kilowatts: $0) })
  }
}
