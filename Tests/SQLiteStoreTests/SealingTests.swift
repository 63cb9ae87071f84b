import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Sealing readings in chunks")
struct SealingTests {
  private let folder: TemporaryFolder
  private let path: String
  private let keys = [grid, pv, power]

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: clock) }

  /// A poll of three series at second `second`: two of one point, one of another.
  private func poll(_ second: Int) -> [Reading] {
    keys.enumerated().map { Reading($1, at: at(second), value: Int64((second * ($0 + 1)) % 7919)) }
  }

  /// Five hours of polls every 10 s, a minute an append.
  private func fill(_ store: any ReadingStore, from first: Int = 0, to end: Int = 5 * 3600) throws {
    for minute in stride(from: first, to: end, by: 60) {
      try store.append(stride(from: minute, to: min(minute + 60, end), by: 10).flatMap { poll($0) })
    }
  }

  private func expect(_ store: any ReadingStore, holds expected: any ReadingStore) throws {
    #expect(try store.inventory() == expected.inventory())
    for key in keys {
      let whole = ReadingStoreConformance.whole
      #expect(try store.samples(of: key, in: whole) == expected.samples(of: key, in: whole))
    }
  }

  private func count(_ sql: String, _ database: ReadingsDatabase) throws -> Int {
    try database.file.read { try Int.fetchOne($0, sql: sql) ?? 0 }
  }

  private var segment: String { path + ".segments/2026-03-01.hours.1" }

  @Test("takes whole hours out of the journal, a chunk a point, into the day's segment")
  func hours() throws {
    let database = try writer()
    let expected = InMemoryReadingStore()
    try fill(database)
    try fill(expected)
    // From 00:00 to 05:00 the last append is of 04:59:50: what lies before 03:00 is settled. Two points, three hours.
    #expect(try count("SELECT count(*) FROM chunk", database) == 6)
    #expect(try count("SELECT settled_until FROM ledger", database) == Int(at(3 * 3600).milliseconds))
    // 02:59 was read 120 appends before the end; no more than a chain's length is kept beside these.
    #expect((120...160).contains(try count("SELECT count(*) FROM journal", database)))
    #expect(try count("SELECT count(*) FROM reading", database) == 0)
    let size = try #require(try FileManager.default.attributesOfItem(atPath: segment)[.size] as? Int)
    #expect(try count("SELECT length FROM segment", database) == size)
    // 3,240 readings whose values follow no rule that is looked for: less than two bytes each.
    #expect(size < 2 * 3240)
    try expect(database, holds: expected)
    try expect(ReadingsDatabase(readingOnly: path), holds: expected)
    try database.close()
    try expect(ReadingsDatabase(readingOnly: path), holds: expected)
    try expect(writer(), holds: expected)
  }

  @Test("adds late readings to the chunks of their hours")
  func late() throws {
    let database = try writer()
    let expected = InMemoryReadingStore()
    let late = [
      Reading(grid, at: at(1805), value: -5), Reading(pv, at: at(-9000), value: 1), Reading(pv, at: at(3605), value: 2),
    ]
    for store in [database as any ReadingStore, expected] {
      try fill(store)
      try store.append(late)
      // Known already, and known otherwise.
      var outcome = AppendOutcome()
      outcome.repeated = 2
      outcome.conflicting = 1
      #expect(try store.append([late[0], poll(20)[0], Reading(grid, at: at(30), value: -1)]) == outcome)
    }
    #expect(try count("SELECT count(*) FROM reading", database) == 3)
    try expect(database, holds: expected)
    for store in [database as any ReadingStore, expected] { try fill(store, from: 5 * 3600, to: 6 * 3600 + 20) }
    #expect(try count("SELECT count(*) FROM reading", database) == 0)
    try expect(database, holds: expected)
    #expect(try database.append(late).repeated == 3)
    // 21:00 to 22:00 of the day before lies in another month, which is over.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path + ".segments").sorted()
        == ["2026-02.months.3", "2026-03-01.hours.1"])
    #expect(try database.conflicts().map(\.kept) == [poll(30)[0]])
  }

  @Test("writes over what a step that was cut short left behind a segment's end")
  func cutShort() throws {
    let expected = InMemoryReadingStore()
    try fill(expected, to: 8 * 3600)
    do { try fill(writer()) }
    let handle = try #require(FileHandle(forWritingAtPath: segment))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 0xAB, count: 100_000))
    try handle.close()
    let database = try writer()
    try fill(database, from: 5 * 3600, to: 8 * 3600)
    try expect(database, holds: expected)
    #expect(
      try FileManager.default.attributesOfItem(atPath: segment)[.size] as? Int == count("SELECT length FROM segment", database))
  }

  @Test("goes on after an append that failed, with a chain of its own")
  func failure() throws {
    let database = try writer()
    let expected = InMemoryReadingStore()
    for second in stride(from: 0, to: 80, by: 10) {
      try database.file.write { db in
        try db.execute(sql: "CREATE TEMP TRIGGER stop AFTER INSERT ON journal BEGIN SELECT RAISE(ABORT, 'disk'); END")
      }
      #expect(throws: ReadingStoreError.failed(path: path, reason: "disk")) { try database.append(poll(second)) }
      try database.file.write { try $0.execute(sql: "DROP TRIGGER stop") }
      for store in [database as any ReadingStore, expected] {
        try store.append(poll(second))
        try store.append(poll(second + 5))
      }
    }
    try expect(database, holds: expected)
  }

  @Test("says which file is damaged where a chunk is not what was written")
  func damage() throws {
    do { try fill(writer()) }
    let handle = try #require(FileHandle(forUpdatingAtPath: segment))
    try handle.seek(toOffset: 40)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: 40)
    try handle.write(contentsOf: Data([byte ^ 1]))
    try handle.close()
    let reader = try ReadingsDatabase(readingOnly: path)
    let error = #expect(throws: ReadingStoreError.self) {
      for key in keys { _ = try reader.samples(of: key, in: at(0)..<at(3600)) }
    }
    #expect("\(try #require(error))".contains("2026-03-01.hours.1"))
    // The other hours are read.
    #expect(try reader.samples(of: grid, in: at(7200)..<at(7300)).count == 12)
    // The collector goes on; what comes late for that hour waits beside it, and the file that may be mended stays as it is.
    let database = try writer()
    try database.append([Reading(grid, at: at(15), value: 1), Reading(power, at: at(25), value: 2)])
    try fill(database, from: 5 * 3600, to: 8 * 3600)
    #expect(try (1...2).contains(count("SELECT count(*) FROM reading", database)))
    #expect(try database.samples(of: power, in: at(7 * 3600)..<at(7 * 3600 + 100)).count == 12)
  }

  @Test("brings a file of layout 3 up, and seals what it holds as time goes on")
  func migration() throws {
    let expected = InMemoryReadingStore()
    try fill(expected)
    do {
      // Layout 3 as it was released: all readings in `reading`, the ledger up to 03:00.
      let queue = try DatabaseQueue(path: path)
      try queue.write { db in
        for migration in Layout.readings.migrations.prefix(3) { try db.execute(sql: migration.statements) }
        try db.execute(
          sql:
            "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY); PRAGMA application_id = \(0x454F_7264); PRAGMA user_version = 3"
        )
        for migration in Layout.readings.migrations.prefix(3) {
          try db.execute(sql: "INSERT INTO grdb_migrations VALUES (?)", arguments: [migration.name])
        }
        try db.execute(sql: "INSERT INTO ledger VALUES (1, ?)", arguments: [at(3 * 3600).milliseconds])
        for (place, key) in keys.enumerated() {
          try db.execute(
            sql: "INSERT INTO series VALUES (?, ?, ?, ?, ?, 1080)",
            arguments: [place + 1, key.point.text, key.channel.rawValue, at(0).milliseconds, at(3 * 3600 - 10).milliseconds])
        }
        for second in stride(from: 0, to: 5 * 3600, by: 10) {
          for (place, reading) in poll(second).enumerated() {
            try db.execute(
              sql: "INSERT INTO reading VALUES (?, ?, ?)", arguments: [reading.time.milliseconds, place + 1, reading.value])
          }
        }
      }
      try queue.close()
    }
    let database = try writer()
    try expect(database, holds: expected)
    #expect(try database.append(poll(0) + poll(4 * 3600)).repeated == 6)
    for store in [database as any ReadingStore, expected] { try fill(store, from: 5 * 3600, to: 9 * 3600) }
    #expect(try count("SELECT count(*) FROM reading", database) == 0)
    try expect(database, holds: expected)
  }
}
