import GRDB
import Glibc
public import MarketTime
import Readings

/// Puts a backup back in its place, or tries whether that would work.
public struct StoreRestore {
  /// What was restored, or tried.
  public struct Outcome: Sendable {
    /// The folder that the store is in now; nil for a drill, and where the backup is damaged and nothing was changed.
    public internal(set) var folder: String?
    /// Where the store that was there lies now; nil where there was none.
    public internal(set) var aside: String?
    /// When the backup was made, UTC.
    public let made: String
    /// Readings in it; nil where it has none.
    public let readings: Int?
    /// Quarter hours of imported history in it; nil where it has none.
    public let quarterHours: Int?
    /// How many series of both were counted and compared with what the backup says of itself.
    public let series: Int
    /// What is wrong with the backup, or with what was restored from it.
    public internal(set) var reports: [CheckReport]

    /// Whether all is whole and as the backup says.
    public var isWhole: Bool { reports.allSatisfy(\.isWhole) }
  }

  private let backup: String
  private let progress: (StoreBackup.Step) -> Void

  /// A restoration of the backup in the folder `backup`.
  public init(of backup: String, progress: @escaping (StoreBackup.Step) -> Void = { _ in }) {
    self.backup = backup
    self.progress = progress
  }

  /// Checks the backup and copies it to `folder`, which is made where it is absent.
  ///
  /// Both databases' locks are held meanwhile, so that no writer comes in between. Each file gets its name when all are there whole.
  ///
  /// - Parameter now: where a store is in `folder`, it is moved into a folder beside the files, named after this time; nil refuses.
  /// - Throws: `BackupError`; `ReadingStoreError.writtenByAnother` where a collector runs there. Nothing is changed then.
  public func restore(to folder: String, movingAsideAt now: Timestamp?) throws -> Outcome {
    let manifest = try BackupManifest.read(from: backup)
    var outcome = try outcome(of: manifest)
    guard outcome.isWhole else { return outcome }
    if !fileExists(folder), mkdir(folder, 0o700) != 0 { throw BackupError.failed(folder, systemMessage(errno)) }
    let existing = Self.files(of: manifest).filter { fileExists(folder + "/" + $0) }
    if let first = existing.first, now == nil { throw BackupError.storeExists(folder + "/" + first) }
    let readingsLock = try Self.lock(StoreBackup.readingsName, in: folder, manifest.readings != nil)
    let communityLock = try Self.lock(StoreBackup.communityName, in: folder, manifest.community != nil)
    defer { _ = (readingsLock != nil, communityLock != nil) }
    let making = try FolderInMaking(in: folder)
    try copy(manifest, to: making.path)
    if !existing.isEmpty, let now { outcome.aside = try Self.moveAside(existing, in: folder, as: "before-restore", now) }
    // The segments first: a writer refuses to begin a new database beside them, and would write over files that are missing.
    for name in Self.names(of: manifest) {
      guard rename(making.path + "/" + name, folder + "/" + name) == 0 else {
        throw BackupError.failed(folder + "/" + name, systemMessage(errno))
      }
    }
    do { try syncFolder(folder) } catch { throw BackupError.failed(error.path, error.reason) }
    outcome.folder = folder
    return outcome
  }

  /// Tries it: restores into a new folder in `temporary`, checks what is there, counts it, and removes it again.
  ///
  /// - Throws: `BackupError`.
  public func drill(in temporary: String) throws -> Outcome {
    let manifest = try BackupManifest.read(from: backup)
    var outcome = try outcome(of: manifest)
    guard outcome.isWhole else { return outcome }
    let needed = manifest.files.reduce(0) { $0 + $1.bytes }
    if let disk = DiskSpace(at: temporary), disk.free < needed {
      throw BackupError.noRoom(temporary, needed: needed, free: disk.free)
    }
    let folder = "\(temporary)/energy-opt-drill-\(getpid())"
    guard mkdir(folder, 0o700) == 0 else { throw BackupError.failed(folder, systemMessage(errno)) }
    defer { removeTree(folder) }
    let restored = try restore(to: folder, movingAsideAt: nil)
    // As the collector would, where it comes from an older program.
    if manifest.readings != nil {
      try ReadingsDatabase(writing: folder + "/" + StoreBackup.readingsName, now: { Timestamp(milliseconds: 0) }).close()
    }
    if manifest.community != nil { try CommunityDatabase(writing: folder + "/" + StoreBackup.communityName).close() }
    outcome.reports = restored.reports + check(folder, manifest)
    return outcome
  }

  /// What the backup says of itself, and what is wrong with its files.
  private func outcome(of manifest: BackupManifest) throws(BackupError) -> Outcome {
    var files = CheckReport(backup)
    let total = manifest.files.reduce(0) { $0 + $1.bytes }
    var done: Int64 = 0
    let reading = FileCopy { bytes in
      done += Int64(bytes)
      progress(.copying(min(done, total), of: total))
    }
    for file in manifest.files {
      let path = backup + "/" + file.name
      guard fileExists(path) else {
        files.add(CheckFinding(.unreadable, at: path, "the file is missing"))
        continue
      }
      let (sum, bytes) = try reading.checksum(of: path)
      if bytes != file.bytes || BackupManifest.text(of: sum) != file.crc32c {
        files.add(CheckFinding(.unreadable, at: path, "its bytes are not those that were written when the backup was made"))
      }
    }
    let reports = files.isWhole ? check(backup, manifest) : [files]
    return Outcome(
      made: manifest.made, readings: manifest.readings?.values, quarterHours: manifest.community?.values,
      series: (manifest.readings?.series.count ?? 0) + (manifest.community?.series.count ?? 0), reports: reports)
  }

