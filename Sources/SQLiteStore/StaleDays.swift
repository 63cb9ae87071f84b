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
  /// margin, and those of the spell without readings in which it lies, since what is told of them depends on its two ends.
  func add(around time: Int64, of series: Int64) throws {
    guard let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger")) else { return }
    var times = [time]
    if let gap = try GapTable(db).last(before: time, of: series), gap.firstAfter > time {
      times += [gap.lastBefore, gap.firstAfter]
      try add(between: gap.lastBefore, gap.firstAfter, of: series)
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

  /// Adds the days from `first` to `last` (ms), neighbouring readings of `series`, for which there are quarter hours of its point: another
  /// of its series was read meanwhile. Near the two nothing need be found.
  func add(between first: Int64, _ last: Int64, of series: Int64) throws {
    guard last.subtractingClamped(first) > 2 * RollUps.margin, last >= 0 else { return }
    let begin = ChunkSpan.hasDays(first) ? first : 0
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT chunk.start, kind FROM chunk JOIN segment ON segment.id = chunk.segment
          WHERE chunk.start >= ? AND chunk.start <= ? AND kind IN ('quarter-days', 'quarters')
            AND chunk.point = (SELECT min(id) FROM series WHERE point = (SELECT point FROM series WHERE id = ?))
          """), arguments: [ChunkSpan.month.start(of: begin), last, series])
    for row in rows {
      let start = try row.integer(0)
      guard ChunkSpan.hasDays(start), let kind = SegmentKind(rawValue: try row.text(1)) else { continue }
      let days = stride(from: start, to: kind.span.end(from: start), by: Int(RollUps.dayLength))
      for day in days where day > first.subtractingClamped(RollUps.dayLength) && day <= last { try add(day, of: series) }
    }
  }

  /// Adds the days whose quarter hours depend on readings at `times` (ms, in order), of those that have been made already.
  func add(around times: [Int64], of series: Int64) throws {
    guard let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger")) else { return }
    var last: Int64?
    for time in times where time.subtractingClamped(RollUps.margin) < until {
      let day = time.floored(by: RollUps.dayLength)
      guard day != last else { continue }
      last = day
      for day in day - 1...day + 1 {
        let start = day.multipliedClamped(by: RollUps.dayLength)
        if start < until { try add(start, of: series) }
      }
    }
  }

  /// The days among `days`, counted since 1970, by point.
  func days(in days: Range<Int64>, _ points: [Int64: Int64]) throws -> [Int64: Set<Int64>] {
    var found: [Int64: Set<Int64>] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT series, day FROM stale WHERE day >= ? AND day < ?"),
      arguments: [days.lowerBound, days.upperBound])
    while let row = try rows.next() {
      let (series, day) = (try row.integer(0), try row.integer(1))
      // Out of order only where rows are damaged.
      if days.contains(day) { found[points[series] ?? series, default: []].insert(day) }
    }
    return found
  }

  /// Forgets `day` of the point whose series are `series`.
  func remove(_ day: Int64, of series: [Int64]) throws {
    let delete = try db.cachedStatement(sql: "DELETE FROM stale WHERE day = ? AND series = ?")
    for series in series { try delete.execute(arguments: [day, series]) }
  }
}
