import GRDB
import Readings

/// The chunks and segments that a database names, for those who look after all of them: figures, check, backup.
struct ChunkList {
  /// Where a chunk lies and what it is of.
  struct Entry: Hashable {
    /// Its hour, day or month and its point; of the hour where its file is not known.
    let place: ChunkTable.Place
    /// ms; where the time that it may hold readings of ends.
    let end: Int64
    /// `segment.id`.
    let segment: Int64
    /// Where it begins in the segment's file.
    let offset: Int64
    /// How many bytes it has.
    let length: Int64
  }

  /// A file of the folder.
  struct Segment: Hashable {
    let id: Int64
    /// What it holds; nil for what a newer program, or damage, wrote there.
    let kind: SegmentKind?
    /// The day or month, such as `2026-03-14` or `2026-03`.
    let period: String
    /// The file's name in the folder.
    let name: String
    /// How long the database knows the file to be.
    let length: Int64
    /// How many of its bytes the database counts as used.
    let used: Int64
  }

  private let db: Database

  /// Those of `db`, inside a transaction.
  init(_ db: Database) { self.db = db }

  private static let columns = """
    SELECT start, point, segment, "offset", chunk.length, kind FROM chunk LEFT JOIN segment ON segment.id = chunk.segment
    """

  /// Every chunk, by the time at which it begins and its point.
  func forEach(_ body: (Entry) throws -> Void) throws {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "\(Self.columns) ORDER BY start, point, part"))
    while let row = try rows.next() { try body(try Self.entry(row)) }
  }

  /// How many chunks there are.
  func count() throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM chunk") ?? 0 }

  /// ms; when the first chunk at or after `time`, or one that reaches into it, begins. Nil where there is none.
  func start(from time: Int64) throws -> Int64? {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "\(Self.columns) WHERE start > ? ORDER BY start"),
      arguments: [time.subtractingClamped(Self.longest)])
    while let row = try rows.next() {
      let entry = try Self.entry(row)
      if entry.end > time { return entry.place.start }
    }
    return nil
  }

  /// The bytes of what is sealed from `start` to before `end` (ms); of a chunk that reaches beyond them its share.
  func bytes(from start: Int64, to end: Int64) throws -> Int64 {
    var bytes: Int64 = 0
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "\(Self.columns) WHERE start > ? AND start < ?"),
      arguments: [start.subtractingClamped(Self.longest), end])
    while let row = try rows.next() {
      let entry = try Self.entry(row)
      let whole = entry.end.subtractingClamped(entry.place.start)
      let within = min(end, entry.end).subtractingClamped(max(start, entry.place.start))
      if whole > 0, within > 0 {
        bytes = bytes.addingClamped(Int64(clamping: Int128(entry.length) * Int128(within) / Int128(whole)))
      }
    }
    return bytes
  }

  /// The longest time that a chunk covers: a month, ms.
  private static let longest: Int64 = 31 * 86_400_000

  /// The files, in the order of their numbers.
  func segments() throws -> [Segment] {
    try Row.fetchAll(db, sql: "SELECT id, kind, period, name, length, used FROM segment ORDER BY id").map { row in
      Segment(
        id: try row.integer(0), kind: SegmentKind(rawValue: try row.text(1)), period: try row.text(2), name: try row.text(3),
        length: try row.integer(4), used: try row.integer(5))
    }
  }

  private static func entry(_ row: Row) throws -> Entry {
    let start = try row.integer(0)
    let kind = (row[5] as String?).flatMap(SegmentKind.init) ?? .hours
    let place = ChunkTable.Place(kind: kind, start: start, point: try row.integer(1))
    return Entry(
      place: place, end: ChunkSpan.hasDays(start) ? kind.span.end(from: start) : ChunkSpan.hour.end(from: start),
      segment: try row.integer(2), offset: try row.integer(3), length: try row.integer(4))
  }
}
