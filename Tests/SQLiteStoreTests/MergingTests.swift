import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Merging chunks into days and months")
struct MergingTests {
  private let folder: TemporaryFolder
  private let path: String
  private let heat = SeriesKey("HEAT-1", .energyImport)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private static let day = 86_400

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: { at(60 * Self.day) }) }

  /// What is read in one hour: two series of one point every two minutes, one of another every 15 min.
  private func polls(_ hour: Int) -> [Reading] {
    let begin = hour * 3600
    let dense = stride(from: begin, to: begin + 3600, by: 120).flatMap { second in
      [
        Reading(power, at: at(second), value: Int64(second % 7919) - 2000),
        Reading(pv, at: at(second), value: Int64(second) * 7),
      ]
    }
    return dense + stride(from: begin, to: begin + 3600, by: 900).map { Reading(heat, at: at($0), value: Int64($0) * 3) }
  }

  private func expect(_ store: any ReadingStore, holds expected: any ReadingStore, _ note: Comment? = nil) throws {
    #expect(try store.inventory() == expected.inventory(), note)
    for key in [grid, pv, power, heat] {
      let whole = ReadingStoreConformance.whole
      #expect(try store.samples(of: key, in: whole) == expected.samples(of: key, in: whole), note)
    }
  }

  /// How many chunks there are in each kind of file.
  private func chunks() throws -> [String: Int] {
    try DatabaseQueue(path: path).read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT kind, count(*) FROM chunk JOIN segment ON segment.id = segment GROUP BY kind")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }
  }

  @Test("makes days of hours, and months of the days of what is read every quarter hour")
  func daysAndMonths() throws {
    let expected = InMemoryReadingStore()
    let database = try writer()
    for hour in 0..<(33 * 24) {
      for store in [database as any ReadingStore, expected] { try store.append(polls(hour)) }
    }
    try database.mergeChunks()
    // March has 31 days; 1 April is over, 2 April until 22:00 is sealed by the hour.
    // Quarter hours are made of the dense point's days until 31 March.
    #expect(
      try chunks() == ["days": 32, "months": 1, "sparse-days": 1, "hours": 44, "quarters": 1])
    try expect(database, holds: expected)
    try database.close()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path + ".segments").map {
        $0.split(separator: ".").dropLast().joined(separator: ".")
      }
      .sorted() == [
        "2026-03.days", "2026-03.months", "2026-03.quarters", "2026-04-02.hours", "2026-04.days", "2026-04.sparse-days",
      ])
    let reader = try ReadingsDatabase(readingOnly: path)
    try expect(reader, holds: expected)
    // A span inside a chunk of a month, of a day, of an hour, and one across all.
    for span in [at(500_000)..<at(501_000), at(32 * Self.day + 7000)..<at(32 * Self.day + 9000), at(86_000)..<at(2_770_000)] {
      for key in [power, pv, heat] { #expect(try reader.samples(of: key, in: span) == expected.samples(of: key, in: span)) }
    }
  }

  @Test("puts what comes later into the day or month that it belongs to, and keeps one value where another comes")
  func late() throws {
    let expected = InMemoryReadingStore()
    let database = try writer()
    let stores = [database as any ReadingStore, expected]
    for hour in 0..<(33 * 24) { for store in stores { try store.append(polls(hour)) } }
    try database.mergeChunks()
    let before = try chunks()
    let late = [
      Reading(power, at: at(40_001), value: 5), Reading(heat, at: at(500_001), value: 6),
      Reading(heat, at: at(31 * Self.day + 1), value: 7),
      Reading(pv, at: at(32 * Self.day + 7001), value: 8), Reading(grid, at: at(1_000_000), value: 9),
      Reading(heat, at: at(900), value: -1),
    ]
    for store in stores {
      var outcome = AppendOutcome()
      (outcome.added, outcome.conflicting) = (5, 1)
      #expect(try store.append(late) == outcome)
      for hour in 792..<794 { try store.append(polls(hour)) }
    }
    try database.mergeChunks()
    #expect(try query("SELECT count(*) FROM reading", path) == 0)
    try expect(database, holds: expected)
    // A series that is now read at other moments than its point's other one has a chunk of its own: on two days. A third day is
    // over now. The counter that was never read before has a month.
    let after = try chunks()
    #expect(after["days"] == before["days", default: 0] + 3)
    #expect(after["months"] == before["months", default: 0] + 1)
  }

  @Test("takes columns as it takes readings: the same content, the same gaps, each once")
  func columns() throws {
    let expected = InMemoryReadingStore()
    let database = try writer()
    func columns(_ range: Range<Int>, step: Int) throws -> ReadingColumns {
      let seconds = Array(stride(from: range.lowerBound, to: range.upperBound, by: step))
      return try #require(
        ReadingColumns(
          point: "PV-1", times: seconds.map { at($0) },
          values: [.activePower: seconds.map { Int64($0 % 7919) }, .energyExport: seconds.map { Int64($0) * 7 }]))
    }
    let blocks = try [
      columns(0..<40 * Self.day, step: 900), columns(40 * Self.day + 5000..<42 * Self.day + 7000, step: 60),
      // Known already in part.
      columns(42 * Self.day..<42 * Self.day + 8000, step: 60),
    ]
    for block in blocks {
      #expect(try database.append(columns: [block]) == expected.append(block.readings()))
      try expect(database, holds: expected)
    }
    // The same series twice in one call, overlapping.
    let twice = try [
      columns(43 * Self.day..<44 * Self.day, step: 60), columns(43 * Self.day + 3600..<44 * Self.day + 60, step: 60),
    ]
    for block in twice { expected.append(block.readings()) }
    #expect(try database.append(columns: twice).repeated == 2 * (1440 - 60))
    try expect(database, holds: expected)
    for hour in 1060..<1070 { for store in [database as any ReadingStore, expected] { try store.append(polls(hour)) } }
    try database.mergeChunks()
    try expect(database, holds: expected)
    #expect(try chunks()["months"] == 1)
  }

  @Test("takes history behind what is there by columns, too: of other series, before the first reading, in between")
  func behind() throws {
    let expected = InMemoryReadingStore()
    let database = try writer()
    func readings(_ keys: [SeriesKey], _ days: Range<Int>, step: Int = 60) -> [Reading] {
      stride(from: days.lowerBound * Self.day, to: days.upperBound * Self.day, by: step).flatMap { second in
        keys.map { Reading($0, at: at(second), value: Int64(second % 7919)) }
      }
    }
    for store in [database as any ReadingStore, expected] {
      try store.append(readings([power], 20..<28))
      try store.append(readings([power], 36..<38))
      // Of the same point, of another one, of the same series before and in between; 10,000 and more each.
      try store.append(readings([pv], 20..<28))
      try store.append(readings([grid, heat], 19..<27))
      try store.append(readings([power, pv], 10..<20))
      try store.append(readings([power], 29..<36).reversed())
    }
    #expect(try query("SELECT count(*) FROM reading", path) == 0)
    try expect(database, holds: expected)
    // What is there already in part goes the way of single readings; some of it a second time, some different.
    var mixed = readings([power], 27..<29, step: 120) + readings([heat], 27..<28)
    mixed += [Reading(heat, at: at(27 * Self.day), value: -1), Reading(power, at: at(30 * Self.day), value: -2)]
    mixed += readings([grid], 30..<34, step: 900)
    mixed += readings([pv], 28..<36)
    #expect(try database.append(mixed) == expected.append(mixed))
    #expect(try database.conflicts().count == 2)
    try expect(database, holds: expected)
    try database.mergeChunks()
    try expect(database, holds: expected)
    #expect(StoreCheck().readings(at: path).findings == [])
  }

  @Test("leaves the same content whatever the order, the batches, the repetitions and the restarts", arguments: 1...6)
  func anyOrder(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var stream = (0..<(3 * 24)).flatMap { polls(12 * $0 + seed) }
    stream += stream.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }
    if seed > 2 { stream.shuffle(using: &random) }
    let expected = InMemoryReadingStore()
    expected.append(stream)
    var database = try writer()
    var rest = stream[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Int.random(in: 1...200, using: &random)))
      rest = rest.dropFirst(batch.count)
      try database.append(batch)
      switch Int.random(in: 0..<12, using: &random) {
      case 0:
        try database.close()
        database = try writer()
      case 1: try database.mergeChunks()
      default: break
      }
    }
    try expect(database, holds: expected, "seed \(seed)")
    try database.mergeChunks()
    try expect(database, holds: expected, "seed \(seed)")
  }

  @Test("leaves a day with a damaged hour as it is, and merges the others")
  func damagedHour() throws {
    do {
      let database = try writer()
      // Nothing is merged before the day is over.
      for hour in 0..<24 { try database.append(polls(hour)) }
    }
    let segment = path + ".segments/2026-03-01.hours.1"
    let handle = try #require(FileHandle(forUpdatingAtPath: segment))
    try handle.seek(toOffset: 40)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: 40)
    try handle.write(contentsOf: Data([byte ^ 1]))
    try handle.close()
    let database = try writer()
    for hour in 24..<50 { try database.append(polls(hour)) }
    try database.mergeChunks()
    // The dense point's first hour is damaged, so its 24 hours stay; the other point's are merged.
    #expect(try query("SELECT count(*) FROM chunk WHERE segment = 1", path) == 24)
    #expect(try database.samples(of: heat, in: at(0)..<at(3600)).count == 5)
    #expect(try database.samples(of: power, in: at(7200)..<at(7300)).count == 3)
  }
}

