import Glibc
import Readings

/// The mark of the one process that may write a database: an exclusive `flock` on a file beside it.
///
/// The system lets go of it when the process ends, however it ends, so that nothing stale is ever left to clean up. The file itself
/// stays: deleting it would let two processes lock two different files of the same name. It is empty.
struct LockFile: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock at `lockPath`, or fails at once; `path` is the database, for messages.
  ///
  /// - Throws: `writtenByAnother` where someone holds it, `cannotOpen` where the file cannot be made.
  init(at lockPath: String, for path: String) throws(ReadingStoreError) {
    let descriptor = open(lockPath, O_RDONLY | O_CREAT | O_CLOEXEC, 0o644)
    let openError = errno
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: "\(lockPath): \(systemMessage(openError))")
    }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let lockError = errno
      if lockError == EINTR { continue }
      close(descriptor)
      if lockError == EWOULDBLOCK { throw .writtenByAnother(path: path) }
      throw .cannotOpen(path: path, reason: "\(lockPath): \(systemMessage(lockError))")
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

/// What identifies a database file that nobody has open for writing: it has no `-wal` and no `-journal` beside it.
///
/// Such a file is complete by itself and may be read without touching anything, for as long as a new look gives an equal value.
/// Looking opens nothing: closing any descriptor of a database drops the locks that SQLite holds on it in this process.
struct QuietFile: Equatable {
  private let device: UInt
  private let inode: UInt
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// The file at `path`, or nil where it is absent or being written, or may have been left half-way.
  init?(at path: String) {
    guard !fileExists(path + "-wal"), !fileExists(path + "-journal") else { return nil }
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    device = UInt(facts.st_dev)
    inode = UInt(facts.st_ino)
    size = Int(facts.st_size)
    seconds = Int(facts.st_mtim.tv_sec)
    nanoseconds = Int(facts.st_mtim.tv_nsec)
  }
}

/// Whether something is at `path`.
func fileExists(_ path: String) -> Bool {
  var facts = stat()
  return stat(path, &facts) == 0
}

/// `path` without symbolic links, so that two names of one database meet at one lock; the file itself may be absent.
///
/// - Throws: `cannotOpen` where its folder is absent.
func resolved(_ path: String) throws(ReadingStoreError) -> String {
  if let real = realPath(path) { return real }
  let folder: String
  let name: Substring
  if let slash = path.lastIndex(of: "/") {
    folder = slash == path.startIndex ? "/" : String(path[..<slash])
    name = path[path.index(after: slash)...]
  } else {
    folder = "."
    name = path[...]
  }
  guard !name.isEmpty else { throw .cannotOpen(path: path, reason: "the path names a folder") }
  guard let real = realPath(folder) else {
    let folderError = errno
    throw .cannotOpen(path: path, reason: systemMessage(folderError))
  }
  return real == "/" ? "/\(name)" : "\(real)/\(name)"
}

private func realPath(_ path: String) -> String? {
  guard let buffer = realpath(path, nil) else { return nil }
  defer { free(buffer) }
  return String(cString: buffer)
}

/// The system's words for `code`, an `errno`.
private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
