import GRDB
import MarketTime
import Readings

/// Readings that are being inserted in one transaction: each once, whatever is there stays, and the ledger follows.
struct ReadingInsertion {
  private let db: Database
  private let received: Int64
  private var ledger: SeriesLedger
  private var outcome = AppendOutcome()
  private var times: [Int64] = []

  /// Into `db`; `received` is when they came, for conflicts.
  init(_ db: Database, received: Timestamp) throws {
    self.db = db
    self.received = received.milliseconds
    ledger = try SeriesLedger(db)
  }

  /// Inserts a value at `time` in ms of UTC. Of two values for one series and time the first stays, the second becomes a conflict.
  mutating func insert(_ value: Int64, at time: Int64, of series: Int64) throws {
    times.append(time)
    let insert = try db.cachedStatement(
      sql: "INSERT INTO reading (time, series, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    try insert.execute(arguments: [time, series, value])
    if db.changesCount > 0 {
      outcome.added += 1
      return try ledger.enter(time, of: series)
    }
    let select = try db.cachedStatement(sql: "SELECT value FROM reading WHERE time = ? AND series = ?")
    if try Int64.fetchOne(select, arguments: [time, series]) == value {
      outcome.repeated += 1
      return
    }
    outcome.conflicting += 1
    let keep = try db.cachedStatement(
      sql: "INSERT INTO reading_conflict (time, series, value, received) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
    try keep.execute(arguments: [time, series, value, received])
  }

  /// Brings the ledger up to date and says what became of them.
  mutating func finished() throws -> AppendOutcome {
    try ledger.settle(behind: times)
    return outcome
  }
}
