import GRDB
import MarketTime
import Readings
import SealedColumns

/// Drops the readings, or the quarter hours, of one month.
///
/// Of readings that quarter hours were made of, the last of the month stays: a counter's reading at the month's end, and what the first
/// readings after it are held against. The first stays, too, where it ends a spell of more than a day without readings that
/// began before the month.
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
    var columns: [ChunkTable.Place: [Int64: [Sample]]] = [:]
    // Only what is read may be damaged: what cannot be written ends the transaction.
    do {
      contents = try self.contents(of: places.filter { !$0.kind.isRollUp })
      neighbours = try self.neighbours(of: contents)
      for point in unit.isReadings ? points.sorted() : [] {
        let place = ChunkTable.Place(kind: .months, start: span.lowerBound, point: point)
        columns[place] = try filling.together(staying(of: point, contents, neighbours), at: [place])
      }
    } catch is SegmentError {
      return false
    }
    guard try makeQuarterHours(places, neighbours) else { return false }
    try chunks.replace(columns.mapValues(ChunkFilling.parts), merging: places)
    var left: [Int64: [Int64]] = [:]
    for column in columns.values.joined() { left[column.key] = column.value.map(\.time.milliseconds) }
    for (series, content) in contents.sorted(by: { $0.key < $1.key }) {
      let around = neighbours[series] ?? Neighbours()
      let staying = unit.isReadings ? Self.staying(of: content, around).count : 0
      try ledger.forget(
        content.count - staying, of: series, in: span, left: left[series] ?? [], before: around.before, after: around.after)
      try DroppedTable(db).add(span, of: series, count: content.count - staying)
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
    for (point, series) in Dictionary(grouping: neighbours.keys, by: { catalog.points[$0] ?? $0 }).sorted(by: { $0.key < $1.key })
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
        guard let next = around.compactMap(\.after).max() else { continue }
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

  /// The readings of `point` that stay.
  private func staying(
    of point: Int64, _ contents: [Int64: Content], _ neighbours: [Int64: Neighbours]
  ) -> [Int64: [Sample]] {
    contents.filter { catalog.points[$0.key] ?? $0.key == point }.reduce(into: [:]) { staying, each in
      staying[each.key] = Self.staying(of: each.value, neighbours[each.key] ?? Neighbours())
    }
  }

  private static func staying(of content: Content, _ around: Neighbours) -> [Sample] {
    guard let first = content.first, let last = content.last else { return [] }
    let endsSpell = around.before.map { first.time.milliseconds.subtractingClamped($0) > RollUps.margin } ?? false
    return endsSpell && first.time < last.time ? [first, last] : [last]
  }
}
