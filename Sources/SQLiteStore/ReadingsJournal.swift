import CommunityModel
import GRDB
public import MarketTime
public import Readings

/// Events and quarantine in `readings.sqlite`. Both are bounded by count for each device or series and day, so that a device gone mad
/// cannot fill the card: what is beyond is counted in the log, not kept.
extension ReadingsDatabase: MeterJournal {
  /// Of a device's events, so many are kept for each day of UTC.
  static let eventsADay = 1000
  /// Of a series' values put aside, so many are kept for each day of UTC.
  static let quarantinedADay = 500
  private static let day: Int64 = 86_400_000

  /// See `MeterJournal`: one transaction, durable when this returns.
  public func keep(_ events: [MeterEvent], _ quarantined: [Quarantined]) throws(ReadingStoreError) {
    guard !events.isEmpty || !quarantined.isEmpty else { return }
    try write { db, _ in
      var numbers = SeriesNumbers(db)
      for event in events {
        try Self.keep(event, series: event.series.map { try numbers.number(of: $0) }, in: db)
      }
      for value in quarantined { try Self.keep(value, series: numbers.number(of: value.series), in: db) }
    }
  }

  static func keep(_ event: MeterEvent, series: Int64?, in db: Database) throws {
    if let series {
      try StaleDays(db).add(around: event.time.milliseconds, of: series)
      if let span = event.disregarded { try StaleDays(db).add(within: span, of: series) }
    }
    let day = dayOf(event.time)
    let modulus: Int64? = if case .rollover(let modulus) = event.kind { modulus } else { nil }
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO event (time, device, series, kind, before, after, modulus)
        SELECT ?, ?, ?, ?, ?, ?, ?
        WHERE (SELECT count(*) FROM event WHERE device = ? AND time BETWEEN ? AND ?) < ?
        ON CONFLICT DO NOTHING
        """)
    try insert.execute(arguments: [
      event.time.milliseconds, event.device, series ?? 0, event.kind.name, event.before, event.after, modulus, event.device,
      day.lowerBound, day.upperBound, eventsADay,
    ])
  }

  static func keep(_ value: Quarantined, series: Int64, in db: Database) throws {
    let day = dayOf(value.time)
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO quarantine (series, time, value, reason, registers)
        SELECT ?, ?, ?, ?, ?
        WHERE (SELECT count(*) FROM quarantine WHERE series = ? AND time BETWEEN ? AND ?) < ?
        ON CONFLICT DO NOTHING
        """)
    try insert.execute(arguments: [
      series, value.time.milliseconds, value.value, value.reason.rawValue, HexWords.text(of: value.registers), series,
      day.lowerBound, day.upperBound, quarantinedADay,
    ])
  }

  private static func dayOf(_ time: Timestamp) -> ClosedRange<Int64> {
    let first = time.milliseconds.floored(by: day).multipliedClamped(by: day)
    return first...first.addingClamped(day - 1)
  }

  /// See `MeterJournal`.
  public func events(of series: SeriesKey) throws(ReadingStoreError) -> [MeterEvent] {
    try events(of: [series])[series] ?? []
  }

  /// The events of each of `keys`, in order of time; keys without any are absent.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func events(of keys: [SeriesKey]) throws(ReadingStoreError) -> [SeriesKey: [MeterEvent]] {
    let wanted = Set(keys)
    return try read { db in
      let keys = try SeriesNumbers.all(in: db)
      var found: [SeriesKey: [MeterEvent]] = [:]
      for (number, events) in try ReadingEvents(db).bySeries() {
        if let key = keys[number], wanted.contains(key) { found[key] = events }
      }
      return found
    }
  }

  /// All events, in order of time.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func allEvents() throws(ReadingStoreError) -> [MeterEvent] {
    try read { db in try ReadingEvents(db).all().map(\.event) }
  }

  /// The values put aside within `span`, in order of time.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func quarantined(in span: Range<Timestamp>) throws(ReadingStoreError) -> [Quarantined] {
    try file.read { db in
      let keys = try SeriesNumbers.all(in: db)
      let rows = try Row.fetchCursor(
        db,
        sql:
          "SELECT series, time, value, reason, registers FROM quarantine WHERE time >= ? AND time < ? ORDER BY time, series, reason",
        arguments: [span.lowerBound.milliseconds, span.upperBound.milliseconds])
      var values: [Quarantined] = []
      while let row = try rows.next() {
        guard let key = keys[try row.integer(0)], let reason = Quarantined.Reason(rawValue: try row.text(3)) else { continue }
        values.append(
          Quarantined(
            key, at: Timestamp(milliseconds: try row.integer(1)), value: row[2], reason,
            registers: HexWords.words(of: try row.text(4))))
      }
      return values
    }
  }
}

/// Registers as profiles and samples write them: four hexadecimal digits a word, separated by blanks.
enum HexWords {
  static func text(of words: [UInt16]) -> String {
    words.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }.joined(separator: " ")
  }

  static func words(of text: String) -> [UInt16] { text.split(separator: " ").compactMap { UInt16($0, radix: 16) } }
}
