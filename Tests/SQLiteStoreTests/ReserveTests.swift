import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The room that is held free")
struct ReserveTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("readings.sqlite") }
  private var reserve: String { path + ".reserve" }

  init() throws { folder = try TemporaryFolder() }

  private func size() throws -> Int64 {
    try FileManager.default.attributesOfItem(atPath: reserve)[.size] as? Int64 ?? 0
  }

  @Test("is made with the database, given up on demand, and made again by the next append")
  func again() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    #expect(try size() == 4 << 20)
    #expect(database.warnings == [])
    let file = ReserveFile(besideDatabase: path)
    file.release()
    #expect(!FileManager.default.fileExists(atPath: reserve))
    #expect(file.restore())
    #expect(try size() == 4 << 20)
    try database.append([Reading(grid, at: at(0), value: 1)])
    try database.close()
  }

  @Test("is given back at the end but for the least, and made whole by the next start")
  func atRest() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    try database.append([Reading(grid, at: at(0), value: 1)])
    try database.close()
    #expect(try size() == 64 << 10)
    let again = try ReadingsDatabase(writing: path, now: clock)
    #expect(try size() == 4 << 20)
    try again.close()
  }

  @Test("is not made by a reader")
  func reader() throws {
    try ReadingsDatabase(writing: path, now: clock).close()
    try FileManager.default.removeItem(atPath: reserve)
    _ = try ReadingsDatabase(readingOnly: path).inventory()
    #expect(!FileManager.default.fileExists(atPath: reserve))
  }

  @Test("S11: warns of a log that a reader keeps from ending, stays readable, and cuts it when the reader has gone")
  func heldLog() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    try database.append([Reading(grid, at: at(0), value: 1)])
    var longest: Int64 = 0
    // A reader that holds on to one state of the file, as a program that forgot to end its question.
    let reader = try DatabaseQueue(path: path)
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN; SELECT * FROM series")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM series")
      var second = 1
      while database.warnings.isEmpty {
        // A megabyte that the log has to hold.
        try database.write { db, _ in
          try db.execute(
            sql: "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(1048576)); DROP TABLE ballast")
        }
        try database.append([Reading(grid, at: at(second), value: 1)])
        second += 1
        longest = Int64(try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0)
        try #require(second < 200)
      }
      #expect(try database.inventory().map(\.count) == [second])
      try db.execute(sql: "COMMIT")
    }
    #expect(database.warnings.map(\.kind) == [.longLog])
    database.file.checkpoint()
    #expect(database.warnings == [])
    try database.close()
    FaultFigure.tell(
      "S11 log held by a reader, told at", ours: "\(longest >> 20) MiB", limit: "64 MiB", goal: "told by 64 MiB",
      reached: longest <= 64 << 20)
    #expect(longest <= 64 << 20)
  }

  @Test("a full disk, a read-only one and a lock have names of their own")
  func names() {
    let file = ReadingStoreError.failed(path: "f", reason: "?")
    #expect(ReadingStoreError.refused("f", code: ENOSPC, otherwise: file) == .diskFull(path: "f"))
    #expect(ReadingStoreError.refused("f", code: EROFS, otherwise: file) == .readOnly(path: "f"))
    #expect(ReadingStoreError.refused("f", code: EIO, otherwise: file) == file)
  }
}
