public import CommunityModel
import GRDB
public import MarketTime
import Quantities
public import Readings

extension CommunityDatabase {
  /// The energies of `keys` over all of `span`; quarter hours and series of which nothing is known are missing.
  ///
  /// - Parameter instant: as they were known then: what was received until then, whatever came later. Nil for what is known now.
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the values of all series within `span`, of few of many series in their own values; with an instant also in
  ///   all values that were ever replaced.
  public func energies(
    of keys: [SeriesKey], in span: Range<QuarterHour>, knownAt instant: Timestamp? = nil
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    let wanted = Set(keys)
    return try file.read { db in
      let all = try SeriesNumbers.all(in: db)
      let numbered = all.filter { wanted.contains($0.value) }.sorted { $0.key < $1.key }
      var columns = EnergyColumns(of: numbered.map(\.key), over: span)
      if let instant {
        try columns.fill(from: db, knownAt: instant)
      } else if !numbered.isEmpty {
        try columns.fill(from: db, amongSeries: all.count)
      }
      let missing = TimeSeries(repeating: IntervalEnergy.missing, over: span)
      var result: [SeriesKey: TimeSeries<IntervalEnergy>] = [:]
      for key in wanted { result[key] = missing }
      for (series, values) in zip(numbered, columns.values) {
        result[series.value] = TimeSeries(start: span.lowerBound, values: values)
      }
      return result
    }
  }
}

/// The columns of some series while rows fill them.
private struct EnergyColumns {
  /// A column a series, each as long as the span.
  private(set) var values: [[IntervalEnergy]]
  private let span: Range<QuarterHour>
  private let numbers: [Int64]
  /// The place of each series' column by the series' number; -1 for a series that nobody wants.
  private let places: [Int]

  /// Columns in which all is missing; `numbers` ascend.
  init(of numbers: [Int64], over span: Range<QuarterHour>) {
    self.span = span
    self.numbers = numbers
    values = numbers.map { _ in Array(repeating: .missing, count: span.count) }
    var places = [Int](repeating: -1, count: Int(numbers.last ?? 0) + 1)
    for (place, number) in numbers.enumerated() { places[Int(number)] = place }
    self.places = places
  }

  /// What is known now, quarter hour by quarter hour as the table lies. Few of many series are looked up one by one; most of all are what
  /// is left of a walk over all.
  mutating func fill(from db: Database, amongSeries count: Int) throws {
    let isFew = numbers.count * 4 < count
    let statement = try db.makeStatement(
      sql: "SELECT series, energy, quality FROM interval_energy WHERE quarter = ?"
        + (isFew ? " AND series IN (\(databaseQuestionMarks(count: numbers.count)))" : ""))
    for (position, quarter) in span.enumerated() {
      let rows = try IntervalRow.fetchCursor(statement, arguments: StatementArguments([quarter.index] + (isFew ? numbers : [])))
      while let row = try rows.next() { try enter(row.series, try row.checked(), at: position) }
    }
  }

  /// What was known at `instant`: received until then, and not replaced until then.
  mutating func fill(from db: Database, knownAt instant: Timestamp) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT v.quarter, v.series, v.energy, v.quality FROM interval_energy v JOIN import_run r ON r.id = v.run
        WHERE v.quarter >= ?1 AND v.quarter < ?2 AND r.received <= ?3
        UNION ALL
        SELECT v.quarter, v.series, v.energy, v.quality FROM interval_energy_history v JOIN import_run r ON r.id = v.run
        WHERE v.quarter >= ?1 AND v.quarter < ?2 AND r.received <= ?3 AND v.replaced > ?3
        """, arguments: [span.lowerBound.index, span.upperBound.index, instant.milliseconds])
    while let row = try rows.next() {
      let quarter = QuarterHour(index: try row.integer(0))
      // Another quarter hour only where rows are damaged.
      guard span.contains(quarter) else { continue }
      try enter(row.integer(1), (row.integer(2), row.integer(3)), at: span.lowerBound.distance(to: quarter))
    }
  }

  private mutating func enter(_ series: Int64, _ value: (energy: Int64, quality: Int64), at position: Int) throws {
    // Of a number beyond all series only where rows are damaged.
    guard series >= 0, series < places.count, case let place = places[Int(series)], place >= 0 else { return }
    values[place][position] = IntervalEnergy(
      Energy(count: value.energy), quality: IntervalEnergy.Quality(rawValue: Int(value.quality)) ?? .missing)
  }
}

/// A row of series, energy and quality, read column by column without a detour over values of any kind: of a long walk that is what takes
/// most of the time.
private struct IntervalRow: DatabaseValueConvertible, StatementColumnConvertible {
  let series: Int64
  private let energy: Int64?
  private let quality: Int64?

  init(sqliteStatement: SQLiteStatement, index: CInt) {
    func integer(_ position: CInt) -> Int64? {
      guard case .int64(let number) = DatabaseValue(sqliteStatement: sqliteStatement, index: index + position).storage else {
        return nil
      }
      return number
    }
    // A part of the key: what damage makes of it is a series that nobody wants, or another's.
    series = Int64(sqliteStatement: sqliteStatement, index: index)
    (energy, quality) = (integer(1), integer(2))
  }

  /// The value, where it is one.
  ///
  /// - Throws: `DatabaseError` where damage has made something else of a number.
  func checked() throws -> (energy: Int64, quality: Int64) {
    guard let energy, let quality else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a number is missing")
    }
    return (energy, quality)
  }

  /// Rows are only read.
  var databaseValue: DatabaseValue { series.databaseValue }
  /// One value is no row.
  static func fromDatabaseValue(_: DatabaseValue) -> IntervalRow? { nil }
}
