import GRDB
import Readings
import SealedColumns

/// The sealed chunks of a database: which there are, where each lies, what is in it.
///
/// A chunk holds the readings of one metering point in one hour, day or month of UTC whose series were read at the same moments.
/// Readings of a point at other moments, as of a second device, make a further part.
final class ChunkTable {
  /// What a chunk is of; further parts have the same.
  struct Place: Hashable, Comparable {
    /// What it covers, and in which kind of file it lies.
    let kind: SegmentKind
    /// ms; the beginning of the hour, day or month.
    let start: Int64
    /// The smallest number among the point's series.
    let point: Int64

    static func < (left: Place, right: Place) -> Bool {
      (left.start, left.point, left.kind.rawValue) < (right.start, right.point, right.kind.rawValue)
    }
  }

  /// A sealed chunk, with the file that it comes from.
  struct Part {
    let chunk: SealedChunk
    private let file: String
    private let place: Extent

    fileprivate init(_ bytes: [UInt8], from file: String, at place: Extent) throws(SegmentError) {
      (self.file, self.place) = (file, place)
      do { chunk = try SealedChunk(bytes) } catch { throw Self.error("\(error)", file, place) }
    }

    /// What to throw where the chunk can be read and means nothing.
    func damage(_ reason: String) -> SegmentError { Self.error(reason, file, place) }

    private static func error(_ reason: String, _ file: String, _ place: Extent) -> SegmentError {
      SegmentError("\(file), bytes \(place.offset) to \(place.offset + place.length)", reason)
    }

    /// What `body` makes of the chunk.
    ///
    /// - Throws: `SegmentError` where it is damaged.
    func read<Value>(_ body: (SealedChunk) throws(SealedColumnError) -> Value) throws(SegmentError) -> Value {
      do { return try body(chunk) } catch { throw damage("\(error)") }
    }

    /// When its samples were taken, and those of its columns whose series `isWanted`.
    ///
    /// - Throws: `SegmentError` where it is damaged.
    func columns(_ isWanted: (Int64) -> Bool) throws(SegmentError) -> (times: [Int64], columns: [SealedColumns.Column]) {
      let places = chunk.columns.indices.filter { isWanted(chunk.columns[$0].series) }
      guard !places.isEmpty else { return ([], []) }
      return try read { chunk throws(SealedColumnError) in
        let times = try chunk.times()
        var columns: [SealedColumns.Column] = []
        for place in places { columns.append(try chunk.column(place)) }
        return (times, columns)
      }
    }
  }

  /// Where the bytes of a chunk lie.
  struct Extent {
    let segment: Int64
    let offset: Int
    let length: Int
  }

  /// A file of chunks.
  struct Segment {
    let name: String
    let kind: SegmentKind
  }

  let db: Database
  let folder: SegmentFolder
  private var segments: [Int64: Segment] = [:]
  private var readers: [Int64: SegmentFolder.Reader] = [:]
  /// The chunks that were opened last: series of one point are often asked for one after the other.
  private var recent: (place: Place, parts: [Part])?

  /// The chunks of `db`, inside a transaction, whose segments lie in `folder`.
  init(_ db: Database, _ folder: SegmentFolder) {
    self.db = db
    self.folder = folder
  }

  /// Hands out the chunks of `points` that overlap `first` to `last` (ms, both included), in the order of their beginnings; with all
  /// that is in them.
  ///
  /// - Parameter rollUps: whether those with quarter hours are meant, instead of those with readings.
  func forEach(
    of points: Set<Int64>, from first: Int64, through last: Int64, rollUps: Bool = false,
    _ body: (_ point: Int64, Part) throws -> Void
  ) throws {
    guard first <= last else { return }
    func isMeant(_ kind: SegmentKind, _ start: Int64) -> Bool { kind.isRollUp == rollUps && kind.span.end(from: start) > first }
    let hour = ChunkSpan.hour.start(of: first)
    if ChunkSpan.hasDays(first) {
      let month = ChunkSpan.month.start(of: first)
      let day = ChunkSpan.day.start(of: first)
      if month < day { try forEach(at: month, of: points, isMeant, body) }
      if day < hour { try forEach(at: day, of: points, isMeant, body) }
    }
    if points.count < Self.many {
      for found in try extents(of: points, from: hour, through: last)
      where isMeant(try segment(found.extent.segment).kind, found.place.start) {
        try body(found.place.point, try part(at: found.extent))
      }
      return
    }
    let next = try db.cachedStatement(sql: "SELECT start FROM chunk WHERE start >= ? AND start <= ? ORDER BY start LIMIT 1")
    var begin = hour
    while let start = try Int64.fetchOne(next, arguments: [begin, last]) {
      try forEach(at: start, of: points, isMeant, body)
      guard start < .max else { return }
      begin = start + 1
    }
  }

