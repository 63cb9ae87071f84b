import GRDB
import MarketTime
import Readings
import SealedColumns

/// Merges the hours of a day that is over into chunks of that day, and sparse days of a month that is over into chunks of the month:
/// a few points at a time, since what waits for the same transaction waits for it.
struct Merging {
  private let db: Database
  private let chunks: ChunkTable
  private let filling: ChunkFilling
  private let settledUntil: Int64

  /// Merges in `db`, inside a write transaction, what lies before `settledUntil`, ms.
  init(_ db: Database, _ folder: SegmentFolder, settledUntil: Int64) throws {
    self.db = db
    self.settledUntil = settledUntil
    chunks = ChunkTable(db, folder)
    filling = ChunkFilling(chunks, points: try SeriesNumbers.points(in: db))
  }

  /// Merges the chunks of some points, at least of one where any waits, until about `budget` bytes of chunks have been read.
  ///
  /// - Returns: whether there may be more to merge. What is damaged stays as it is.
  func step(budget: Int) throws -> Bool {
    var left = budget
    for (kind, target) in [(SegmentKind.hours, SegmentKind.days), (.sparseDays, .months), (.quarterDays, .quarters)] {
      for group in try waiting(of: kind, into: target) {
        guard left > 0 else { return true }
        left -= try merge(group)
      }
    }
    return false
  }

  /// Chunks that become one.
  private struct Group {
    let target: ChunkTable.Place
    var sources: [ChunkTable.Place]
  }

  /// The chunks of `kind` whose day or month is over, the oldest first.
  private func waiting(of kind: SegmentKind, into target: SegmentKind) throws -> [Group] {
    guard ChunkSpan.hasDays(settledUntil) else { return [] }
    let end = target.span.start(of: settledUntil)
    var groups: [ChunkTable.Place: Group] = [:]
    let files = try Row.fetchAll(
      db, sql: "SELECT id, period FROM segment WHERE kind = ? AND used > 0 AND period <> 'stray'", arguments: [kind.rawValue])
    for file in files {
      guard let begin = Self.begin(ofPeriod: try file.text(1)), begin < end else { continue }
      // A month at most: chunks of older layouts lie by the hour in files of a month.
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: "SELECT start, point FROM chunk WHERE start >= ? AND start < ? AND segment = ? ORDER BY start, point, part"),
        arguments: [begin, min(end, ChunkSpan.month.end(from: ChunkSpan.month.start(of: begin))), try file.integer(0)])
      while let row = try rows.next() {
        let source = ChunkTable.Place(kind: kind, start: try row.integer(0), point: try row.integer(1))
        let place = ChunkTable.Place(kind: target, start: target.span.start(of: source.start), point: source.point)
        if groups[place]?.sources.last != source {
          groups[place, default: Group(target: place, sources: [])].sources.append(source)
        }
      }
    }
    return groups.values.sorted { $0.target < $1.target }
  }

  /// When the day or month that is called `period` begins, ms.
  private static func begin(ofPeriod period: String) -> Int64? {
    LocalDay(iso8601: period.count == 7 ? period + "-01" : period).map { Int64($0.number) * 86_400_000 }
  }

  /// Merges one group, and tells how many bytes were read; nothing where one of its chunks is damaged.
  private func merge(_ group: Group) throws -> Int {
    let places = [group.target] + group.sources
    let length = try places.reduce(0) { try $0 + chunks.extents(at: $1).reduce(0) { $0 + $1.length } }
    let merged: [Int64: [Sample]]
    do { merged = try filling.together(at: places) } catch is SegmentError { return 0 }
    let parts = try ChunkFilling.parts(of: merged)
    try chunks.replace([group.target: parts], merging: group.sources)
    if group.target.kind == .days, parts.contains(where: { $0.sampleCount > ChunkTable.sparseDay }) {
      try StaleDays(db).add(group.target.start, of: group.target.point)
    }
    return length
  }
}
