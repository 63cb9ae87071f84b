import GRDB
import Glibc
import Readings
import Synchronization

/// One SQLite file under this room's rules: one process writes it, one connection both writes and checkpoints, a commit that
/// returned survives a power cut, readers change nothing, and files of a newer layout are left alone.
///
/// The rules and the reasons for each setting are in `docs/formats/store.md`.
final class DatabaseFile: Sendable {
  private struct Connection: ~Copyable {
    /// Nil once closed.
    var queue: DatabaseQueue?
    /// Set while the file is read as one that nobody writes.
    var quiet: QuietFile?
    /// Held by the writer.
    var lock: LockFile?
  }

  /// The file as its user names it.
  let path: String
  /// The file without symbolic links in its path.
  let resolvedPath: String
  private let layout: Layout
  private let connection: Mutex<Connection>

  /// Seconds to wait for a lock of SQLite's own, as while another process recovers the file.
  private static let busyTimeout = 5.0
  /// Bytes of WAL after which a commit also checkpoints.
  private static let checkpointSize = 4 << 20
  /// Bytes of WAL file kept for reuse after a checkpoint.
  private static let walSizeLimit = 64 << 20

  /// Opens the file for writing; makes it or brings it to the present layout where needed.
  ///
  /// - Parameter whenLocked: is run before anything is opened, when no other writer can be there any more.
  /// - Throws: `writtenByAnother`, `tooNew`, `cannotOpen`; the file is untouched then. `diskFull`, `readOnly`, `locked`.
  init(writing path: String, layout: Layout, whenLocked: () -> Void = {}) throws(ReadingStoreError) {
    let resolvedPath = try resolved(path)
    let lock = try LockFile(at: resolvedPath + LockFile.suffix, for: path)
    whenLocked()
    if fileExists(resolvedPath) {
      let queue = try Self.openToLook(resolvedPath, named: path)
      defer { try? queue.close() }
      _ = try Self.version(of: queue, layout: layout, path: path)
    }
    self.path = path
    self.resolvedPath = resolvedPath
    self.layout = layout
    let queue = try Self.openWriting(resolvedPath, layout: layout, named: path)
    connection = Mutex(Connection(queue: queue, quiet: nil, lock: lock))
  }

  /// Opens an existing file for reading, of the present layout or one that reads the same.
  ///
  /// - Throws: `tooNew`, `cannotOpen`.
  init(readingOnly path: String, layout: Layout) throws(ReadingStoreError) {
    let resolvedPath = try resolved(path)
    guard fileExists(resolvedPath) else { throw .cannotOpen(path: path, reason: "there is no such file") }
    let (queue, quiet) = try Self.openReadOnly(resolvedPath, named: path)
    let version = try Self.version(of: queue, layout: layout, path: path)
    guard version >= layout.oldestReadable else {
      throw .cannotOpen(
        path: path,
        reason:
          "it has layout \(version), layout \(layout.version) is needed; start the program that writes it once, it brings it up")
    }
    self.path = path
    self.resolvedPath = resolvedPath
    self.layout = layout
    connection = Mutex(Connection(queue: queue, quiet: quiet, lock: nil))
  }

  deinit { try? close() }

  /// Closes the connection (a writer checkpoints first) and lets go of the lock. Closing twice is fine.
  ///
  /// - Throws: `failed`; the lock is kept then.
  func close() throws(ReadingStoreError) {
    do {
      try connection.withLock { connection in
        try connection.queue?.close()
        connection.queue = nil
        connection.lock = nil
      }
    } catch {
      throw failure(error)
    }
  }

  /// Runs `body` in one write transaction; when this returns, what it wrote survives a power cut.
  ///
  /// - Throws: `failed`; nothing that `body` wrote is kept then.
  func write<Value>(_ body: (Database) throws -> Value) throws(ReadingStoreError) -> Value {
    let (queue, isWriter) = connection.withLock { ($0.queue, $0.lock != nil) }
    guard let queue else { throw .failed(path: path, reason: "it has been closed") }
    guard isWriter else { throw .failed(path: path, reason: "it was opened for reading only") }
    do { return try queue.write(body) } catch { throw failure(error) }
  }

