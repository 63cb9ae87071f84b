import GRDB
import Glibc
import Readings

extension ReadingStoreError {
  /// What `error` means for the store at `path`: a full disk, a read-only file system and a lock have names of their own, anything else
  /// is what `otherwise` makes of its reason.
  static func of(_ error: any Error, at path: String, otherwise: (String) -> ReadingStoreError) -> ReadingStoreError {
    switch error {
    case let error as ReadingStoreError: error
    case let error as SegmentError: refused(path, code: error.code, otherwise: otherwise("\(error)"))
    case let error as DatabaseError:
      of(error.resultCode, error.message ?? "\(error.resultCode)", at: path, otherwise: otherwise)
    default: otherwise("\(error)")
    }
  }

  /// The same for a call that the system refused with `code`, an `errno`.
  static func refused(_ path: String, code: Int32, otherwise: ReadingStoreError) -> ReadingStoreError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EROFS: .readOnly(path: path)
    default: otherwise
    }
  }

  private static func of(
    _ code: ResultCode, _ message: String, at path: String, otherwise: (String) -> ReadingStoreError
  ) -> ReadingStoreError {
    switch code {
    case .SQLITE_FULL: return .diskFull(path: path)
    case .SQLITE_CORRUPT: return .damaged(path: path, reason: message)
    case .SQLITE_NOTADB: return .damaged(path: path, reason: "it does not begin like a database")
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(path: path)
    case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN:
      // SQLite does not pass on why a call failed; the file system says it.
      let folder = parentFolder(of: path)
      if FileSystem.isReadOnly(folder) { return .readOnly(path: path) }
      if DiskSpace(at: folder)?.free == 0 { return .diskFull(path: path) }
      return otherwise(message)
    default: return otherwise(message)
    }
  }
}

/// What a file system says of itself.
enum FileSystem {
  /// `ST_RDONLY` of statvfs(3).
  private static let readOnlyFlag: UInt = 1

  /// Whether nothing can be written where `path` lies.
  static func isReadOnly(_ path: String) -> Bool {
    var facts = statvfs()
    return statvfs(path, &facts) == 0 && UInt(facts.f_flag) & readOnlyFlag != 0
  }
}
