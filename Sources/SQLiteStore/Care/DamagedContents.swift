import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import SealedColumns

/// What can be read of a damaged database of readings besides the sealed ones.
struct DamagedContents {
  /// A reading that is not sealed.
  struct Unsealed {
    let time: Int64
    let series: Int64
    let value: Int64
  }

  /// The series whose names are known.
  private(set) var keys: [Int64: SeriesKey] = [:]
  /// Readings of the journal and late ones, some thousand together, in the order in which they came.
  private(set) var unsealed: [[Unsealed]] = []
  /// When readings of each series were taken of which there is a correction, ms.
  private(set) var corrected: [Int64: Set<Int64>] = [:]
  /// Tables of which rows are missing.
  private(set) var incomplete: [String] = []
  /// Tables with rows that the sum over them does not confirm.
  private(set) var unconfirmed: [String] = []
  /// Whether the database could only be read by its outline.
  private(set) var isSchemaLost = false
  private var series: [[DatabaseValue]] = []
  private var tables: [(table: RowSums.Table, rows: [[DatabaseValue]])] = []

  /// Late readings that are put into a store together.
  private static let together = 10_000

  /// Of the database at `path`, which is left as it is; where its schema is damaged, of a copy at `copy` that is removed again.
  ///
  /// - Throws: `ReadingStoreError` where nothing of it can be read.
  init(at path: String, copyingTo copy: String) throws {
    let outline = StoreOutline(at: path + StoreOutline.suffix)
    do {
      let file = try DatabaseFile(readingOnly: path, layout: .readings)
      self = try Self.contents { found in try file.read { db in found = Self(of: db, outline) } }
      try file.close()
    } catch {
      guard let outline else { throw error }
      // Of an older or newer layout, the file is whole as far as that goes.
      switch error {
      case ReadingStoreError.tooNew, ReadingStoreError.writtenByAnother: throw error
      default: break
      }
      defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(copy + suffix) } }
      do {
        try SchemaRebuilding(.readings, outline).rebuild(path, as: copy)
        self = try Self.contents { found in try DatabaseQueue(path: copy).read { db in found = Self(of: db, outline) } }
      } catch {
        // Names suffice for what is sealed.
        self.init(of: outline)
      }
      isSchemaLost = true
    }
  }

  /// What `read` has found, also where SQLite cannot end the look at damaged pages without an error.
  private static func contents(_ read: (inout Self?) throws -> Void) throws -> Self {
    var found: Self?
    do { try read(&found) } catch { if found == nil { throw error } }
    guard let found else { throw BackupError.failed("the database", "it was not read") }
    return found
  }

  private init(of outline: StoreOutline) {
    takeSeries(of: outline)
    takeDropped(of: outline)
    incomplete = Layout.readings.sums.tables.map(\.name).filter { !["ledger", "stale", "dropped"].contains($0) } + ["journal"]
  }

  private init(of db: Database, _ outline: StoreOutline?) {
    let salvage = RowSalvage(db)
    takeSeries(salvage, outline)
    let sums = sums(salvage)
    for table in Layout.readings.sums.tables where !["ledger", "stale"].contains(table.name) {
      // One that is newer than the file is not missing.
      guard (try? db.tableExists(table.name)) != false else { continue }
      let found = rows(of: table, salvage)
      if table.name == "dropped", let outline, !found.isWhole || !areRight(found.rows, of: table, sums) {
        takeDropped(of: outline)
        continue
      }
      note(table, found, sums)
      if table.name == "reading" { takeLate(found.rows) } else { tables.append((table, found.rows)) }
      if table.name == "correction" { takeCorrected(found.rows) }
    }
    takeJournal(salvage)
  }

  /// Names of series stand in the table, once more in its index, and in the outline.
  private mutating func takeSeries(_ salvage: RowSalvage, _ outline: StoreOutline?) {
    let columns = ["id", "point", "channel"]
    let table = salvage.rows(of: "series", by: "id", columns)
    var rows = Dictionary(table.rows.map { ($0[0], $0) }, uniquingKeysWith: { first, _ in first })
    if !table.isWhole {
      let index = salvage.rows(
        "SELECT id, point, channel FROM series INDEXED BY sqlite_autoindex_series_1", orderedBy: ["point", "channel"])
      rows.merge(index.rows.map { ($0[0], $0) }) { first, _ in first }
      if !index.isWhole, outline == nil { incomplete.append("series") }
    }
    take(Array(rows.values))
    if let outline { takeSeries(of: outline) }
  }

  private mutating func takeSeries(of outline: StoreOutline) {
    let known = Set(series.map { $0[0] })
    take(
      outline.series.map { [$0.number.databaseValue, $0.point.databaseValue, $0.channel.databaseValue] }
        .filter { !known.contains($0[0]) })
  }

  /// Of which months only quarter hours are left stands in the outline, too.
  private mutating func takeDropped(of outline: StoreOutline) {
    guard let table = Layout.readings.sums.tables.first(where: { $0.name == "dropped" }) else { return }
    tables.append((table, outline.dropped.map { [$0.series, $0.start, $0.until, $0.count].map(\.databaseValue) }))
  }

  private mutating func take(_ rows: [[DatabaseValue]]) {
    for row in rows {
      guard let id = Int64.fromDatabaseValue(row[0]), let point = String.fromDatabaseValue(row[1]),
        let name = String.fromDatabaseValue(row[2])
      else { continue }
      series.append(row)
      if let channel = Channel(rawValue: name) { keys[id] = SeriesKey(MeteringPoint.ID(point), channel) }
    }
  }

  private func rows(of table: RowSums.Table, _ salvage: RowSalvage) -> RowSalvage.Table {
    let first = table.name == "event" ? nil : table.columns.first
    // All others begin with a whole number.
    if let first { return salvage.rows(of: table.name, by: first, table.columns) }
    let names = table.columns.map { "\"\($0)\"" }
    return salvage.rows("SELECT \(names.joined(separator: ", ")) FROM \(table.name)", orderedBy: [names[0], names[1]])
  }

  /// What the rows of each table and owner should add up to, as far as that can be read.
  private func sums(_ salvage: RowSalvage) -> [RowSums.Wrong: Int64] {
    var sums: [RowSums.Wrong: Int64] = [:]
    for row in salvage.rows("SELECT name, owner, sum FROM row_sum", orderedBy: ["name", "owner"]).rows {
      guard let name = String.fromDatabaseValue(row[0]), let owner = Int64.fromDatabaseValue(row[1]) else { continue }
      sums[RowSums.Wrong(table: name, owner: owner)] = Int64.fromDatabaseValue(row[2])
    }
    return sums
  }

  private mutating func note(_ table: RowSums.Table, _ found: RowSalvage.Table, _ sums: [RowSums.Wrong: Int64]) {
    guard found.isWhole else { return incomplete.append(table.name) }
    if !areRight(found.rows, of: table, sums) { unconfirmed.append(table.name) }
  }

  /// Whether `rows` add up to what they should.
  private func areRight(_ rows: [[DatabaseValue]], of table: RowSums.Table, _ sums: [RowSums.Wrong: Int64]) -> Bool {
    let place = table.owner.flatMap { table.columns.firstIndex(of: $0) }
    let owners = Dictionary(grouping: rows) { row in place.flatMap { Int64.fromDatabaseValue(row[$0]) } ?? 0 }
    return owners.allSatisfy { owner, rows in sums[RowSums.Wrong(table: table.name, owner: owner)] == RowSums.sum(of: rows) }
  }

  private mutating func takeCorrected(_ rows: [[DatabaseValue]]) {
    for row in rows {
      guard let series = Int64.fromDatabaseValue(row[0]), let time = Int64.fromDatabaseValue(row[1]) else { continue }
      corrected[series, default: []].insert(time)
    }
  }

  private mutating func takeLate(_ rows: [[DatabaseValue]]) {
    let readings = rows.compactMap { row -> Unsealed? in
      guard let time = Int64.fromDatabaseValue(row[0]), let series = Int64.fromDatabaseValue(row[1]),
        let value = Int64.fromDatabaseValue(row[2])
      else { return nil }
      return Unsealed(time: time, series: series, value: value)
    }
    for first in stride(from: 0, to: readings.count, by: Self.together) {
      unsealed.append(Array(readings[first..<min(first + Self.together, readings.count)]))
    }
  }

  /// The batches of each chain up to the first that is missing or damaged.
  private mutating func takeJournal(_ salvage: RowSalvage) {
    let found = salvage.rows(of: "journal", by: "id", ["id", "chain", "batch"])
    if !found.isWhole { incomplete.append("journal") }
    let rows = found.rows.compactMap { row -> (id: Int64, chain: Int64, batch: Data)? in
      guard let id = Int64.fromDatabaseValue(row[0]), let chain = Int64.fromDatabaseValue(row[1]),
        let batch = Data.fromDatabaseValue(row[2])
      else { return nil }
      return (id, chain, batch)
    }.sorted { $0.id < $1.id }
    var decoder = BatchDecoder()
    var chain: Int64?
    for row in rows {
      if row.id == row.chain {
        decoder = BatchDecoder()
        chain = row.chain
      }
      guard row.chain == chain else { continue }
      var readings: [Unsealed] = []
      do {
        try row.batch.withUnsafeBytes { bytes in
          _ = try decoder.decodeGroups(bytes) { time, series, values in
            for (number, value) in zip(series, values) { readings.append(Unsealed(time: time, series: number, value: value)) }
          }
        }
        unsealed.append(readings)
      } catch {
        chain = nil
        if incomplete.last != "journal" { incomplete.append("journal") }
      }
    }
  }

  /// Puts the series, with their numbers, and the tables that are kept as they are into a new database.
  func insert(into db: Database) throws {
    for row in series {
      try db.execute(
        sql: "INSERT INTO series (id, point, channel) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", arguments: StatementArguments(row)
      )
    }
    for (table, rows) in tables {
      let names = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
      let places = table.columns.map { _ in "?" }.joined(separator: ", ")
      let insert = try db.makeStatement(sql: "INSERT INTO \(table.name) (\(names)) VALUES (\(places)) ON CONFLICT DO NOTHING")
      // Rows that are no rows of this table any more, as after a flipped bit in a type, are left out.
      for row in rows { try? insert.execute(arguments: StatementArguments(row)) }
    }
    // Rows that mean nothing without others that are lost.
    for rule in RowCheck.readings where tables.contains(where: { $0.table.name == rule.table }) {
      try db.execute(sql: "DELETE FROM \(rule.table) WHERE \(rule.condition)")
    }
  }
}
