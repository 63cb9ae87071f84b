/// Holds a metering point's power against its energy counters (row V7): after a firmware update one of them may have another scale
/// or word order, and each alone still looks fine.
///
/// Over windows of at least 5 min and five readings, the power times time is compared with what the counters counted. They
/// disagree when one is more than four times the other, which no sampling of a moving load explains; two windows in a row make
/// an alarm. Windows in which next to nothing flows, or which the counter's steps are too coarse for, are lengthened.
struct PowerEnergyCheck: Sendable {
  /// What disagrees now: which channels of the point are to be put aside.
  enum Verdict: Sendable { case agrees, disagrees(Set<Channel>) }

  /// Energies, mW times ms.
  private struct Window {
    var start: Int64
    var readings = 1
    var net: Int128 = 0
    var gross: Int128 = 0
    let counted: [Channel: Int64]
  }

  /// Nil until a window was decided.
  private(set) var verdict: Verdict?
  private var window: Window?
  private var former: (power: Int64, instant: Int64)?
  private var suspicions = 0
  /// Whether a counter went on elsewhere since power and energy last agreed.
  private var hasCounterMoved = false

  private static let counters: [Channel] = [.energyImport, .energyExport]
  private static let shortest: Int64 = 300_000
  private static let fewest = 5
  /// 10 Wh, in mW times ms: below that, nothing is decided.
  private static let least: Int128 = 10_000 * 3_600_000

  /// Told that a counter of the point was reset, jumped or is held.
  mutating func counterMoved() {
    hasCounterMoved = true
    window = nil
  }

  /// Takes in a poll's `values` of the point, read at monotonic `instant` in ms; says what changed.
  mutating func take(_ values: [Channel: Int64], limits: (Channel) -> SeriesLimits?, at instant: Int64) -> MeterEvent.Kind? {
    let counted = values.filter { Self.counters.contains($0.key) }
    guard let power = values[.activePower], !counted.isEmpty else {
      window = nil
      former = nil
      return nil
    }
    defer { former = (power, instant) }
    guard var current = window, let former, current.counted.keys == counted.keys else {
      window = Window(start: instant, counted: counted)
      return nil
    }
    // The mean of two powers, times 2, so that nothing is cut.
    let energy = (Int128(former.power) + Int128(power)) * Int128(instant - former.instant) / 2
    current.net += energy
    current.gross += energy.magnitudeOfPower
    current.readings += 1
    window = current
    guard instant - current.start >= Self.shortest, current.readings >= Self.fewest else { return nil }
    return judge(current, counted, limits: limits, at: instant)
  }

  private mutating func judge(
    _ past: Window, _ counted: [Channel: Int64], limits: (Channel) -> SeriesLimits?, at instant: Int64
  ) -> MeterEvent.Kind? {
    func growth(_ channel: Channel) -> Int128 {
      Int128((counted[channel] ?? 0) - (past.counted[channel] ?? 0)) * 3_600_000
    }
    let both = counted.count == 2
    let step = counted.keys.map { Int128(limits($0)?.resolution ?? 1) }.max() ?? 1
    let floor = max(Self.least, 4 * step * 3_600_000)
    let expected: Int128
    let actual: Int128
    if both {
      (expected, actual) = (past.net, growth(.energyImport) - growth(.energyExport))
    } else if counted[.energyImport] != nil {
      (expected, actual) = ((past.gross + past.net) / 2, growth(.energyImport))
    } else {
      (expected, actual) = ((past.gross - past.net) / 2, growth(.energyExport))
    }
    let gross = max(past.gross, growth(.energyImport) + growth(.energyExport))
    let greater = max(abs(expected), abs(actual))
    guard greater >= floor else { return nil }
    window = Window(start: instant, counted: counted)
    let difference = abs(expected - actual)
    if difference * 4 <= greater * 3 || difference * 4 <= gross {
      suspicions = 0
      return settle(.agrees)
    }
    suspicions += 1
    guard suspicions >= 2 else { return nil }
    // Where they never agreed, the profile is wrong or they measure different things: nobody knows which to put aside.
    guard case .agrees = verdict else { return verdict == nil ? settle(.disagrees([])) : nil }
    return settle(.disagrees(hasCounterMoved ? Set(Self.counters) : [.activePower]))
  }

  private mutating func settle(_ new: Verdict) -> MeterEvent.Kind? {
    defer { verdict = new }
    switch (verdict, new) {
    case (.agrees, .agrees), (nil, .agrees):
      hasCounterMoved = false
      return nil
    case (.disagrees, .agrees):
      hasCounterMoved = false
      return .powerAgrees
    case (.disagrees, .disagrees): return nil
    case (.agrees, .disagrees), (nil, .disagrees): return .powerDisagrees
    }
  }
}

extension Int128 {
  /// The magnitude as a signed number.
  fileprivate var magnitudeOfPower: Int128 { self < 0 ? -self : self }
}
