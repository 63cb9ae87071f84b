import Foundation
import GRDB
import Glibc

/// Makes a copy of a database readable whose first page or schema is damaged, by the outline that its writer left beside it: where each
/// table begins. What is on the damaged page itself stays lost.
struct SchemaRebuilding {
  private let layout: Layout
  private let outline: StoreOutline

  /// For a database of `layout`.
  init(_ layout: Layout, _ outline: StoreOutline) { (self.layout, self.outline) = (layout, outline) }

  /// Copies the database at `path` with its write-ahead log to `copy`, and gives that a new first page and schema where it needs them.
  ///
  /// - Throws: `BackupError`, `DatabaseError`; `copy` is of no use then.
  func rebuild(_ path: String, as copy: String) throws {
    for suffix in ["", "-wal"] where fileExists(path + suffix) {
      let source = open(path + suffix, O_RDONLY | O_CLOEXEC)
      guard source >= 0 else { throw BackupError.failed(path + suffix, systemMessage(errno)) }
      defer { close(source) }
      let length = FileFacts(at: path + suffix)?.bytes ?? 0
      guard try FileCopy(progress: { _ in }).copy(source, length: length, to: copy + suffix) != nil else {
        throw BackupError.failed(path + suffix, "it became shorter while it was copied")
      }
    }
    // With a first page that says so, SQLite brings the log into the file, and perhaps a whole first page with it.
    try writeFirstPage(of: copy, hasLog: true)
    try DatabaseQueue(path: copy).close()
    let tables = try? DatabaseQueue(path: copy).read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE rootpage > 0")
    }
    if let tables, tables >= outline.roots.count { return }
    try writeFirstPage(of: copy, hasLog: false)
    try insertSchema(into: copy)
  }

  /// A first page without tables, and without free pages, since nobody knows which are free. Its header is that of SQLite's file format.
  private func writeFirstPage(of copy: String, hasLog: Bool) throws {
    guard let handle = FileHandle(forUpdatingAtPath: copy) else { throw BackupError.failed(copy, "it cannot be opened") }
    defer { try? handle.close() }
    let pages = Int(try handle.seekToEnd()) / layout.pageSize
    var page = [UInt8](repeating: 0, count: layout.pageSize)
    func put(_ value: Int, at place: Int, bytes: Int) {
      for byte in 0..<bytes { page[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - byte))) }
    }
    page.replaceSubrange(0..<16, with: Array("SQLite format 3\0".utf8))
    put(layout.pageSize, at: 16, bytes: 2)
    // Version to write and read: 2 is with a write-ahead log, 1 without; then payload fractions, which are fixed.
    put(hasLog ? 0x0202 : 0x0101, at: 18, bytes: 2)
    put(0x40_2020, at: 21, bytes: 3)
    // A change counter, and once more for which it the number of pages is valid.
    put(1, at: 24, bytes: 4)
    put(pages, at: 28, bytes: 4)
    put(1, at: 92, bytes: 4)
    put(1, at: 40, bytes: 4)
    // Format of the schema, UTF-8.
    put(4, at: 44, bytes: 4)
    put(1, at: 56, bytes: 4)
    put(layout.version, at: 60, bytes: 4)
    put(Int(layout.applicationID), at: 68, bytes: 4)
    // An empty leaf.
    put(0x0D, at: 100, bytes: 1)
    put(layout.pageSize, at: 105, bytes: 2)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: page)
    try handle.synchronize()
  }

  /// The schema of the present layout, with the first pages that the outline tells.
  private func insertSchema(into copy: String) throws {
    let model = try DatabaseQueue()
    try layout.migrator.migrate(model)
    let schema = try model.read { db in
      try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE rootpage > 0 ORDER BY rowid")
    }
    let roots = Dictionary(outline.roots.map { ($0.name, $0.page) }, uniquingKeysWith: { first, _ in first })
    let queue = try DatabaseQueue(path: copy)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA writable_schema = ON")
      for row in schema {
        guard let root = roots[try row.text(1)] else { continue }
        try db.execute(
          sql: "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)",
          arguments: [row[0] as String, row[1] as String, row[2] as String, root, row[3] as String?])
      }
      try db.execute(sql: "PRAGMA writable_schema = OFF")
    }
    try queue.close()
  }
}
