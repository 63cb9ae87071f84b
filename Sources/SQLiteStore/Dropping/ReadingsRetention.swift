import GRDB
public import MarketTime
public import Readings

/// What was dropped from a store, or would be.
public struct DropReport: Hashable, Sendable {
  init() {}

  /// The months of UTC, such as `2026-03`, whose readings go.
  public internal(set) var readings: [String] = []
  /// The months whose quarter hours go, with the readings that were never more than that.
  public internal(set) var quarterHours: [String] = []
  /// How many readings went; nil before they have been looked at.
  public internal(set) var readingCount: Int?
  /// How many events, values put aside and contradicting values go.
  public internal(set) var events = 0
  /// Months of which something could not be dropped: it is damaged, or quarter hours cannot be made of it.
  public internal(set) var left: [String] = []

  /// Whether nothing goes.
  public var isEmpty: Bool { readings.isEmpty && quarterHours.isEmpty && events == 0 }

  fileprivate mutating func add(_ unit: Dropping.Unit) {
    if unit.isReadings { readings.append(unit.month) } else { quarterHours.append(unit.month) }
  }
}

extension ReadingsDatabase {
  /// Drops at once what `retention` does not keep at `now`, and gives what the database does not need back to the disk. What can be merged
  /// and made quarter hours of is, before.
  ///
  /// - Throws: `ReadingStoreError`. Cut short, it has done a part of it and can be done again.
  public func drop(_ retention: Retention, at now: Timestamp) throws(ReadingStoreError) -> DropReport {
    // What is dropped is not missed at the next start.
    forgetMark()
    var report = DropReport()
    let before = try read { db in (try Self.dropped(db)?.readings ?? 0, try Self.eventCount(db)) }
    var isDone = false
    while !isDone {
      try mergeChunks()
      isDone = try write { db, memory in
        guard let dropping = try dropping(retention, at: now, in: db) else { return true }
        (memory.dropped, memory.hasDropped) = (nil, true)
        guard let unit = try dropping.step() else {
          report.left = try Set(dropping.units().map(\.month)).sorted()
          return true
        }
        report.add(unit)
        return false
      }
    }
    let after = try read { db in (try Self.dropped(db)?.readings ?? 0, try Self.eventCount(db)) }
    (report.readingCount, report.events) = (after.0 - before.0, before.1 - after.1)
    try deleteUnusedFiles()
    try file.rewrite()
    keepOutline()
    return report
  }

  /// What `drop` would do, as far as that can be told without reading the chunks.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func droppable(_ retention: Retention, at now: Timestamp) throws(ReadingStoreError) -> DropReport {
    try read { db in
      var report = DropReport()
      guard let dropping = try dropping(retention, at: now, in: db) else { return report }
      for unit in try dropping.units() { report.add(unit) }
      report.events = try dropping.eventCount()
      return report
    }
  }

  private func dropping(_ retention: Retention, at now: Timestamp, in db: Database) throws -> Dropping? {
    guard let settledUntil = try SeriesLedger(db).settledUntil else { return nil }
    return Dropping(db, folder, settledUntil: settledUntil, retention, at: now)
  }

  private static func eventCount(_ db: Database) throws -> Int {
    try ["event", "quarantine", "reading_conflict"].reduce(0) {
      try $0 + (Int.fetchOne(db, sql: "SELECT count(*) FROM \($1)") ?? 0)
    }
  }
}
