/// Lets a counter's readings through in order, and holds those that do not continue the count until it is known what they were.
///
/// A reading that is lower than the count, or further above it than the device can have counted, is held. When the counter comes
/// back, what was held was a glitch and is put aside. When `confirmations` readings follow one another plausibly **and move**, two of
/// them not zero, the counter goes on from there: a rollover, a reset or a jump, and what was held is let through with its own times. A value that
/// stands still confirms nothing, be it zero or all bits set: inverters show such things all night.
struct CounterGate: Sendable {
  /// So many readings that continue one another make a new count.
  static let confirmations = 3
  /// Of a held value that stands still, so many readings are kept.
  private static let heldLimit = 720

  private let limits: SeriesLimits
  /// The last reading let through.
  private(set) var last: Mark?
  /// The last reading let through that showed another value: a device may have repeated an old value for a while, then leaps.
  private var former: Mark?
  /// Readings that continue one another, but not `last`.
  private(set) var held: [Mark] = []
  /// Readings that contradict the held ones: a glitch on top of a doubt.
  private var strays: [Mark] = []
  private var isExchanged = false
  /// What the last reading showed; nil where it continued neither the count nor what is held.
  private(set) var shown: Shown?
  private var run = 0
  /// The smallest growth that was let through so far: steps that nobody knows are not coarser.
  private var finestGrowth: Int64?
  private var catchUps: CatchUpWatch

  /// A value, on which run of readings that continue one another it lies, and the counter's step as far as it is known.
  struct Shown: Sendable {
    let value: Int64
    let run: Int
    let step: Int64
  }

  /// A reading and since when, in monotonic ms, the counter shows this value.
  struct Mark: Sendable {
    let reading: Reading
    let since: Int64
    var value: Int64 { reading.value }
  }

  /// What a reading led to.
  struct Passage {
    /// Let through, in order of time.
    var accepted: [Reading] = []
    var refused: [Quarantined] = []
    var event: Event?
    /// Where readings let through before showed too little.
    var catchUps: [CatchUpWatch.CatchUp] = []

    /// The first reading of a new count, and the last of the old one.
    struct Event {
      let kind: MeterEvent.Kind
      let before: Reading?
      let first: Reading
    }
  }

  init(_ limits: SeriesLimits) {
    self.limits = limits
    catchUps = CatchUpWatch(limits)
  }

  /// Goes on from a reading that was let through in an earlier life, shown since `since`.
  mutating func resume(from reading: Reading, since: Int64) {
    guard last == nil else { return }
    last = Mark(reading: reading, since: since)
    catchUps.begin(with: reading)
  }

  /// The next reading is another meter's. What is held stays unexplained and is put aside.
  mutating func exchange() -> [Quarantined] {
    isExchanged = last != nil
    return refuseHeld()
  }

  /// Judges `reading`, read at the monotonic time `instant` in ms.
  mutating func take(_ reading: Reading, at instant: Int64) -> Passage {
    guard let last, !isExchanged else {
      let event = last.map { Passage.Event(kind: .exchange, before: $0.reading, first: reading) }
      self.last = Mark(reading: reading, since: instant)
      former = nil
      isExchanged = false
      catchUps.begin(with: reading)
      show(reading, isNewRun: true)
      return Passage(accepted: [reading], event: event)
    }
    let isAbove = held.first.map { $0.value > last.value } ?? false
    let isStillUp = isAbove && held.first.map { reading.value >= $0.value } == true
    if !isStillUp, reading.value >= last.value, [last, former].contains(where: { continues($0, reading.value, at: instant) }) {
      show(reading, isNewRun: !held.isEmpty)
      let refused = refuseHeld()
      if reading.value != last.value {
        former = last
        finestGrowth = min(finestGrowth ?? .max, reading.value - last.value)
      }
      self.last = following(last, reading, at: instant)
      return Passage(accepted: [reading], refused: refused, catchUps: catchUps.take(reading))
    }
    return hold(reading, at: instant, behind: last)
  }

  /// Whether the counter can have gone on from `mark` to `value`.
  private func continues(_ mark: Mark?, _ value: Int64, at instant: Int64) -> Bool {
    guard let mark else { return false }
    return value >= mark.value && Int128(value) - Int128(mark.value) <= limits.greatestGrowth(in: instant - mark.since)
  }

