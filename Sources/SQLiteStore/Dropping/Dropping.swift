import GRDB
import MarketTime
import Readings

/// Drops what a store need not keep any longer: a class of a month at a time, as soon as the month is over for so long and quarter hours
/// have been made of all of its readings.
struct Dropping {
  /// What goes together: the files of a class and a month.
  struct Unit: Hashable {
    /// Whether it is the month's readings of which quarter hours have been made; else its quarter hours, and the readings that were
    /// never more than that.
    let isReadings: Bool
    /// The month, ms.
    let span: Range<Int64>

    /// What lies in the files.
    var kinds: [SegmentKind] { isReadings ? [.days] : [.months, .quarters] }
    /// The month's name, `2026-03`.
    var month: String { SegmentKind.days.period(of: span.lowerBound) }
  }

  private let db: Database
  private let folder: SegmentFolder
  private let settledUntil: Int64
  private let readingsEnd: Int64?
  private let quarterHoursEnd: Int64?
  private let eventsEnd: Int64?

  /// Drops in `db`, inside a write transaction, what `retention` does not keep at `now`; of what lies before `settledUntil`, ms.
  init(_ db: Database, _ folder: SegmentFolder, settledUntil: Int64, _ retention: Retention, at now: Timestamp) {
    (self.db, self.folder, self.settledUntil) = (db, folder, settledUntil)
    let readingsEnd = retention.readings.end(at: now)?.milliseconds
    self.readingsEnd = readingsEnd
    // Never before the readings that they were made of.
    quarterHoursEnd = retention.quarterHours.end(at: now).map { min($0.milliseconds, readingsEnd ?? .min) }
    eventsEnd = retention.events.end(at: now)?.milliseconds
  }

  /// The days of the last month of which so many must have readings before anything is dropped unasked.
  private static let sureDays = 7

  /// Whether the readings agree that it is about `now`: a clock that leaps ahead for some hours must not empty a store.
  static func isSure(of now: Int64, in db: Database) throws -> Bool {
    let days = try Int.fetchOne(
      db.cachedStatement(sql: "SELECT count(DISTINCT start / 86400000) FROM chunk WHERE start >= ? AND start <= ?"),
      arguments: [now.subtractingClamped(31 * RollUps.dayLength), now])
    return days ?? 0 >= sureDays
  }

  /// Drops the first month that may go and can go; the files go with the next transaction. Where none is left, old events.
  ///
  /// - Returns: what was dropped; nil where nothing more can be, which may change with what comes.
  func step() throws -> Unit? {
    for unit in try units() {
      var month = try MonthDropping(db, folder, unit, settledUntil: settledUntil)
      if try month.run() { return unit }
    }
    try dropEvents()
    return nil
  }

  /// The months that are over for long enough, readings first, the oldest first.
  func units() throws -> [Unit] {
    try units(isReadings: true, before: readingsEnd) + units(isReadings: false, before: quarterHoursEnd)
  }

  private func units(isReadings: Bool, before end: Int64?) throws -> [Unit] {
    guard let end else { return [] }
    // Two days more, so that the quarter hours of the day after the month are made.
    let limit = min(end, settledUntil.subtractingClamped(2 * RollUps.dayLength))
    let kinds = isReadings ? [SegmentKind.days] : [.months, .quarters]
    let rows = try Row.fetchAll(db, sql: "SELECT kind, period FROM segment WHERE used > 0")
    let starts = try rows.compactMap { row -> Int64? in
      guard let kind = SegmentKind(rawValue: try row.text(0)), kinds.contains(kind) else { return nil }
      return LocalDay(iso8601: try row.text(1) + "-01").map { Int64($0.number) * RollUps.dayLength }
    }
    return Set(starts).map { Unit(isReadings: isReadings, span: $0..<ChunkSpan.month.end(from: $0)) }
      .filter { $0.span.upperBound <= limit }.sorted { $0.span.lowerBound < $1.span.lowerBound }
  }

  /// Kinds of events by which counted energies are worked out.
  private static let countingKinds = [MeterEvent.Kind.rollover(modulus: 1), .reset, .jump, .exchange, .caughtUp].map(\.name)

  /// The rows that are old: of events, values put aside and values that contradict others. What counted energies are worked out by
  /// stays as long as these.
  private var oldEvents: [(rows: String, end: Int64)] {
    guard let end = eventsEnd else { return [] }
    let kinds = Self.countingKinds.map { "'\($0)'" }.joined(separator: ", ")
    let energiesEnd = min(end, quarterHoursEnd ?? .min)
    return [
      ("event WHERE kind NOT IN (\(kinds)) AND time < ?", end), ("event WHERE kind IN (\(kinds)) AND time < ?", energiesEnd),
      ("quarantine WHERE time < ?", end), ("reading_conflict WHERE time < ?", end),
    ]
  }

  private func dropEvents() throws {
    for (rows, end) in oldEvents { try db.execute(sql: "DELETE FROM \(rows)", arguments: [end]) }
  }

  /// How many events, values put aside and values that contradict others are old.
  func eventCount() throws -> Int {
    try oldEvents.reduce(0) { try $0 + (Int.fetchOne(db, sql: "SELECT count(*) FROM \($1.rows)", arguments: [$1.end]) ?? 0) }
  }
}
