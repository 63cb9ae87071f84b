import GRDB
public import MarketTime
public import Quantities
public import Readings

extension CommunityDatabase {
  /// Keeps the prices of the curve `name`, all or none; as `store(_:from:size:at:)` does with energies.
  ///
  /// - Throws: `ReadingStoreError.failed`; nothing of this batch is kept then.
  @discardableResult
  public func storePrices(
    _ prices: TimeSeries<EnergyPrice>, named name: String, from source: String, size: Int? = nil, at received: Timestamp
  ) throws(ReadingStoreError) -> ImportOutcome {
    try file.write { db in
      let run = try RunningImport(db, source: source, size: size, received: received)
      var outcome = ImportOutcome()
      try db.cachedStatement(sql: "INSERT INTO price_curve (name) VALUES (?) ON CONFLICT DO NOTHING").execute(arguments: [name])
      guard let curve = try Self.curve(name, in: db) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a price curve is missing")
      }
      for (quarter, price) in zip(prices.span, prices.values) {
        try IntervalTable.prices.keep([price.count], of: curve, in: quarter, run: run, outcome: &outcome)
      }
      try run.add(outcome.count)
      return outcome
    }
  }

  /// The prices of the curve `name` over all of `span`; nil where none is known.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the prices of all curves within `span`.
  public func prices(
    named name: String, in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> TimeSeries<EnergyPrice?> {
    try file.read { db in
      var prices = TimeSeries<EnergyPrice?>(repeating: nil, over: span)
      guard let curve = try Self.curve(name, in: db) else { return prices }
      let statement = try db.cachedStatement(
        sql: "SELECT quarter, price FROM interval_price WHERE quarter >= ? AND quarter < ? AND curve = ?")
      let rows = try Row.fetchCursor(statement, arguments: [span.lowerBound.index, span.upperBound.index, curve])
      while let row = try rows.next() {
        let quarter = try row.integer(0)
        // Out of order only where rows are damaged.
        guard quarter >= span.lowerBound.index, quarter < span.upperBound.index else { continue }
        prices.values[Int(quarter - span.lowerBound.index)] = EnergyPrice(count: try row.integer(1))
      }
      return prices
    }
  }

  /// The files that values were imported from, in the order in which they came.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func imports() throws(ReadingStoreError) -> [ImportRun] {
    try file.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT file, received, rows, size FROM import_run ORDER BY received, id")
      var runs: [ImportRun] = []
      while let row = try rows.next() {
        runs.append(
          ImportRun(
            file: try row.text(0), received: Timestamp(milliseconds: try row.integer(1)), count: Int(try row.integer(2)),
            size: row.integerIfAny(3).map { Int($0) }))
      }
      return runs
    }
  }

  private static func curve(_ name: String, in db: Database) throws -> Int64? {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM price_curve WHERE name = ?"), arguments: [name])
  }
}

/// A file that values were imported from.
public struct ImportRun: Hashable, Sendable {
  /// Its name.
  public let file: String
  /// When it was received.
  public let received: Timestamp
  /// How many values it held, those already known included.
  public let count: Int
  /// Its size in bytes, where known.
  public let size: Int?
}
