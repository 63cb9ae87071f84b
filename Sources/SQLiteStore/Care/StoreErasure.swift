public import CommunityModel
import GRDB
import MarketTime
public import Readings

/// What was taken out of a store.
public struct Erasure: Hashable, Sendable {
  /// How many series.
  public var series = 0
  /// How many readings, or quarter hours, that counted.
  public var values = 0

  /// So many series and values.
  public init(series: Int = 0, values: Int = 0) { (self.series, self.values) = (series, values) }
}

extension ReadingsDatabase {
  /// Takes out all that is known of `points`: readings, quarter hours made of them, events, values put aside and the points' names. When
  /// this returns nothing of it is left in the database, its log and its segments; backups made before keep it until they go.
  ///
  /// - Throws: `ReadingStoreError.failed`. Cut short, it has done all of it or can be done again.
  public func erase(_ points: Set<MeteringPoint.ID>) throws(ReadingStoreError) -> Erasure {
    // What is erased is not missed at the next start.
    mark?.forgetReadings()
    let erased = try write { db, memory in
      memory = WriterMemory()
      return try erase(points, in: db)
    }
    try deleteUnusedFiles()
    try file.rewrite()
    keepOutline()
    return erased
  }

  /// Merges what waits to be merged, writes files anew in which more is unused than used, and gives what the database does not need
  /// back to the disk.
  ///
  /// - Returns: how many files were written anew.
  /// - Throws: `ReadingStoreError.failed`.
  public func compact() throws(ReadingStoreError) -> Int {
    try mergeChunks()
    let count = try rewriteWasteful()
    try file.rewrite()
    keepOutline()
    return count
  }

  /// Writes files anew in which more is unused than used, as after history that was brought in series by series.
  ///
  /// - Returns: how many.
  /// - Throws: `ReadingStoreError.failed`.
  @discardableResult
  public func rewriteWasteful() throws(ReadingStoreError) -> Int {
    let count = try write { db, _ in
      let chunks = ChunkTable(db, folder)
      let wasteful = try Int64.fetchAll(db, sql: "SELECT id FROM segment WHERE used > 0 AND used < length / 2")
      for segment in wasteful { try chunks.rewrite(segment) }
      return wasteful.count
    }
    try deleteUnusedFiles()
    return count
  }

  /// Deletes the files that no chunk is in.
  func deleteUnusedFiles() throws(ReadingStoreError) {
    _ = try write { db, _ in try ChunkTable(db, folder).deleteUnused() }
  }

  private func erase(_ points: Set<MeteringPoint.ID>, in db: Database) throws -> Erasure {
    let rows = try Row.fetchAll(db, sql: "SELECT id, point FROM series")
    let gone = Set(try rows.filter { points.contains(MeteringPoint.ID(try $0.text(1))) }.map { try $0.integer(0) })
    guard !gone.isEmpty else { return Erasure() }
    var scan = try ReadingScan(db, folder, SeriesCatalog(db))
    let counted = try scan.inventory(gapLimit: SeriesLedger.gapLimit).filter { points.contains($0.series.point) }
    try RewrittenJournal(db).rewrite { _, series, value in gone.contains(series) ? nil : value }
    let chunks = ChunkTable(db, folder)
    for segment in try chunks.remove(points: gone) { try chunks.rewrite(segment) }
    let tables = [
      "reading", "reading_conflict", "correction", "original", "gap", "event", "quarantine", "unplaced", "stale", "dropped",
    ]
    for table in tables {
      let delete = try db.cachedStatement(sql: "DELETE FROM \(table) WHERE series = ?")
      for series in gone.sorted() { try delete.execute(arguments: [series]) }
    }
    let delete = try db.cachedStatement(sql: "DELETE FROM series WHERE id = ?")
    for series in gone.sorted() { try delete.execute(arguments: [series]) }
    return Erasure(series: gone.count, values: counted.reduce(0) { $0 + $1.count })
  }
}

extension ChunkTable {
  /// Forgets the chunks of the points among `series`, and tells in which files they lay.
  fileprivate func remove(points series: Set<Int64>) throws -> [Int64] {
    var segments: Set<Int64> = []
    let rows = try Row.fetchAll(
      db, sql: "SELECT DISTINCT chunk.start, point, kind FROM chunk JOIN segment ON segment.id = chunk.segment")
    for row in rows {
      guard series.contains(try row.integer(1)), let kind = SegmentKind(rawValue: try row.text(2)) else { continue }
      let place = Place(kind: kind, start: try row.integer(0), point: try row.integer(1))
      segments.formUnion(try extents(at: place).map(\.segment))
      try replace([:], merging: [place])
    }
    return segments.sorted()
  }

  /// Writes the chunks of `segment` into a new file, so that the old one, with what no chunk is in, can be deleted.
  fileprivate func rewrite(_ segment: Int64) throws {
    guard let row = try Row.fetchOne(db, sql: "SELECT kind, period FROM segment WHERE id = ?", arguments: [segment]),
      let kind = SegmentKind(rawValue: try row.text(0))
    else { return }
    let period = try row.text(1)
    let rows = try Row.fetchAll(
      db, sql: "SELECT start, point, part, \"offset\", length FROM chunk WHERE segment = ? ORDER BY \"offset\"",
      arguments: [segment])
    guard !rows.isEmpty else { return }
    let target = try newFile(for: kind, period: period)
    let reader = try SegmentFolder.Reader(folder, try self.segment(segment).name)
    let move = try db.cachedStatement(
      sql: "UPDATE chunk SET segment = ?, \"offset\" = ? WHERE start = ? AND point = ? AND part = ?")
    var (length, used, bytes) = (0, 0, [UInt8]())
    func flush() throws {
      length = try folder.append(bytes, to: target.name, at: length)
      bytes.removeAll(keepingCapacity: true)
    }
    for row in rows {
      let size = Int(try row.integer(4))
      let offset = max(length, SegmentFolder.head.count) + bytes.count
      bytes += try reader.read(from: Int(try row.integer(3)), length: size)
      try move.execute(arguments: [target.segment, offset, try row.integer(0), try row.integer(1), try row.integer(2)])
      used += size
      if bytes.count > 1 << 23 { try flush() }
    }
    try flush()
    try db.execute(sql: "UPDATE segment SET length = ?, used = ? WHERE id = ?", arguments: [length, used, target.segment])
    try db.execute(sql: "UPDATE segment SET used = 0 WHERE id = ?", arguments: [segment])
    forget(segment)
    forget(target.segment)
  }
}

extension CommunityDatabase {
  /// Takes out all that was imported of `points`, as `ReadingsDatabase.erase` does.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func erase(_ points: Set<MeteringPoint.ID>) throws(ReadingStoreError) -> Erasure {
    let erased = try file.write { db in
      var erased = Erasure()
      for row in try Row.fetchAll(db, sql: "SELECT id, point FROM series") {
        guard points.contains(MeteringPoint.ID(try row.text(1))) else { continue }
        let series = try row.integer(0)
        erased.series += 1
        erased.values +=
          try Int.fetchOne(db, sql: "SELECT count(*) FROM interval_energy WHERE series = ?", arguments: [series]) ?? 0
        for table in ["interval_energy", "interval_energy_history"] {
          try db.execute(sql: "DELETE FROM \(table) WHERE series = ?", arguments: [series])
        }
        try db.execute(sql: "DELETE FROM series WHERE id = ?", arguments: [series])
      }
      return erased
    }
    try file.rewrite()
    return erased
  }
}