@Suite("Quarter hours out of a store")
struct QuarterHourTests {
  @Test("hold the sum and the number of the readings, wherever these lie")
  func sums() throws {
    let folder = try TemporaryFolder()
    let database = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    // 250 W, 260 W, ... a reading every 300 s for two days, and one that came late.
    let first = (0..<576).map { Reading(power, at: at($0 * 300), value: Int64(250_000 + 10_000 * ($0 % 3))) }
    for hour in 0..<48 { try database.append(Array(first[hour * 12..<hour * 12 + 12])) }
    try database.append([Reading(power, at: at(1000), value: 500_000), Reading(grid, at: at(172_799), value: -7)])
    let span = QuarterHour(containing: at(0))..<QuarterHour(containing: at(172_800))
    let sums = try database.sums(of: [power, grid, pv], in: span)
    #expect(Set(sums.keys) == [power, grid])
    let powers = try #require(sums[power])
    #expect(powers.span == span)
    #expect(powers.values.enumerated().allSatisfy { $1.count == ($0 == 1 ? 4 : 3) })
    #expect(powers.values.enumerated().allSatisfy { $1.sum == ($0 == 1 ? 1_280_000 : 780_000) })
    #expect(powers.values[0].mean == 260_000)
    #expect(sums[grid]?.values.last?.sum == -7)
    #expect(sums[grid]?.values.first?.mean == nil)
    // A part of the span only.
    let part = QuarterHour(containing: at(900))..<QuarterHour(containing: at(1800))
    #expect(try database.sums(of: [power], in: part)[power]?.values.map(\.count) == [4])
  }
}
