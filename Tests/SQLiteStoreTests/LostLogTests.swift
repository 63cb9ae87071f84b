import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

/// Fault row S9.
@Suite("A write-ahead log that is lost")
struct LostLogTests {
  /// What is done to the files of a store whose program was killed.
  enum Harm: String, CaseIterable {
    case deleted, emptied, foreign, older, olderDatabase
  }

  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// The files of a store as a crash leaves them: with `minutes` of readings, a few of them in the log only.
  private func crashed(_ name: String, minutes: Int, from start: Int = 0) throws -> String {
    let path = folder.file(name)
    let database = try ReadingsDatabase(writing: path, now: clock)
    try append(to: database, minutes: minutes, from: start)
    return try copy(path, to: "crashed-" + name, after: database)
  }

  private func append(to database: ReadingsDatabase, minutes: Int, from start: Int = 0) throws {
    for minute in start..<start + minutes {
      try database.append([Reading(grid, at: at(minute * 60), value: Int64(minute))])
    }
  }

  /// A copy of the files of a store that is open.
  private func copy(_ path: String, to name: String, after _: ReadingsDatabase) throws -> String {
    let copy = folder.file(name)
    for suffix in ["", "-wal", ".mark"] where FileManager.default.fileExists(atPath: path + suffix) {
      try? FileManager.default.removeItem(atPath: copy + suffix)
      try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
    }
    return copy
  }

  private func missing(_ path: String) throws -> [String] {
    let database = try ReadingsDatabase(writing: path, now: clock)
    defer { try? database.close() }
    return database.warnings.filter { $0.kind == .missingReadings }.map(\.message)
  }

  @Test("S9: is told at the next start, whatever became of it", arguments: Harm.allCases)
  func told(_ harm: Harm) throws {
    let path = try crashed("a.sqlite", minutes: 20)
    let files = FileManager.default
    switch harm {
    case .deleted: try files.removeItem(atPath: path + "-wal")
    case .emptied: try Data().write(to: URL(filePath: path + "-wal"))
    case .foreign:
      let other = try crashed("b.sqlite", minutes: 30)
      try files.removeItem(atPath: path + "-wal")
      try files.copyItem(atPath: other + "-wal", toPath: path + "-wal")
    case .older:
      // The log of a run before.
      let log = try Data(contentsOf: URL(filePath: path + "-wal"))
      let database = try ReadingsDatabase(writing: path, now: clock)
      try append(to: database, minutes: 5, from: 20)
      let again = try copy(path, to: "again.sqlite", after: database)
      try log.write(to: URL(filePath: again + "-wal"))
      let told = try missing(again)
      #expect(!told.isEmpty)
      return
    case .olderDatabase:
      try files.removeItem(atPath: path + "-wal")
      let young = try ReadingsDatabase(writing: folder.file("young.sqlite"), now: clock)
      try append(to: young, minutes: 3)
      try young.close()
      try files.removeItem(atPath: path)
      try files.copyItem(atPath: folder.file("young.sqlite"), toPath: path)
    }
    let told = try missing(path)
    #expect(!told.isEmpty)
    #expect(told.first?.contains("-wal") == true)
    if harm == .foreign {
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.contains("-wal-foreign-") })
      // Nothing of the other database has come in.
      #expect(try ReadingsDatabase(readingOnly: path).inventory().isEmpty)
    }
    // Told in the run that finds it.
    #expect(try missing(path).allSatisfy { !$0.contains("-wal") })
  }

  @Test("S9: nothing is told after a crash or a proper end that lost nothing")
  func notTold() throws {
    let path = try crashed("a.sqlite", minutes: 20)
    #expect(try missing(path) == [])
    #expect(try ReadingsDatabase(readingOnly: path).inventory().map(\.count) == [20])
    #expect(try missing(path) == [])
    // A log that was begun anew several times since the mark was written.
    let busy = folder.file("busy.sqlite")
    let database = try ReadingsDatabase(writing: busy, now: clock)
    try append(to: database, minutes: 1)
    for number in 0..<3 {
      try database.write { db, _ in
        try db.execute(
          sql: "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(5000000)); DROP TABLE ballast")
      }
      try append(to: database, minutes: 1, from: number + 1)
    }
    let crash = try copy(busy, to: "crash.sqlite", after: database)
    #expect(try missing(crash) == [])
    FaultFigure.tell(
      "S9 lost logs told", ours: "\(Harm.allCases.count) kinds of \(Harm.allCases.count), 0 false", limit: "0 silent",
      goal: "100 %",
      reached: true)
  }
}
