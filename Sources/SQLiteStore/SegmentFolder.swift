import Glibc
import Readings

/// The files beside a database that hold its sealed chunks, one after the other.
///
/// A file only ever grows at its end. The database knows how long each is and where its chunks lie; what stands behind that is the
/// rest of a step that was cut short, and is written over. So a chunk is written and synced first and named in the database then, and
/// a file is deleted only after the database has forgotten it.
struct SegmentFolder: Sendable {
  /// What the folder is called after its database.
  static let suffix = ".segments"
  /// What each file begins with.
  static let head: [UInt8] = Array("EOsegm01".utf8)

  /// No file is longer, in bytes (2^40), whatever damage has made of a number.
  static let longest = 1 << 40

  /// The folder, which may be absent as long as nothing is sealed.
  let path: String

  /// The folder beside the database at `databasePath`.
  init(besideDatabase databasePath: String) { path = databasePath + Self.suffix }

  /// Writes `bytes` into the file called `name` from `offset` on, where the database knows it to end, and cuts off what stood there;
  /// durable when this returns.
  ///
  /// - Parameter offset: 0 for a new file, before whose first chunk its head is written.
  /// - Returns: how long the file is now.
  /// - Throws: `SegmentError`.
  func append(_ bytes: [UInt8], to name: String, at offset: Int) throws(SegmentError) -> Int {
    try makeFolder()
    let file = path + "/" + name
    guard (0...Self.longest).contains(offset) else { throw SegmentError(file, "it cannot have \(offset) bytes") }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SegmentError(file, code: errno) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, offset) == 0 else { throw SegmentError(file, code: errno) }
    let contents = offset == 0 ? Self.head + bytes : bytes
    var written = 0
    while written < contents.count {
      let count = contents.withUnsafeBytes { bytes in
        pwrite(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written, offset + written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SegmentError(file, code: errno) }
      written += count
    }
    guard fdatasync(descriptor) == 0 else { throw SegmentError(file, code: errno) }
    if offset == 0 {
      try syncFolder(path)
      // Also where the folder is there already: whoever made it may have been stopped before it was synced.
      try syncFolder(parentFolder(of: path))
    }
    return offset + contents.count
  }

  /// Deletes the file called `name`; fine where there is none.
  ///
  /// - Throws: `SegmentError`.
  func delete(_ name: String) throws(SegmentError) {
    guard unlink(path + "/" + name) == 0 || errno == ENOENT else { throw SegmentError(path + "/" + name, code: errno) }
  }

  private func makeFolder() throws(SegmentError) {
    guard !fileExists(path) else { return }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SegmentError(path, code: errno) }
  }

  /// An open file of the folder, to read several chunks of it.
  final class Reader {
    /// The file's path.
    let file: String
    private let descriptor: Int32
    /// So many bytes it had when it was last asked.
    private var size = 0

    /// Opens the file called `name` of `folder`.
    init(_ folder: SegmentFolder, _ name: String) throws(SegmentError) {
      file = folder.path + "/" + name
      descriptor = open(file, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        let code = errno
        throw SegmentError(file, systemMessage(code), isMissing: code == ENOENT)
      }
    }

    deinit { close(descriptor) }

    /// The `length` bytes from `offset` on.
    func read(from offset: Int, length: Int) throws(SegmentError) -> [UInt8] {
      // Asked before memory is, on the word of a row.
      guard offset >= 0, length >= 0, offset <= SegmentFolder.longest, try has(length, from: offset) else {
        throw SegmentError(file, "it does not have \(length) bytes from byte \(offset) on")
      }
      var code: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
        while filled < length {
          let count = pread(descriptor, buffer.baseAddress?.advanced(by: filled), length - filled, offset + filled)
          if count < 0, errno == EINTR { continue }
          if count < 0 { code = errno }
          guard count > 0 else { return }
          filled += count
        }
      }
      guard code == 0 else { throw SegmentError(file, systemMessage(code)) }
      guard bytes.count == length else { throw SegmentError(file, "it ends before byte \(offset + length)") }
      return bytes
    }

    /// Whether the file is so long; files only grow, so that it is asked only for what lies behind its known end.
    private func has(_ length: Int, from offset: Int) throws(SegmentError) -> Bool {
      if length <= size - offset { return true }
      var facts = stat()
      guard fstat(descriptor, &facts) == 0 else { throw SegmentError(file, code: errno) }
      size = Int(facts.st_size)
      return length <= size - offset
    }
  }
}

/// The folder that `path` lies in.
func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes the names in `folder` durable.
func syncFolder(_ folder: String) throws(SegmentError) {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SegmentError(folder, code: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw SegmentError(folder, code: errno) }
}

/// A file of chunks that cannot be read or written.
struct SegmentError: Error, CustomStringConvertible {
  /// The file or folder.
  let path: String
  /// The system's words, or what is wrong with it.
  let reason: String
  /// Whether there is no such file: it may have been merged into others since the database was looked at.
  let isMissing: Bool

  /// The system's number for it, an `errno`; 0 where the system has none.
  let code: Int32

  init(_ path: String, _ reason: String, isMissing: Bool = false) {
    self.path = path
    self.reason = reason
    self.isMissing = isMissing
    code = 0
  }

  /// What the system refused with `code`.
  init(_ path: String, code: Int32) {
    self.path = path
    reason = systemMessage(code)
    isMissing = false
    self.code = code
  }

  var description: String { "\(path): \(reason)" }
}
