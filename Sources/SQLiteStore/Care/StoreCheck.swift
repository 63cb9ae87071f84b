import GRDB
import Readings

/// Reads everything that a store holds and holds it against its checksums and against each other. Changes nothing; the file may be
/// written meanwhile.
public struct StoreCheck {
  /// What is being looked at.
  public enum Step: Sendable {
    /// SQLite's pages; nobody knows how far it is.
    case pages
    /// Appends of the journal.
    case journal
    /// Chunks of sealed readings.
    case chunks
    /// Quarter hours, made anew of readings.
    case quarterHours
  }

  /// Told now and then: the step, how many of its things are done, and of how many; 0 where that is not known.
  public typealias Progress = (_ step: Step, _ done: Int, _ total: Int) -> Void

  private let progress: Progress

  /// A check that tells `progress`.
  public init(progress: @escaping Progress = { _, _, _ in }) { self.progress = progress }

  /// Checks the readings at `path`: SQLite's pages, each append in the journal, each byte of the chunks, and whether the ledger says
  /// what is there.
  ///
  /// - Parameter isDeep: whether all quarter hours that have been made are made once more and compared. That takes as long as making them.
  public func readings(at path: String, isDeep: Bool = false) -> CheckReport {
    report(of: path) { () throws(ReadingStoreError) in
      let database = try ReadingsDatabase(readingOnly: path)
      defer { try? database.close() }
      return try database.file.read { db in
        progress(.pages, 0, 0)
        let pages = try PageCheck(db, path: path).findings()
        var check = ReadingsCheck(db, database.folder, path: path, progress: progress)
        for finding in pages { check.report.add(finding) }
        check.run()
        if isDeep {
          for finding in try QuarterHourCheck(db, database.folder, path: path, progress: progress).findings() {
            check.report.add(finding)
          }
        }
        return check.report
      }
    }
  }

  /// Checks the imported history at `path`: SQLite's pages, and whether its rows belong together.
  public func community(at path: String) -> CheckReport {
    report(of: path) { () throws(ReadingStoreError) in
      let database = try CommunityDatabase(readingOnly: path)
      defer { try? database.close() }
      return try database.file.read { db in
        progress(.pages, 0, 0)
        var report = CheckReport(path)
        for finding in try PageCheck(db, path: path).findings() { report.add(finding) }
        let rows = RowCheck(db, path: path)
        for finding in rows.findings(of: RowCheck.community + RowCheck.people) { report.add(finding) }
        let keys = (try? SeriesNumbers.all(in: db)) ?? [:]
        for finding in rows.findings(of: RowSums.community, keys) { report.add(finding) }
        report.values = rows.count(["interval_energy", "interval_price"])
        return report
      }
    }
  }

  /// What `body` finds in the database at `path`, and what is wrong with its log; where it cannot be read, that.
  private func report(of path: String, _ body: () throws(ReadingStoreError) -> CheckReport) -> CheckReport {
    // Before it is opened: a damaged log may leave nothing to open.
    let log = (try? resolved(path)).flatMap { WriteAheadLog(ofDatabase: $0).finding() }
    var report: CheckReport
    do { report = try body() } catch {
      report = CheckReport(path)
      report.add(CheckFinding(.unreadable, at: path, Self.reason(error)))
    }
    if let log { report.add(log) }
    return report
  }

  /// What is wrong, without what that means for a step that writes.
  static func reason(_ error: ReadingStoreError) -> String {
    switch error {
    case .cannotOpen(_, let reason), .failed(_, let reason), .damaged(_, let reason): reason
    case .writtenByAnother, .tooNew, .diskFull, .readOnly, .locked: "\(error)"
    }
  }
}

/// SQLite's own check of its pages, and which tables are affected.
struct PageCheck {
  private let db: Database
  private let path: String

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  /// What SQLite says, line by line; nothing where all is well.
  func findings() throws -> [CheckFinding] {
    let told = Self.words(try? String.fetchAll(db, sql: "PRAGMA integrity_check"))
    guard told != ["ok"] else { return [] }
    let tables = (try? String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) ?? []
    let affected = tables.filter { table in
      Self.words(try? String.fetchAll(db, sql: "PRAGMA integrity_check('\(table)')")) != ["ok"]
    }
    let place = affected.isEmpty ? path : "\(path), table \(affected.joined(separator: ", "))"
    return told.map { CheckFinding(.pages, at: place, $0) }
  }

