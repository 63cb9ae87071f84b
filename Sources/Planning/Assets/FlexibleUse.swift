import CommunityModel
import LinearOptimization
import Quantities

/// Use that must happen within windows, but may choose when: what cars' charging points and shiftable loads share.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | power taken from the site | kW |
/// | need | energy due at the point of use, cut to what the window allows | kWh |
///
///     0 <= p[t] <= P inside a window, 0 outside;   sum_t eta dt p[t] >= need   one row a window    optimizer-model, section 4
struct FlexibleUse: Sendable {
  let id: AssetID
  let site: Site.ID
  let role: AssetSchedule.Role
  let power: Power
  let efficiency: Fraction
  let windows: [EnergyWindow]
  let breachKind: Breach.Kind

  /// A window as the horizon sees it.
  private struct Due {
    let steps: Range<Int>
    /// Due at the point of use, kWh.
    let need: Double
  }

  /// Cuts each window to the horizon and its need to what fits; the rest is a breach.
  private func dues(over horizon: PlanningHorizon, noting note: (Breach) -> Void) -> [Due] {
    windows.compactMap { window in
      let steps = window.steps(of: horizon)
      let reach = steps.reduce(0.0) { $0 + power.kilowatts * efficiency.value * horizon.hours(of: $1) }
      let need = window.energyDue(within: horizon).kilowattHours
      if need > reach + 1e-9 {
        note(Breach(kind: breachKind, subject: id.text, span: window.span, kilowattHours: need - reach))
      }
      return steps.isEmpty ? nil : Due(steps: steps, need: min(need, reach))
    }
  }

  func formulate(in formulation: inout Formulation) -> ScheduleReader {
    let horizon = formulation.horizon
    let owner = formulation.model.owner(named: id.text)
    var found: [Breach] = []
    let dues = dues(over: horizon) { found.append($0) }
    found.forEach { formulation.note($0) }
    var variables = [Variable?](repeating: nil, count: horizon.count)
    for due in dues {
      var terms: [Term] = []
      for step in due.steps {
        formulation.model.label = Label(owner: owner, step: step)
        let variable: Variable
        if let known = variables[step] {
          variable = known
        } else {
          variable = formulation.model.addVariable(upper: power.kilowatts)
          formulation.take(1, variable, from: .electricity(site), step: step)
          variables[step] = variable
        }
        terms.append(Term(efficiency.value * horizon.hours(of: step), variable))
      }
      formulation.model.label = Label(owner: owner, step: due.steps.lowerBound)
      formulation.model.addConstraint(.atLeast(due.need), terms)
    }
    return { [self, variables] solution in
      AssetSchedule(
        id: id, site: site, role: role, power: variables.map { $0.map { Power(kilowatts: solution[$0]) } ?? .zero })
    }
  }

  /// At full power from the moment the window opens until the energy is there.
  func standingSchedule(over horizon: PlanningHorizon) -> AssetSchedule {
    var power = [Power](repeating: .zero, count: horizon.count)
    for due in dues(over: horizon, noting: { _ in }) {
      var open = due.need
      for step in due.steps where open > 1e-9 {
        let perKilowatt = efficiency.value * horizon.hours(of: step)
        let room = self.power.kilowatts - power[step].kilowatts
        let used = min(room, open / perKilowatt)
        power[step] = power[step] + Power(kilowatts: used)
        open -= used * perKilowatt
      }
    }
    return AssetSchedule(id: id, site: site, role: role, power: power)
  }
}
