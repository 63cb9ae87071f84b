import GRDB
import MarketTime
import Readings

/// The tables `correction` and `original`: what was said later of single readings, and what these had been. The readings themselves show
/// what counts, so that no question need look here.
struct CorrectionTable {
  private let db: Database

  /// Those of `db`, of layout 7 or later.
  init(_ db: Database) { self.db = db }

  /// Whether there are the tables; a reader may meet a file without.
  static func isThere(in db: Database) throws -> Bool { try db.tableExists("correction") }

  /// When the last corrected reading of each series that has any was taken, ms.
  func lastTimes() throws -> [Int64: Int64] {
    // Mostly there is none; else the index of each series is asked, however many there are.
    guard try Int.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM correction LIMIT 1")) != nil else { return [:] }
    var times: [Int64: Int64] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT id, (SELECT max(time) FROM correction WHERE correction.series = series.id) FROM series"))
    while let row = try rows.next() {
      if let time = row[1] as Int64? { times[try row.integer(0)] = time }
    }
    return times
  }

  /// Of which readings there is a correction: series and time, ms.
  func places() throws -> [(series: Int64, time: Int64)] {
    try Row.fetchAll(db, sql: "SELECT DISTINCT series, time FROM correction ORDER BY series, time").map { row in
      (try row.integer(0), try row.integer(1))
    }
  }

  /// Keeps `correction` of `series`. Of two that differ in their value only the greater one stays, whichever came first.
  ///
  /// - Returns: whether it was new.
  func insert(_ correction: Correction, of series: Int64) throws -> Bool {
    let place: [any DatabaseValueConvertible] = [
      series, correction.time.milliseconds, correction.received.milliseconds, correction.author, correction.reason,
    ]
    let select = try db.cachedStatement(
      sql: "SELECT value FROM correction WHERE series = ? AND time = ? AND received = ? AND author = ? AND reason = ?")
    if let row = try Row.fetchOne(select, arguments: StatementArguments(place)) {
      let former: Int64? = row[0]
      guard let value = correction.value, former.map({ value > $0 }) ?? true else { return false }
      let update = try db.cachedStatement(
        sql: "UPDATE correction SET value = ? WHERE series = ? AND time = ? AND received = ? AND author = ? AND reason = ?")
      try update.execute(arguments: StatementArguments([value] + place))
      return true
    }
    let insert = try db.cachedStatement(
      sql: "INSERT INTO correction (series, time, received, author, reason, value) VALUES (?, ?, ?, ?, ?, ?)")
    try insert.execute(arguments: StatementArguments(place) + [correction.value])
    return true
  }

  /// Whether there is a correction of the reading of `series` at `time`, ms.
  func holds(_ series: Int64, at time: Int64) throws -> Bool {
    let select = try db.cachedStatement(sql: "SELECT 1 FROM correction WHERE series = ? AND time = ? LIMIT 1")
    return try Int.fetchOne(select, arguments: [series, time]) != nil
  }

  /// What counts for the reading of `series` at `time`, ms, of which there is a correction; nil where it was withdrawn.
  func value(of series: Int64, at time: Int64) throws -> Int64? {
    let select = try db.cachedStatement(
      sql: """
        SELECT value FROM correction WHERE series = ? AND time = ? ORDER BY received DESC, author DESC, reason DESC LIMIT 1
        """)
    return try Row.fetchOne(select, arguments: [series, time])?[0]
  }

  /// What was received of `series` at `time`, ms; nil where nothing was, or where nothing was corrected.
  func original(of series: Int64, at time: Int64) throws -> Int64? {
    let select = try db.cachedStatement(sql: "SELECT value FROM original WHERE series = ? AND time = ?")
    return try Int64.fetchOne(select, arguments: [series, time])
  }

  /// Keeps what was received of `series` at `time`, ms.
  func keepOriginal(_ value: Int64, of series: Int64, at time: Int64) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO original (series, time, value) VALUES (?, ?, ?)")
    try insert.execute(arguments: [series, time, value])
  }

  /// All corrected readings of `keys` within `span`, by time, those of one time in the order of their keys.
  func readings(of keys: [Int64: SeriesKey], in span: Range<Timestamp>) throws -> [CorrectedReading] {
    var found: [CorrectedReading] = []
    let select = try db.cachedStatement(
      sql: """
        SELECT time, received, author, reason, value FROM correction WHERE series = ? AND time >= ? AND time < ?
        ORDER BY time, received, author, reason
        """)
    for (series, key) in keys.sorted(by: { $0.value < $1.value }) {
      var corrections: [Correction] = []
      func close() throws {
        guard let time = corrections.first?.time else { return }
        let original = try original(of: series, at: time.milliseconds)
        found.append(CorrectedReading(series: key, time: time, original: original, corrections: corrections))
        corrections = []
      }
      let rows = try Row.fetchCursor(
        select, arguments: [series, span.lowerBound.milliseconds, span.upperBound.milliseconds])
      while let row = try rows.next() {
        let time = Timestamp(milliseconds: try row.integer(0))
        if corrections.first.map({ $0.time != time }) ?? false { try close() }
        corrections.append(
          Correction(
            key, at: time, value: row[4], received: Timestamp(milliseconds: try row.integer(1)), author: try row.text(2),
            reason: try row.text(3)))
      }
      try close()
    }
    return found.sorted { ($0.time, $0.series) < ($1.time, $1.series) }
  }

  /// Whether `event` of `series` came about by readings that have been corrected since: a new count by its first reading or the last of
  /// the old one, a counter that caught up by any until then. An exchange has always been one.
  func explains(_ event: MeterEvent, of series: Int64) throws -> Bool {
    let time = event.time.milliseconds
    switch event.kind {
    case .reset, .jump, .rollover: break
    case .caughtUp:
      guard let span = event.disregarded else { return false }
      let select = try db.cachedStatement(sql: "SELECT 1 FROM correction WHERE series = ? AND time > ? AND time <= ? LIMIT 1")
      return try Int.fetchOne(select, arguments: [series, span.lowerBound.milliseconds, time]) != nil
    case .exchange, .frozen, .stale, .lively, .powerDisagrees, .powerAgrees, .quarantined, .timeEstimated: return false
    }
    if try holds(series, at: time) { return true }
    let select = try db.cachedStatement(
      sql: "SELECT time, value FROM original WHERE series = ? AND time < ? ORDER BY time DESC LIMIT 1")
    guard let before = event.before, let row = try Row.fetchOne(select, arguments: [series, time]), try row.integer(1) == before
    else { return false }
    return try value(of: series, at: row.integer(0)) != before
  }
}
