import GRDB
import MarketTime
import SealedColumns

/// A journal that is written anew with some of its readings changed or left out.
struct RewrittenJournal {
  /// How many moments a batch gets.
  private static let moments = 1000

  private let db: Database

  /// That of `db`, inside a write transaction.
  init(_ db: Database) { self.db = db }

  /// Writes all batches anew, without what has been sealed.
  ///
  /// - Parameter value: what the reading of a series at a time (ms) is to show; nil where it goes.
  func rewrite(_ value: (_ time: Int64, _ series: Int64, _ value: Int64) -> Int64?) throws {
    var moments: [Int64: [(series: Int64, value: Int64)]] = [:]
    let journal = Journal(db)
    try journal.forEach(from: try SeriesLedger(db).settledUntil ?? .min) { time, series, former in
      if let value = value(time, series, former) { moments[time, default: []].append((series, value)) }
    }
    try db.execute(sql: "DELETE FROM journal")
    var encoder = BatchEncoder()
    var rest = moments.sorted { $0.key < $1.key }[...]
    while let last = rest.prefix(Self.moments).last {
      let groups = rest.prefix(Self.moments).map { time, readings in
        let sorted = readings.sorted { $0.series < $1.series }
        return BatchGroup(time: time, series: sorted.map(\.series), values: sorted.map(\.value))
      }
      let isFirst = encoder.isAtChainStart
      try journal.append(encoder.encode(groups), last: last.key, isFirst: isFirst)
      rest = rest.dropFirst(Self.moments)
    }
  }
}
