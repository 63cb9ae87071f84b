import GRDB
import MarketTime
import Readings
import SQLiteStore

/// Whether a store holds what was acknowledged, each reading once, and nothing that was never sent.
struct StoreCheck {
  /// What came of a check.
  enum Finding: Error, CustomStringConvertible {
    /// All is there, up to this batch; so many readings were looked at.
    case sound(last: Int, readings: Int)
    /// Everything is right up to batch `last`, which is before the last one acknowledged.
    case lost(last: Int, acknowledged: Int)
    /// Something is missing in between, or wrong, or cannot be read.
    case corrupt(String)

    var description: String {
      switch self {
      case .sound(let last, let readings): return "ok \(last) \(readings)"
      case .lost(let last, let acknowledged): return "lost \(last) of \(acknowledged)"
      case .corrupt(let reason): return "corrupt \(reason.split(separator: "\n").joined(separator: " "))"
      }
    }
  }

  /// How much is looked at.
  enum Depth: String {
    /// The last batches, and how many readings each series has.
    case end
    /// Everything, by the writer and by a reader, and SQLite's own check.
    case all
  }

  /// The database.
  let path: String
  /// What was sent.
  let known: KnownReadings

  /// Checks the store after `acknowledged` batches, when `sent` were sent; the others may be there or not.
  func run(acknowledged: Int, sent: Int, _ depth: Depth) -> Finding {
    do {
      let writer = try ReadingsDatabase(writing: path, now: { Timestamp(milliseconds: 0) })
      let (last, readings) = try look(at: writer, acknowledged: acknowledged, sent: sent, depth)
      try writer.close()
      if depth == .all {
        let reader = try ReadingsDatabase(readingOnly: path)
        _ = try look(at: reader, acknowledged: acknowledged, sent: sent, depth)
        try reader.close()
      }
      var configuration = Configuration()
      configuration.readonly = true
      let told = try DatabaseQueue(path: path, configuration: configuration).read {
        try String.fetchOne($0, sql: "PRAGMA integrity_check")
      }
      guard told == "ok" else { return .corrupt(told ?? "no integrity") }
      return last < acknowledged ? .lost(last: last, acknowledged: acknowledged) : .sound(last: last, readings: readings)
    } catch let finding as Finding {
      return finding
    } catch {
      return .corrupt("\(error)")
    }
  }

  /// Looks at what `store` holds and gives its last batch, and how many readings were compared.
  ///
  /// - Throws: `Finding.corrupt`, or what the store throws.
  func look(at store: ReadingsDatabase, acknowledged: Int, sent: Int, _ depth: Depth) throws -> (last: Int, readings: Int) {
    let last = KnownReadings.last(in: try store.latest(asOf: Timestamp(milliseconds: .max)))
    guard last <= sent else { throw Finding.corrupt("batch \(last) was not sent, but \(sent) were") }
    let first = depth == .all ? 1 : max(1, min(last, acknowledged) - KnownReadings.latest)
    let expected = known.expected(from: first, through: last)
    let begin = known.time(of: first)
    let found = try store.samples(of: KnownReadings.keys, in: Timestamp(milliseconds: begin)..<Timestamp(milliseconds: .max))
    for key in KnownReadings.keys {
      let samples = found[key, default: []].filter { $0.time.milliseconds >= begin }
      let wanted = expected[key, default: [:]]
      for sample in samples where wanted[sample.time.milliseconds] != sample.value {
        throw Finding.corrupt("\(key) at \(sample.time.milliseconds) shows \(sample.value), which was not sent")
      }
      guard samples.count == wanted.count, zip(samples, samples.dropFirst()).allSatisfy({ $0.time < $1.time }) else {
        throw Finding.corrupt("\(key) has \(samples.count) samples instead of \(wanted.count) from \(begin) on")
      }
    }
    if depth == .all {
      for summary in try store.inventory() where summary.count != expected[summary.series]?.count {
        throw Finding.corrupt("the ledger counts \(summary.count) of \(summary.series)")
      }
      guard try store.conflicts().isEmpty else { throw Finding.corrupt("there are conflicts") }
    }
    return (last, expected.values.reduce(0) { $0 + $1.count })
  }
}
