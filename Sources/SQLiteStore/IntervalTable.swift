import GRDB
import MarketTime

/// What became of an import; values that say nothing (missing) are not counted.
public struct ImportOutcome: Hashable, Sendable {
  /// Values for quarter hours that had none.
  public var added = 0
  /// Values that were there already.
  public var repeated = 0
  /// Values that took the place of others; those are kept in the history.
  public var replaced = 0

  /// Nothing imported.
  public init() {}

  /// How many values came in.
  public var count: Int { added + repeated + replaced }

  /// The outcome of two batches together.
  public static func += (left: inout ImportOutcome, right: ImportOutcome) {
    left.added += right.added
    left.repeated += right.repeated
    left.replaced += right.replaced
  }
}

/// A table with one row a quarter hour and owner (a series, a price curve), and the table that keeps what was replaced.
///
/// The newest value wins; the older one goes into the history with the time of its replacement.
struct IntervalTable {
  /// quarter, owner, values, run.
  private let insert: String
  /// The values of a quarter and owner.
  private let select: String
  /// Replaced time, quarter, owner.
  private let archive: String
  /// Values, run, quarter, owner.
  private let update: String

  /// Energies in mWh with their quality, by series.
  static let energies = IntervalTable(
    insert: "INSERT INTO interval_energy (quarter, series, energy, quality, run) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    select: "SELECT energy, quality FROM interval_energy WHERE quarter = ? AND series = ?",
    archive: """
      INSERT INTO interval_energy_history (quarter, series, energy, quality, run, replaced)
      SELECT quarter, series, energy, quality, run, ? FROM interval_energy WHERE quarter = ? AND series = ?
      """,
    update: "UPDATE interval_energy SET energy = ?, quality = ?, run = ? WHERE quarter = ? AND series = ?")

  /// Prices in micro-euros per kWh, by curve.
  static let prices = IntervalTable(
    insert: "INSERT INTO interval_price (quarter, curve, price, run) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    select: "SELECT price FROM interval_price WHERE quarter = ? AND curve = ?",
    archive: """
      INSERT INTO interval_price_history (quarter, curve, price, run, replaced)
      SELECT quarter, curve, price, run, ? FROM interval_price WHERE quarter = ? AND curve = ?
      """,
    update: "UPDATE interval_price SET price = ?, run = ? WHERE quarter = ? AND curve = ?")

  /// Keeps `values` of `owner` in `quarter` and counts in `outcome` what became of them.
  func keep(
    _ values: [Int64], of owner: Int64, in quarter: QuarterHour, run: RunningImport, outcome: inout ImportOutcome
  ) throws {
    let place = [quarter.index, owner]
    let inserting = try run.db.cachedStatement(sql: insert)
    try inserting.execute(arguments: StatementArguments(place + values + [run.number]))
    if run.db.changesCount > 0 {
      outcome.added += 1
      return
    }
    let stored = try Row.fetchOne(run.db.cachedStatement(sql: select), arguments: StatementArguments(place))
    if let stored, try values.indices.allSatisfy({ try stored.integer($0) == values[$0] }) {
      outcome.repeated += 1
      return
    }
    try run.db.cachedStatement(sql: archive).execute(arguments: StatementArguments([run.received.milliseconds] + place))
    try run.db.cachedStatement(sql: update).execute(arguments: StatementArguments(values + [run.number] + place))
    outcome.replaced += 1
  }
}

/// An import under way: one row of `import_run`, to which several batches may add.
struct RunningImport {
  let db: Database
  /// Its number in the file.
  let number: Int64
  /// When its file was received.
  let received: Timestamp

  /// The run of the file named `source`, received at `received`: a new one, or the one that an earlier batch began.
  init(_ db: Database, source: String, size: Int?, received: Timestamp) throws {
    self.db = db
    self.received = received
    let insert = try db.cachedStatement(
      sql: "INSERT INTO import_run (file, received, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    try insert.execute(arguments: [source, received.milliseconds, size])
    let select = try db.cachedStatement(sql: "SELECT id FROM import_run WHERE file = ? AND received = ?")
    guard let number = try Int64.fetchOne(select, arguments: [source, received.milliseconds]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: an import is missing")
    }
    self.number = number
  }

  /// Adds `count` values to what the run brought.
  func add(_ count: Int) throws {
    try db.cachedStatement(sql: "UPDATE import_run SET rows = rows + ? WHERE id = ?").execute(arguments: [count, number])
  }
}
