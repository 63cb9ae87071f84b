import Glibc
import Readings

/// The mark of the one process that may write a database: an exclusive `flock` on a file beside it.
///
/// The system lets go of it when the process ends, however it ends, so that nothing stale is ever left to clean up. The file itself
/// stays: deleting it would let two processes lock two different files of the same name. It grows by one byte each time a writer
/// takes it, by which readers notice that one has been there (`QuietFile`).
struct LockFile: ~Copyable {
  /// What a lock file is called after its database.
  static let suffix = ".lock"

  private let descriptor: Int32

  /// Takes the lock at `lockPath`, or fails at once; `path` is the database, for messages.
  ///
  /// - Throws: `writtenByAnother` where someone holds it, `cannotOpen` where the file cannot be made.
  init(at lockPath: String, for path: String) throws(ReadingStoreError) {
    let descriptor = open(lockPath, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    let openError = errno
    guard descriptor >= 0 else {
      throw .refused(
        path, code: openError, otherwise: .cannotOpen(path: path, reason: "\(lockPath): \(systemMessage(openError))"))
    }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let lockError = errno
      if lockError == EINTR { continue }
      close(descriptor)
      if lockError == EWOULDBLOCK { throw .writtenByAnother(path: path) }
      throw .cannotOpen(path: path, reason: "\(lockPath): \(systemMessage(lockError))")
    }
    // On a full disk it goes without; the times of the database tell readers most of it too.
    _ = write(descriptor, "w", 1)
    self.descriptor = descriptor
  }

  deinit {
    // Closing alone would leave the lock to a child process that is just being started and has not let go of its copy yet.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// The system's words for `code`, an `errno`.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
