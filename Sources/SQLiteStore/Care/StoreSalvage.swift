import CommunityModel
import GRDB
import Glibc
public import MarketTime
import Readings
import SealedColumns

/// Makes a whole store of readings of what can still be read of a damaged one, and keeps the damaged one aside.
///
/// Sealed readings are looked for in their files, each chunk by its own checksums, so that a database that has forgotten where they
/// lie loses none. Of the database itself the rows on whole pages are taken: names of series, readings that are not sealed, events
/// and values put aside; corrected readings show again what counts. Quarter hours are made anew, but for those of months whose readings
/// have been dropped: these are taken as they are.
public struct StoreSalvage {
  /// What came of it.
  public struct Outcome: Sendable {
    /// Readings in the new store.
    public internal(set) var readings = 0
    /// Series in it.
    public internal(set) var series = 0
    /// The folder in which the damaged store lies now.
    public internal(set) var aside = ""
    /// Bytes of the files of sealed readings, and of quarter hours where readings have been dropped, that are no part of a whole chunk:
    /// damaged ones, and what was cut short.
    public internal(set) var lostBytes = 0
    /// Readings whose series nobody can name any more.
    public internal(set) var nameless = 0
    /// Tables of the database of which rows are missing.
    public internal(set) var incomplete: [String] = []
    /// Rows of late readings, events or values put aside that a sum over them does not confirm: they may be wrong.
    public internal(set) var unconfirmed: [String] = []
    /// What a check says of the new store.
    public internal(set) var report = CheckReport("")
  }

  /// How far it is: chunks, of all that were found.
  public typealias Progress = (_ done: Int, _ total: Int) -> Void

  private let path: String
  private let progress: Progress

  /// A salvage of the readings at `path`.
  public init(of path: String, progress: @escaping Progress = { _, _ in }) {
    self.path = path
    self.progress = progress
  }

  /// Builds the new store beside the damaged one and puts it into its place; the damaged one is moved into a folder named after `now`.
  ///
  /// - Throws: `ReadingStoreError.writtenByAnother` while a collector runs; `BackupError` where there is no room, where nothing of the
  ///   database can be read, or where a file cannot be moved. The damaged store stands where it was then.
  public func run(at now: Timestamp) throws -> Outcome {
    let target = try resolved(path)
    guard fileExists(target) else { throw BackupError.failed(path, "there is no such file") }
    let lock = HeldLock(lock: try LockFile(at: target + LockFile.suffix, for: path))
    defer { _ = lock }
    let parent = parentFolder(of: target)
    let name = target.split(separator: "/").last.map(String.init) ?? target
    let damaged = SegmentFolder(besideDatabase: target)
    let files = [target, target + "-wal"] + namesInFolder(damaged.path).map { damaged.path + "/" + $0 }
    let needed = files.reduce(0) { $0 + (FileFacts(at: $1)?.bytes ?? 0) }
    if let disk = DiskSpace(at: parent), disk.free < needed {
      throw BackupError.noRoom(parent, needed: needed, free: disk.free)
    }
    let making = try FolderInMaking(in: parent)
    var outcome = Outcome()
    let contents = try DamagedContents(at: target, copyingTo: making.path + "/rebuilt.sqlite")
    outcome.incomplete = contents.incomplete
    outcome.unconfirmed = contents.unconfirmed
    let copy = making.path + "/" + name
    try fill(copy, with: contents, at: now, damaged, &outcome)
    outcome.report = StoreCheck().readings(at: copy)
    guard outcome.report.isWhole else { throw BackupError.failed(copy, "what was salvaged is not whole") }
    let parts = ["", SegmentFolder.suffix, "-wal", "-shm", "-journal", LogMark.suffix, StoreOutline.suffix].map { name + $0 }
    outcome.aside = try StoreRestore.moveAside(parts.filter { fileExists(parent + "/" + $0) }, in: parent, as: "damaged", now)
    for part in [SegmentFolder.suffix, StoreOutline.suffix, ""] where fileExists(copy + part) {
      guard rename(copy + part, target + part) == 0 else { throw BackupError.failed(target + part, systemMessage(errno)) }
    }
    do { try syncFolder(parent) } catch { throw BackupError.failed(error.path, error.reason) }
    return outcome
  }

