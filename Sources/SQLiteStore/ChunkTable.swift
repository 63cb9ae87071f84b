import GRDB
import MarketTime
import Readings
import SealedColumns

/// The sealed chunks of a database: which there are, where each lies, what is in it.
///
/// A chunk holds the readings of one metering point in one hour of UTC whose series were read at the same moments. Readings of a
/// point at other moments of the hour, as of a second device, make a further part.
final class ChunkTable {
  /// A chunk's hour and point, and which part of them it is.
  struct Place: Hashable, Comparable {
    /// ms; the beginning of the hour.
    let start: Int64
    /// The smallest number among the point's series.
    let point: Int64

    static func < (left: Place, right: Place) -> Bool { (left.start, left.point) < (right.start, right.point) }
  }

  /// A sealed chunk, with the file that it comes from.
  struct Part {
    fileprivate let chunk: SealedChunk
    fileprivate let source: String

    /// When its samples were taken, and those of its columns whose series `isWanted`.
    ///
    /// - Throws: `SegmentError` where it is damaged.
    func columns(_ isWanted: (Int64) -> Bool) throws(SegmentError) -> (times: [Int64], columns: [SealedColumns.Column]) {
      let places = chunk.columns.indices.filter { isWanted(chunk.columns[$0].series) }
      guard !places.isEmpty else { return ([], []) }
      do throws(SealedColumnError) {
        let times = try chunk.times()
        var columns: [SealedColumns.Column] = []
        for place in places { columns.append(try chunk.column(place)) }
        return (times, columns)
      } catch {
        throw SegmentError(source, "\(error)")
      }
    }
  }

  /// Where the bytes of a chunk lie.
  private struct Extent {
    let segment: Int64
    let offset: Int
    let length: Int
  }

  /// ms; chunks begin on whole hours of UTC.
  static let span: Int64 = 3_600_000

  private let db: Database
  private let folder: SegmentFolder
  private var names: [Int64: String] = [:]
  private var readers: [Int64: SegmentFolder.Reader] = [:]
  /// The chunks that were opened last: series of one point are often asked for one after the other.
  private var recent: (place: Place, chunks: [Part])?

  /// The chunks of `db`, inside a transaction, whose segments lie in `folder`.
  init(_ db: Database, _ folder: SegmentFolder) {
    self.db = db
    self.folder = folder
  }

  /// The hour that `time` lies in, ms.
  static func start(of time: Int64) -> Int64 { time.floored(by: span).multipliedClamped(by: span) }

  // MARK: - Reading

  /// Hands out the columns of the series `wanted` of each point whose hours overlap `first` to `last`, hour by hour; what lies
  /// outside these moments in them too.
  func forEach(
    _ wanted: [Int64: Set<Int64>], from first: Int64, through last: Int64,
    _ body: (_ series: Int64, _ times: [Int64], _ column: SealedColumns.Column) throws -> Void
  ) throws {
    guard first <= last else { return }
    let points = wanted.keys.sorted()
    let next = try db.cachedStatement(sql: "SELECT start FROM chunk WHERE start >= ? AND start <= ? ORDER BY start LIMIT 1")
    var begin = Self.start(of: first)
    while let start = try Int64.fetchOne(next, arguments: [begin, last]) {
      for point in points {
        for part in try parts(at: Place(start: start, point: point)) {
          let (times, columns) = try part.columns { wanted[point]?.contains($0) == true }
          for column in columns { try body(column.series, times, column) }
        }
      }
      guard start < .max else { return }
      begin = start + 1
    }
  }

  /// The parts at `place`.
  func parts(at place: Place) throws -> [Part] {
    if let recent, recent.place == place { return recent.chunks }
    let statement = try db.cachedStatement(
      sql: "SELECT segment, \"offset\", length FROM chunk WHERE point = ? AND start = ? ORDER BY part")
    let parts = try Row.fetchAll(statement, arguments: [place.point, place.start]).map { row in
      try part(at: Extent(segment: try row.integer(0), offset: Int(try row.integer(1)), length: Int(try row.integer(2))))
    }
    recent = (place, parts)
    return parts
  }

