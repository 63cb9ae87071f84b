import CommunityModel
import GRDB
import MarketTime
import Quantities
import Readings
import SealedColumns

/// Quarter hours made of readings, once and for all: the energies that counters counted, and sum and number of all other readings.
///
/// They are made for days on which a point was read more often than every 5 min, as soon as all readings that they depend on lie in
/// the past: those of the day, of a day before and of a day after. They are made anew when one of these comes later. So they are a
/// function of the readings alone, whatever the order in which those came; and reading a year costs no more than its quarter hours.
struct RollUps {
  static let dayLength: Int64 = 86_400_000
  /// How far around a day readings are looked at, to tell a glitch of a counter from a reset: a day, because inverters show zeros for a
  /// whole night.
  static let margin = dayLength
  /// The meter that makes energies of counters.
  static let meter = IntervalMeter()

  /// The quarter hours of a day of UTC, counted since 1970.
  static func quarterHours(ofDay day: Int64) -> Range<QuarterHour> {
    func quarter(_ day: Int64) -> QuarterHour { QuarterHour(containing: Timestamp(milliseconds: day * dayLength)) }
    return quarter(day)..<quarter(day + 1)
  }

  private let db: Database
  private let folder: SegmentFolder
  private let catalog: SeriesCatalog
  private let chunks: ChunkTable
  private let settledUntil: Int64
  private let dropped: DroppedSpans

  /// Roll-ups in `db`, inside a write transaction, of what lies before `settledUntil`, ms.
  init(_ db: Database, _ folder: SegmentFolder, settledUntil: Int64) throws {
    (self.db, self.folder, self.settledUntil) = (db, folder, settledUntil)
    catalog = try SeriesCatalog(db)
    chunks = ChunkTable(db, folder)
    dropped = try DroppedSpans(db)
  }

  /// Makes the quarter hours of up to `limit` days of a point each.
  ///
  /// - Returns: whether there may be more to make, or to merge of those made.
  func step(limit: Int) throws -> Bool {
    // The day before this one is the last all of whose neighbours are settled.
    let end = settledUntil.floored(by: Self.dayLength) - 1
    guard ChunkSpan.hasDays(settledUntil), end > 0 else { return false }
    let waiting = try StaleDays(db).days(in: 0..<end, catalog.points)
    try db.execute(
      sql: "UPDATE ledger SET rolled_until = ?1 WHERE coalesce(rolled_until, 0) < ?1", arguments: [end * Self.dayLength])
    guard !waiting.isEmpty else { return false }
    let events = try ReadingEvents(db).bySeries()
    var left = limit
    for (point, days) in waiting.sorted(by: { $0.key < $1.key }) {
      for day in days.sorted() {
        guard left > 0 else { return true }
        if try rollUp(day, of: point, events) { left -= 1 }
      }
    }
    return left < limit
  }

  /// Makes the quarter hours of `day` (counted since 1970) of `point`. Where readings are damaged the day stays stale, so that nobody
  /// takes those made before for true. Those that depend on readings that have been dropped stay as they are.
  ///
  /// - Returns: whether they were made.
  func rollUp(_ day: Int64, of point: Int64, _ events: [Int64: [MeterEvent]]) throws -> Bool {
    let series = catalog.points.filter { $0.value == point }.map(\.key).sorted()
    let start = day * Self.dayLength
    let month = ChunkTable.Place(kind: .quarters, start: ChunkSpan.month.start(of: start), point: point)
    let isMonth = try chunks.hasParts(at: month)
    let place = isMonth ? month : .init(kind: .quarterDays, start: start, point: point)
    let fixed = Set(series.filter { dropped.isFinal(start, of: $0) })
    var columns: [Int64: [Sample]] = [:]
    do {
      if isMonth || !fixed.isEmpty { columns = try ChunkFilling(chunks, points: catalog.points).together(at: [place]) }
      var kept = fixed.filter { dropped.contains(start, of: $0) }
      for (number, samples) in columns {
        let others = samples.filter { $0.time.milliseconds < start || $0.time.milliseconds >= start + Self.dayLength }
        if others.count < samples.count, fixed.contains(RollUpColumn.series(of: number)) {
          kept.insert(RollUpColumn.series(of: number))
        } else {
          columns[number] = others
        }
      }
      guard kept.count < series.count else {
        try StaleDays(db).remove(day, of: series)
        return true
      }
      for (number, samples) in try self.columns(of: series.filter { !kept.contains($0) }, on: start, events) {
        columns[number, default: []].merge(samples)
      }
    } catch is SegmentError {
      return false
    }
    try chunks.replace([place: try ChunkFilling.parts(of: columns.filter { !$0.value.isEmpty })])
    try StaleDays(db).remove(day, of: series)
    return true
  }

  /// The columns for the quarter hours of the day that begins at `start`.
  func columns(of series: [Int64], on start: Int64, _ events: [Int64: [MeterEvent]]) throws -> [Int64: [Sample]] {
    var scan = try ReadingScan(db, folder, catalog, about: series.compactMap { catalog.keys[$0] })
    let day = Self.quarterHours(ofDay: start / Self.dayLength)
    let counters = Set(series.filter { catalog.keys[$0]?.channel.isEnergyCounter == true })
    var columns: [Int64: [Sample]] = [:]
    for (number, energies) in try scan.energies(of: counters, onDayAt: start, Self.meter, events) {
      let column = RollUpColumn(series: number)
      for (quarter, energy) in zip(day, energies) {
        guard let count = energy.energy?.count else { continue }
        columns[column.energy, default: []].append(Sample(at: quarter.start, value: count))
        columns[column.quality, default: []].append(Sample(at: quarter.start, value: Int64(energy.quality.rawValue)))
      }
    }
    for (key, sums) in try scan.sums(in: day) {
      guard let number = catalog.numbers[key], !counters.contains(number) else { continue }
      let column = RollUpColumn(series: number)
      for (quarter, sum) in zip(day, sums.values) where sum.count > 0 {
        columns[column.sum, default: []].append(Sample(at: quarter.start, value: sum.sum))
        columns[column.count, default: []].append(Sample(at: quarter.start, value: Int64(sum.count)))
      }
    }
    return columns
  }
}

/// The columns in which the quarter hours of a series stand.
struct RollUpColumn {
  /// `series.id`.
  let series: Int64

  /// The series to which a column belongs.
  static func series(of column: Int64) -> Int64 { column / 4 }

  /// Of a counter of energy: what it counted, in its unit.
  var energy: Int64 { 4 * series }
  /// Of a counter of energy: how well that is known, 0 measured, 1 estimated.
  var quality: Int64 { 4 * series + 1 }
  /// Of any other channel: the sum of its readings, in its unit.
  var sum: Int64 { 4 * series + 2 }
  /// Of any other channel: how many readings there were.
  var count: Int64 { 4 * series + 3 }
}

extension Channel {
  /// Whether it counts energy of electricity or heat.
  var isEnergyCounter: Bool { unit == .milliwattHour && isCounter }
}
