import MarketTime

/// Whether a sign agrees with what else is known, or is the wrong way round; nil where too little flows to tell.
public enum SignVerdict: Hashable, Sendable {
  case agrees
  case opposite
}

/// Holds the sign of a power against what the same device says otherwise. Powers are in mW, positive for consumption; each needs no
/// other meter, and works in the dark for a site without a balance.
public enum SignCheck {
  /// 20 Wh in mW times ms: below it, nothing is decided.
  private static let leastEnergy: Int128 = 20_000 * 3_600_000
  /// Readings further apart than this say nothing of what flowed between them.
  private static let longestStep: Int64 = 300_000

  /// A plant's power against what a plant can do: it never uses more than it makes, by day or by night.
  public static func generation(_ power: [Sample]) -> SignVerdict? {
    var made: Int128 = 0
    var used: Int128 = 0
    for step in steps(of: power) {
      if step.energy < 0 { made -= step.energy } else { used += step.energy }
    }
    // Some W at night are the inverter's own: 100 Wh within the span, or nobody looks.
    if made > used, made > leastEnergy { return .agrees }
    return used > leastEnergy * 5 && used > made * 10 ? .opposite : nil
  }

  /// Power against the meter's own counters: which one grows, import or export.
  ///
  /// - Parameters:
  ///   - imported: the import counter in mWh; empty for a meter without.
  ///   - exported: the export counter in mWh; empty for a meter without.
  public static func counters(_ power: [Sample], import imported: [Sample], export exported: [Sample]) -> SignVerdict? {
    guard !imported.isEmpty, !exported.isEmpty else { return nil }
    let feeding = Dictionary(exported.map { ($0.time, $0.value) }) { first, _ in first }
    let net = imported.compactMap { sample in feeding[sample.time].map { Sample(at: sample.time, value: sample.value - $0) } }
    let counted = windows(of: net).map { Int128($0) * 3_600_000 }
    let flowed = energies(of: power, in: windowEnds(of: net))
    return verdict(zip(flowed, counted).map { ($0, $1) })
  }

  /// A battery's power against its state of charge (millionths): it rises while the battery charges.
  public static func battery(_ power: [Sample], stateOfCharge: [Sample]) -> SignVerdict? {
    // Between two moments at which the shown state changes.
    let changes = stateOfCharge.reduce(into: [Sample]()) { found, sample in
      if found.last?.value != sample.value { found.append(sample) }
    }
    guard changes.count >= 3 else { return nil }
    let flowed = energies(of: power, in: changes)
    let pairs = zip(flowed, zip(changes, changes.dropFirst())).map { energy, pair in
      // As much as flowed, in the direction of the charge.
      (energy, pair.1.value > pair.0.value ? abs(energy) : -abs(energy))
    }
    return verdict(pairs, least: leastEnergy * 5)
  }

  // MARK: -

  private static func verdict(_ pairs: [(flowed: Int128, known: Int128)], least: Int128 = leastEnergy) -> SignVerdict? {
    var same: Int128 = 0
    var opposite: Int128 = 0
    for pair in pairs where pair.flowed != 0 && pair.known != 0 {
      let weight = min(abs(pair.flowed), abs(pair.known))
      if (pair.flowed < 0) == (pair.known < 0) { same += weight } else { opposite += weight }
    }
    if same > least, same > opposite * 4 { return .agrees }
    return opposite > least && opposite > same * 4 ? .opposite : nil
  }

  private static func steps(of power: [Sample]) -> [(end: Int64, energy: Int128)] {
    zip(power, power.dropFirst()).compactMap { earlier, later in
      let elapsed = later.time.milliseconds - earlier.time.milliseconds
      guard elapsed > 0, elapsed <= longestStep else { return nil }
      return (later.time.milliseconds, (Int128(earlier.value) + Int128(later.value)) * Int128(elapsed) / 2)
    }
  }

  /// The samples at least 5 min apart, the first among them.
  private static func windowEnds(of samples: [Sample]) -> [Sample] {
    samples.reduce(into: []) { ends, sample in
      if let last = ends.last, sample.time.milliseconds - last.time.milliseconds < longestStep { return }
      ends.append(sample)
    }
  }

  private static func windows(of count: [Sample]) -> [Int64] {
    let ends = windowEnds(of: count)
    return zip(ends, ends.dropFirst()).map { $1.value - $0.value }
  }

  /// What flowed between each two of `ends`, in mW times ms.
  private static func energies(of power: [Sample], in ends: [Sample]) -> [Int128] {
    var steps = steps(of: power)[...]
    return zip(ends, ends.dropFirst()).map { start, end in
      var energy: Int128 = 0
      while let step = steps.first, step.end <= end.time.milliseconds {
        if step.end > start.time.milliseconds { energy += step.energy }
        steps.removeFirst()
      }
      return energy
    }
  }
}
