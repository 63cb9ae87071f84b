public import CommunityModel
import Foundation
import GRDB
public import MarketTime
public import Readings

/// A month's settlement as it is stored: its records as the texts that are sealed. What they mean is not this room's matter.
public struct StoredSettlement: Sendable, Equatable {
  /// The month.
  public let month: LocalMonth
  /// Which run of the month, counted from 1.
  public let version: Int
  /// `provisional`, `preview` or `final`.
  public let state: String
  /// The fingerprint of what it was settled from.
  public let input: String
  /// When it was made.
  public let created: Timestamp
  /// The run as a whole.
  public let run: String
  /// Each member's part, in the order of their names.
  public let members: [(member: Member.ID, record: String)]

  /// A settlement; see the properties.
  public init(
    month: LocalMonth, version: Int, state: String, input: String, created: Timestamp, run: String,
    members: [(member: Member.ID, record: String)]
  ) {
    self.month = month
    self.version = version
    self.state = state
    self.input = input
    self.created = created
    self.run = run
    self.members = members
  }

  /// Part by part.
  public static func == (left: StoredSettlement, right: StoredSettlement) -> Bool {
    (left.month, left.version, left.state, left.input, left.run) == (
      right.month, right.version, right.state, right.input, right.run
    )
      && left.created == right.created
      && left.members.elementsEqual(right.members) { $0.member == $1.member && $0.record == $1.record }
  }

  /// All records in the order in which they are sealed.
  public var records: [String] { [run] + members.map(\.record) }
}

/// What was signed of a final settlement.
public struct StoredSeal: Sendable, Hashable {
  /// Its number in the ledger, counted from 1.
  public let number: Int
  /// The month.
  public let month: LocalMonth
  /// The text that was signed.
  public let entry: String
  /// The public key, 64 hexadecimal digits.
  public let key: String
  /// The signature, 128 hexadecimal digits.
  public let signature: String

  /// A seal; see the properties.
  public init(number: Int, month: LocalMonth, entry: String, key: String, signature: String) {
    self.number = number
    self.month = month
    self.entry = entry
    self.key = key
    self.signature = signature
  }
}

