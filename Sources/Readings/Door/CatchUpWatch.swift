import CommunityModel
import MarketTime
import Quantities

/// Finds readings of a counter that showed too little, once the counter has caught up with what flowed.
///
/// A device may repeat an old count for a while, as at the end of an outage, and then leap. The energy between is right; the time is
/// not: the quarter hour in which it leapt would count more than can flow in it. Where that is so, and only there, the readings since
/// the last one from which the leap is possible do not count. A value type without clock; one a counter.
struct CatchUpWatch: Sendable {
  /// The counter leapt at `time`; what it showed in the `lag` milliseconds before was too little.
  struct CatchUp: Hashable, Sendable {
    let time: Timestamp
    let lag: Int64
    let value: Int64
  }

  /// A count, straightened over rollovers, and when it was shown first and last.
  private struct Stand {
    let count: Int64
    let first: Timestamp
    var last: Timestamp

    init(_ count: Int64, at time: Timestamp) { (self.count, first, last) = (count, time, time) }
  }

  private let limits: SeriesLimits
  private var latest: Stand?
  private var former: Stand?
  /// What rollovers have taken from the count.
  private var carried: Int64 = 0
  /// The quarter hour in which `latest` was shown last.
  private var quarter: QuarterHour?
  /// The count at its start; nil where the count began in it.
  private var startCount: Int64?
  /// The leaps that concern it, in order of time; no more than `mostLeaps`.
  private var leaps: [CatchUp] = []
  private static let mostLeaps = 16

  init(_ limits: SeriesLimits) { self.limits = limits }

  /// A new count begins with `reading`.
  mutating func begin(with reading: Reading) {
    latest = Stand(reading.value, at: reading.time)
    former = nil
    carried = 0
    quarter = QuarterHour(containing: reading.time)
    startCount = nil
    leaps = []
  }

  /// The count went on to `reading`, across `modulus` where it rolled over: the leaps that are now known to have been too large for
  /// their quarter hour.
  mutating func take(_ reading: Reading, across modulus: Int64 = 0) -> [CatchUp] {
    let (sum, carriedTooFar) = carried.addingReportingOverflow(modulus)
    let (count, isTooFar) = reading.value.addingReportingOverflow(sum)
    guard let latest, !carriedTooFar, !isTooFar, reading.time > latest.last, count >= latest.count else {
      begin(with: reading)
      return []
    }
    carried = sum
    let next = Stand(count, at: reading.time)
    if let lag = lag(of: next, behind: latest), leaps.count < Self.mostLeaps {
      leaps.append(CatchUp(time: reading.time, lag: lag, value: reading.value))
    }
    let found = close(until: next, from: latest)
    if count == latest.count {
      self.latest?.last = reading.time
    } else {
      (former, self.latest) = (latest, next)
    }
    return found
  }

  /// How long `latest` had shown too little, in ms, where more than the rated power was needed to get from there to `next`; nil where
  /// it was not, or where no earlier reading explains it.
  private func lag(of next: Stand, behind latest: Stand) -> Int64? {
    guard !fits(next, latest.count, at: latest.last, limits.ratedGrowth) else { return nil }
    var earlier = [(latest.count, latest.first)]
    if let former { earlier += [(former.count, former.last), (former.count, former.first)] }
    var base = earlier.first { fits(next, $0, at: $1, limits.ratedGrowth) }
    if base == nil, !fits(next, latest.count, at: latest.last, limits.greatestGrowth) {
      base = earlier.first { fits(next, $0, at: $1, limits.greatestGrowth) }
    }
    return base.map { next.first.milliseconds - $0.1.milliseconds }
  }

  private func fits(_ next: Stand, _ count: Int64, at time: Timestamp, _ growth: (Int64) -> Int128) -> Bool {
    Int128(next.count) - Int128(count) <= growth(next.first.milliseconds - time.milliseconds)
  }

  /// Judges the quarter hours that end by `next`, and goes on to the one in which it lies.
  private mutating func close(until next: Stand, from latest: Stand) -> [CatchUp] {
    guard let quarter, next.first >= quarter.end else { return [] }
    /// The count at `time`, between the two readings around it.
    func count(at time: Timestamp) -> Int64 {
      let share = Int128(time.milliseconds - latest.last.milliseconds)
      let whole = Int128(next.first.milliseconds - latest.last.milliseconds)
      return latest.count + Int64((Int128(next.count) - Int128(latest.count)) * share / whole)
    }
    let most = limits.ratedGrowth(in: QuarterHour.milliseconds)
    let end = count(at: quarter.end)
    var isImpossible = startCount.map { Int128(end) - Int128($0) > most } ?? false
    // Of whole quarter hours between two readings, each counts the same.
    let following = quarter.advanced(by: 1)
    if next.first >= following.end, Int128(count(at: following.end)) - Int128(end) > most { isImpossible = true }
    let found = isImpossible ? leaps : []
    let current = QuarterHour(containing: next.first)
    leaps = isImpossible ? [] : leaps.filter { $0.time > current.start }
    self.quarter = current
    startCount = count(at: current.start)
    return found
  }
}