  private func following(_ mark: Mark, _ reading: Reading, at instant: Int64) -> Mark {
    Mark(reading: reading, since: reading.value == mark.value ? mark.since : instant)
  }

  private mutating func show(_ reading: Reading, isNewRun: Bool) {
    if isNewRun { run += 1 }
    shown = Shown(value: reading.value, run: run, step: min(limits.resolution, finestGrowth ?? .max))
  }

  private mutating func hold(_ reading: Reading, at instant: Int64, behind last: Mark) -> Passage {
    var passage = Passage()
    shown = nil
    if let latest = held.last, !continues(latest, reading.value, at: instant) {
      // A glitch on top of the doubt, unless it makes a better case for itself.
      if !extend(&strays, with: reading, at: instant) {
        passage.refused = strays.map { Quarantined($0.reading, reason(for: $0)) }
        strays = [Mark(reading: reading, since: instant)]
      }
      guard confirmedStart(of: strays) != nil else { return passage }
      passage.refused += held.map { Quarantined($0.reading, reason(for: $0)) }
      (held, strays) = (strays, [])
      show(reading, isNewRun: true)
    } else if extend(&held, with: reading, at: instant) {
      show(reading, isNewRun: false)
    } else {
      held = [Mark(reading: reading, since: instant)]
      show(reading, isNewRun: true)
    }
    guard let first = confirmedStart(of: held) else { return passage }
    let start = turn(to: first, from: last)
    passage.refused += (held[..<start.index] + strays).map { Quarantined($0.reading, reason(for: $0)) }
    passage.accepted = held[start.index...].map(\.reading)
    passage.event = Passage.Event(kind: start.kind, before: last.reading, first: held[start.index].reading)
    self.last = held.last
    former = held[start.index...].last { $0.value != held.last?.value }
    if case .rollover(let modulus) = start.kind {
      passage.catchUps = catchUps.take(held[start.index].reading, across: modulus)
    } else {
      catchUps.begin(with: held[start.index].reading)
    }
    for mark in held[start.index...].dropFirst() { passage.catchUps += catchUps.take(mark.reading) }
    (held, strays) = ([], [])
    return passage
  }

  /// Adds `reading` to a run of readings that continue one another; false where it does not continue them.
  private func extend(_ run: inout [Mark], with reading: Reading, at instant: Int64) -> Bool {
    guard let latest = run.last, continues(latest, reading.value, at: instant) else { return false }
    run.append(following(latest, reading, at: instant))
    if run.count > Self.heldLimit { run.remove(at: 1) }
    return true
  }

  /// Where in `run` the first reading lies that is not zero, once they confirm one another: so many of them, moving, and not by a
  /// single one that is not zero.
  private func confirmedStart(of run: [Mark]) -> Int? {
    guard run.count >= Self.confirmations, let first = run.first, let latest = run.last, latest.value > first.value,
      let start = run.firstIndex(where: { $0.value != 0 }), start < run.count - 1
    else { return nil }
    return start
  }

  /// What happened between `last` and the held readings, and with which of them the new count begins: with the first, unless
  /// leading zeros hide a rollover to the one at `nonzero`.
  private func turn(to nonzero: Int, from last: Mark) -> (kind: MeterEvent.Kind, index: Int) {
    guard held[0].value < last.value else { return (.jump, 0) }
    for index in [0, nonzero] {
      if let modulus = limits.modulus, isRollover(to: held[index], from: last, modulus: modulus) {
        return (.rollover(modulus: modulus), index)
      }
    }
    return (.reset, 0)
  }

  /// Gives up what is held.
  private mutating func refuseHeld() -> [Quarantined] {
    defer { (held, strays) = ([], []) }
    return (held + strays).map { Quarantined($0.reading, reason(for: $0)) }
  }

  /// Whether the counter can have got from `last` across `modulus` to `mark`.
  private func isRollover(to mark: Mark, from last: Mark, modulus: Int64) -> Bool {
    guard last.value < modulus else { return false }
    return [last, former].contains { earlier in
      guard let earlier else { return false }
      let growth = Int128(mark.value) + Int128(modulus) - Int128(earlier.value)
      return growth <= limits.greatestGrowth(in: mark.since - earlier.since)
    }
  }

  private func reason(for mark: Mark) -> Quarantined.Reason {
    mark.value < (last?.value ?? 0) ? .drop : .growth
  }
}
