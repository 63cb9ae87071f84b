import Glibc
import Readings

/// What identifies a database file that nobody has open for writing: it has no `-wal` and no `-journal` beside it.
///
/// Such a file is complete by itself and may be read without touching anything, for as long as a new look gives an equal value. The
/// number of times that writers have opened it settles the matter; the rest finds the programs that know nothing of our lock.
/// Looking opens nothing: closing any descriptor of a database drops the locks that SQLite holds on it in this process.
struct QuietFile: Equatable {
  private let openings: Int
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
    var lockFacts = stat()
    openings = stat(path + LockFile.suffix, &lockFacts) == 0 ? Int(lockFacts.st_size) : 0
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
