import CommunityModel
import Readings

/// The signs of a site's meters: the balance of all of them, and what each says about itself.
public struct SignDiagnosis: Sendable {
  private let site: SiteMeters

  /// Looks at `site`.
  public init(_ site: SiteMeters) { self.site = site }

  /// A meter whose power has the wrong sign, and by which proof.
  private struct Suspicion {
    let meter: SiteMeter
    let proof: String
  }

  /// What there is to say; nothing for a site without electricity.
  public var remarks: [Remark] {
    let meters = site.electric
    guard !meters.isEmpty else { return [] }
    var remarks: [Remark] = []
    // One turned transformer looks from afar like a turned meter: where the phases tell which one, they are right.
    let torn = meters.filter { meter in
      site.wiring(of: meter).flatMap(\.wirings.first).map { !$0.isMeterTurned } ?? false
    }
    let balance = DirectionCheck().finding(of: meters.map(\.forBalance)).flatMap { finding in
      torn.contains { finding.suspects.contains($0.point) } ? nil : finding
    }
    var turned: [Suspicion] = []
    if let balance, balance.suspects.count > 1 {
      remarks.append(undecided(balance))
    } else if let balance, let meter = meters.first(where: { balance.suspects == [$0.point] }) {
      let proof = "the site's balance contradicts it by \(Self.watts(balance.contradiction / 1000))"
      turned.append(Suspicion(meter: meter, proof: proof))
    }
    for meter in meters where !turned.contains(where: { $0.meter.point == meter.point }) {
      if let proof = ownProof(against: meter) { turned.append(Suspicion(meter: meter, proof: proof)) }
    }
    remarks += turned.map(wrongPower)
    for meter in meters where !turned.contains(where: { $0.meter.point == meter.point }) {
      if counters(of: meter) == .opposite { remarks.append(wrongCounters(meter)) }
    }
    return remarks.isEmpty && torn.isEmpty ? [allWell(meters)] : remarks
  }

  /// What a meter's own other values say against the sign of its power.
  private func ownProof(against meter: SiteMeter) -> String? {
    let power = meter.forBalance.power
    if meter.measures == .generation, SignCheck.generation(power) == .opposite {
      return "a plant cannot use more power than it makes"
    }
    if meter.measures == .storage, SignCheck.battery(power, stateOfCharge: meter.samples(.stateOfCharge)) == .opposite {
      return "its state of charge rises while it says that it discharges, and falls while it says that it charges"
    }
    return nil
  }

  private func counters(of meter: SiteMeter) -> SignVerdict? {
    SignCheck.counters(
      meter.samples(.activePower), import: meter.samples(.energyImport), export: meter.samples(.energyExport))
  }

  // MARK: - Words

  private func wrongPower(_ suspicion: Suspicion) -> Remark {
    let meter = suspicion.meter
    let lines = Corrections.turned(meter.part, of: meter.profile)
    let directions = meter.measures == .storage ? "charging and discharging" : "import and export"
    let profile = Self.ownProfile(of: meter)
    let next: String
    switch counters(of: meter) {
    case .opposite:
      next = "its counters are right, so only the profile's sign is wrong; \(profile)"
    case .agrees, nil:
      let wires =
        meter.measures == .grid
        ? "turn the meter (or its current transformers) so that the grid is at its input" : "check in which direction it is wired"
      next = lines.isEmpty ? "\(wires)" : "\(wires); where it must stay as it is, \(profile)"
    }
    return Remark(
      .signs, .problem, "import_export_swapped", about: meter.name,
      "shows \(directions) the wrong way round: \(suspicion.proof)", next: next, lines: lines)
  }

  private func wrongCounters(_ meter: SiteMeter) -> Remark {
    let lines = Corrections.exchanged(meter.part, of: meter.profile)
    return Remark(
      .signs, .problem, "counters_swapped", about: meter.name,
      "its power fits, but the other counter grows: energy_import and energy_export are exchanged",
      next: Self.ownProfile(of: meter), lines: lines)
  }

  private func undecided(_ finding: DirectionCheck.Finding) -> Remark {
    Remark(
      .signs, .problem, "import_export_swapped", about: "site \(site.site)",
      "one of \(finding.suspects.map(\.text).joined(separator: ", ")) shows the wrong direction (by "
        + "\(Self.watts(finding.contradiction / 1000))); the readings cannot tell which",
      next: "switch a known load on and see which meter moves the wrong way, or let doctor look again when sun or battery move")
  }

  private func allWell(_ meters: [SiteMeter]) -> Remark {
    let subject = "site \(site.site)"
    guard meters.contains(where: { $0.measures == .grid }) else {
      return Remark(
        .signs, .note, "no_connection_meter", about: subject,
        "no meter at the grid connection is read here, so there is no balance to check",
        next: "without it, only plants and batteries are checked, each by itself")
    }
    guard meters.count > 1 else {
      return Remark(
        .signs, .note, "one_meter", about: subject,
        "only \(meters[0].point) is read here, which no balance can check",
        next: "switch a load of 1 kW on and see whether `energy-collector read` shows 1 kW more")
    }
    let least = meters.map { $0.forBalance.power.count }.min() ?? 0
    guard least >= 12 else {
      return Remark(
        .signs, .note, "too_few_readings", about: subject, "too few readings to check signs (\(least) of at least 12)",
        next: "let the collector run for an hour, or look longer with --hours")
    }
    let greatest = meters.flatMap { $0.forBalance.power.map { abs($0.value) } }.max() ?? 0
    guard greatest > 150_000 else {
      return Remark(
        .signs, .note, "too_quiet", about: subject,
        "too little flows to tell directions (at most \(Self.watts(greatest / 1000)))",
        next: "look again by day, or with --hours 24")
    }
    return Remark(
      .signs, .ok, "signs_agree", about: subject, "import and export of \(meters.count) meters fit the site's balance")
  }

  private static func ownProfile(of meter: SiteMeter) -> String {
    "write into a profile of your own, in devices/ beside collector.yaml, which says `extends: \(meter.profileName)`:"
  }

  /// `watts` as people read it.
  static func watts(_ watts: Int64) -> String {
    guard watts >= 1000 else { return "\(watts) W" }
    return "\(watts / 1000).\(watts % 1000 / 100) kW"
  }
}
