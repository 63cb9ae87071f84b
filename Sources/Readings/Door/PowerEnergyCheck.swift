/// Holds a metering point's power against its energy counters (row V7): after a firmware update one of them may have another scale
/// or word order, and each alone still looks fine.
///
/// Over windows of at least 5 min and five readings, the power times time is compared with what the counters counted. They
/// disagree when one is more than four times the other, which no sampling of a moving load explains; two windows in a row with the
/// same one the greater make an alarm: a counter that lags behind makes up for it. One window is enough for a counter that has gone on
/// elsewhere and moves. Windows in which next to nothing flows, or which the counter's steps are too coarse for, are lengthened. A counter that
/// is held at the door is compared as well, by what it shows: one that seems to stand still while much flows says nothing else. One
/// that is held for ten minutes in which energy flows disagrees, whatever it shows.
struct PowerEnergyCheck: Sendable {
  /// What disagrees now: which channels of the point are to be put aside.
  enum Verdict: Sendable { case agrees, disagrees(Set<Channel>) }

  private enum Greater { case power, count }

  /// Energies, mW times ms.
  private struct Window {
    var start: Int64
    var readings = 1
    var net: Int128 = 0
    var gross: Int128 = 0
    let counts: [Channel: CounterGate.Shown]

    /// Whether each of `others` lies on the same run as here.
    func isContinued(by others: [Channel: CounterGate.Shown]) -> Bool {
      others.allSatisfy { channel, count in counts[channel]?.run == count.run }
    }
  }

  private struct Holding {
    let since: Int64
    var until: Int64
    var gross: Int128 = 0
  }

  /// Nil until a window was decided.
  private(set) var verdict: Verdict?
  private var window: Window?
  private var former: (power: Int64, instant: Int64)?
  /// Which was the greater in the last window, where they disagreed in it.
  private var suspicion: Greater?
  /// Whether a counter went on elsewhere since power and energy last agreed.
  private var hasCounterMoved = false
  /// When one jumped up last, in monotonic ms; nil where they have agreed since.
  private var jumped: Int64?
  /// Since when, in monotonic ms, one has been held at the door again and again, until when, and what has flowed since, mW times ms.
  private var held: Holding?

  static let counters: [Channel] = [.energyImport, .energyExport]
  private static let shortest: Int64 = 300_000
  private static let fewest = 5
  /// Two jumps that lie further apart have nothing to do with each other.
  private static let longestSeries: Int64 = 900_000
  /// A counter that is held for so long, in ms, does not count what flows.
  private static let longestHeld: Int64 = 600_000
  /// 10 Wh, in mW times ms: below that, nothing is decided.
  private static let least: Int128 = 10_000 * 3_600_000

  /// Told that a counter of the point went on elsewhere, as `kind` says, at the monotonic `instant` in ms; says what changed.
  ///
  /// One that jumps up again before it ever agreed with the power counts faster than the device can.
  mutating func counterMoved(_ kind: MeterEvent.Kind, at instant: Int64) -> MeterEvent.Kind? {
    hasCounterMoved = true
    guard kind == .jump else { return nil }
    defer { jumped = instant }
    guard let jumped, instant - jumped <= Self.longestSeries, window != nil, case .agrees = verdict else { return nil }
    return settle(.disagrees(Set(Self.counters)))
  }

  /// Takes in what a poll brought of the point at the monotonic `instant` in ms; says what changed.
  ///
  /// - Parameters:
  ///   - power: mW; nil where there was none.
  ///   - counts: what the counters showed, without those that showed nothing sensible.
  ///   - isAnyHeld: whether one of them is held at the door.
  mutating func take(
    power: Int64?, counts: [Channel: CounterGate.Shown], isAnyHeld: Bool, at instant: Int64
  ) -> MeterEvent.Kind? {
    guard let power else {
      window = nil
      former = nil
      return nil
    }
    defer { former = (power, instant) }
    if isHeldTooLong(isAnyHeld, power, at: instant), let kind = settleDisagreement(of: Set(Self.counters)) { return kind }
    guard var current = window, let former, current.isContinued(by: counts) else {
      window = counts.isEmpty ? nil : Window(start: instant, counts: counts)
      return nil
    }
    // The mean of two powers, times 2, so that nothing is cut.
    let energy = (Int128(former.power) + Int128(power)) * Int128(instant - former.instant) / 2
    current.net += energy
    current.gross += energy.magnitudeOfPower
    current.readings += 1
    window = current
    guard instant - current.start >= Self.shortest, current.readings >= Self.fewest, counts.count == current.counts.count
    else { return nil }
    return judge(current, counts, isAnyHeld: isAnyHeld, at: instant)
  }

