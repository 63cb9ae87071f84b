import MarketTime
import Readings
import SQLiteStore

/// What an answer held: how many rows, and the sum of their values, to be compared with the peers' answers.
struct Answer {
  var rows = 0
  var sum = 0.0

  mutating func add(_ values: [Double]) {
    rows += values.count
    sum += values.reduce(0, +)
  }
}

/// The questions that are timed, as `Benchmarks/store/measure.py` names them.
struct StoreQuestions {
  private let store: ReadingsDatabase
  private let keys: [SeriesKey]
  private let span: Range<Timestamp>
  private let quarters: Range<QuarterHour>

  /// Whoever asks knows the names of what he asks for: they are made before the clock runs.
  init(store: ReadingsDatabase, set: ReadingSet) {
    self.store = store
    (keys, span, quarters) = (set.keys, set.span, set.quarters)
  }

  /// Asks once; the answer's sum is formed by the closure, outside of what is timed.
  func ask(_ name: String) throws -> (() -> Answer)? {
    switch name {
    case "means":
      let sums = try store.sums(of: keys, in: quarters)
      return { sums.values.reduce(into: Answer()) { $0.add($1.values.compactMap(\.mean)) } }
    case "sum":
      let powers = keys.filter { $0.channel == .activePower }
      let sums = try store.sums(of: powers, in: quarters)
      var totals = [Double](repeating: 0, count: quarters.count)
      var isRead = [Bool](repeating: false, count: totals.count)
      for series in sums.values {
        for (quarter, sum) in series.values.enumerated() {
          guard let mean = sum.mean else { continue }
          totals[quarter] += mean
          isRead[quarter] = true
        }
      }
      return { [totals, isRead] in
        var answer = Answer()
        answer.add(zip(totals, isRead).filter(\.1).map(\.0))
        return answer
      }
    case "one":
      let samples = try store.samples(of: keys[keys.count / 2], in: span)
      // Without the neighbours on either side.
      return { Self.answer(to: [samples.filter { span.contains($0.time) }]) }
    case "all":
      // A reading a quarter hour.
      let sums = try store.sums(of: keys, in: quarters)
      return { sums.values.reduce(into: Answer()) { $0.add($1.values.compactMap(\.mean)) } }
    case "last":
      let latest = try store.latest(asOf: span.upperBound)
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
}
