import GRDB
import Glibc
public import MarketTime
import Readings

/// Copies a store as it is at one moment, while it is written, and checks the copy.
///
/// The database is copied first (`VACUUM INTO`, one state of it, without what deleted rows left behind); that copy says which files
/// of chunks belong to it and how long each is. A writer only appends to these, so what the copy names stays as it is; a file that was
/// deleted meanwhile is read through a descriptor from before.
public struct StoreBackup {
  /// What is being done.
  public enum Step: Sendable {
    /// Copying: bytes done, of how many.
    case copying(Int64, of: Int64)
    /// Checking the copy.
    case checking(StoreCheck.Step, Int, of: Int)
  }

  /// What was made.
  public struct Outcome: Sendable {
    /// The backup's folder. Its name ends in `-damaged` where the store is.
    public let path: String
    /// All bytes of it.
    public let bytes: Int64
    /// Readings in it; nil where there were none to copy.
    public let readings: Int?
    /// Quarter hours of imported history in it; nil where there was none.
    public let quarterHours: Int?
    /// What the check of the copy found.
    public let reports: [CheckReport]
    /// Older backups that were removed.
    public internal(set) var removed: [String] = []

    /// Whether all of the copy is whole.
    public var isWhole: Bool { reports.allSatisfy(\.isWhole) }
  }

  /// What the databases are called in a backup.
  static let readingsName = "readings.sqlite"
  static let communityName = "community.sqlite"
  /// What is behind a damaged backup's name.
  static let damagedSuffix = "-damaged"
  private static let attempts = 3

  private let readings: String?
  private let community: String?
  private let program: String
  private let progress: (Step) -> Void

  /// A backup of the databases at these paths, nil for one that does not exist, by this version of the program.
  public init(readings: String?, community: String?, program: String, progress: @escaping (Step) -> Void = { _ in }) {
    self.readings = readings
    self.community = community
    self.program = program
    self.progress = progress
  }

  /// The name of a backup made at `time`: `energy-opt-20260301T020000Z`.
  public static func name(at time: Timestamp) -> String {
    let digits = time.description.prefix(19).filter { $0 != "-" && $0 != ":" }
    return "energy-opt-\(digits)Z"
  }

  /// Makes the backup `name` in `folder`.
  ///
  /// - Parameters:
  ///   - made: when it is made, for its own record.
  ///   - keeping: of the backups in `folder` whose names are made by `name(at:)`, so many of the newest stay, this one included;
  ///     nil for all. Where this one is damaged, all stay.
  /// - Throws: `BackupError`, or `ReadingStoreError` where the store cannot be read; nothing is left behind then.
  public func make(_ name: String, in folder: String, made: Timestamp, keeping: Int? = nil) throws -> Outcome {
    let target = folder + "/" + name
    guard !fileExists(target) else { throw BackupError.exists(target) }
    let making = try FolderInMaking(in: folder)
    let total = bytesOfStore
    if let disk = DiskSpace(at: folder), disk.free < total {
      throw BackupError.noRoom(folder, needed: total, free: disk.free)
    }
    var attempt = 0
    var manifest: BackupManifest
    var reports: [CheckReport]
    repeat {
      // Damage may also be that of a file that was exchanged between two looks: then another try is whole.
      attempt += 1
      manifest = try copy(to: making.path, made: made, total: total)
      reports = check(making.path, manifest)
    } while attempt < Self.attempts && reports.contains { !$0.isWhole }
    let isWhole = reports.allSatisfy(\.isWhole)
    try FileCopy.write(Array(try manifest.encoded()), to: making.path + "/" + BackupManifest.fileName)
    let path = isWhole ? target : target + Self.damagedSuffix
    try making.finish(as: path)
    var outcome = Outcome(
      path: path, bytes: manifest.files.reduce(0) { $0 + $1.bytes }, readings: manifest.readings?.values,
      quarterHours: manifest.community?.values, reports: reports)
    if isWhole, let keeping {
      for old in Self.backups(in: folder).dropLast(max(1, keeping)) {
        making.remove(old)
        outcome.removed.append(old)
      }
    }
    return outcome
  }

  /// The backups in `folder` whose names tell their time, the oldest first.
  public static func backups(in folder: String) -> [String] {
    namesInFolder(folder).filter { name in
      name.wholeMatch(of: /energy-opt-\d{8}T\d{6}Z/) != nil && fileExists("\(folder)/\(name)/\(BackupManifest.fileName)")
    }
  }

  private var bytesOfStore: Int64 {
    let segments = readings.map { ($0, namesInFolder($0 + SegmentFolder.suffix)) }
    let bytesOfSegments = segments.map { path, names in
      names.reduce(Int64(0)) { $0 + (FileFacts(at: path + SegmentFolder.suffix + "/" + $1)?.bytes ?? 0) }
    }
    return [readings, community].compactMap { $0 }.reduce(bytesOfSegments ?? 0) { $0 + DatabaseSize(of: $1).total }
  }

