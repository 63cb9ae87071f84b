import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Opening a database")
struct DatabaseFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: clock) }

  @Test("is refused to a second writer, also under another name, until the first closes")
  func secondWriter() throws {
    let first = try writer()
    #expect(throws: ReadingStoreError.writtenByAnother(path: path)) { try writer() }
    let link = folder.file("link.sqlite")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: ReadingStoreError.writtenByAnother(path: link)) { _ = try ReadingsDatabase(writing: link, now: clock) }
    try first.close()
    try writer().append([Reading(grid, at: at(0), value: 1)])
  }

  @Test("is given to the next writer when the first one's life ends")
  func endOfLife() throws {
    do { try writer().append([Reading(grid, at: at(0), value: 1)]) }
    #expect(try writer().inventory().count == 1)
  }

  @Test("is refused while another process holds the lock, and granted when that process is gone")
  func otherProcess() throws {
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = [path + ".lock", "/bin/sh", "-c", "echo held; read line"]
    let input = Pipe()
    let output = Pipe()
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
    #expect(throws: ReadingStoreError.writtenByAnother(path: path)) { try writer() }
    #expect(try folder.names == ["readings.sqlite.lock"])
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    let database = try writer()
    #expect(try run("/usr/bin/flock", "-n", path + ".lock", "/bin/true").status == 1)
    try database.close()
    #expect(try run("/usr/bin/flock", "-n", path + ".lock", "/bin/true").status == 0)
  }

  @Test("leaves a file of a newer layout as it is, for writers and readers", arguments: [false, true])
  func newerLayout(isCrashed: Bool) throws {
    try writer().append([Reading(grid, at: at(0), value: 1)])
    let other = try DatabaseQueue(path: path)
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA user_version = 10; CREATE TABLE other (id INTEGER)")
      if !isCrashed { try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }
    let copy = folder.file("copy.sqlite")
    try run("/bin/cp", path, copy)
    if isCrashed { try run("/bin/cp", path + "-wal", copy + "-wal") }
    let files = [copy] + (isCrashed ? [copy + "-wal"] : [])
    let before = try files.map(checksum)
    let refusal = ReadingStoreError.tooNew(path: copy, version: 10, known: 9)
    #expect(throws: refusal) { _ = try ReadingsDatabase(writing: copy, now: clock) }
    #expect(throws: refusal) { _ = try ReadingsDatabase(readingOnly: copy) }
    #expect(try files.map(checksum) == before)
    if !isCrashed { #expect(try !folder.names.contains("copy.sqlite-wal")) }
  }

  @Test("leaves a file that is someone else's as it is")
  func foreign() throws {
    try run("/bin/sh", "-c", "printf 'not a database, but long enough to look at' > '\(path)'")
    #expect(throws: ReadingStoreError.self) { try writer() }
    let other = folder.file("other.sqlite")
    do {
      let queue = try DatabaseQueue(path: other)
      try queue.write { try $0.execute(sql: "CREATE TABLE meters (statistic_id TEXT)") }
      try queue.close()
    }
    let community = folder.file("community.sqlite")
    try CommunityDatabase(writing: community).close()
    for file in [other, community] {
      let before = try checksum(file)
      let refusal = ReadingStoreError.cannotOpen(path: file, reason: "it is a database, but not one of readings")
      #expect(throws: refusal) { _ = try ReadingsDatabase(writing: file, now: clock) }
      #expect(throws: refusal) { _ = try ReadingsDatabase(readingOnly: file) }
      #expect(try checksum(file) == before)
    }
  }

  @Test("takes up a file whose making was cut short; a reader asks to start the writer")
  func unfinished() throws {
    try run("/usr/bin/touch", path)
    #expect(throws: ReadingStoreError.self) { _ = try ReadingsDatabase(readingOnly: path) }
    do {
      let queue = try DatabaseQueue(path: path)
      try queue.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)") }
      try queue.close()
    }
    #expect(throws: ReadingStoreError.self) { _ = try ReadingsDatabase(readingOnly: path) }
    try writer().append([Reading(grid, at: at(0), value: 1)])
    #expect(try ReadingsDatabase(readingOnly: path).inventory().count == 1)
  }

  @Test("takes up a file whose very first page was being written, with the journal that takes it back")
  func hotJournal() throws {
    // Magic number, no page so far, nonce, no page before either; sectors of 512 bytes, pages of 1024: SQLite's file format.
    var journal = Data([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0])
    journal.append(Data([0, 0, 2, 0, 0, 0, 4, 0]))
    journal.append(Data(count: 512 - journal.count))
    try journal.write(to: URL(fileURLWithPath: path + "-journal"))
    try Data(count: 1024).write(to: URL(fileURLWithPath: path))
    let database = try writer()
    try database.append([Reading(grid, at: at(0), value: 1)])
    try database.close()
    #expect(try ReadingsDatabase(readingOnly: path).inventory().map(\.count) == [1])
    #expect(try folder.names == ["readings.sqlite", "readings.sqlite.lock", "readings.sqlite.outline"])
  }

  @Test("migrates once, and finds nothing to do the second time")
  func migrations() throws {
    func schema() throws -> String? {
      try query(
        "SELECT group_concat(sql, ';') || (SELECT group_concat(identifier) FROM grdb_migrations) FROM sqlite_master", path)
    }
    try writer().close()
    let first = try schema()
    let before = try checksum(path)
    try writer().close()
    #expect(try schema() == first)
    #expect(try checksum(path) == before)
  }

  @Test("for reading changes nothing and makes no file where nobody writes")
  func quietReading() throws {
    try writer().append([Reading(grid, at: at(0), value: 1)])
    let names = try folder.names
    #expect(names == ["readings.sqlite", "readings.sqlite.lock", "readings.sqlite.outline"])
    let before = try checksum(path)
    do {
      let reader = try ReadingsDatabase(readingOnly: path)
      #expect(try reader.latest(asOf: at(1)) == [grid: Sample(at: at(0), value: 1)])
    }
    #expect(try folder.names == names)
    #expect(try checksum(path) == before)
  }

  @Test("for reading sees each commit while the writer goes on, in whatever order the two open and close")
  func readingWhileWriting() throws {
    try writer().append([Reading(grid, at: at(0), value: 0)])
    // Opened while nobody writes; then a writer comes, commits, leaves, and another comes.
    let reader = try ReadingsDatabase(readingOnly: path)
    #expect(try reader.inventory().map(\.count) == [1])
    for round in 1...3 {
      let database = try writer()
      for step in 1...5 {
        let number = (round - 1) * 5 + step
        try database.append([Reading(grid, at: at(number), value: Int64(number))])
        #expect(try reader.inventory().map(\.count) == [number + 1])
        #expect(try ReadingsDatabase(readingOnly: path).inventory().map(\.count) == [number + 1])
      }
      try database.close()
      #expect(try reader.inventory().map(\.count) == [round * 5 + 1])
    }
  }

  @Test("for reading notices a writer that came, wrote and left between two looks")
  func writerInBetween() throws {
    try writer().append([Reading(grid, at: at(0), value: 0)])
    let reader = try ReadingsDatabase(readingOnly: path)
    for number in 1...5 {
      #expect(try reader.inventory().map(\.count) == [number])
      do { try writer().append([Reading(grid, at: at(number), value: 0)]) }
      #expect(try reader.inventory().map(\.count) == [number + 1])
    }
    #expect(try folder.names == ["readings.sqlite", "readings.sqlite.lock", "readings.sqlite.outline"])
  }

  @Test("finds every acknowledged reading in what a crash leaves behind: the file and its WAL", arguments: [1, 40, 3000])
  func crash(commits: Int) throws {
    let database = try writer()
    for number in 0..<commits {
      try database.append([grid, pv, power].map { Reading($0, at: at(number * 10), value: Int64(number)) })
    }
    let copy = folder.file("copy.sqlite")
    try run("/bin/cp", path, copy)
    try run("/bin/cp", path + "-wal", copy + "-wal")
    do {
      // A reader first: it must do without the -shm file.
      let reader = try ReadingsDatabase(readingOnly: copy)
      #expect(try reader.inventory().map(\.count) == [commits, commits, commits])
    }
    let revived = try ReadingsDatabase(writing: copy, now: clock)
    #expect(try revived.inventory().map(\.count) == [commits, commits, commits])
    #expect(try revived.inventory() == database.inventory())
    #expect(try revived.file.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
    try revived.append([Reading(grid, at: at(-10), value: 1)])
    #expect(try revived.inventory().map(\.count) == [commits + 1, commits, commits])
  }

  @Test("loses no more than the commits cut off where a WAL lost its end", arguments: [1, 2, 3] as [UInt64])
  func cutLog(seed: UInt64) throws {
    let database = try writer()
    func size(_ log: String) throws -> Int {
      try #require(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
    }
    var begin = 0
    for number in 0..<60 {
      try database.append([grid, pv, power].map { Reading($0, at: at(number * 10), value: Int64(number)) })
      if number == 0 { begin = try size(path + "-wal") }
    }
    var generator = SeededGenerator(seed: seed)
    for round in 0..<4 {
      let copy = folder.file("copy\(round).sqlite")
      try run("/bin/cp", path, copy)
      try run("/bin/cp", path + "-wal", copy + "-wal")
      // The first commits, which make the tables and the series, are left alone.
      try run("/usr/bin/truncate", "-s", "\(Int.random(in: begin..<size(copy + "-wal"), using: &generator))", copy + "-wal")
      let revived = try ReadingsDatabase(writing: copy, now: clock)
      let counts = try revived.inventory().map(\.count)
      #expect(counts.count == 3 && Set(counts).count == 1 && counts[0] < 60)
      for key in [grid, pv, power] {
        #expect(try revived.samples(of: key, in: at(0)..<at(1000)).map(\.value) == (0..<counts[0]).map { Int64($0) })
      }
      #expect(try revived.file.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
    }
  }

  @Test("keeps nothing of an append that fails half-way")
  func allOrNone() throws {
    let database = try writer()
    try database.append([Reading(grid, at: at(0), value: 1)])
    try database.file.write { db in
      try db.execute(
        sql:
          "CREATE TEMP TRIGGER stop BEFORE INSERT ON journal WHEN (SELECT count(*) FROM series) > 1 BEGIN SELECT RAISE(ABORT, 'disk'); END"
      )
    }
    let batch = [Reading(pv, at: at(0), value: 1), Reading(grid, at: at(10), value: 13)]
    #expect(throws: ReadingStoreError.failed(path: path, reason: "disk")) { try database.append(batch) }
    #expect(try database.series() == [grid])
    try database.file.write { try $0.execute(sql: "DROP TRIGGER stop") }
    // The series' number of the failed append must not have been remembered.
    #expect(try database.append(batch).added == 2)
    #expect(try database.inventory().map(\.count) == [2, 1])
  }
}