  /// Writes the file anew without what was deleted, and empties the log, so that neither holds it any more.
  ///
  /// - Throws: `failed`, also where a reader keeps the log from being emptied; then it can be done again.
  func rewrite() throws(ReadingStoreError) {
    guard let queue = connection.withLock({ $0.lock == nil ? nil : $0.queue }) else {
      throw .failed(path: path, reason: "it is not open for writing")
    }
    do {
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM")
        let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        guard try row?.integer(0) == 0 else {
          throw DatabaseError(resultCode: .SQLITE_BUSY, message: "somebody reads it; once that has ended, do this again")
        }
      }
    } catch {
      throw failure(error)
    }
  }

  /// Runs `body` on one consistent state of the file. `body` may run again where a writer turned up meanwhile.
  ///
  /// - Throws: `failed`.
  func read<Value>(_ body: (Database) throws -> Value) throws(ReadingStoreError) -> Value {
    try onOneState { queue in try queue.read(body) }
  }

  /// Writes one consistent state of the file to `target`, without what deleted rows left behind; it is not synced yet. What stands
  /// there is written over.
  ///
  /// - Throws: `failed`.
  func copy(to target: String) throws(ReadingStoreError) {
    try onOneState { queue in
      unlink(target)
      try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [target]) }
    }
  }

  /// Runs `body`, again where a file that was taken for unchanging has been written meanwhile.
  private func onOneState<Value>(_ body: (DatabaseQueue) throws -> Value) throws(ReadingStoreError) -> Value {
    var last: ReadingStoreError?
    for attempt in 1...3 {
      let (queue, quiet) = connection.withLock { ($0.queue, $0.quiet) }
      guard let queue else { throw .failed(path: path, reason: "it has been closed") }
      do {
        let value = try body(queue)
        if quiet == nil || QuietFile(at: resolvedPath) == quiet { return value }
      } catch {
        last = failure(error)
        if let last, quiet == nil || QuietFile(at: resolvedPath) == quiet { throw last }
      }
      // Where writers come and go that fast, the last attempt takes part in the WAL.
      try reopenReadOnly(insteadOf: queue, sharing: attempt == 2)
    }
    throw last ?? .failed(path: path, reason: "it changes while it is read")
  }

  /// Replaces `queue`, under which the file changed; `sharing` as in `openReadOnly`.
  private func reopenReadOnly(insteadOf queue: DatabaseQueue, sharing: Bool) throws(ReadingStoreError) {
    let (fresh, quiet) = try Self.openReadOnly(resolvedPath, named: path, sharing: sharing)
    connection.withLock { connection in
      // Someone else may have replaced it already, or closed the file.
      guard connection.queue === queue else { return }
      try? queue.close()
      connection.queue = fresh
      connection.quiet = quiet
    }
  }

  private func failure(_ error: any Error) -> ReadingStoreError {
    .of(error, at: path, otherwise: { .failed(path: path, reason: $0) })
  }

  /// Bytes of a database that are looked at in a moment; a longer one is left to `energy-opt store check`.
  private static let quicklyRead = 64 << 20

  /// The first thing that is wrong with the pages of a file that is not too long to be looked at now; nil where nothing is.
  func quickLook() -> String? {
    guard let queue = connection.withLock({ $0.queue }) else { return nil }
    do {
      return try queue.read { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        guard pages * layout.pageSize <= Self.quicklyRead else { return nil }
        let told = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        return told == "ok" ? nil : told
      }
    } catch {
      return Self.message(error)
    }
  }

  private static func message(_ error: any Error) -> String { (error as? DatabaseError)?.message ?? "\(error)" }

  /// Writes what the write-ahead log holds into the file and cuts it to nothing, as far as that can be done now.
  func checkpoint() {
    let queue = connection.withLock { $0.lock == nil ? nil : $0.queue }
    try? queue?.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
  }
}

