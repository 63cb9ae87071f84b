import GRDB
import Readings

/// The chunks and segments that a database names, for those who look after all of them: figures, check, backup.
struct ChunkList {
  /// Where a chunk lies and what it is of.
  struct Entry: Hashable {
    /// Its hour and its point.
    let place: ChunkTable.Place
    /// Which part of the place, from 0.
    let part: Int64
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
    /// Such as `2026-03`.
    let month: String
    /// The file's name in the folder.
    let name: String
    /// How long the database knows the file to be.
    let length: Int64
  }

  private let db: Database

  /// Those of `db`, inside a transaction.
  init(_ db: Database) { self.db = db }

  /// Every chunk, by hour, point and part.
  func forEach(_ body: (Entry) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT start, point, part, segment, \"offset\", length FROM chunk ORDER BY start, point, part"))
    while let row = try rows.next() { try body(try Self.entry(row)) }
  }

  /// How many chunks there are.
  func count() throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM chunk") ?? 0 }

  /// ms; when the first chunk at or after `time`, or one that reaches into it, begins. Nil where there is none.
  func start(from time: Int64) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT start FROM chunk WHERE start > ? ORDER BY start LIMIT 1")
    return try Int64.fetchOne(statement, arguments: [time.subtractingClamped(ChunkTable.span)])
  }

  /// The bytes of what is sealed from `start` to before `end` (ms); of a chunk that reaches beyond them its share.
  func bytes(from start: Int64, to end: Int64) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: "SELECT start, point, part, segment, \"offset\", length FROM chunk WHERE start > ? AND start < ?")
    var bytes: Int64 = 0
    let rows = try Row.fetchCursor(statement, arguments: [start.subtractingClamped(ChunkTable.span), end])
    while let row = try rows.next() {
      let entry = try Self.entry(row)
      let whole = entry.end.subtractingClamped(entry.place.start)
      let within = min(end, entry.end).subtractingClamped(max(start, entry.place.start))
      if whole > 0 { bytes += Int64(Int128(entry.length) * Int128(within) / Int128(whole)) }
    }
    return bytes
  }

  /// The files, in the order of their numbers.
  func segments() throws -> [Segment] {
    try Row.fetchAll(db, sql: "SELECT id, month, name, length FROM segment ORDER BY id").map { row in
      Segment(id: try row.integer(0), month: try row.text(1), name: try row.text(2), length: try row.integer(3))
    }
  }

  private static func entry(_ row: Row) throws -> Entry {
    let start = try row.integer(0)
    return Entry(
      place: ChunkTable.Place(start: start, point: try row.integer(1)), part: try row.integer(2),
      end: start.addingClamped(ChunkTable.span), segment: try row.integer(3), offset: try row.integer(4),
      length: try row.integer(5))
  }
}