  private static func words(_ lines: [String]?) -> [String] {
    let words = (lines ?? ["it cannot be read"]).flatMap { $0.split(separator: "\n").map(String.init) }
    return words.filter { !$0.hasPrefix("***") }
  }
}

/// Whether the rows of tables belong together.
struct RowCheck {
  /// Rows that must not be there.
  struct Rule: Sendable {
    /// The table that they are of.
    let table: String
    /// What is true for the wrong ones.
    let condition: String
    /// What is wrong with them, behind their number.
    let reason: String
    /// The layout since which there is the table.
    var layout = 0
  }

  private let db: Database
  private let path: String

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  private static func unknownSeries(in table: String, orNone: Bool = false, since layout: Int = 0) -> Rule {
    Rule(
      table: table, condition: "series NOT IN (SELECT id FROM series)" + (orNone ? " AND series <> 0" : ""),
      reason: "of a series that is not there", layout: layout)
  }

  /// What must not be in a database of readings.
  static let readings = [
    unknownSeries(in: "reading"), unknownSeries(in: "reading_conflict"), unknownSeries(in: "gap"),
    unknownSeries(in: "correction", since: 7), unknownSeries(in: "original", since: 7), unknownSeries(in: "dropped", since: 9),
    Rule(
      table: "original",
      condition:
        "NOT EXISTS (SELECT 1 FROM correction WHERE correction.series = original.series AND correction.time = original.time)",
      reason: "of readings that nobody corrected", layout: 7),
    unknownSeries(in: "event", orNone: true), unknownSeries(in: "quarantine"), unknownSeries(in: "unplaced", orNone: true),
    Rule(
      table: "unplaced", condition: "boot NOT IN (SELECT id FROM boot)", reason: "of a run of the system that is not there"),
    Rule(
      table: "chunk", condition: "segment NOT IN (SELECT id FROM segment)", reason: "in a file that the database does not know"),
  ]

  /// What must not be in a community's database.
  static let community =
    ["interval_energy", "interval_energy_history"].flatMap { table in
      [
        unknownSeries(in: table),
        // Measured, estimated, substituted, preliminary, faulty; what is missing has no row.
        Rule(table: table, condition: "quality NOT IN (0, 1, 2, 4, 5)", reason: "of a quality that does not exist"),
        Rule(table: table, condition: "run NOT IN (SELECT id FROM import_run)", reason: "of an import that is not there"),
      ]
    }
    + ["interval_price", "interval_price_history"].flatMap { table in
      [
        Rule(table: table, condition: "curve NOT IN (SELECT id FROM price_curve)", reason: "of a price curve that is not there"),
        Rule(table: table, condition: "run NOT IN (SELECT id FROM import_run)", reason: "of an import that is not there"),
      ]
    }

  /// The tables with rows that break `rules`.
  func findings(of rules: [Rule]) -> [CheckFinding] {
    rules.compactMap { rule in
      let place = "\(path), table \(rule.table)"
      do {
        guard try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= rule.layout else { return nil }
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(rule.table) WHERE \(rule.condition)") ?? 0
        return count == 0 ? nil : CheckFinding(.row, at: place, "\(count) \(count == 1 ? "row" : "rows") \(rule.reason)")
      } catch {
        return CheckFinding(.row, at: place, "it cannot be read: \(error)")
      }
    }
  }

  /// The tables whose rows are not those that were written.
  func findings(of sums: RowSums, _ keys: [Int64: SeriesKey]) -> [CheckFinding] {
    do {
      return try sums.wrong(in: db).map { wrong in
        let isOfSeries = sums.tables.contains { $0.name == wrong.table && $0.owner == "series" }
        let place = "\(path), table \(wrong.table.isEmpty ? "row_sum" : wrong.table)"
        let series = isOfSeries ? [keys[wrong.owner]].compactMap { $0 } : []
        return CheckFinding(
          .row, at: place,
          "its rows\(wrong.owner == 0 ? "" : " of \(wrong.owner)") are not those that were written, or their sum is damaged",
          series: series)
      }
    } catch {
      return [CheckFinding(.row, at: "\(path), table row_sum", "it cannot be read: \(error)")]
    }
  }

  /// How many rows `tables` have, as far as they can be read.
  func count(_ tables: [String]) -> Int {
    tables.reduce(0) { $0 + ((try? Int.fetchOne(db, sql: "SELECT count(*) FROM \($1)")) ?? nil ?? 0) }
  }
}
