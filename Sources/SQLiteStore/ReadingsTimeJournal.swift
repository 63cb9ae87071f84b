import GRDB
public import MarketTime
public import Readings

/// Runs of the system, and what was read in them while nobody knew the time, in `readings.sqlite`.
extension ReadingsDatabase: TimeJournal {
  /// See `TimeJournal`.
  public func boot(_ name: String) throws(ReadingStoreError) -> BootRecord? {
    try file.read { db in
      try Row.fetchOne(db, sql: "SELECT name, began, source, since FROM boot WHERE name = ?", arguments: [name])
        .map { try Self.record(in: $0) }
    }
  }

  private static func record(in row: Row) throws -> BootRecord {
    BootRecord(
      name: try row.text(0), began: Timestamp(milliseconds: try row.integer(1)),
      source: ClockSource(rawValue: try row.text(2)) ?? .none, since: Timestamp(milliseconds: try row.integer(3)))
  }

  /// See `TimeJournal`.
  public func remember(_ boot: BootRecord) throws(ReadingStoreError) {
    try write { db, _ in _ = try Self.number(of: boot, in: db) }
  }

  /// The number of `boot`, which is remembered as it is now.
  private static func number(of boot: BootRecord, in db: Database) throws -> Int64 {
    let keep = try db.cachedStatement(
      sql: """
        INSERT INTO boot (name, began, source, since) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET began = excluded.began, source = excluded.source, since = excluded.since
        """)
    try keep.execute(arguments: [boot.name, boot.began.milliseconds, boot.source.rawValue, boot.since.milliseconds])
    return try Int64.fetchOne(db, sql: "SELECT id FROM boot WHERE name = ?", arguments: [boot.name]) ?? 0
  }

  /// See `TimeJournal`: one transaction, durable when this returns.
  public func keep(_ unplaced: [Unplaced], in boot: BootRecord) throws(ReadingStoreError) {
    try write(.whereReserveIsLeft) { db, memory in
      var numbers = SeriesNumbers(db, known: memory.numbers)
      let number = try Self.number(of: boot, in: db)
      let last = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM unplaced WHERE boot = ?", arguments: [number]) ?? 0
      for (position, one) in unplaced.enumerated() {
        var row = UnplacedRow(one)
        row.series = try one.content.series.map { try numbers.number(of: $0) } ?? 0
        try row.insert(into: db, boot: number, sequence: last + Int64(position) + 1)
      }
      memory.numbers = numbers.known
    }
  }

  /// See `TimeJournal`: one transaction, durable when this returns.
  @discardableResult
  public func place(_ boot: BootRecord) throws(ReadingStoreError) -> AppendOutcome {
    try write { db, memory in
      let number = try Self.number(of: boot, in: db)
      return try place([number: boot], in: db, &memory).outcome
    }
  }

  /// See `TimeJournal`: one transaction, durable when this returns.
  public func placeLeftovers(besides boot: String) throws(ReadingStoreError) -> [MeterEvent] {
    let left: [Int64: BootRecord] = try file.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT name, began, source, since, id FROM boot
          WHERE name <> ? AND EXISTS (SELECT 1 FROM unplaced WHERE unplaced.boot = boot.id)
          """, arguments: [boot])
      return try rows.reduce(into: [:]) { $0[try $1.integer(4)] = try Self.record(in: $1) }
    }
    guard !left.isEmpty else { return [] }
    return try write { db, memory in
      let events = try place(left, in: db, &memory).estimates
      for event in events { try Self.keep(event, series: nil, in: db) }
      return events
    }
  }

  /// Moves what was kept of `boots` to its place, and gives the events for those whose time is an estimate.
  private func place(
    _ boots: [Int64: BootRecord], in db: Database, _ memory: inout WriterMemory
  ) throws -> (outcome: AppendOutcome, estimates: [MeterEvent]) {
    let keys = try SeriesNumbers.all(in: db)
    var insertion = try ReadingInsertion(db, folder, received: now(), memory: memory, keeping: retention)
    var spans: [String: ClosedRange<Timestamp>] = [:]
    for (number, boot) in boots.sorted(by: { $0.key < $1.key }) {
      let rows = try Row.fetchCursor(db, sql: UnplacedRow.selection, arguments: [number])
      while let row = try rows.next() {
        let unplaced = try UnplacedRow(row)
        let time = Timestamp(milliseconds: boot.began.milliseconds.addingClamped(unplaced.instant))
        if let value = unplaced.value, unplaced.isReading {
          guard SeriesNumbers.isNumber(unplaced.series) else { continue }
          try insertion.insert(value, at: time.milliseconds, of: unplaced.series)
          if !boot.source.isTrusted { spans[unplaced.device, default: time...time].extend(to: time) }
        } else if let event = unplaced.event(at: time, of: keys[unplaced.series]) {
          try Self.keep(event, series: unplaced.series, in: db)
        } else if let value = unplaced.quarantined(at: time, of: keys[unplaced.series]) {
          try Self.keep(value, series: unplaced.series, in: db)
        }
      }
      try db.execute(sql: "DELETE FROM unplaced WHERE boot = ?", arguments: [number])
    }
    let estimates = spans.sorted { $0.key < $1.key }.map { MeterEvent(device: $0.key, estimated: $0.value) }
    return (try insertion.finished(&memory), estimates)
  }

  /// See `TimeJournal`. Looks at a few readings of each series.
  public func lastTime(before limit: Timestamp) throws(ReadingStoreError) -> Timestamp? {
    try scan { scan in try scan.lastTime(before: limit) }
  }

  /// See `TimeJournal`. Walks the readings after `time`.
  public func readings(after time: Timestamp) throws(ReadingStoreError) -> (count: Int, last: Timestamp?) {
    try scan { scan in try scan.count(after: time) }
  }
}

extension ClosedRange<Timestamp> {
  fileprivate mutating func extend(to time: Timestamp) {
    self = Swift.min(lowerBound, time)...Swift.max(upperBound, time)
  }
}
