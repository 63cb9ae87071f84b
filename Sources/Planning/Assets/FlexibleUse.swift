import CommunityModel
import LinearOptimization
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
struct FlexibleUse: Sendable {
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

  func formulate(in formulation: inout Formulation) -> ScheduleReader {
    let horizon = formulation.horizon
    let owner = formulation.model.owner(named: id.text)
    var variables = [[Variable]](repeating: [], count: horizon.count)
    for run in soonestRuns(over: horizon) {
      if run.due > run.served + 1e-9 {
        formulation.note(
          Breach(kind: breachKind, subject: id.text, span: run.window.span, kilowattHours: run.due - run.served))
      }
      var terms: [Term] = []
      for step in run.taken.keys.sorted() {
        let share = Double(horizon.steps[step].clamped(to: run.window.span).count) / Double(horizon.steps[step].count)
        formulation.model.label = Label(owner: owner, step: step)
        let variable = formulation.model.addVariable(upper: share * power.kilowatts)
        formulation.take(1, variable, from: .electricity(site), step: step)
        variables[step].append(variable)
        terms.append(Term(efficiency.value * horizon.hours(of: step), variable))
      }
      guard let first = run.taken.keys.min() else { continue }
      formulation.model.label = Label(owner: owner, step: first)
      formulation.model.addConstraint(.equal(run.served), terms)
    }
    for (step, together) in variables.enumerated() where together.count > 1 {
      let span = horizon.steps[step]
      let inside = span.count { quarter in windows.contains { $0.span.contains(quarter) } }
      formulation.model.label = Label(owner: owner, step: step)
      formulation.model.addConstraint(
        .atMost(Double(inside) / Double(span.count) * power.kilowatts), together.map { 1 * $0 })
    }
    return { [id, site, role, variables] solution in
      AssetSchedule(
        id: id, site: site, role: role,
        power: variables.map { Power(kilowatts: $0.reduce(0) { $0 + solution[$1] }) })
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
