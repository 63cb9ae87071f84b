/// Tells whether a device is alive: frozen devices repeat themselves, stale ones say nothing good, quiet ones are neither.
///
/// A device is **frozen** when all its momentary values were the same in every reading of `frozenAfter`, no counter moved, and
/// something must have moved: a voltage or a frequency of a live grid, which never stand still, or a counter that its own power
/// would have moved by two steps. An inverter that shows zeros at night is quiet, not frozen. A device is **stale** when no good
/// reading came for `staleAfter`.
struct PulseWatch: Sendable {
  /// Five minutes, and at least five readings.
  private let frozenAfter: Int64
  /// Three minutes, and at least three intervals.
  private let staleAfter: Int64

  /// Monotonic ms since when nothing has moved.
  private var stillSince: Int64?
  private var repeats = 0
  private var former: [SeriesKey: Int64] = [:]
  /// Monotonic ms of the last good reading.
  private(set) var lastGood: Int64
  private(set) var isFrozen = false
  private(set) var isStale = false

  private static let leastRepeats = 5

  /// A watch over a device that is read every `interval` ms, from the monotonic time `start` in ms on.
  init(interval: Int64, start: Int64) {
    frozenAfter = max(300_000, 5 * interval)
    staleAfter = max(180_000, 3 * interval)
    lastGood = start
  }

  /// Takes in what one poll brought, `good` being what was not impossible; says what changed.
  mutating func take(_ good: [Reading], limits: [SeriesKey: SeriesLimits], at instant: Int64) -> MeterEvent.Kind? {
    guard !good.isEmpty else { return miss(at: instant) }
    let wasWell = !isFrozen && !isStale
    lastGood = instant
    isStale = false
    watchStandstill(good, limits: limits, at: instant)
    let isWell = !isFrozen
    guard wasWell != isWell else { return nil }
    return isWell ? .lively : .frozen
  }

  /// Nothing good came at `instant`.
  mutating func miss(at instant: Int64) -> MeterEvent.Kind? {
    guard !isStale, instant - lastGood >= staleAfter else { return nil }
    isStale = true
    return .stale
  }

  private mutating func watchStandstill(_ good: [Reading], limits: [SeriesKey: SeriesLimits], at instant: Int64) {
    let values = Dictionary(good.map { ($0.series, $0.value) }) { first, _ in first }
    let isSame = values.allSatisfy { former[$0.key] == nil || former[$0.key] == $0.value } && !former.isEmpty
    former.merge(values) { _, new in new }
    guard isSame, let since = stillSince else {
      stillSince = instant
      repeats = 0
      isFrozen = false
      return
    }
    repeats += 1
    guard instant - since >= frozenAfter, repeats >= Self.leastRepeats else { return }
    isFrozen = isFrozen || mustMove(values, limits: limits, for: instant - since)
  }

  /// Whether something among `values` cannot have stood still for so many ms.
  private func mustMove(_ values: [SeriesKey: Int64], limits: [SeriesKey: SeriesLimits], for time: Int64) -> Bool {
    var coarse = 0
    for (key, value) in values {
      let step = limits[key]?.resolution ?? 1
      switch key.channel.unit {
      case .millivolt where value >= 50_000 && !key.channel.rawValue.hasPrefix("dc_"), .millihertz where value > 0:
        // A step of a thousandth or less always flickers; of coarser ones two do.
        if Int128(step) * 1000 <= Int128(value) { return true }
        coarse += 1
      case .milliwatt where key.channel == .activePower:
        let counters = [Channel.energyImport, .energyExport].map { SeriesKey(key.point, $0) }
        guard let counter = counters.first(where: { $0.channel == (value > 0 ? .energyImport : .energyExport) }),
          values[counter] != nil
        else { continue }
        let counted = Int128(value.magnitude) * Int128(time) / 3_600_000
        if counted >= 2 * Int128(limits[counter]?.resolution ?? 1) { return true }
      default: continue
      }
    }
    return coarse >= 2
  }
}
