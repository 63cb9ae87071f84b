import Glibc
import SealedColumns

/// Copies files of a store, durably, and works out their checksums.
struct FileCopy {
  /// Told how many bytes more have been copied.
  let progress: (Int) -> Void

  private static let piece = 1 << 18

  /// Copies the first `length` bytes behind `source`, an open file, to the new file `target`, and syncs it.
  ///
  /// - Returns: the checksum of what was copied; nil where `source` is shorter.
  /// - Throws: `BackupError.failed`.
  func copy(_ source: Int32, length: Int64, to target: String) throws(BackupError) -> UInt32? {
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .failed(target, systemMessage(errno)) }
    defer { close(descriptor) }
    var sum: UInt32 = 0
    var place: Int64 = 0
    while place < length {
      guard let bytes = try piece(of: source, at: place, length: length, named: target) else { return nil }
      sum = bytes.withUnsafeBytes { CRC32C.checksum(of: $0, after: sum) }
      try write(bytes, to: descriptor, named: target)
      place += Int64(bytes.count)
      progress(bytes.count)
    }
    guard fsync(descriptor) == 0 else { throw .failed(target, systemMessage(errno)) }
    return sum
  }

  /// The checksum and the length of the file at `path`, which is synced where `isSyncing`.
  ///
  /// - Throws: `BackupError.failed`.
  func checksum(of path: String, isSyncing: Bool = false) throws(BackupError) -> (sum: UInt32, bytes: Int64) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed(path, systemMessage(errno)) }
    defer { close(descriptor) }
    if isSyncing, fsync(descriptor) != 0 { throw .failed(path, systemMessage(errno)) }
    var sum: UInt32 = 0
    var place: Int64 = 0
    while let bytes = try piece(of: descriptor, at: place, length: .max, named: path) {
      sum = bytes.withUnsafeBytes { CRC32C.checksum(of: $0, after: sum) }
      place += Int64(bytes.count)
      progress(bytes.count)
    }
    return (sum, place)
  }

  /// Writes `bytes` into the new file `target`, and syncs it.
  ///
  /// - Throws: `BackupError.failed`.
  static func write(_ bytes: [UInt8], to target: String) throws(BackupError) {
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .failed(target, systemMessage(errno)) }
    defer { close(descriptor) }
    try FileCopy { _ in }.write(bytes, to: descriptor, named: target)
    guard fsync(descriptor) == 0 else { throw .failed(target, systemMessage(errno)) }
  }

  /// The next bytes of `source` before `length`; nil at its end.
  private func piece(of source: Int32, at place: Int64, length: Int64, named path: String) throws(BackupError) -> [UInt8]? {
    var code: Int32 = 0
    let wanted = Int(min(Int64(Self.piece), length - place))
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      repeat {
        let count = pread(source, buffer.baseAddress, wanted, off_t(place))
        code = count < 0 ? errno : 0
        filled = max(0, count)
      } while code == EINTR
    }
    guard code == 0 else { throw .failed(path, systemMessage(code)) }
    return bytes.isEmpty ? nil : bytes
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32, named target: String) throws(BackupError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .failed(target, systemMessage(errno)) }
      written += count
    }
  }
}

/// A folder that is filled under a name of its own and gets the right one when it is whole. What a stopped program left of such
/// folders is removed with the next one.
struct FolderInMaking: ~Copyable {
  private static let prefix = ".energy-opt-partial-"
  /// The folder that it lies in, held by a lock so that two do not clear away each other's.
  private let parent: String
  private let descriptor: Int32
  /// Its path.
  let path: String

  /// A new, empty one in the folder `parent`.
  ///
  /// - Throws: `BackupError`.
  init(in parent: String) throws(BackupError) {
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .noFolder(parent) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .busy(parent)
    }
    for name in namesInFolder(parent) where name.hasPrefix(Self.prefix) { removeTree(parent + "/" + name) }
    let path = "\(parent)/\(Self.prefix)\(getpid())"
    guard mkdir(path, 0o700) == 0 else {
      let code = errno
      close(descriptor)
      throw .failed(path, systemMessage(code))
    }
    self.path = path
    self.parent = parent
    self.descriptor = descriptor
  }

  /// Gives the folder its name; durable when this returns.
  ///
  /// - Throws: `BackupError`; `exists` where something has that name.
  func finish(as target: String) throws(BackupError) {
    guard !fileExists(target) else { throw .exists(target) }
    try sync(path)
    guard rename(path, target) == 0 else { throw .failed(target, systemMessage(errno)) }
    try sync(parent)
  }

  /// Removes the folder `name` beside it; one that is half removed is not left under its name.
  func remove(_ name: String) {
    let doomed = "\(parent)/\(Self.prefix)\(getpid())-old"
    if rename("\(parent)/\(name)", doomed) == 0 { removeTree(doomed) }
  }

  private func sync(_ folder: String) throws(BackupError) {
    do { try syncFolder(folder) } catch { throw .failed(error.path, error.reason) }
  }

  deinit {
    removeTree(path)
    close(descriptor)
  }
}

/// The names in `folder`, in order; none where it cannot be read.
func namesInFolder(_ folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: entry.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Removes a file, or a folder with all that is in it; what cannot be removed stays.
func removeTree(_ path: String) {
  if unlink(path) == 0 { return }
  for name in namesInFolder(path) { removeTree(path + "/" + name) }
  rmdir(path)
}
