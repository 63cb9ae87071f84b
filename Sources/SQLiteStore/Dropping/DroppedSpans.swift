import GRDB
import MarketTime

/// The table `dropped`: of which series what was measured in which months has been dropped. Quarter hours that were made of it are all
/// that is left, and nothing is made anew from less.
struct DroppedSpans: Sendable {
  /// Of each series, in order, none touching the next; whole months, ms.
  private var spans: [Int64: [Range<Int64>]] = [:]
  /// ms; nothing has been dropped from here on. `Int64.min` where nothing has been dropped at all.
  private(set) var end = Int64.min

  /// None.
  init() {}

  /// Those of `series` in `db`, of all series unless told.
  init(_ db: Database, of series: Set<Int64>? = nil) throws {
    // A reader may meet a layout without it.
    guard try db.tableExists("dropped") else { return }
    let columns = "SELECT series, start, until FROM dropped"
    if let series, series.count < Self.few {
      let select = try db.cachedStatement(sql: "\(columns) WHERE series = ? ORDER BY start")
      for number in series { try read(Row.fetchCursor(select, arguments: [number])) }
    } else {
      try read(Row.fetchCursor(db.cachedStatement(sql: "\(columns) ORDER BY series, start")))
    }
  }

  /// Fewer series than this are looked up one by one.
  private static let few = 20

  private mutating func read(_ rows: RowCursor) throws {
    while let row = try rows.next() {
      let (start, until) = (try row.integer(1), try row.integer(2))
      // Only damage turns it round.
      guard start < until else { continue }
      spans[try row.integer(0), default: []].append(start..<until)
      end = max(end, until)
    }
  }

  /// Whether nothing has been dropped.
  var isEmpty: Bool { spans.isEmpty }

  /// The series of which something has been dropped.
  var series: Set<Int64> { Set(spans.keys) }

  /// The months of `series` that have been dropped, ms, in order.
  subscript(series: Int64) -> [Range<Int64>] { spans[series] ?? [] }

  /// Whether what `series` measured at `time`, ms, has been dropped.
  func contains(_ time: Int64, of series: Int64) -> Bool {
    time < end && self[series].contains { $0.contains(time) }
  }

  /// Whether some of what `series` measured from `first` to `last`, ms, both included, has been dropped.
  func overlaps(_ first: Int64, through last: Int64, of series: Int64) -> Bool {
    first < end && self[series].contains { $0.lowerBound <= last && first < $0.upperBound }
  }

  /// Whether quarter hours of `series` on the day that begins at `start`, ms, depend on something that has been dropped, so that those
  /// that were made are not made anew.
  func isFinal(_ start: Int64, of series: Int64) -> Bool {
    overlaps(
      start.subtractingClamped(RollUps.margin), through: start.addingClamped(RollUps.dayLength + RollUps.margin - 1), of: series)
  }
}

/// Writes the table `dropped`.
struct DroppedTable {
  private let db: Database

  /// That of `db`.
  init(_ db: Database) { self.db = db }

  /// Adds that `count` readings of `series` from `span`, a month, have been dropped; a month that follows another one shares its row.
  func add(_ span: Range<Int64>, of series: Int64, count: Int) throws {
    let touching = try db.cachedStatement(
      sql: "SELECT start, until, count FROM dropped WHERE series = ? AND start <= ? AND until >= ?")
    var (start, until, total) = (span.lowerBound, span.upperBound, Int64(count))
    for row in try Row.fetchAll(touching, arguments: [series, span.upperBound, span.lowerBound]) {
      start = min(start, try row.integer(0))
      until = max(until, try row.integer(1))
      total = total.addingClamped(try row.integer(2))
      let delete = try db.cachedStatement(sql: "DELETE FROM dropped WHERE series = ? AND start = ?")
      try delete.execute(arguments: [series, try row.integer(0)])
    }
    let insert = try db.cachedStatement(sql: "INSERT INTO dropped (series, start, until, count) VALUES (?, ?, ?, ?)")
    try insert.execute(arguments: [series, start, until, total])
  }
}
