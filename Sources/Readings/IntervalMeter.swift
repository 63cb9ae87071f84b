public import CommunityModel
public import MarketTime
import Quantities

/// Turns a counter's readings into the energy of each quarter hour.
///
/// The counter is read at each quarter hour's ends, by linear interpolation between the two readings around them, in whole
/// milliwatt-hours: the energies of neighbouring quarter hours therefore add up to the counter's own difference, to the count.
/// A quarter hour is *measured* when the counter was read within `longestGap` of both its ends, else *estimated*; it is *missing*
/// where no readings lie on both sides. What happened in between does not matter: the difference is what was counted.
///
/// Counters misbehave (rows V3 and V4 of the fault catalogue). A value that is lower than the one before is held back until
/// `confirmations` further readings tell what it was. When the counter comes back to where it had been, it was a glitch and is
/// left out, however long it lasted. When the counter goes on from the low value, the meter was reset or exchanged, a new count
/// begins there, and the energy between the last old and the first new reading stays unknown: it counts as zero, and its quarter
/// hours are estimated. Up to `confirmations` readings far above those before and after are a glitch, too.
/// Readings that showed too little until the counter caught up, as an event `caughtUp` tells, are left out as well.
public struct IntervalMeter: Sendable {
  /// Up to this far from a quarter hour's end, a reading tells what the counter showed there.
  public let longestGap: Duration
  /// How many readings after a drop must stay low before it counts as a reset.
  public let confirmations: Int

  /// No counter of energy gets beyond so many milliwatt-hours, 4.6 million TWh: whatever says so is no reading.
  private static let largestCount: UInt64 = 1 << 62
  /// The step back from a glitch is more than so many times what the counter grew meanwhile.
  private static let leastProminence: Int128 = 10

  /// A meter that tolerates `longestGap` between a quarter hour's end and the nearest reading (5 min unless told).
  public init(longestGap: Duration = .seconds(300), confirmations: Int = 2) {
    self.longestGap = longestGap
    self.confirmations = confirmations
  }

  /// What is known of a quarter hour so far.
  private struct Tally {
    var energy: Int64 = 0
    /// How many of its milliseconds lie between two readings.
    var covered: Int64 = 0
    /// How many of its two ends have a reading nearby.
    var endsRead = 0
    var hasReset = false
  }

  /// The energies of `span`, from `samples` in order of time (those around the span included, where there are any).
  ///
  /// Of several samples of the same time the first counts.
  ///
  /// - Parameter events: what happened to this counter, in any order; events of other kinds are passed over.
  /// - Complexity: linear in the samples, the events and the quarter hours.
  public func energies(
    from samples: [Sample], over span: Range<QuarterHour>, events: [MeterEvent] = []
  ) -> TimeSeries<IntervalEnergy> {
    // Walk pieces between two readings; each adds its share to the quarter hours it touches.
    var tallies = [Tally](repeating: Tally(), count: span.count)
    var last: Sample?
    for count in counts(in: samples, events: events) {
      let clean = withoutGlitches(count)
      if let last, let first = clean.first, first.time > last.time {
        // Of what lies between two counts nothing is known, as after a reset.
        addPiece(from: last, to: Sample(at: first.time, value: .min), start: span.lowerBound, tallies: &tallies)
      }
      for (previous, next) in zip(clean, clean.dropFirst())
      where next.time > span.lowerBound.start && previous.time < span.upperBound.start {
        addPiece(from: previous, to: next, start: span.lowerBound, tallies: &tallies)
      }
      last = clean.last ?? last
    }
    let values = tallies.map { tally in
      guard tally.covered == QuarterHour.milliseconds else { return IntervalEnergy.missing }
      let energy = Energy(count: tally.energy)
      return tally.endsRead == 2 && !tally.hasReset ? .measured(energy) : .estimated(energy)
    }
    return TimeSeries(start: span.lowerBound, values: values)
  }

  /// Shares the count between two readings over the quarter hours between them.
  private func addPiece(from previous: Sample, to next: Sample, start: QuarterHour, tallies: inout [Tally]) {
    let begin = previous.time.milliseconds
    let end = next.time.milliseconds
    let isReset = next.value < previous.value
    let growth = isReset ? 0 : next.value - previous.value
    let tolerated = longestGap.milliseconds
    /// The counter at `instant`, cut toward the earlier reading so that shares telescope.
    func count(at instant: Int64) -> Int64 { Int64(Int128(growth) * Int128(instant - begin) / Int128(end - begin)) }
    func isRead(at instant: Int64) -> Bool { min(instant - begin, end - instant) <= tolerated }
    var quarter = max(QuarterHour(containing: previous.time), start)
    let last = QuarterHour(containing: Timestamp(milliseconds: end - 1))
    while quarter <= last {
      let position = start.distance(to: quarter)
      guard position < tallies.count else { break }
      let opens = quarter.start.milliseconds
      let closes = quarter.end.milliseconds
      let from = max(opens, begin)
      let until = min(closes, end)
      tallies[position].energy += count(at: until) - count(at: from)
      tallies[position].covered += until - from
      if from == opens, isRead(at: opens) { tallies[position].endsRead += 1 }
      if until == closes, isRead(at: closes) { tallies[position].endsRead += 1 }
      if isReset { tallies[position].hasReset = true }
      quarter = quarter.advanced(by: 1)
    }
  }
}

