import Glibc
import Synchronization

/// Room that is held free beside a database for the day when the disk is full: a file of no contents, deleted then, so that a checkpoint
/// can end, and events be kept, while readings wait in the collector's memory. It is made again when there is room. A store that nobody
/// writes has no log to bring in, so that only the least of it stays.
final class ReserveFile: Sendable {
  /// What it is called after its database.
  static let suffix = ".reserve"
  /// Bytes that it takes where the disk has them: a write-ahead log at its usual longest.
  static let usualSize: Int64 = 4 << 20
  /// Bytes that are worth holding: some pages of events.
  private static let leastSize: Int64 = 64 << 10

  private let path: String
  /// How long the file is to be.
  private let size: Int64
  /// Whether it is there, as far as this program has to do with it.
  private let isHeld: Mutex<Bool>

  /// The reserve of the database at `databasePath`, made now where the disk has room for four times as much; on a small disk it is
  /// smaller.
  init(besideDatabase databasePath: String) {
    path = databasePath + Self.suffix
    let present = Self.size(of: path)
    let free = DiskSpace(at: parentFolder(of: path))?.free ?? 0
    size = min(Self.usualSize, max(Self.leastSize, (free + present) / 4 & ~0xFFFF))
    isHeld = Mutex(present >= size)
    restore()
  }

  /// Whether the room is there, or can be made: then the disk is not full.
  @discardableResult
  func restore() -> Bool {
    isHeld.withLock { isHeld in
      if isHeld { return true }
      // Something must be left for what is to be written now.
      guard let free = DiskSpace(at: parentFolder(of: path))?.free, free >= size + size / 4 else { return false }
      isHeld = make()
      return isHeld
    }
  }

  /// Gives the room back to the disk.
  func release() {
    isHeld.withLock { isHeld in
      unlink(path)
      isHeld = false
    }
  }

  /// Gives all but the least back to the disk: the log has been brought in, and no other writer follows before the next start.
  func rest() {
    isHeld.withLock { isHeld in
      guard isHeld else { return }
      truncate(path, off_t(min(size, Self.leastSize)))
      isHeld = size <= Self.leastSize
    }
  }

  private func make() -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if posix_fallocate(descriptor, 0, off_t(size)) == 0 { return true }
    unlink(path)
    return false
  }

  /// The bytes that the file at `path` takes on the disk; 0 where there is none.
  private static func size(of path: String) -> Int64 {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int64(facts.st_blocks) * 512 : 0
  }
}