  private func part(at extent: Extent) throws -> Part {
    let bytes = try bytes(at: extent)
    let source = "\(folder.path)/\(try name(of: extent.segment)), bytes \(extent.offset) to \(extent.offset + extent.length)"
    do {
      return Part(chunk: try SealedChunk(bytes), source: source)
    } catch {
      throw SegmentError(source, "\(error)")
    }
  }

  private func bytes(at extent: Extent) throws -> [UInt8] {
    if let reader = readers[extent.segment] { return try reader.read(from: extent.offset, length: extent.length) }
    let reader = try SegmentFolder.Reader(folder, try name(of: extent.segment))
    readers[extent.segment] = reader
    return try reader.read(from: extent.offset, length: extent.length)
  }

  private func name(of segment: Int64) throws -> String {
    if let name = names[segment] { return name }
    guard let row = try Row.fetchOne(db, sql: "SELECT name FROM segment WHERE id = ?", arguments: [segment]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: segment \(segment) is missing")
    }
    let name = try row.text(0)
    names[segment] = name
    return name
  }

  // MARK: - Writing

  /// Writes `chunks` in place of those that stand there; durable, as soon as the transaction is.
  func replace(_ chunks: [Place: [[UInt8]]]) throws {
    recent = nil
    let months = Dictionary(grouping: chunks.keys.sorted()) { SegmentMonth(containing: $0.start) }
    for (month, places) in months.sorted(by: { $0.key < $1.key }) {
      let (segment, length) = try self.segment(of: month)
      var bytes: [UInt8] = []
      let begin = max(length, SegmentFolder.head.count)
      for place in places {
        try db.cachedStatement(sql: "DELETE FROM chunk WHERE point = ? AND start = ?").execute(arguments: [
          place.point, place.start,
        ])
        for (part, chunk) in chunks[place, default: []].enumerated() {
          let insert = try db.cachedStatement(
            sql: "INSERT INTO chunk (start, point, part, segment, \"offset\", length) VALUES (?, ?, ?, ?, ?, ?)")
          try insert.execute(arguments: [place.start, place.point, part, segment, begin + bytes.count, chunk.count])
          bytes += chunk
        }
      }
      let end = try folder.append(bytes, to: try name(of: segment), at: length)
      readers[segment] = nil
      try db.execute(sql: "UPDATE segment SET length = ? WHERE id = ?", arguments: [end, segment])
    }
  }

  /// The file that takes chunks of `month`, and how long it is.
  private func segment(of month: SegmentMonth) throws -> (id: Int64, length: Int) {
    if let row = try Row.fetchOne(
      db, sql: "SELECT id, length FROM segment WHERE month = ? ORDER BY id DESC LIMIT 1", arguments: [month.text])
    {
      return (try row.integer(0), Int(try row.integer(1)))
    }
    try db.execute(
      sql: "INSERT INTO segment (month, name, length) VALUES (?, ?, 0)", arguments: [month.text, month.text + ".chunks"])
    return (db.lastInsertedRowID, 0)
  }
}

/// The month of UTC whose segment a chunk belongs to; stamps outside the years 1970 to 9999, which only a broken clock makes, share
/// one of their own.
struct SegmentMonth: Hashable, Comparable {
  /// `2026-03`, or `stray`.
  let text: String

  /// The month that `time` (ms of UTC) lies in.
  init(containing time: Int64) {
    let years = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 253_402_300_800_000)
    let time = Timestamp(milliseconds: time)
    text = years.contains(time) ? String(time.description.prefix(7)) : "stray"
  }

  static func < (left: SegmentMonth, right: SegmentMonth) -> Bool { left.text < right.text }
}
