/// What of a three-phase meter's readings cannot be together, each phase and moment taken by itself: no site is needed.
public enum PhaseDoubt: Hashable, Sendable {
  /// The total has the opposite sign of the phases' sum.
  case totalTurned
  /// The total adds the phases without their signs.
  case totalIgnoresSigns
  /// The total is not the sum of the phases, by this many W (root of the mean square).
  case totalDiffers(Int64)
  /// The currents belong to other phases than voltages and powers; for each phase the one whose current it shows.
  case currentsMixedUp([Int])
  /// A phase (0 for L1) without voltage while others have it.
  case voltageMissing(Int)
  /// A phase outside 207 to 253 V for more than a twentieth of the time; its least and greatest voltage in mV.
  case voltageOutside(Int, least: Int64, greatest: Int64)
  /// One phase above 253 V while another is below 207 V: the neutral conductor is interrupted or loose.
  case neutralInterrupted
  /// More current in the neutral conductor than in all phases together.
  case neutralImpossible
  /// A phase (0 for L1) that has voltage and never any current.
  case noCurrent(Int)

  /// Everything doubtful about `meter`; nothing for fewer than 12 polls.
  public static func all(of meter: PhaseReadings) -> [PhaseDoubt] {
    let moments = meter.moments
    guard moments.count >= leastMoments else { return [] }
    return [total(moments), currents(moments), neutral(moments)].compactMap { $0 } + voltages(moments) + idle(moments)
  }

  private static let leastMoments = 12
  private static let least: Int64 = 30
  private static let nominal: ClosedRange<Int64> = 207_000...253_000

  private static func total(_ moments: [PhaseReadings.Moment]) -> PhaseDoubt? {
    // Moments in which something flows, so that a sign can be seen.
    let telling = moments.filter { moment in moment.total != nil && moment.power.reduce(0) { $0 + abs($1) } > 100 }
    guard telling.count >= leastMoments else { return nil }
    func share(_ sum: (PhaseReadings.Moment) -> Int64) -> Int {
      telling.count { moment in
        let gross = moment.power.reduce(0) { $0 + abs($1) }
        return abs((moment.total ?? 0) - sum(moment)) <= gross / 20 + least
      } * 100 / telling.count
    }
    let net = { (moment: PhaseReadings.Moment) in moment.power.reduce(0, +) }
    if share(net) >= 80 { return nil }
    if share({ -net($0) }) >= 80 { return .totalTurned }
    if share({ $0.power.reduce(0) { $0 + abs($1) } }) >= 80 { return .totalIgnoresSigns }
    guard share(net) < 50 else { return nil }
    let squares = telling.reduce(Int128(0)) { sum, moment in
      let difference = Int128((moment.total ?? 0) - net(moment))
      return sum + difference * difference
    }
    return .totalDiffers(Int64(clamping: root(squares / Int128(telling.count))))
  }

  /// Apparent power is voltage times current of the same phase.
  private static func currents(_ moments: [PhaseReadings.Moment]) -> PhaseDoubt? {
    let telling = moments.filter { $0.voltage != nil && $0.current != nil && $0.apparent != nil }
    guard telling.count >= leastMoments else { return nil }
    let orders = PhaseWiring.all.filter { !$0.reversed.contains(true) }.map(\.conductors)
    let costs = orders.map { order in
      telling.reduce(Int128(0)) { sum, moment in
        (0..<3).reduce(sum) { sum, phase in
          let product = (moment.voltage?[phase] ?? 0) * (moment.current?[order[phase]] ?? 0) / 1_000_000
          let difference = Int128(product - (moment.apparent?[phase] ?? 0))
          return sum + difference * difference
        }
      } / Int128(telling.count)
    }
    guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[0] > 4 * costs[best],
      costs[0] - costs[best] > 10_000
    else { return nil }
    return .currentsMixedUp(orders[best])
  }

  private static func neutral(_ moments: [PhaseReadings.Moment]) -> PhaseDoubt? {
    let telling = moments.filter { $0.neutral != nil && $0.current != nil }
    guard telling.count >= leastMoments else { return nil }
    let impossible = telling.count { moment in
      let phases = moment.current?.reduce(0, +) ?? 0
      return (moment.neutral ?? 0) > phases * 6 / 5 + 500
    }
    return impossible * 2 > telling.count ? .neutralImpossible : nil
  }

  private static func voltages(_ moments: [PhaseReadings.Moment]) -> [PhaseDoubt] {
    let voltages = moments.compactMap(\.voltage)
    guard voltages.count >= leastMoments else { return [] }
    let means = (0..<3).map { phase in voltages.reduce(0) { $0 + $1[phase] } / Int64(voltages.count) }
    // Behind voltage transformers, other voltages are usual.
    guard let greatest = means.max(), (180_000...280_000).contains(greatest) else { return [] }
    let missing = means.indices.filter { means[$0] < 50_000 }
    if !missing.isEmpty { return missing.map { .voltageMissing($0) } }
    let torn = voltages.count { voltage in
      voltage.contains { $0 > nominal.upperBound } && voltage.contains { $0 < nominal.lowerBound }
    }
    if torn * 20 > voltages.count { return [.neutralInterrupted] }
    return (0..<3).compactMap { phase in
      guard voltages.count(where: { !nominal.contains($0[phase]) }) * 20 > voltages.count else { return nil }
      let values = voltages.map { $0[phase] }
      return .voltageOutside(phase, least: values.min() ?? 0, greatest: values.max() ?? 0)
    }
  }

  private static func idle(_ moments: [PhaseReadings.Moment]) -> [PhaseDoubt] {
    let telling = moments.filter { $0.current != nil && $0.voltage != nil }
    guard telling.count >= leastMoments else { return [] }
    let idle = (0..<3).filter { phase in
      telling.allSatisfy { ($0.current?[phase] ?? 0) == 0 && $0.power[phase] == 0 && ($0.voltage?[phase] ?? 0) > 180_000 }
    }
    return idle.count == 3 ? [] : idle.map { .noCurrent($0) }
  }
}
