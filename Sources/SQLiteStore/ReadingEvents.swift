import GRDB
import MarketTime
import Readings

/// What happened to devices and counters, as it is kept.
struct ReadingEvents {
  private let db: Database

  /// The events in `db`.
  init(_ db: Database) { self.db = db }

  /// All events in order of time, each with the number of its series, 0 for the whole device. Kinds and channels of a newer program are
  /// passed over.
  func all() throws -> [(series: Int64, event: MeterEvent)] {
    let keys = try SeriesNumbers.all(in: db)
    let rows = try Row.fetchCursor(
      db, sql: "SELECT time, device, series, kind, before, after, modulus FROM event ORDER BY time, device, series, kind")
    var events: [(Int64, MeterEvent)] = []
    while let row = try rows.next() {
      let series = try row.integer(2)
      guard let kind = MeterEvent.Kind(name: try row.text(3), modulus: row[6]), series == 0 || keys[series] != nil else {
        continue
      }
      let event = MeterEvent(
        device: try row.text(1), series: keys[series], at: Timestamp(milliseconds: try row.integer(0)), kind, before: row[4],
        after: row[5])
      events.append((series, event))
    }
    return events
  }

  /// The events of each series that has any, by its number, in order of time; without new counts that were none, since the readings
  /// that looked like it have been corrected.
  func bySeries() throws -> [Int64: [MeterEvent]] {
    let corrections = try CorrectionTable.isThere(in: db) ? CorrectionTable(db) : nil
    let corrected = try corrections?.lastTimes() ?? [:]
    return try all().reduce(into: [:]) { found, each in
      guard each.series != 0 else { return }
      if corrected[each.series] != nil, try corrections?.explains(each.event, of: each.series) ?? false { return }
      found[each.series, default: []].append(each.event)
    }
  }
}
