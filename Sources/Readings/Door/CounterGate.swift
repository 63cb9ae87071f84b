/// Lets a counter's readings through in order, and holds those that do not continue the count until it is known what they were.
///
/// A reading that is lower than the count, or further above it than the device can have counted, is held. When the counter comes
/// back, what was held was a glitch and is put aside. When `confirmations` readings follow one another plausibly **and move**, the
/// counter goes on from there: a rollover, a reset or a jump, and what was held is let through with its own times. A value that
/// stands still confirms nothing, be it zero or all bits set: inverters show such things all night.
struct CounterGate: Sendable {
  /// So many readings that continue one another make a new count.
  static let confirmations = 3
  /// Of a held value that stands still, so many readings are kept.
  private static let heldLimit = 720

  private let limits: SeriesLimits
  /// The last reading let through.
  private(set) var last: Mark?
  /// Readings that continue one another, but not `last`.
  private(set) var held: [Mark] = []
  private var isExchanged = false

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

    /// The first reading of a new count, and the last of the old one.
    struct Event {
      let kind: MeterEvent.Kind
      let before: Reading?
      let first: Reading
    }
  }

  init(_ limits: SeriesLimits) { self.limits = limits }

  /// Goes on from a reading that was let through in an earlier life, shown since `since`.
  mutating func resume(from reading: Reading, since: Int64) {
    guard last == nil else { return }
    last = Mark(reading: reading, since: since)
  }

  /// The next reading is another meter's. What is held stays unexplained and is put aside.
  mutating func exchange() -> [Quarantined] {
    defer { held = [] }
    isExchanged = last != nil
    return held.map { Quarantined($0.reading, reason(for: $0)) }
  }

  /// Judges `reading`, read at the monotonic time `instant` in ms.
  mutating func take(_ reading: Reading, at instant: Int64) -> Passage {
    guard let last, !isExchanged else {
      let event = last.map { Passage.Event(kind: .exchange, before: $0.reading, first: reading) }
      self.last = Mark(reading: reading, since: instant)
      isExchanged = false
      return Passage(accepted: [reading], event: event)
    }
    let isAbove = held.first.map { $0.value > last.value } ?? false
    let isStillUp = isAbove && held.first.map { reading.value >= $0.value } == true
    if !isStillUp, continues(last, reading.value, at: instant) {
      let refused = held.map { Quarantined($0.reading, reason(for: $0)) }
      held = []
      self.last = following(last, reading, at: instant)
      return Passage(accepted: [reading], refused: refused)
    }
    return hold(reading, at: instant, behind: last)
  }

  /// Whether the counter can have gone on from `mark` to `value`.
  private func continues(_ mark: Mark, _ value: Int64, at instant: Int64) -> Bool {
    value >= mark.value && Int128(value) - Int128(mark.value) <= limits.greatestGrowth(in: instant - mark.since)
  }

  private func following(_ mark: Mark, _ reading: Reading, at instant: Int64) -> Mark {
    Mark(reading: reading, since: reading.value == mark.value ? mark.since : instant)
  }

  private mutating func hold(_ reading: Reading, at instant: Int64, behind last: Mark) -> Passage {
    var passage = Passage()
    if let latest = held.last {
      if continues(latest, reading.value, at: instant) {
        held.append(following(latest, reading, at: instant))
      } else if reading.value == 0 {
        // A zero in between proves nothing, neither for nor against the new count.
        passage.refused = [Quarantined(reading, .drop)]
        return passage
      } else {
        passage.refused = held.map { Quarantined($0.reading, reason(for: $0)) }
        held = [Mark(reading: reading, since: instant)]
      }
    } else {
      held = [Mark(reading: reading, since: instant)]
    }
    if held.count > Self.heldLimit { held.remove(at: 1) }
    guard held.count >= Self.confirmations, let first = held.first, let latest = held.last, latest.value > first.value else {
      return passage
    }
    passage.accepted = held.map(\.reading)
    passage.event = Passage.Event(kind: kind(of: first, after: last), before: last.reading, first: first.reading)
    self.last = latest
    held = []
    return passage
  }

  /// What happened between `last` and the confirmed reading `first`.
  private func kind(of first: Mark, after last: Mark) -> MeterEvent.Kind {
    guard first.value < last.value else { return .jump }
    if let modulus = limits.modulus, last.value < modulus {
      let growth = Int128(first.value) + Int128(modulus) - Int128(last.value)
      if growth <= limits.greatestGrowth(in: first.since - last.since) { return .rollover(modulus: modulus) }
    }
    return .reset
  }

  private func reason(for mark: Mark) -> Quarantined.Reason {
    mark.value < (last?.value ?? 0) ? .drop : .growth
  }
}
