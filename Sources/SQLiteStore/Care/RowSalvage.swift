import GRDB

/// Reads what can be read of the tables of a damaged database.
///
/// A damaged page takes the rows of a stretch of keys with it. A table is read from both ends up to where it fails; what lies between
/// is read in halves, each from both of its ends, until little more can come of it.
struct RowSalvage {
  /// The rows of a table that could be read, in the order of their keys.
  struct Table {
    var rows: [[DatabaseValue]] = []
    /// Whether none is missing.
    var isWhole = true
  }

  private let db: Database
  /// So many pieces of a table are tried; each damaged page takes two to find its ends, and some.
  private static let attempts = 400

  /// Of `db`, inside a read transaction.
  init(_ db: Database) { self.db = db }

  /// The rows of `table`, whose primary key or row number begins with the whole number `key`.
  func rows(of table: String, by key: String, _ columns: [String]) -> Table {
    var found = Table()
    var seen: Set<[DatabaseValue]> = []
    var waiting: [ClosedRange<Int64>] = [.min ... .max]
    var attempts = 0
    func keep(_ rows: [[DatabaseValue]]) { for row in rows where seen.insert(row).inserted { found.rows.append(row) } }
    while !waiting.isEmpty, attempts < Self.attempts {
      let range = waiting.removeFirst()
      attempts += 1
      let up = read(table, key, columns, in: range, "ASC")
      keep(up.rows)
      guard !up.isWhole else { continue }
      found.isWhole = false
      let down = read(table, key, columns, in: range, "DESC")
      keep(down.rows.reversed())
      // Rows that share their first column with the last one read may be missing, too.
      let first = up.last ?? range.lowerBound
      let last = down.last ?? range.upperBound
      guard first < last, last.subtractingClamped(first) > 1 else { continue }
      let middle = first + (last.subtractingClamped(first)) / 2
      waiting += [first...middle, middle + 1...last]
    }
    if attempts >= Self.attempts { found.isWhole = false }
    return found
  }

  /// The rows that `selection` gives in the order of `key` and in the reverse one, for keys that are no whole numbers.
  func rows(_ selection: String, orderedBy key: [String]) -> Table {
    let up = read(selection + " ORDER BY " + key.joined(separator: ", "), [], keyed: false)
    guard !up.isWhole else { return Table(rows: up.rows) }
    let down = read(selection + " ORDER BY " + key.map { $0 + " DESC" }.joined(separator: ", "), [], keyed: false)
    let known = Set(up.rows)
    return Table(rows: up.rows + down.rows.reversed().filter { !known.contains($0) }, isWhole: false)
  }

  private func read(
    _ table: String, _ key: String, _ columns: [String], in range: ClosedRange<Int64>, _ order: String
  ) -> (rows: [[DatabaseValue]], last: Int64?, isWhole: Bool) {
    let names = ([key] + columns).map { "\"\($0)\"" }.joined(separator: ", ")
    return read(
      "SELECT \(names) FROM \(table) NOT INDEXED WHERE \"\(key)\" >= ? AND \"\(key)\" <= ? ORDER BY \"\(key)\" \(order)",
      [range.lowerBound, range.upperBound], keyed: true)
  }

  /// The rows up to the one that fails, without the first column where they are `keyed` by it.
  private func read(
    _ sql: String, _ arguments: StatementArguments, keyed: Bool
  ) -> (rows: [[DatabaseValue]], last: Int64?, isWhole: Bool) {
    var rows: [[DatabaseValue]] = []
    var last: Int64?
    do {
      let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      while let row = try cursor.next() {
        let values = Array(row.databaseValues)
        if keyed, let key = values.first { last = Int64.fromDatabaseValue(key) ?? last }
        rows.append(keyed ? Array(values.dropFirst()) : values)
      }
    } catch {
      return (rows, last, false)
    }
    return (rows, last, true)
  }
}