  /// Puts what was found into a new store at `copy`.
  private func fill(
    _ copy: String, with contents: DamagedContents, at now: Timestamp, _ damaged: SegmentFolder, _ outcome: inout Outcome
  ) throws {
    let store = try ReadingsDatabase(writing: copy, now: { now })
    try store.file.write { db in try contents.insert(into: db) }
    let keys = contents.keys
    let (points, dropped) = try store.file.read { db in (try SeriesNumbers.points(in: db), try DroppedSpans(db)) }
    // Before readings come, so that the quarter hours beside dropped months are not made of less.
    outcome.lostBytes += try RollUpSalvage(of: damaged, dropped, points: points).fill(store)
    let groups = try groups(in: damaged, points, &outcome)
    let total = groups.reduce(0) { $0 + $1.value.count }
    var done = 0
    /// Corrected readings that dropping has left.
    var left: [Int64: Set<Int64>] = [:]
    for (_, chunks) in groups.sorted(by: { $0.key < $1.key }) {
      var columns: [Int64: [Sample]] = [:]
      // What was written last comes first, and counts: corrections change readings where they stand.
      for found in chunks.sorted(by: { Self.age(of: $0) > Self.age(of: $1) }) {
        // What is left of dropped months lies in files of months.
        let isOfMonth = SegmentKind.ofFile(found.file) == .months
        for (series, samples) in try Self.samples(of: found, in: damaged) {
          let corrected = contents.corrected[series] ?? []
          columns[series, default: []].merge(
            samples.filter { sample in
              let time = sample.time.milliseconds
              let isDropped = dropped.contains(time, of: series)
              guard corrected.contains(time) else { return isOfMonth || !isDropped }
              if isOfMonth, isDropped { left[series, default: []].insert(time) }
              return false
            })
        }
        done += 1
        progress(done, total)
      }
      for (series, samples) in columns where keys[series] == nil { outcome.nameless += samples.count }
      let known = columns.filter { keys[$0.key] != nil }
      outcome.readings += try store.append(Self.blocks(of: known, keys), [], isSalvage: true).added
    }
    for readings in contents.unsealed {
      let others = readings.filter { contents.corrected[$0.series]?.contains($0.time) != true }
      outcome.nameless += others.count { keys[$0.series] == nil }
      outcome.readings += try store.append(
        others.compactMap { row in
          keys[row.series].map { Reading($0, at: Timestamp(milliseconds: row.time), value: row.value) }
        }
      ).added
    }
    outcome.readings += try store.putCorrected { series, time in
      !dropped.contains(time, of: series) || left[series]?.contains(time) == true
    }
    outcome.series = try store.inventory().count
    try store.close()
  }

  /// The chunks of readings in `damaged` by point and day, those of files of months by month.
  private func groups(
    in damaged: SegmentFolder, _ points: [Int64: Int64], _ outcome: inout Outcome
  ) throws -> [GroupKey: [ChunkHunt.Found]] {
    var groups: [GroupKey: [ChunkHunt.Found]] = [:]
    for file in namesInFolder(damaged.path).sorted() where SegmentKind.ofFile(file)?.isRollUp != true {
      let (found, lost) = try ChunkHunt(damaged).chunks(in: file)
      outcome.lostBytes += lost
      for chunk in found {
        guard let series = chunk.series.first else { continue }
        let span = SegmentKind.ofFile(file)?.span == .month ? ChunkSpan.month : .day
        let start = ChunkSpan.hasDays(chunk.first) ? span.start(of: chunk.first) : chunk.first
        groups[GroupKey(start: start, point: points[series] ?? series), default: []].append(chunk)
      }
    }
    return groups
  }

  /// How late a chunk was written, as far as it matters: hours become days and months, and a file grows at its end.
  private static func age(of found: ChunkHunt.Found) -> (span: ChunkSpan, file: Int, offset: Int) {
    (SegmentKind.ofFile(found.file)?.span ?? .hour, SegmentKind.number(ofFile: found.file), found.offset)
  }

  private struct GroupKey: Hashable, Comparable {
    let start: Int64
    let point: Int64

    static func < (left: Self, right: Self) -> Bool { (left.start, left.point) < (right.start, right.point) }
  }

  /// The samples of each column of the chunk `found` in `folder`.
  static func samples(of found: ChunkHunt.Found, in folder: SegmentFolder) throws -> [Int64: [Sample]] {
    let chunk = try SealedChunk(SegmentFolder.Reader(folder, found.file).read(from: found.offset, length: found.length))
    let times = try chunk.times()
    var samples: [Int64: [Sample]] = [:]
    for place in chunk.columns.indices { samples[chunk.columns[place].series] = try chunk.column(place).samples(at: times) }
    return samples
  }

  /// The series of a point that were read at the same moments together.
  private static func blocks(of columns: [Int64: [Sample]], _ keys: [Int64: SeriesKey]) -> [ReadingColumns] {
    var blocks: [[Timestamp]: [SeriesKey: [Int64]]] = [:]
    for (series, samples) in columns {
      if let key = keys[series], !samples.isEmpty { blocks[samples.map(\.time), default: [:]][key] = samples.map(\.value) }
    }
    return blocks.flatMap { times, columns in
      Dictionary(grouping: columns, by: \.key.point).compactMap { point, columns in
        ReadingColumns(
          point: point, times: times,
          values: Dictionary(columns.map { ($0.key.channel, $0.value) }, uniquingKeysWith: { first, _ in first }))
      }
    }
  }
}
