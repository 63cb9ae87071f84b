import MarketTime
import Readings
import SQLiteStore

/// What an answer held: how many rows, and the sum of their values, to be compared with the peers' answers.
struct Answer {
  var rows = 0
  var sum = 0.0
}

/// The questions that are timed, as `Benchmarks/store/measure.py` names them.
struct StoreQuestions {
  let store: ReadingsDatabase
  let set: ReadingSet

  /// Asks once; the answer's sum is formed by the closure, outside of what is timed.
  func ask(_ name: String) throws -> (() -> Answer)? {
    let keys = set.keys
    switch name {
    case "means":
      let means = try quarterHourMeans(of: keys, in: set.span)
      return { Answer(rows: means.count, sum: means.reduce(0) { $0 + $1.mean }) }
    case "sum":
      let powers = keys.filter { $0.channel == .activePower }
      let sums = try quarterHourSums(of: powers, in: set.span)
      return { Answer(rows: sums.count, sum: sums.values.reduce(0, +)) }
    case "one":
      let samples = try store.samples(of: keys[keys.count / 2], in: set.span)
      return { Self.answer(to: [samples]) }
    case "all":
      let samples = try store.samples(of: keys, in: set.span)
      return { Self.answer(to: Array(samples.values)) }
    case "last":
      let latest = try store.latest(asOf: set.span.upperBound)
      return { Self.answer(to: latest.values.map { [$0] }) }
    default: return nil
    }
  }

  private static func answer(to samples: [[Sample]]) -> Answer {
    samples.reduce(into: Answer()) { answer, samples in
      answer.rows += samples.count
      answer.sum += samples.reduce(0) { $0 + Double($1.value) }
    }
  }

  // --- what the store will answer itself: until then from samples ---

  /// The mean of each series and quarter hour.
  private func quarterHourMeans(
    of keys: [SeriesKey], in span: Range<Timestamp>
  ) throws -> [(key: SeriesKey, quarter: Int64, mean: Double)] {
    var means: [(key: SeriesKey, quarter: Int64, mean: Double)] = []
    for (key, samples) in try store.samples(of: keys, in: span) {
      var rest = samples[...]
      while let first = rest.first {
        let quarter = first.time.milliseconds / 900_000
        let end = (quarter + 1) * 900_000
        var sum: Int64 = 0
        var count = 0
        while let sample = rest.first, sample.time.milliseconds < end {
          sum += sample.value
          count += 1
          rest.removeFirst()
        }
        means.append((key, quarter, Double(sum) / Double(count)))
      }
    }
    return means
  }

  /// Of each quarter hour, the sum of the series' means.
  private func quarterHourSums(of keys: [SeriesKey], in span: Range<Timestamp>) throws -> [Int64: Double] {
    try quarterHourMeans(of: keys, in: span).reduce(into: [:]) { $0[$1.quarter, default: 0] += $1.mean }
  }
}