extension CommunityDatabase {
  /// Keeps a run, and its seal where it is final, all or nothing. Runs are only ever added: the file itself refuses to change or delete one, and a
  /// second final one of a month.
  ///
  /// - Throws: `ReadingStoreError.failed`; nothing is kept then.
  public func add(_ settlement: StoredSettlement, seal: StoredSeal? = nil) throws(ReadingStoreError) {
    try file.write { db in
      try db.execute(
        sql: "INSERT INTO settlement (month, version, state, input, created, run) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          "\(settlement.month)", settlement.version, settlement.state, settlement.input, settlement.created.milliseconds,
          settlement.run,
        ])
      let number = db.lastInsertedRowID
      let insert = try db.cachedStatement(
        sql: "INSERT INTO settlement_record (settlement, place, member, record) VALUES (?, ?, ?, ?)")
      for (place, (member, record)) in settlement.members.enumerated() {
        try insert.execute(arguments: [number, place + 1, member.text, record])
      }
      guard let seal else { return }
      try db.execute(
        sql: "INSERT INTO settlement_seal (number, settlement, entry, key, signature) VALUES (?, ?, ?, ?, ?)",
        arguments: [seal.number, number, seal.entry, seal.key, seal.signature])
    }
  }

  /// The last run of `month`; nil where it is open, also in a file of an older layout.
  ///
  /// - Parameter state: only a run of this state; nil for any.
  /// - Throws: `ReadingStoreError.failed`.
  public func settlement(of month: LocalMonth, state: String? = nil) throws(ReadingStoreError) -> StoredSettlement? {
    try file.read { db in
      guard try db.tableExists("settlement") else { return nil }
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT id, version, state, input, created, run FROM settlement WHERE month = ? AND (? IS NULL OR state = ?)
          ORDER BY version DESC LIMIT 1
          """, arguments: ["\(month)", state, state])
      return try row.map { try Self.settlement($0, month, in: db) }
    }
  }

  /// The months with a run of this state, in order.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func settledMonths(_ state: String) throws(ReadingStoreError) -> [LocalMonth] {
    try file.read { db in
      guard try db.tableExists("settlement") else { return [] }
      let names = try String.fetchAll(
        db, sql: "SELECT DISTINCT month FROM settlement WHERE state = ? ORDER BY month", arguments: [state])
      return names.compactMap { LocalMonth(iso8601: $0) }
    }
  }

  /// The seals, in the order of their numbers.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func seals() throws(ReadingStoreError) -> [StoredSeal] {
    try file.read { db in
      guard try db.tableExists("settlement_seal") else { return [] }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT number, month, entry, key, signature FROM settlement_seal JOIN settlement ON settlement.id = settlement
          ORDER BY number
          """)
      return try rows.compactMap { row in
        LocalMonth(iso8601: try row.text(1)).map { month in
          StoredSeal(
            number: Int((try? row.integer(0)) ?? 0), month: month, entry: (try? row.text(2)) ?? "", key: (try? row.text(3)) ?? "",
            signature: (try? row.text(4)) ?? "")
        }
      }
    }
  }

  /// Whether a value of a quarter hour of `span` was imported after `time`, new or in the place of another.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the values within `span`, where anything at all was imported after `time`.
  public func hasImports(after time: Timestamp, in span: Range<QuarterHour>) throws(ReadingStoreError) -> Bool {
    try file.read { db in
      let runs = try Int64.fetchAll(
        db, sql: "SELECT id FROM import_run WHERE received > ?", arguments: [time.milliseconds])
      guard !runs.isEmpty else { return false }
      return try ["interval_energy", "interval_price"].contains { table in
        let sql =
          "SELECT 1 FROM \(table) WHERE quarter >= ? AND quarter < ? AND run IN (\(databaseQuestionMarks(count: runs.count))) LIMIT 1"
        return try Int.fetchOne(
          db, sql: sql, arguments: StatementArguments([span.lowerBound.index, span.upperBound.index] + runs)) != nil
      }
    }
  }

  private static func settlement(_ row: Row, _ month: LocalMonth, in db: Database) throws -> StoredSettlement {
    let records = try Row.fetchAll(
      db, sql: "SELECT member, record FROM settlement_record WHERE settlement = ? ORDER BY place",
      arguments: [try row.integer(0)])
    return StoredSettlement(
      month: month, version: Int(try row.integer(1)), state: try row.text(2), input: try row.text(3),
      created: Timestamp(milliseconds: try row.integer(4)), run: try row.text(5),
      members: try records.map { (member: Member.ID(try $0.text(0)), record: try $0.text(1)) })
  }
}

extension Layout {
  /// The migration that adds settlements to a community's database.
  static let settlements = """
    CREATE TABLE settlement (
      id INTEGER PRIMARY KEY, month TEXT NOT NULL, version INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('provisional', 'preview', 'final')), input TEXT NOT NULL, created INTEGER NOT NULL,
      run TEXT NOT NULL, UNIQUE (month, version)) STRICT;
    CREATE UNIQUE INDEX settlement_final ON settlement (month) WHERE state = 'final';
    CREATE TABLE settlement_record (
      settlement INTEGER NOT NULL, place INTEGER NOT NULL, member TEXT NOT NULL, record TEXT NOT NULL,
      PRIMARY KEY (settlement, place)) STRICT, WITHOUT ROWID;
    CREATE TABLE settlement_seal (
      number INTEGER PRIMARY KEY, settlement INTEGER NOT NULL UNIQUE, entry TEXT NOT NULL, key TEXT NOT NULL,
      signature TEXT NOT NULL) STRICT;
    \(["settlement", "settlement_record", "settlement_seal"].flatMap { table in
      ["UPDATE", "DELETE"].map { event in
        """
        CREATE TRIGGER \(table)_\(event.lowercased()) BEFORE \(event) ON \(table)
        BEGIN SELECT RAISE(ABORT, 'settlements are never changed'); END;
        """
      }
    }.joined(separator: "\n"))
    """
}