  private func check(_ folder: String, _ manifest: BackupManifest) -> [CheckReport] {
    let check = StoreCheck { step, done, total in progress(.checking(step, done, of: total)) }
    var reports: [CheckReport] = []
    if manifest.readings != nil { reports.append(check.readings(at: folder + "/" + Self.readingsName)) }
    if manifest.community != nil { reports.append(check.community(at: folder + "/" + Self.communityName)) }
    return reports
  }
}

// MARK: - Copying

extension StoreBackup {
  /// Copies both databases into `folder`, whatever an earlier attempt left there.
  private func copy(to folder: String, made: Timestamp, total: Int64) throws -> BackupManifest {
    for name in namesInFolder(folder) { removeTree(folder + "/" + name) }
    var done: Int64 = 0
    let copying = FileCopy { bytes in
      done += Int64(bytes)
      progress(.copying(min(done, total), of: total))
    }
    var manifest = BackupManifest(made: made.description, program: program, files: [])
    if let readings {
      let source = try ReadingsDatabase(readingOnly: readings)
      defer { try? source.close() }
      let target = folder + "/" + Self.readingsName
      let held = HeldFiles(in: source.folder.path)
      try Self.copy(source.file, to: target)
      manifest.files.append(try entry(Self.readingsName, in: folder, copying))
      let copy = try ReadingsDatabase(readingOnly: target)
      defer { try? copy.close() }
      let segments = try copy.file.read { db in try ChunkList(db).segments() }
      manifest.files += try copySegments(segments, from: source.folder, held, to: folder, copying)
      manifest.readings = .init(try copy.inventory())
    }
    if let community {
      let source = try CommunityDatabase(readingOnly: community)
      defer { try? source.close() }
      let target = folder + "/" + Self.communityName
      try Self.copy(source.file, to: target)
      manifest.files.append(try entry(Self.communityName, in: folder, copying))
      let copy = try CommunityDatabase(readingOnly: target)
      defer { try? copy.close() }
      manifest.community = .init(try copy.inventory())
    }
    return manifest
  }

  private static func copy(_ file: DatabaseFile, to target: String) throws(BackupError) {
    do { try file.copy(to: target) } catch {
      throw .failed(file.path, "it cannot be copied (\(StoreCheck.reason(error))); `energy-opt store check` says what is damaged")
    }
  }

  private func entry(_ name: String, in folder: String, _ copying: FileCopy) throws(BackupError) -> BackupManifest.File {
    let (sum, bytes) = try copying.checksum(of: folder + "/" + name, isSyncing: true)
    return .init(name: name, bytes: bytes, crc32c: BackupManifest.text(of: sum))
  }

  private func copySegments(
    _ segments: [ChunkList.Segment], from source: SegmentFolder, _ held: HeldFiles, to folder: String,
    _ copying: FileCopy
  ) throws(BackupError) -> [BackupManifest.File] {
    let name = Self.readingsName + SegmentFolder.suffix
    guard segments.contains(where: { $0.length > 0 }) else { return [] }
    guard mkdir(folder + "/" + name, 0o755) == 0 else { throw .failed(folder + "/" + name, systemMessage(errno)) }
    var files: [BackupManifest.File] = []
    for segment in segments where segment.length > 0 {
      let opened = open(source.path + "/" + segment.name, O_RDONLY | O_CLOEXEC)
      defer { if opened >= 0 { close(opened) } }
      let target = "\(name)/\(segment.name)"
      // Where it is gone altogether, the check of the copy says what is missing.
      guard let descriptor = opened >= 0 ? opened : held.descriptor(of: segment.name) else { continue }
      guard let sum = try copying.copy(descriptor, length: segment.length, to: folder + "/" + target) else {
        // As long as it is; the check says what is missing.
        files.append(try entry(target, in: folder, copying))
        continue
      }
      files.append(.init(name: target, bytes: segment.length, crc32c: BackupManifest.text(of: sum)))
    }
    do { try syncFolder(folder + "/" + name) } catch { throw .failed(error.path, error.reason) }
    return files
  }
}

/// The files of a folder, open, so that they can be read even if they are deleted.
private final class HeldFiles {
  private let descriptors: [String: Int32]

  init(in folder: String) {
    descriptors = namesInFolder(folder).reduce(into: [:]) { found, name in
      let descriptor = open(folder + "/" + name, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 { found[name] = descriptor }
    }
  }

  func descriptor(of name: String) -> Int32? { descriptors[name] }

  deinit {
    for descriptor in descriptors.values { close(descriptor) }
  }
}
