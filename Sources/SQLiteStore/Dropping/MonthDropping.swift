import GRDB
import MarketTime
import Readings
import SealedColumns

/// Drops the readings, or the quarter hours, of one month.
///
/// Of readings that quarter hours were made of, the last of the month stays: a counter's reading at the month's end, and what the first
/// readings after it are held against. The first stays, too, where it ends a spell of more than a day without readings that
/// began before the month, and so does the one from which a counter caught up after the month.
///
/// Of counters of anything but energy, such as volumes, there are no quarter hours that say what they counted. Their readings move into
/// the file of the month that goes with the quarter hours.
struct MonthDropping {
  private let db: Database
  private let folder: SegmentFolder
  private let unit: Dropping.Unit
  private let settledUntil: Int64
  private let catalog: SeriesCatalog
  private let chunks: ChunkTable
  private let filling: ChunkFilling
  private let rollUps: RollUps
  private let events: [Int64: [MeterEvent]]
  private let dropped: DroppedSpans
  /// Series that keep all of the month's readings.
  private let whole: Set<Int64>
  private var ledger: SeriesLedger

  /// What is known of a series before any of it is dropped.
  private struct Content {
    var count = 0
    var first: Sample?
    var last: Sample?
  }

  /// The readings of a series on either side of the month.
  private struct Neighbours {
    var before: Int64?
    var after: Int64?
  }

  private var span: Range<Int64> { unit.span }

  init(_ db: Database, _ folder: SegmentFolder, _ unit: Dropping.Unit, settledUntil: Int64) throws {
    (self.db, self.folder, self.unit, self.settledUntil) = (db, folder, unit, settledUntil)
    catalog = try SeriesCatalog(db)
    chunks = ChunkTable(db, folder)
    filling = ChunkFilling(chunks, points: catalog.points)
    rollUps = try RollUps(db, folder, settledUntil: settledUntil)
    events = try ReadingEvents(db).bySeries()
    dropped = try DroppedSpans(db)
    let others = catalog.keys.filter { $0.value.channel.isCounter && !$0.value.channel.isEnergyCounter }
    whole = unit.isReadings ? Set(others.keys) : []
    ledger = try SeriesLedger(db)
  }

  /// Drops it.
  ///
  /// - Returns: whether it could: something may wait to be merged in it, be damaged, or have no quarter hours yet. Nothing is dropped
  ///   then.
  mutating func run() throws -> Bool {
    let places = try places(of: unit.kinds)
    let points = Set(places.map(\.point))
    guard try !isWaiting(points) else { return false }
    let contents: [Int64: Content]
    let neighbours: [Int64: Neighbours]
    var filled: [ChunkTable.Place: [NewPart]] = [:]
    /// How many readings of each series stay, and when all those were taken that the month has then, ms.
    var (staying, left): ([Int64: Int], [Int64: [Int64]]) = ([:], [:])
    // Only what is read may be damaged: what cannot be written ends the transaction.
    do {
      contents = try self.contents(of: places.filter { !$0.kind.isRollUp })
      neighbours = try self.neighbours(of: contents)
      for point in unit.isReadings ? points.sorted() : [] {
        let place = ChunkTable.Place(kind: .months, start: span.lowerBound, point: point)
        let samples = try self.staying(of: point, places, contents, neighbours)
        staying.merge(samples.mapValues(\.count)) { first, _ in first }
        let columns = try filling.together(samples, at: [place])
        filled[place] = try ChunkFilling.parts(of: columns)
        for (series, samples) in columns where !whole.contains(series) { left[series] = samples.map(\.time.milliseconds) }
      }
    } catch is SegmentError {
      return false
    }
    guard try makeQuarterHours(places, neighbours) else { return false }
    try chunks.replace(filled, merging: places)
    for (series, content) in contents.sorted(by: { $0.key < $1.key }) where !whole.contains(series) {
      let around = neighbours[series] ?? Neighbours()
      let count = content.count - (staying[series] ?? 0)
      try ledger.forget(count, of: series, in: span, left: left[series] ?? [], before: around.before, after: around.after)
      try DroppedTable(db).add(span, of: series, count: count)
    }
    try ledger.finish(settledUntil: ledger.settledUntil)
    return true
  }

