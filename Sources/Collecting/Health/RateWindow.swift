/// Counts requests and errors by the minute, an hour back: bounded, whatever happens.
struct RateWindow: Sendable, Equatable {
  private static let length = 61
  private var minutes = [RequestTally](repeating: RequestTally(), count: Self.length)
  private var latest: Int64 = 0

  /// Counts a request that ended at `time` on a clock that nobody sets.
  mutating func count(failed: Bool, at time: Duration) {
    advance(to: time)
    let slot = Int(latest % Int64(Self.length))
    minutes[slot].requests += 1
    if failed { minutes[slot].errors += 1 }
  }

  /// The last `count` full minutes before `time` and the one that runs; `count` is 1 to 60.
  mutating func tally(minutes count: Int, at time: Duration) -> RequestTally {
    advance(to: time)
    var sum = RequestTally()
    for back in 0...Int64(min(count, Self.length - 1)) where back <= latest {
      let minute = minutes[Int((latest - back) % Int64(Self.length))]
      sum.requests += minute.requests
      sum.errors += minute.errors
    }
    return sum
  }

  /// Empties the minutes that have passed without a request.
  private mutating func advance(to time: Duration) {
    let minute = max(latest, time.components.seconds / 60)
    for passed in 0..<min(minute - latest, Int64(Self.length)) {
      minutes[Int((minute - passed) % Int64(Self.length))] = RequestTally()
    }
    latest = minute
  }
}
