import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import Testing

@testable import SQLiteStore

@Suite("The readings' file")
struct ReadingsDatabaseTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: clock) }

  @Test("is written with WAL and synchronous FULL")
  func pragmas() throws {
    let database = try writer()
    try database.append([Reading(grid, at: at(0), value: 1)])
    let facts = try database.file.write { db in
      [
        try String.fetchOne(db, sql: "PRAGMA journal_mode"), try String.fetchOne(db, sql: "PRAGMA synchronous"),
        try String.fetchOne(db, sql: "PRAGMA busy_timeout"), try String.fetchOne(db, sql: "PRAGMA application_id"),
        try String.fetchOne(db, sql: "PRAGMA user_version"), try String.fetchOne(db, sql: "PRAGMA page_size"),
      ]
    }
    // 2 is FULL; "EOrd" in ASCII is 0x454F7264.
    #expect(facts == ["wal", "2", "5000", String(0x454F_7264), "9", "1024"])
  }

  @Test("keeps a conflicting value beside the readings, once, with the time it was first received")
  func conflicts() throws {
    let database = try writer()
    try database.append([Reading(grid, at: at(0), value: 1), Reading(grid, at: at(10), value: 2)])
    for _ in 0..<2 { try database.append([Reading(grid, at: at(0), value: 9), Reading(grid, at: at(10), value: 2)]) }
    #expect(
      try database.conflicts() == [
        ReadingConflict(kept: Reading(grid, at: at(0), value: 1), refused: 9, received: receivedAt)
      ])
  }

  @Test("survives stamps from the ends of time, and others flow on")
  func strayStamps() throws {
    let database = try writer()
    let far = Timestamp(milliseconds: .max)
    let early = Timestamp(milliseconds: .min)
    try database.append([Reading(grid, at: far, value: 1), Reading(pv, at: at(0), value: 1), Reading(power, at: early, value: 1)])
    for second in stride(from: 0, to: 20_000, by: 100) { try database.append([Reading(pv, at: at(second), value: 1)]) }
    try database.append([Reading(grid, at: far, value: 1)])
    try database.append([Reading(grid, at: early, value: 1)])
    #expect(try database.inventory().map(\.count) == [2, 1, 200])
    #expect(try database.samples(of: pv, in: at(0)..<at(100)).map(\.time) == [at(0), at(100)])
    #expect(try database.latest(asOf: at(50))[grid] == Sample(at: early, value: 1))
    #expect(try database.latest(asOf: far)[grid] == Sample(at: far, value: 1))
  }

  @Test("is read the same by many series at once and one by one")
  func manySeries() throws {
    let database = try writer()
    let readings = ReadingStoreConformance.readings(seed: 9)
    try database.append(readings)
    let span = at(40_000)..<at(90_000)
    let together = try database.samples(of: [grid, pv, power, SeriesKey("NONE", .current)], in: span)
    for key in [grid, pv, power] { #expect(try together[key] == database.samples(of: key, in: span)) }
    #expect(together.count == 3)
    #expect(try database.series() == [grid, power, pv].sorted())
  }

  @Test("takes appends and questions from many threads at once")
  func manyThreads() async throws {
    let database = try writer()
    let reader = try ReadingsDatabase(readingOnly: path)
    try await withThrowingTaskGroup { group in
      for task in 0..<8 {
        group.addTask { @concurrent in
          for step in 0..<25 {
            // Each reading comes from two tasks.
            let time = at((task / 2) * 1_000 + step)
            try database.append([Reading(grid, at: time, value: 1), Reading(pv, at: time, value: 2)])
            let counts = try reader.inventory().map(\.count)
            #expect(counts.count == 2 && counts[0] == counts[1])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try database.inventory().map(\.count) == [100, 100])
  }

  @Test("does not open for reading where it does not exist, and makes nothing there")
  func absent() throws {
    #expect(throws: ReadingStoreError.cannotOpen(path: path, reason: "there is no such file")) {
      _ = try ReadingsDatabase(readingOnly: path)
    }
    let nowhere = folder.file("nowhere/readings.sqlite")
    #expect(throws: ReadingStoreError.cannotOpen(path: nowhere, reason: "No such file or directory")) {
      _ = try ReadingsDatabase(writing: nowhere, now: clock)
    }
    #expect(try folder.names == [])
  }

  @Test("refuses to append where it was opened for reading, and anything once closed")
  func refusals() throws {
    let database = try writer()
    let reader = try ReadingsDatabase(readingOnly: path)
    #expect(throws: ReadingStoreError.failed(path: path, reason: "it was opened for reading only")) {
      try reader.append([Reading(grid, at: at(0), value: 1)])
    }
    try database.close()
    try database.close()
    #expect(throws: ReadingStoreError.failed(path: path, reason: "it has been closed")) { try database.inventory() }
  }

  @Test("is found under names that need escaping")
  func strangeName() throws {
    let strange = folder.file("a?b#c%d é.sqlite")
    let database = try ReadingsDatabase(writing: strange, now: clock)
    try database.append([Reading(grid, at: at(0), value: 1)])
    try database.close()
    #expect(try ReadingsDatabase(readingOnly: strange).inventory().count == 1)
    #expect(try folder.names == ["a?b#c%d é.sqlite", "a?b#c%d é.sqlite.lock", "a?b#c%d é.sqlite.outline"])
  }
}
