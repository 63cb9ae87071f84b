public import CommunityModel
public import MarketTime
import Quantities

/// Turns a counter's readings into the energy of each quarter hour.
///
/// The counter is read at each quarter hour's ends, by linear interpolation between the two readings around them, in whole
/// milliwatt-hours: the energies of neighbouring quarter hours therefore add up to the counter's own difference, to the count.
/// A quarter hour is *measured* when at most `longestGap` of it lies in gaps longer than `longestGap`, else *estimated*; it is
/// *missing* where no readings lie on both sides.
///
/// Counters misbehave (rows V3 and V4 of the fault catalogue). A value that is lower than the one before is held back until
/// `confirmations` further readings tell what it was: when the counter comes back to where it had been, it was a glitch and is
/// left out; when it goes on from the low value, the meter was reset or exchanged, a new count begins there, and the energy
/// between the last old and the first new reading stays unknown: it counts as zero, and its quarter hours are estimated.
public struct IntervalMeter: Sendable {
  /// Up to this long between two readings, the energy between them counts as measured.
  public let longestGap: Duration
  /// How many readings after a drop must stay low before it counts as a reset.
  public let confirmations: Int

  /// A meter that tolerates `longestGap` between readings (5 min unless told).
  public init(longestGap: Duration = .seconds(300), confirmations: Int = 2) {
    self.longestGap = longestGap
    self.confirmations = confirmations
  }

  /// The energies of `span`, from `samples` in order of time (those around the span included, where there are any).
  ///
  /// - Complexity: linear in the samples and the quarter hours.
  public func energies(from samples: [Sample], over span: Range<QuarterHour>) -> TimeSeries<IntervalEnergy> {
    let clean = withoutGlitches(samples)
    var result = TimeSeries(repeating: IntervalEnergy.missing, over: span)
    guard clean.count > 1 else { return result }
    // Walk pieces between two readings; each adds its share to the quarter hours it touches.
    var energy = [Int64](repeating: 0, count: span.count)
    var known = [Int64](repeating: 0, count: span.count)
    var well = [Int64](repeating: 0, count: span.count)
    for (previous, next) in zip(clean, clean.dropFirst())
    where next.time > span.lowerBound.start && previous.time < span.upperBound.start {
      addPiece(from: previous, to: next, start: span.lowerBound, energy: &energy, known: &known, well: &well)
    }
    let tolerated = longestGap.milliseconds
    for position in result.values.indices where known[position] == QuarterHour.milliseconds {
      let amount = Energy(count: energy[position])
      result.values[position] = QuarterHour.milliseconds - well[position] <= tolerated ? .measured(amount) : .estimated(amount)
    }
    return result
  }

  /// Shares the count between two readings over the quarter hours between them.
  private func addPiece(
    from previous: Sample, to next: Sample, start: QuarterHour, energy: inout [Int64], known: inout [Int64], well: inout [Int64]
  ) {
    let length = next.time.milliseconds - previous.time.milliseconds
    let isReset = next.value < previous.value
    let isClose = length <= longestGap.milliseconds && !isReset
    let growth = isReset ? 0 : next.value - previous.value
    /// The counter at `instant`, cut toward the earlier reading so that shares telescope.
    func count(at instant: Int64) -> Int64 {
      Int64(Int128(growth) * Int128(instant - previous.time.milliseconds) / Int128(length))
    }
    let first = max(QuarterHour(containing: previous.time), start)
    let last = QuarterHour(containing: Timestamp(milliseconds: next.time.milliseconds - 1))
    var quarter = first
    while quarter <= last {
      let position = start.distance(to: quarter)
      guard position < energy.count else { break }
      let from = max(quarter.start.milliseconds, previous.time.milliseconds)
      let until = min(quarter.end.milliseconds, next.time.milliseconds)
      energy[position] += count(at: until) - count(at: from)
      known[position] += until - from
      if isReset { well[position] -= QuarterHour.milliseconds }
      if isClose { well[position] += until - from }
      quarter = quarter.advanced(by: 1)
    }
  }

  /// The samples without readings that fell below the count and came back; a drop that stays begins a new count.
  func withoutGlitches(_ samples: [Sample]) -> [Sample] {
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count)
    var position = 0
    while position < samples.count {
      let sample = samples[position]
      guard let last = kept.last, sample.value < last.value else {
        kept.append(sample)
        position += 1
        continue
      }
      // A drop: it is a reset only when the following readings stay below the old count and do not fall again.
      let following = samples[position...].prefix(confirmations + 1)
      let staysLow = following.allSatisfy { $0.value < last.value }
      let grows = zip(following, following.dropFirst()).allSatisfy { $0.value <= $1.value }
      if following.count == confirmations + 1, staysLow, grows {
        kept.append(contentsOf: following)
        position += following.count
      } else {
        position += 1
      }
    }
    return kept
  }
}