// MARK: - Events

extension IntervalMeter {
  /// The samples of each count between resets, jumps and exchanges, straightened where the counter rolled over.
  private func counts(in samples: [Sample], events: [MeterEvent]) -> [[Sample]] {
    var turns = events.sorted { $0.time < $1.time }[...]
    var counts: [[Sample]] = []
    var current: [Sample] = []
    var carried: Int64 = 0
    for sample in counting(samples, events: turns) {
      while let event = turns.first, event.time <= sample.time {
        turns.removeFirst()
        switch event.kind {
        case .reset, .jump, .exchange:
          if !current.isEmpty { counts.append(current) }
          current = []
          carried = 0
        case .rollover(let modulus):
          // Told twice, or of a time before these samples, it has no drop of its own.
          guard let last = current.last, sample.value < last.value - carried else { continue }
          let (sum, overflow) = carried.addingReportingOverflow(modulus)
          if !overflow { carried = sum }
        case .caughtUp, .frozen, .stale, .lively, .powerDisagrees, .powerAgrees, .quarantined, .timeEstimated: continue
        }
      }
      let (value, overflow) = sample.value.addingReportingOverflow(carried)
      if !overflow { current.append(Sample(at: sample.time, value: value)) }
    }
    counts.append(current)
    return counts
  }

  /// The samples without those that showed too little, as the counter told when it caught up. `events` are in order of time.
  private func counting(_ samples: [Sample], events: ArraySlice<MeterEvent>) -> [Sample] {
    var spans: [Range<Timestamp>] = []
    for span in events.compactMap(\.disregarded).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = spans.last, span.lowerBound < last.upperBound {
        spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        spans.append(span)
      }
    }
    guard !spans.isEmpty else { return samples }
    var left = spans[...]
    return samples.filter { sample in
      while let span = left.first, span.upperBound <= sample.time { left.removeFirst() }
      return left.first.map { sample.time <= $0.lowerBound } ?? true
    }
  }
}

// MARK: - Glitches

extension IntervalMeter {
  /// The samples without readings that fell below the count or rose far above it and came back; a drop that stays begins a new
  /// count. Of several samples of the same time the first is kept.
  func withoutGlitches(_ samples: [Sample]) -> [Sample] {
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count)
    /// Where in `kept` a new count begins.
    var begins: [Int] = []
    var position = 0
    while position < samples.count {
      let sample = samples[position]
      position += 1
      guard sample.value.magnitude < Self.largestCount, sample.time.milliseconds.magnitude < Self.largestCount else { continue }
      guard let last = kept.last else {
        kept.append(sample)
        continue
      }
      guard sample.time > last.time else { continue }
      guard sample.value < last.value else {
        forgetFalseBegins(in: &kept, begins: &begins, before: sample)
        kept.append(sample)
        continue
      }
      // A drop: it stays only when the following readings are below the old count, too, and do not fall again.
      let following = samples[(position - 1)...].prefix(confirmations + 1)
      let staysLow = following.allSatisfy { $0.value < last.value }
      let grows = zip(following, following.dropFirst()).allSatisfy { $0.value <= $1.value }
      guard following.count == confirmations + 1, staysLow, grows, let latest = following.last else { continue }
      if let peak = peak(endingIn: kept, before: sample, and: latest) {
        kept.removeSubrange(peak...)
        begins.removeAll { $0 >= peak }
      } else {
        begins.append(kept.count)
      }
      kept.append(sample)
    }
    return kept
  }

  /// Takes out what was taken for a new count, now that `sample` is back at the old one by a step that is greater than all growth
  /// since the drop.
  private func forgetFalseBegins(in kept: inout [Sample], begins: inout [Int], before sample: Sample) {
    while let begin = begins.last, let last = kept.last, sample.value >= kept[begin - 1].value {
      begins.removeLast()
      let step = sample.value - last.value
      guard step > last.value - kept[begin].value, isProminent(step, from: kept[begin - 1], to: sample) else { continue }
      kept.removeSubrange(begin...)
    }
  }

  /// Where in `kept` its last readings, at most `confirmations` of them, rose far above the ones before, to which the counter now
  /// goes back with `sample`; nil where they did not.
  private func peak(endingIn kept: [Sample], before sample: Sample, and latest: Sample) -> Int? {
    let recent = kept.indices.suffix(confirmations + 1)
    guard let base = recent.last(where: { kept[$0].value <= sample.value }) else { return nil }
    return isProminent(kept[base + 1].value - kept[base].value, from: kept[base], to: latest) ? base + 1 : nil
  }

  /// Whether a step of a counter is out of all proportion to its growth between two readings.
  private func isProminent(_ step: Int64, from earlier: Sample, to later: Sample) -> Bool {
    Int128(step) > Self.leastProminence * (Int128(later.value) - Int128(earlier.value))
  }
}