  /// The chunks of the month in files of `kinds`.
  private func places(of kinds: [SegmentKind]) throws -> [ChunkTable.Place] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT DISTINCT start, point, kind FROM chunk JOIN segment ON segment.id = chunk.segment
        WHERE start >= ? AND start < ? ORDER BY start, point
        """, arguments: [span.lowerBound, span.upperBound])
    var places: [ChunkTable.Place] = []
    while let row = try rows.next() {
      guard let kind = SegmentKind(rawValue: try row.text(2)), kinds.contains(kind) else { continue }
      places.append(.init(kind: kind, start: try row.integer(0), point: try row.integer(1)))
    }
    return places
  }

  /// Whether something of `points` waits that would lie in the month: to be merged, to be sealed, or to be made quarter hours of.
  private func isWaiting(_ points: Set<Int64>) throws -> Bool {
    let unmerged: [SegmentKind] = [.hours, .sparseDays, .quarterDays] + (unit.isReadings ? [] : [.days])
    if try places(of: unmerged).contains(where: { points.contains($0.point) }) { return true }
    let late = try LateReadings(db).samples(from: span.lowerBound, through: span.upperBound - 1)
    if late.keys.contains(where: { points.contains(catalog.points[$0] ?? $0) }) { return true }
    let stale = try StaleDays(db).days(in: days, catalog.points)
    return stale.keys.contains(where: points.contains)
  }

  /// The month's days and one on either side, counted since 1970.
  private var days: Range<Int64> {
    span.lowerBound / RollUps.dayLength - 1..<span.upperBound / RollUps.dayLength + 1
  }

  /// How many readings each series has in `places`, and the first and last of them.
  private func contents(of places: [ChunkTable.Place]) throws -> [Int64: Content] {
    var contents: [Int64: Content] = [:]
    for (_, places) in Dictionary(grouping: places, by: \.point) {
      /// Where each series was met first and last.
      var ends: [Int64: (first: ChunkTable.Part, last: ChunkTable.Part)] = [:]
      for place in places {
        for part in try chunks.parts(at: place) {
          for column in part.chunk.columns where column.count > 0 {
            contents[column.series, default: Content()].count += column.count
            ends[column.series] = (ends[column.series]?.first ?? part, part)
          }
        }
      }
      for (series, (first, last)) in ends {
        contents[series]?.first = try Self.samples(of: series, in: first).first
        contents[series]?.last = try Self.samples(of: series, in: last).last
      }
    }
    return contents
  }

  private static func samples(of series: Int64, in part: ChunkTable.Part) throws -> [Sample] {
    let (times, columns) = try part.columns { $0 == series }
    return columns.first?.samples(at: times) ?? []
  }

  /// The settled readings on either side of the month.
  private mutating func neighbours(of contents: [Int64: Content]) throws -> [Int64: Neighbours] {
    var scan = try ReadingScan(db, folder, catalog, about: contents.keys.compactMap { catalog.keys[$0] })
    var neighbours: [Int64: Neighbours] = [:]
    for series in contents.keys {
      guard let entry = try ledger.entry(of: series) else { continue }
      func time(_ instant: Int64, _ isMeant: (Int64) -> Bool) throws -> Int64? {
        try scan.samples(of: [series], from: instant, to: instant)[series]?.map(\.time.milliseconds).first(where: isMeant)
      }
      var found = Neighbours()
      if entry.first < span.lowerBound { found.before = try time(span.lowerBound) { $0 < span.lowerBound } }
      if entry.last >= span.upperBound { found.after = try time(span.upperBound) { $0 >= span.upperBound } }
      neighbours[series] = found
    }
    return neighbours
  }

  /// Makes the quarter hours that could not be made any more when the month is dropped: of days without many readings, and around.
  ///
  /// - Returns: whether all could be made.
  private func makeQuarterHours(_ places: [ChunkTable.Place], _ neighbours: [Int64: Neighbours]) throws -> Bool {
    let made = Set(places.filter { $0.kind == .days })
    for (point, series) in Dictionary(grouping: neighbours.keys.filter { !whole.contains($0) }, by: { catalog.points[$0] ?? $0 })
      .sorted(by: { $0.key < $1.key })
    {
      let around = series.compactMap { neighbours[$0] }
      var days: Range<Int64>
      if unit.isReadings {
        let entries = try series.compactMap { try SeriesLedger.entry(of: $0, in: db) }
        guard let first = entries.map(\.first).min(), let last = entries.map(\.last).max() else { continue }
        days = self.days.clamped(to: first.floored(by: RollUps.dayLength)..<last.floored(by: RollUps.dayLength) + 1)
      } else {
        // Those of the month go with it; the ones up to the next reading depend on the last of the month.
        let begin = span.upperBound / RollUps.dayLength
        let caughtUp = series.flatMap(spansAcrossEnd).map(\.upperBound.milliseconds)
        guard let next = (around.compactMap(\.after) + caughtUp).max() else { continue }
        let end = min(next.floored(by: RollUps.dayLength) + 1, settledUntil.floored(by: RollUps.dayLength) - 1)
        days = begin..<max(begin, end)
      }
      for day in days {
        let start = day * RollUps.dayLength
        let place = ChunkTable.Place(kind: .days, start: start, point: point)
        // Of days with many readings they are made already.
        if try made.contains(place) || chunks.hasParts(at: place) || series.allSatisfy({ dropped.contains(start, of: $0) }) {
          continue
        }
        guard try rollUps.rollUp(day, of: point, events) else { return false }
      }
    }
    return true
  }

  /// The readings of `point`, which lie in `places`, that stay.
  private func staying(
    of point: Int64, _ places: [ChunkTable.Place], _ contents: [Int64: Content], _ neighbours: [Int64: Neighbours]
  ) throws -> [Int64: [Sample]] {
    let series = contents.keys.filter { catalog.points[$0] ?? $0 == point }
    var staying: [Int64: [Sample]] = [:]
    for number in series {
      staying[number] = Self.staying(of: contents[number] ?? Content(), neighbours[number] ?? Neighbours())
    }
    /// When readings were taken from which counters caught up after the month.
    let starts = series.reduce(into: [:]) { $0[$1] = Set(spansAcrossEnd(of: $1).map(\.lowerBound)) }
    let wanted = Set(series.filter { whole.contains($0) || starts[$0]?.isEmpty == false })
    guard !wanted.isEmpty else { return staying }
    for place in places where place.point == point && !place.kind.isRollUp {
      for part in try chunks.parts(at: place) {
        let (times, columns) = try part.columns(wanted.contains)
        for column in columns {
          let samples = column.samples(at: times).filter {
            whole.contains(column.series) || starts[column.series]?.contains($0.time) == true
          }
          staying[column.series, default: []].merge(samples)
        }
      }
    }
    return staying
  }

  /// The times across the end of the month in which the counter `series` showed too little.
  private func spansAcrossEnd(of series: Int64) -> [Range<Timestamp>] {
    (events[series] ?? []).compactMap(\.disregarded).filter {
      $0.lowerBound.milliseconds < span.upperBound && $0.upperBound.milliseconds >= span.upperBound
    }
  }

  private static func staying(of content: Content, _ around: Neighbours) -> [Sample] {
    guard let first = content.first, let last = content.last else { return [] }
    let endsSpell = around.before.map { first.time.milliseconds.subtractingClamped($0) > RollUps.margin } ?? false
    return endsSpell && first.time < last.time ? [first, last] : [last]
  }
}