extension DatabaseFile {
  private static func openWriting(
    _ resolvedPath: String, layout: Layout, named path: String
  ) throws(ReadingStoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    configuration.foreignKeysEnabled = false
    do {
      let queue = try DatabaseQueue(path: resolvedPath, configuration: configuration)
      // Set here and not by GRDB's journal mode, which would also lower `synchronous` to NORMAL.
      try queue.writeWithoutTransaction { db in
        // Has an effect in a new file only, and only before the next line.
        try db.execute(sql: "PRAGMA page_size = \(layout.pageSize)")
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
          throw ReadingStoreError.cannotOpen(path: path, reason: "write-ahead logging cannot be switched on there")
        }
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointSize / layout.pageSize)")
        try db.execute(sql: "PRAGMA journal_size_limit = \(walSizeLimit)")
        // A WAL that was left behind may end in commits whose sync failed: they read as whole, and no later sync brings them to the
        // disk. So all of it is written anew, into the file.
        try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
      try layout.migrator.migrate(queue)
      try layout.sums.attach(to: queue)
      // Asked once more: where the switch failed on the disk, the first answer is still "wal".
      guard try queue.read({ try String.fetchOne($0, sql: "PRAGMA journal_mode") }) == "wal" else {
        throw ReadingStoreError.cannotOpen(path: path, reason: "write-ahead logging could not be switched on")
      }
      // SQLite syncs the names of a new file and its WAL too, but goes on where that fails.
      try syncFolder(parentFolder(of: resolvedPath))
      guard try queue.read({ try Int.fetchOne($0, sql: "PRAGMA synchronous") }) == 2 else {
        throw ReadingStoreError.cannotOpen(path: path, reason: "SQLite does not accept synchronous = FULL")
      }
      return queue
    } catch {
      throw .of(error, at: path, otherwise: { .cannotOpen(path: path, reason: $0) })
    }
  }

  /// A connection for the writer's first look. Where a rollback journal lies beside the file, as when the power went in the first
  /// moments of its making, SQLite has to roll that back before anyone can read; only a connection that may write does.
  private static func openToLook(_ resolvedPath: String, named path: String) throws(ReadingStoreError) -> DatabaseQueue {
    guard fileExists(resolvedPath + "-journal") else { return try openReadOnly(resolvedPath, named: path).0 }
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    do { return try DatabaseQueue(path: resolvedPath, configuration: configuration) } catch {
      throw .of(error, at: path, otherwise: { .cannotOpen(path: path, reason: $0) })
    }
  }

  /// A connection that cannot write. Where nobody has the file open for writing it touches nothing at all; else, or when `sharing`,
  /// it takes part in the WAL as SQLite's readers do, which may make the `-shm` file.
  private static func openReadOnly(
    _ resolvedPath: String, named path: String, sharing: Bool = false
  ) throws(ReadingStoreError) -> (DatabaseQueue, QuietFile?) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(busyTimeout)
    configuration.foreignKeysEnabled = false
    if !sharing, let quiet = QuietFile(at: resolvedPath),
      let queue = try? DatabaseQueue(path: immutableURI(resolvedPath), configuration: configuration)
    {
      return (queue, quiet)
    }
    do {
      return (try DatabaseQueue(path: resolvedPath, configuration: configuration), nil)
    } catch {
      throw .of(error, at: path, otherwise: { .cannotOpen(path: path, reason: $0) })
    }
  }

  /// The URI by which SQLite takes the file for unchanging: no locks, no `-wal`, no `-shm`.
  private static func immutableURI(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var uri = "file:"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        uri.append(Character(UnicodeScalar(byte)))
      default:
        uri.append("%")
        uri.append(digits[Int(byte >> 4)])
        uri.append(digits[Int(byte & 15)])
      }
    }
    return uri + "?immutable=1"
  }

  /// Whether the file at `path` is of an older layout than readers take.
  ///
  /// - Throws: `tooNew`, `cannotOpen`.
  static func isOlder(_ path: String, than layout: Layout) throws(ReadingStoreError) -> Bool {
    let (queue, _) = try openReadOnly(try resolved(path), named: path)
    defer { try? queue.close() }
    return try version(of: queue, layout: layout, path: path) < layout.oldestReadable
  }

  /// The layout's version in the file, 0 for one that is empty so far.
  ///
  /// - Throws: `tooNew`; `cannotOpen` for a file that is someone else's.
  private static func version(
    of queue: DatabaseQueue, layout: Layout, path: String
  ) throws(ReadingStoreError) -> Int {
    let facts: (application: Int32, version: Int, tables: Int)
    do {
      facts = try queue.read { db in
        (
          try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          // A file whose making was cut short has at most the migrator's own table.
          try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'") ?? 0
        )
      }
    } catch {
      throw .of(error, at: path, otherwise: { .cannotOpen(path: path, reason: $0) })
    }
    let isEmpty = facts.application == 0 && facts.version == 0 && facts.tables == 0
    guard isEmpty || facts.application == layout.applicationID else {
      throw .cannotOpen(path: path, reason: "it is a database, but not one of \(layout.contents)")
    }
    guard facts.version <= layout.version else {
      throw .tooNew(path: path, version: facts.version, known: layout.version)
    }
    return facts.version
  }
}
