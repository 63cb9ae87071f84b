import GRDB
import MarketTime
import Readings

/// The table `reading`: readings that came late, for hours that are sealed, and those of a file of layout 3.
struct LateReadings {
  let db: Database

  /// Those of `db`.
  init(_ db: Database) { self.db = db }

  /// Keeps one that is not there yet.
  func insert(_ value: Int64, at time: Int64, of series: Int64) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO reading (time, series, value) VALUES (?, ?, ?)")
    try insert.execute(arguments: [time, series, value])
  }

  /// The samples from `first` to `last` (ms, both included) of the series for which `isWanted`, each series in the order of time.
  func samples(from first: Int64, through last: Int64, of isWanted: (Int64) -> Bool = { _ in true }) throws -> [Int64: [Sample]] {
    var found: [Int64: [Sample]] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT time, series, value FROM reading WHERE time >= ? AND time <= ? ORDER BY time"),
      arguments: [first, last])
    while let row = try rows.next() {
      let number = try row.integer(1)
      guard isWanted(number) else { continue }
      found[number, default: []].append(Sample(at: Timestamp(milliseconds: try row.integer(0)), value: try row.integer(2)))
    }
    return found
  }

  /// The beginning of the hour before which about `count` of those before `end` lie, at least an hour's; `end` where there are not
  /// so many.
  func hour(after count: Int, before end: Int64) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT time FROM reading WHERE time < ? ORDER BY time LIMIT 1 OFFSET ?")
    guard let first = try Int64.fetchOne(statement, arguments: [end, 0]),
      let next = try Int64.fetchOne(statement, arguments: [end, count])
    else { return end }
    let hour = ChunkSpan.hour
    return min(end, max(hour.start(of: next), hour.end(from: hour.start(of: first))))
  }

  /// Takes out those from `first` to `last`, and gives them.
  func take(from first: Int64, through last: Int64) throws -> [Int64: [Sample]] {
    let found = try samples(from: first, through: last)
    if !found.isEmpty { try db.execute(sql: "DELETE FROM reading WHERE time >= ? AND time <= ?", arguments: [first, last]) }
    return found
  }
}