  /// Checks the databases in `folder`, and holds what they count against `manifest`. One of an older layout cannot be looked into before
  /// a writer has brought it up; its bytes are those that were checked when the backup was made.
  private func check(_ folder: String, _ manifest: BackupManifest) -> [CheckReport] {
    let check = StoreCheck { step, done, total in progress(.checking(step, done, of: total)) }
    var reports: [CheckReport] = []
    if let contents = manifest.readings {
      let path = folder + "/" + StoreBackup.readingsName
      var report = isOlder(path, .readings) ? CheckReport(path) : check.readings(at: path)
      if report.isWhole, !isOlder(path, .readings) {
        Self.compare(try? ReadingsDatabase(readingOnly: path).inventory(), contents, &report)
      }
      reports.append(report)
    }
    if let contents = manifest.community {
      let path = folder + "/" + StoreBackup.communityName
      var report = isOlder(path, .community) ? CheckReport(path) : check.community(at: path)
      if report.isWhole, !isOlder(path, .community) {
        Self.compare(try? CommunityDatabase(readingOnly: path).inventory(), contents, &report)
      }
      reports.append(report)
    }
    return reports
  }

  private func isOlder(_ path: String, _ layout: Layout) -> Bool {
    (try? DatabaseFile.isOlder(path, than: layout)) ?? false
  }

  private static func compare(
    _ inventory: [SeriesSummary]?, _ contents: BackupManifest.Contents, _ report: inout CheckReport
  ) {
    guard let inventory else { return report.add(CheckFinding(.unreadable, at: report.path, "its series cannot be counted")) }
    let found = BackupManifest.Contents(inventory)
    for (series, key) in zip(found.series, inventory.map(\.series)) where !contents.series.contains(series) {
      report.add(
        CheckFinding(.ledger, at: report.path, "the backup says something else of \(key) than what is there", series: [key]))
    }
    if found.series.count != contents.series.count || found.values != contents.values {
      report.add(
        CheckFinding(
          .ledger, at: report.path,
          "\(found.values) values of \(found.series.count) series are there, the backup says \(contents.values) of \(contents.series.count)"
        ))
    }
  }
}

extension StoreRestore {
  /// What a restoration puts into the folder, in the order in which it does.
  private static func names(of manifest: BackupManifest) -> [String] {
    var names: [String] = []
    if manifest.files.contains(where: { $0.name.contains("/") }) { names.append(StoreBackup.readingsName + SegmentFolder.suffix) }
    if manifest.readings != nil { names.append(StoreBackup.readingsName) }
    if manifest.community != nil { names.append(StoreBackup.communityName) }
    return names
  }

  /// What a store in the folder may consist of; a WAL of before must not stay beside a restored database.
  private static func files(of manifest: BackupManifest) -> [String] {
    let readings = ["", SegmentFolder.suffix, "-wal", "-shm", "-journal", StoreOutline.suffix].map {
      StoreBackup.readingsName + $0
    }
    let community = ["", "-wal", "-shm", "-journal"].map { StoreBackup.communityName + $0 }
    return (manifest.readings == nil ? [] : readings) + (manifest.community == nil ? [] : community)
  }

  private static func lock(_ name: String, in folder: String, _ isWanted: Bool) throws(ReadingStoreError) -> HeldLock? {
    isWanted ? HeldLock(lock: try LockFile(at: folder + "/" + name + LockFile.suffix, for: folder + "/" + name)) : nil
  }

  private func copy(_ manifest: BackupManifest, to folder: String) throws(BackupError) {
    let total = manifest.files.reduce(0) { $0 + $1.bytes }
    var done: Int64 = 0
    let copying = FileCopy { bytes in
      done += Int64(bytes)
      progress(.copying(min(done, total), of: total))
    }
    let segments = folder + "/" + StoreBackup.readingsName + SegmentFolder.suffix
    if manifest.files.contains(where: { $0.name.contains("/") }), mkdir(segments, 0o755) != 0 {
      throw .failed(segments, systemMessage(errno))
    }
    for file in manifest.files {
      let source = open(backup + "/" + file.name, O_RDONLY | O_CLOEXEC)
      guard source >= 0 else { throw .failed(backup + "/" + file.name, systemMessage(errno)) }
      defer { close(source) }
      let sum = try copying.copy(source, length: file.bytes, to: folder + "/" + file.name)
      guard sum.map({ BackupManifest.text(of: $0) }) == file.crc32c else {
        throw .notABackup(backup, "\(file.name) changed while it was copied")
      }
    }
    if fileExists(segments) {
      do { try syncFolder(segments) } catch { throw .failed(error.path, error.reason) }
    }
  }

  /// Moves the files `names` of `folder` into a new folder in it, called `what` and the time `now`, and gives that.
  static func moveAside(_ names: [String], in folder: String, as what: String, _ now: Timestamp) throws(BackupError) -> String {
    let aside = folder + "/" + what + "-" + StoreBackup.name(at: now).dropFirst("energy-opt-".count)
    guard mkdir(aside, 0o700) == 0 else { throw .failed(aside, systemMessage(errno)) }
    // The segments first: a writer that came upon them without their database would have to refuse them.
    for name in names.filter({ $0.hasSuffix(SegmentFolder.suffix) }) + names.filter({ !$0.hasSuffix(SegmentFolder.suffix) }) {
      guard rename(folder + "/" + name, aside + "/" + name) == 0 else {
        throw .failed(folder + "/" + name, systemMessage(errno))
      }
    }
    do { try syncFolder(aside) } catch { throw .failed(error.path, error.reason) }
    return aside
  }
}

/// A lock that is held as long as this lives.
final class HeldLock {
  private let lock: LockFile

  init(lock: consuming LockFile) { self.lock = lock }
}
