import CommunityModel
import Readings

/// The phases of a site's three-phase meters: transformers, totals, voltages, and where things hang.
public struct PhaseDiagnosis: Sendable {
  private let site: SiteMeters

  /// Looks at `site`.
  public init(_ site: SiteMeters) { self.site = site }

  /// What there is to say; nothing for a site whose meters show no phases.
  public var remarks: [Remark] {
    site.electric.flatMap { meter -> [Remark] in
      guard let readings = PhaseReadings(meter.samples) else { return [] }
      guard readings.moments.count >= 12 else {
        return [
          Remark(
            .phases, .note, "too_few_readings", about: meter.name,
            "too few readings to check phases (\(readings.moments.count) of at least 12)")
        ]
      }
      var remarks = PhaseDoubt.all(of: readings).map { Self.remark(on: $0, meter) }
      if let wiring = wiring(of: meter) { remarks.append(wiring) }
      if remarks.isEmpty {
        remarks.append(
          Remark(.phases, .ok, "phases_agree", about: meter.name, "powers, currents and voltages fit phase by phase"))
      }
      return remarks + places(behind: meter, readings)
    }
  }

  private func wiring(of meter: SiteMeter) -> Remark? {
    // A meter that is turned as a whole is told among the signs.
    guard let finding = site.wiring(of: meter), let first = finding.wirings.first, !first.isMeterTurned else { return nil }
    let others = finding.wirings.dropFirst().map(\.remedy)
    let doubt = others.isEmpty ? "" : "; if that makes it worse: \(others.joined(separator: "; or "))"
    return Remark(
      .phases, .problem, "transformers_wrong", about: meter.name,
      "its current transformers sit wrong (L1 L2 L3 get \(first)): readings contradict themselves by "
        + SignDiagnosis.watts(finding.contradiction),
      next: "\(first.remedy)\(doubt); then run doctor again")
  }

  /// Where plants, batteries and chargers hang, as the meter at the connection sees them.
  private func places(behind meter: SiteMeter, _ readings: PhaseReadings) -> [Remark] {
    guard meter.measures == .grid else { return [] }
    let order = PhaseOrder(readings)
    return site.electric.filter { $0.point != meter.point }.flatMap { other -> [Remark] in
      let phases = [Channel.activePowerL1, .activePowerL2, .activePowerL3].enumerated().compactMap { own, channel -> Remark? in
        guard case .phase(let seen)? = order.finding(of: other.samples(channel))?.place, seen != own else { return nil }
        return Remark(
          .phases, .warning, "phase_order", about: other.name,
          "its L\(own + 1) is L\(seen + 1) of \(meter.point)",
          next: "sums are right; correct the order of the phases at one of both before anything is controlled phase by phase")
      }
      if !phases.isEmpty { return phases }
      guard let finding = order.finding(of: other.forBalance.power) else { return [] }
      switch finding.place {
      case .phase(let phase):
        return [
          Remark(
            .phases, .ok, "hangs_on", about: other.name, "hangs on L\(phase + 1) of \(meter.point): the phase that moves with it")
        ]
      case .allPhases:
        return [Remark(.phases, .ok, "hangs_on", about: other.name, "hangs on all three phases of \(meter.point)")]
      case .reversed(let phase):
        return [
          Remark(
            .phases, .warning, "moves_against", about: other.name,
            "L\(phase + 1) of \(meter.point) moves against it",
            next: "check the current transformer on L\(phase + 1) of \(meter.point), or the sign of \(other.point)")
        ]
      }
    }
  }

  private static func remark(on doubt: PhaseDoubt, _ meter: SiteMeter) -> Remark {
    func remark(_ level: Remark.Level, _ code: String, _ text: String, _ next: String, _ lines: [String] = []) -> Remark {
      Remark(.phases, level, code, about: meter.name, text, next: next, lines: lines)
    }
    switch doubt {
    case .totalTurned:
      return remark(
        .problem, "total_turned", "its total power has the opposite sign of its phases' sum",
        "one of both has the wrong `positive` in \(meter.profileName); see which one the site's balance contradicts")
    case .totalIgnoresSigns:
      return remark(
        .problem, "total_ignores_signs", "its total adds the phases without their signs",
        "set the meter to sum phases with their signs (often called \"vector\" or \"balanced\"), as billing meters do")
    case .totalDiffers(let watts):
      return remark(
        .warning, "total_differs", "its total differs from the phases' sum by \(SignDiagnosis.watts(watts))",
        "`energy-collector probe --device \(meter.device)` shows the registers; compare them with the meter's display")
    case .currentsMixedUp(let order):
      return remark(
        .warning, "currents_mixed_up",
        "its currents belong to other phases: own ones are found in " + order.map { "L\($0 + 1)" }.joined(separator: " "),
        "correct the addresses of current_l1 to current_l3 in the profile \(meter.profileName), or the transformers' wires")
    case .voltageMissing(let phase):
      return remark(
        .problem, "voltage_missing", "no voltage on L\(phase + 1)", "check the fuse and the voltage tap of L\(phase + 1)")
    case .voltageOutside(let phase, let least, let greatest):
      return remark(
        .warning, "voltage_outside", "L\(phase + 1) was between \(least / 1000) V and \(greatest / 1000) V, outside 207 to 253 V",
        "measure it; if it is right, tell the grid operator")
    case .neutralInterrupted:
      return remark(
        .problem, "neutral_interrupted", "one phase is above 253 V while another is below 207 V",
        "the neutral conductor is loose or broken: switch off and call an electrician, devices may burn")
    case .neutralImpossible:
      return remark(
        .warning, "neutral_impossible", "more current in the neutral conductor than in all phases together",
        "check the ratio of the current transformers, and that each phase has one")
    case .noCurrent(let phase):
      return remark(
        .note, "no_current", "L\(phase + 1) has voltage and never any current",
        "if something hangs on L\(phase + 1): is its current transformer connected?")
    }
  }
}
