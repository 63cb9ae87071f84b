import GRDB
import MarketTime

/// The days of UTC whose quarter hours have to be made of readings, for the first time or anew. A series stands for its whole point.
struct StaleDays {
  private let db: Database

  /// Those of `db`.
  init(_ db: Database) { self.db = db }

  /// Adds the day that begins at `start`, ms.
  func add(_ start: Int64, of series: Int64) throws {
    guard ChunkSpan.hasDays(start) else { return }
    let insert = try db.cachedStatement(sql: "INSERT INTO stale (day, series) VALUES (?, ?) ON CONFLICT DO NOTHING")
    try insert.execute(arguments: [start.floored(by: RollUps.dayLength), series])
  }

  /// Adds the days whose quarter hours depend on what is or was at `time` (ms), of those that have been made already: those within a
  /// margin, and those at either end of the spell without readings in which it lies.
  func add(around time: Int64, of series: Int64) throws {
    guard let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger")) else { return }
    var times = [time]
    if let gap = try GapTable(db).last(before: time, of: series), gap.firstAfter > time {
      times += [gap.lastBefore, gap.firstAfter]
    }
    for time in times {
      for start in [time.subtractingClamped(RollUps.margin), time, time.addingClamped(RollUps.margin)] where start < until {
        try add(start, of: series)
      }
    }
  }

  /// Adds the days whose quarter hours depend on what lies within `span`, of those that have been made already.
  func add(within span: Range<Timestamp>, of series: Int64) throws {
    let first = span.lowerBound.milliseconds.subtractingClamped(RollUps.margin).floored(by: RollUps.dayLength)
    let last = span.upperBound.milliseconds.addingClamped(RollUps.margin).floored(by: RollUps.dayLength)
    // No counter stands still for longer than ten years.
    guard ChunkSpan.hasDays(span.lowerBound.milliseconds), last - first < 3660,
      let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger"))
    else { return }
    for day in first...last where day * RollUps.dayLength < until { try add(day * RollUps.dayLength, of: series) }
  }

  /// Adds the days whose quarter hours depend on readings at `times` (ms, in order), of those that have been made already.
  func add(around times: [Int64], of series: Int64) throws {
    guard let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger")) else { return }
    var last: Int64?
    for time in times where time.subtractingClamped(RollUps.margin) < until {
      let day = time.floored(by: RollUps.dayLength)
      guard day != last else { continue }
      last = day
      for day in day - 1...day + 1 where day * RollUps.dayLength < until { try add(day * RollUps.dayLength, of: series) }
    }
  }

  /// The days among `days`, counted since 1970, by point.
  func days(in days: Range<Int64>, _ points: [Int64: Int64]) throws -> [Int64: Set<Int64>] {
    var found: [Int64: Set<Int64>] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT series, day FROM stale WHERE day >= ? AND day < ?"),
      arguments: [days.lowerBound, days.upperBound])
    while let row = try rows.next() {
      let series = try row.integer(0)
      found[points[series] ?? series, default: []].insert(try row.integer(1))
    }
    return found
  }

  /// Forgets `day` of the point whose series are `series`.
  func remove(_ day: Int64, of series: [Int64]) throws {
    let delete = try db.cachedStatement(sql: "DELETE FROM stale WHERE day = ? AND series = ?")
    for series in series { try delete.execute(arguments: [day, series]) }
  }
}