  /// From how many points on all chunks that begin at a time are looked through, instead of looking each point up.
  private static let many = 8

  private func forEach(
    at start: Int64, of points: Set<Int64>, _ isMeant: (SegmentKind, _ start: Int64) -> Bool,
    _ body: (_ point: Int64, Part) throws -> Void
  ) throws {
    var found: [(point: Int64, extent: Extent)] = []
    if points.count < Self.many {
      for point in points.sorted() { found += try extents(at: start, of: point).map { (point, $0) } }
    } else {
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT segment, \"offset\", length, point FROM chunk WHERE start = ? ORDER BY point, part"),
        arguments: [start])
      while let row = try rows.next() {
        let point = try row.integer(3)
        if points.contains(point) { found.append((point, try Self.extent(row))) }
      }
    }
    for (point, extent) in found where isMeant(try segment(extent.segment).kind, start) {
      try body(point, try part(at: extent))
    }
  }

  /// The parts at `place`.
  func parts(at place: Place) throws -> [Part] {
    if let recent, recent.place == place { return recent.parts }
    let parts = try extents(at: place).map { try part(at: $0) }
    recent = (place, parts)
    return parts
  }

  /// Whether there is a chunk at `place`.
  func hasParts(at place: Place) throws -> Bool { try !extents(at: place).isEmpty }

  /// Where the parts at `place` lie.
  func extents(at place: Place) throws -> [Extent] {
    try extents(at: place.start, of: place.point).filter { try segment($0.segment).kind == place.kind }
  }

  /// Where all parts of `points` lie that begin from `first` to `last`, in their order.
  private func extents(
    of points: Set<Int64>, from first: Int64, through last: Int64
  ) throws -> [(place: (start: Int64, point: Int64), extent: Extent)] {
    // From one beginning to the next, and of each only the point: the table is in the order of beginnings.
    let select = try db.cachedStatement(
      sql: """
        WITH RECURSIVE beginning (start) AS (
          SELECT min(start) FROM chunk WHERE start BETWEEN ?1 AND ?2
          UNION ALL
          SELECT (SELECT min(start) FROM chunk WHERE start > beginning.start AND start <= ?2) FROM beginning
          WHERE beginning.start IS NOT NULL)
        SELECT segment, "offset", length, chunk.start FROM beginning
        CROSS JOIN chunk ON chunk.start = beginning.start AND chunk.point = ?3 ORDER BY chunk.start, chunk.part
        """)
    var found: [(place: (start: Int64, point: Int64), extent: Extent)] = []
    for point in points.sorted() {
      let rows = try Row.fetchCursor(select, arguments: [first, last, point])
      while let row = try rows.next() { found.append(((try row.integer(3), point), try Self.extent(row))) }
    }
    // Those of one point are in order already, and stay so.
    return points.count > 1 ? found.sorted { $0.place < $1.place } : found
  }

  private func extents(at start: Int64, of point: Int64) throws -> [Extent] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT segment, \"offset\", length FROM chunk WHERE start = ? AND point = ? ORDER BY part"),
      arguments: [start, point])
    var extents: [Extent] = []
    while let row = try rows.next() { extents.append(try Self.extent(row)) }
    return extents
  }

  private static func extent(_ row: Row) throws -> Extent {
    // Held in bounds, so that they can be added up; what damage has made of them is told where they are read.
    func bounded(_ number: Int64) -> Int { Int(max(0, min(number, Int64(SegmentFolder.longest)))) }
    return Extent(segment: try row.integer(0), offset: bounded(try row.integer(1)), length: bounded(try row.integer(2)))
  }

  private func part(at extent: Extent) throws -> Part {
    let reader = try reader(of: extent.segment)
    return try Part(try reader.read(from: extent.offset, length: extent.length), from: reader.file, at: extent)
  }

  private func reader(of segment: Int64) throws -> SegmentFolder.Reader {
    if let reader = readers[segment] { return reader }
    let reader = try SegmentFolder.Reader(folder, self.segment(segment).name)
    readers[segment] = reader
    return reader
  }

  /// The segment with this number.
  func segment(_ number: Int64) throws -> Segment {
    if let segment = segments[number] { return segment }
    guard let row = try Row.fetchOne(db, sql: "SELECT name, kind FROM segment WHERE id = ?", arguments: [number]),
      let kind = SegmentKind(rawValue: try row.text(1))
    else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: segment \(number) is missing")
    }
    let segment = Segment(name: try row.text(0), kind: kind)
    segments[number] = segment
    return segment
  }

  /// Forgets what was remembered of the file of `segment`, and of chunks, after writing.
  func forget(_ segment: Int64) {
    recent = nil
    readers[segment] = nil
    segments[segment] = nil
  }
}
