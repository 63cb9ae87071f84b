import Foundation
import GRDB
import MarketTime
public import Readings

extension ReadingsDatabase {
  /// What the file takes, holds and has waiting.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the journal and in what is kept beside the readings; the chunks are not read.
  public func status() throws(ReadingStoreError) -> ReadingsStatus {
    try read { db in
      func count(_ table: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
      var scan = try ReadingScan(db, folder, SeriesCatalog(db))
      let inventory = try scan.inventory(gapLimit: SeriesLedger.gapLimit)
      let settledUntil = try SeriesLedger(db).settledUntil
      var waiting = 0
      try Journal(db).forEach(from: settledUntil ?? .min) { _, _, _ in waiting += 1 }
      let chunks = ChunkList(db)
      let segments = try chunks.segments()
      let files = segments.map { FileFacts(at: folder.path + "/" + $0.name) }
      return ReadingsStatus(
        path: file.path, size: DatabaseSize(of: file.resolvedPath),
        segments: zip(segments, files).map {
          .init(
            month: $0.period == "stray" ? $0.period : String($0.period.prefix(7)), kind: $0.kind?.rawValue ?? "unknown",
            name: $0.name,
            bytes: $1?.bytes ?? 0)
        }
        .sorted { ($0.month, $0.name) < ($1.month, $1.name) },
        series: inventory.count, readings: inventory.reduce(0) { $0 + $1.count }, first: inventory.map(\.first).min(),
        last: inventory.map(\.last).max(), sealedUntil: settledUntil.map { Timestamp(milliseconds: $0) },
        lastSealing: files.compactMap { $0?.written }.max(),
        journal: JournalStatus(batches: try count("journal"), bytes: try Journal(db).size(), waiting: waiting),
        dropped: try Self.dropped(db), lateReadings: try count("reading"), conflicts: try count("reading_conflict"),
        quarantined: try count("quarantine"),
        events: try count("event"), unplaced: try count("unplaced"), bytesPerDay: try Self.bytesPerDay(chunks, settledUntil),
        disk: DiskSpace(at: file.resolvedPath), writer: WriterPresence(of: file.resolvedPath))
    }
  }

  static func dropped(_ db: Database) throws -> DroppedStatus? {
    guard try db.tableExists("dropped"),
      let row = try Row.fetchOne(db, sql: "SELECT count(DISTINCT series), sum(count), max(until) FROM dropped"),
      try row.integer(0) > 0
    else { return nil }
    return DroppedStatus(
      series: Int(try row.integer(0)), readings: Int(try row.integer(1)), until: Timestamp(milliseconds: try row.integer(2)))
  }

  private static let day: Int64 = 86_400_000

  /// What the last seven days before `settledUntil` brought, a day; nil where less than a day is sealed.
  private static func bytesPerDay(_ chunks: ChunkList, _ settledUntil: Int64?) throws -> Int64? {
    guard let settledUntil, let first = try chunks.start(from: settledUntil.subtractingClamped(7 * day)) else { return nil }
    let begin = max(first, settledUntil.subtractingClamped(7 * day))
    let length = settledUntil.subtractingClamped(begin)
    guard length >= day else { return nil }
    return Int64(clamping: Int128(try chunks.bytes(from: begin, to: settledUntil)) * Int128(day) / Int128(length))
  }
}

extension CommunityDatabase {
  /// What the file takes and holds.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in all values of the file.
  public func status() throws(ReadingStoreError) -> CommunityStatus {
    try file.read { db in
      func number(_ sql: String) throws -> Int64? { try Int64.fetchOne(db, sql: sql) }
      func count(_ table: String) throws -> Int { Int(try number("SELECT count(*) FROM \(table)") ?? 0) }
      return CommunityStatus(
        path: file.path, size: DatabaseSize(of: file.resolvedPath),
        series: Int(try number("SELECT count(DISTINCT series) FROM interval_energy") ?? 0),
        quarterHours: try count("interval_energy"),
        first: try number("SELECT min(quarter) FROM interval_energy").map { QuarterHour(index: $0).start },
        last: try number("SELECT max(quarter) FROM interval_energy").map { QuarterHour(index: $0).end },
        replaced: try count("interval_energy_history"), priceCurves: try count("price_curve"),
        prices: try count("interval_price"), imports: try count("import_run"),
        lastImport: try number("SELECT max(received) FROM import_run").map { Timestamp(milliseconds: $0) },
        disk: DiskSpace(at: file.resolvedPath), writer: WriterPresence(of: file.resolvedPath))
    }
  }
}

/// How long a file is and when it was written last. Opens nothing.
struct FileFacts {
  let bytes: Int64
  let written: Timestamp

  /// Of the file at `path`; nil where there is none.
  init?(at path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    bytes = Int64(facts.st_size)
    written = Timestamp(milliseconds: Int64(facts.st_mtim.tv_sec) * 1000 + Int64(facts.st_mtim.tv_nsec) / 1_000_000)
  }
}

extension DatabaseSize {
  /// Of the database at `path`.
  init(of path: String) {
    self.init(database: FileFacts(at: path)?.bytes ?? 0, writeAheadLog: FileFacts(at: path + "-wal")?.bytes ?? 0)
  }
}

extension DiskSpace {
  /// Of the disk that holds `path`; nil where the system does not tell.
  init?(at path: String) {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { return nil }
    let unit = Int64(facts.f_frsize)
    self.init(free: Int64(facts.f_bavail) * unit, total: Int64(facts.f_blocks) * unit)
  }
}

extension WriterPresence {
  /// Of the database at `path`, as the system's list of locks tells. Asking for the lock instead would refuse a writer that is just
  /// starting.
  init(of path: String) {
    var facts = stat()
    guard stat(path + LockFile.suffix, &facts) == 0 else {
      self = .none
      return
    }
    guard let list = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
      self = .unknown
      return
    }
    self = Self.holder(in: list, device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino)).map { .process($0) } ?? .none
  }

  /// The process that holds the lock of a file in a `list` like `/proc/locks`.
  static func holder(in list: String, device: UInt64, inode: UInt64) -> Int? {
    // As Linux packs both into one number (`makedev`).
    let major = device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000
    let minor = device & 0xFF | device >> 12 & 0xFFFF_FF00
    for line in list.split(separator: "\n") {
      let words = line.split(separator: " ")
      // "3: FLOCK ADVISORY WRITE 812 08:02:1311 0 EOF"; one who waits has an arrow in second place.
      guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE" else { continue }
      let file = words[5].split(separator: ":")
      guard file.count == 3, UInt64(file[2]) == inode else { continue }
      // Some file systems (btrfs, overlays) tell another device here than to those who ask for the file.
      let isSame = UInt64(file[0], radix: 16) == major && UInt64(file[1], radix: 16) == minor
      if isSame || major == 0 { return Int(words[4]) }
    }
    return nil
  }
}
