import GRDB

/// A chunk to be written.
struct NewPart {
  /// As `SealedChunk` reads them.
  let bytes: [UInt8]
  /// How many moments it has.
  let sampleCount: Int
}

extension ChunkTable {
  /// Chunks of a day with so many moments or fewer, one in 5 min, are sparse: they are merged into one of the month.
  static let sparseDay = 288

  /// Writes `chunks` in place of those that stand there, and takes those at `merged` away; durable, as soon as the transaction is.
  func replace(_ chunks: [Place: [NewPart]], merging merged: [Place] = []) throws {
    for place in Set(chunks.keys).union(merged) { try remove(place) }
    var files: [String: [(place: Place, part: NewPart)]] = [:]
    for place in chunks.keys.sorted() {
      for part in chunks[place, default: []] {
        let kind = Self.kind(of: part, at: place)
        files[kind.rawValue + " " + kind.period(of: place.start), default: []].append((place, part))
      }
    }
    for (_, parts) in files.sorted(by: { $0.key < $1.key }) { try append(parts) }
  }

  private static func kind(of part: NewPart, at place: Place) -> SegmentKind {
    switch place.kind {
    case .hours, .months, .quarterDays, .quarters: place.kind
    case .days, .sparseDays: part.sampleCount > sparseDay ? .days : .sparseDays
    }
  }

  /// Forgets the chunks at `place`; their bytes stay until their file goes.
  private func remove(_ place: Place) throws {
    let extents = try extents(at: place)
    guard !extents.isEmpty else { return }
    let delete = try db.cachedStatement(sql: "DELETE FROM chunk WHERE start = ? AND point = ? AND segment = ? AND \"offset\" = ?")
    let use = try db.cachedStatement(sql: "UPDATE segment SET used = used - ? WHERE id = ?")
    for extent in extents {
      try delete.execute(arguments: [place.start, place.point, extent.segment, extent.offset])
      try use.execute(arguments: [extent.length, extent.segment])
      forget(extent.segment)
    }
  }

  /// Writes `parts`, all of one kind and period, behind the end of their file.
  private func append(_ parts: [(place: Place, part: NewPart)]) throws {
    guard let first = parts.first else { return }
    let kind = Self.kind(of: first.part, at: first.place)
    let (segment, name, length) = try file(for: kind, period: kind.period(of: first.place.start))
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO chunk (start, point, part, segment, "offset", length)
        VALUES (?1, ?2, (SELECT coalesce(max(part) + 1, 0) FROM chunk WHERE start = ?1 AND point = ?2), ?3, ?4, ?5)
        """)
    let begin = max(length, SegmentFolder.head.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.part.bytes.count })
    for (place, part) in parts {
      try insert.execute(arguments: [place.start, place.point, segment, begin + bytes.count, part.bytes.count])
      bytes += part.bytes
    }
    let end = try folder.append(bytes, to: name, at: length)
    try db.execute(sql: "UPDATE segment SET length = ?, used = used + ? WHERE id = ?", arguments: [end, bytes.count, segment])
    forget(segment)
  }

  /// The file that takes chunks of `kind` in `period`, and how long it is.
  private func file(for kind: SegmentKind, period: String) throws -> (segment: Int64, name: String, length: Int) {
    // One whose chunks have all been merged may be deleted already.
    let row = try Row.fetchOne(
      db, sql: "SELECT id, name, length FROM segment WHERE kind = ? AND period = ? AND used > 0 ORDER BY id DESC LIMIT 1",
      arguments: [kind.rawValue, period])
    if let row {
      let length = Int(try row.integer(2))
      guard (0...SegmentFolder.longest).contains(length) else {
        throw SegmentError(folder.path + "/" + (try row.text(1)), "it cannot have \(length) bytes")
      }
      return (try row.integer(0), try row.text(1), length)
    }
    let new = try newFile(for: kind, period: period)
    return (new.segment, new.name, 0)
  }

  /// A further file for chunks of `kind` in `period`, which is made with its first chunk.
  func newFile(for kind: SegmentKind, period: String) throws -> (segment: Int64, name: String) {
    try db.execute(
      sql: "INSERT INTO segment (period, kind, name, length) VALUES (?, ?, '', 0)", arguments: [period, kind.rawValue])
    let segment = db.lastInsertedRowID
    // With the number, since a day or month may get a second file.
    let name = "\(period).\(kind.rawValue).\(segment)"
    try db.execute(sql: "UPDATE segment SET name = ? WHERE id = ?", arguments: [name, segment])
    return (segment, name)
  }

  /// Deletes the files whose chunks have all been merged into others. Only at the beginning of a transaction: what a transaction itself
  /// makes unused is needed again if that does not come to its end.
  ///
  /// Whoever still reads an older state meets a missing file, and asks again.
  func deleteUnused() throws {
    for row in try Row.fetchAll(db, sql: "SELECT id, name FROM segment WHERE used = 0") {
      try folder.delete(try row.text(1))
      try db.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [try row.integer(0)])
    }
  }
}