  private mutating func judge(
    _ past: Window, _ counts: [Channel: CounterGate.Shown], isAnyHeld: Bool, at instant: Int64
  ) -> MeterEvent.Kind? {
    func growth(_ channel: Channel) -> Int128 {
      (Int128(counts[channel]?.value ?? 0) - Int128(past.counts[channel]?.value ?? 0)) * 3_600_000
    }
    let both = counts.count == 2
    let step = counts.values.map(\.step).max() ?? 1
    let floor = max(Self.least, 4 * Int128(step) * 3_600_000)
    let expected: Int128
    let actual: Int128
    if both {
      (expected, actual) = (past.net, growth(.energyImport) - growth(.energyExport))
    } else if counts[.energyImport] != nil {
      (expected, actual) = ((past.gross + past.net) / 2, growth(.energyImport))
    } else {
      (expected, actual) = ((past.gross - past.net) / 2, growth(.energyExport))
    }
    let gross = max(past.gross, growth(.energyImport) + growth(.energyExport))
    let greater = max(abs(expected), abs(actual))
    guard greater >= floor else { return nil }
    window = Window(start: instant, counts: counts)
    let difference = abs(expected - actual)
    if difference * 4 <= greater * 3 || difference * 4 <= gross {
      suspicion = nil
      return settle(.agrees)
    }
    let former = suspicion
    suspicion = abs(expected) > abs(actual) ? .power : .count
    // A counter that went on elsewhere and moves has lost its credit.
    guard suspicion == former || hasCounterMoved && actual != 0 else { return nil }
    return settleDisagreement(of: hasCounterMoved || isAnyHeld ? Set(Self.counters) : [.activePower])
  }

  /// Where they never agreed, the profile is wrong or they measure different things: nobody knows which to put aside.
  private mutating func settleDisagreement(of channels: Set<Channel>) -> MeterEvent.Kind? {
    guard case .agrees = verdict else { return verdict == nil ? settle(.disagrees([])) : nil }
    return settle(.disagrees(channels))
  }

  /// Whether a counter has been held for long, with its steps far below what has flowed meanwhile. One that goes on elsewhere and is held
  /// again a little later, without having agreed with the power, has been held all the time.
  private mutating func isHeldTooLong(_ isAnyHeld: Bool, _ power: Int64, at instant: Int64) -> Bool {
    guard let former else { return false }
    if isAnyHeld, held == nil { held = Holding(since: former.instant, until: instant) }
    guard var span = held, isAnyHeld || instant - span.until <= Self.shortest else {
      held = nil
      return false
    }
    if isAnyHeld { span.until = instant }
    span.gross += ((Int128(former.power) + Int128(power)) * Int128(instant - former.instant) / 2).magnitudeOfPower
    held = span
    return isAnyHeld && instant - span.since >= Self.longestHeld && span.gross >= 4 * Self.least
  }

  private mutating func settle(_ new: Verdict) -> MeterEvent.Kind? {
    defer { verdict = new }
    if case .agrees = new {
      hasCounterMoved = false
      jumped = nil
      held = nil
    }
    switch (verdict, new) {
    case (.agrees, .agrees), (nil, .agrees): return nil
    case (.disagrees, .agrees): return .powerAgrees
    case (.disagrees, .disagrees): return nil
    case (.agrees, .disagrees), (nil, .disagrees): return .powerDisagrees
    }
  }
}

extension Int128 {
  /// The magnitude as a signed number.
  fileprivate var magnitudeOfPower: Int128 { self < 0 ? -self : self }
}
