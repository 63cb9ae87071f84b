import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Spells without a reading that are remembered")
struct GapRunTests {
  private let folder: TemporaryFolder
  private let path: String
  private let hourly = SeriesKey("HEAT-1", .energyImport)
  private static let hour = 3600

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: { at(1_000_000_000) }) }

  /// A row of the table: so many spells from one time to another, ms.
  private struct Row: Equatable, CustomStringConvertible {
    let begin: Int64
    var end: Int64
    var count: Int64
    var description: String { "\(begin)...\(end) by \(count)" }
  }

  /// What the table says of each series.
  private func rows() throws -> [SeriesKey: [Row]] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
      let keys = try SeriesNumbers.all(in: db)
      let found = try GRDB.Row.fetchAll(db, sql: "SELECT series, last_before, first_after, count FROM gap ORDER BY 1, 2")
      return try Dictionary(grouping: found) { try #require(keys[$0[0]]) }
        .mapValues { $0.map { Row(begin: $0[1], end: $0[2], count: $0[3]) } }
    }
  }

  /// What it has to say of readings at `times`, ms: spells of more than 15 min, and as one row those that are equally long and follow each
  /// other.
  private static func rows(of times: [Int64]) -> [Row] {
    let times = times.sorted()
    var rows: [Row] = []
    var length: Int64 = 0
    for place in times.indices.dropFirst() {
      let (begin, end) = (times[place - 1], times[place])
      guard end - begin > 900_000 else { continue }
      if let last = rows.last, last.end == begin, length == end - begin {
        rows[rows.count - 1].end = end
        rows[rows.count - 1].count += 1
      } else {
        rows.append(Row(begin: begin, end: end, count: 1))
      }
      length = end - begin
    }
    return rows
  }

  @Test("are one row for hourly values, two for a value that is missing, and more for one in between")
  func hourlyValues() throws {
    let seconds = (0..<1000).filter { $0 != 500 }.map { $0 * Self.hour }
    let database = try writer()
    try database.append(columns: [
      #require(
        ReadingColumns(point: hourly.point, times: seconds.map { at($0) }, values: [.energyImport: seconds.map(Int64.init)]))
    ])
    func row(_ begin: Int, _ end: Int, _ count: Int64) -> Row {
      Row(begin: at(begin * Self.hour).milliseconds, end: at(end * Self.hour).milliseconds, count: count)
    }
    #expect(try rows()[hourly] == [row(0, 499, 499), row(499, 501, 1), row(501, 999, 498)])
    try database.append([Reading(hourly, at: at(500 * Self.hour), value: 1)])
    #expect(try rows()[hourly] == [row(0, 999, 999)])
    try database.append([Reading(hourly, at: at(100 * Self.hour + 10), value: 1)])
    // Ten seconds after a full hour, and 59 min 50 s before the next.
    let middle = Row(begin: at(100 * Self.hour + 10).milliseconds, end: at(101 * Self.hour).milliseconds, count: 1)
    #expect(try rows()[hourly] == [row(0, 100, 100), middle, row(101, 999, 898)])
    #expect(try database.inventory().first?.gaps == 999)
  }

  /// Readings of one series, ms in order: pieces at regular times, at times a little beside these, and with holes.
  private func times(_ random: inout SeededGenerator) -> [Int64] {
    var time = at(Int.random(in: 0..<100_000, using: &random)).milliseconds
    var times: Set<Int64> = []
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let step = random.pick([3600, 3600, 1800, 900, 901, 7200, 60, 86_400, 100_000] as [Int64]) * 1000
      let spread = random.pick([0, 0, 0, 50] as [Int64])
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        time += step
        if Int.random(in: 0..<12, using: &random) > 0 { times.insert(time + Int64.random(in: 0...spread, using: &random)) }
      }
    }
    return times.sorted()
  }

  @Test("depend on the readings alone, whatever the order in which these come", arguments: 1...8)
  func anyOrder(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for stream in 1...26 {
      try? FileManager.default.removeItem(atPath: folder.path)
      try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
      let note: Comment = "seed \(seed), stream \(stream)"
      let taken = Dictionary(uniqueKeysWithValues: [grid, pv, power].map { ($0, times(&random)) })
      var readings = taken.flatMap { key, times in times.map { Reading(key, at: Timestamp(milliseconds: $0), value: $0 % 997) } }
      readings.sort { ($0.time, $0.series) < ($1.time, $1.series) }
      // In order, in no order, or some of them late; some twice.
      switch stream % 3 {
      case 0: readings.shuffle(using: &random)
      case 1:
        let late = readings.indices.filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
        readings += late.shuffled(using: &random).map { readings[$0] }
        for place in late.reversed() where Bool.random(using: &random) { readings.remove(at: place) }
      default: break
      }
      try bring(readings, &random)
      try expect(taken, &random, note)
    }
  }

  /// Appends `readings` in this order: as single ones, or each series' part of a batch as a column.
  private func bring(_ readings: [Reading], _ random: inout SeededGenerator) throws {
    var database = try writer()
    var rest = readings[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Int.random(in: 1...60, using: &random)))
      rest = rest.dropFirst(batch.count)
      if Int.random(in: 0..<3, using: &random) == 0 {
        try database.append(
          columns: Dictionary(grouping: batch, by: \.series).compactMap { key, readings in
            ReadingColumns(point: key.point, times: readings.map(\.time), values: [key.channel: readings.map(\.value)])
          })
      }
      try database.append(batch)
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        try database.close()
        database = try writer()
      case 1: try database.mergeChunks()
      default: break
      }
    }
    // Much later, so that all of them are sealed, or not.
    if Bool.random(using: &random) { try database.append([Reading(hourly, at: at(40_000_000), value: 1)]) }
    try database.close()
  }

  /// Holds the table, the inventory, the nearest readings and the check against `taken`, the times of each series in ms.
  private func expect(_ taken: [SeriesKey: [Int64]], _ random: inout SeededGenerator, _ note: Comment) throws {
    let settledUntil: Int64 = try #require(try query("SELECT settled_until FROM ledger", path))
    let found = try rows()
    let expected = InMemoryReadingStore()
    for (key, times) in taken {
      #expect(found[key] ?? [] == Self.rows(of: times.filter { $0 < settledUntil }), note)
      expected.append(times.map { Reading(key, at: Timestamp(milliseconds: $0), value: $0 % 997) })
    }
    let database = try ReadingsDatabase(readingOnly: path)
    #expect(try database.inventory().filter { $0.series != hourly } == expected.inventory(), note)
    for _ in 0..<20 {
      let (key, begin) = (random.pick([grid, pv, power]), at(Int.random(in: 0..<2_000_000, using: &random)))
      let span = begin..<Timestamp(milliseconds: begin.milliseconds + random.pick([0, 1000, 5_000_000]))
      #expect(try database.samples(of: key, in: span) == expected.samples(of: key, in: span), note)
      #expect(try database.latest(asOf: begin)[key] == expected.latest(asOf: begin)[key], note)
    }
    #expect(StoreCheck().readings(at: path).findings == [], note)
  }

  @Test("of layout 6, a row each, are read as they are, and become runs when the writer starts")
  func migration() throws {
    // Hours, minutes, days; a clock that was broken by 200 million years, twice.
    let far: Int64 = 6_000_000_000_000_000_000
    let hours: [Int64] = (100..<140).map { $0 * 3_600_000 }
    let beside: [Int64] = (150..<160).map { $0 * 3_600_000 + $0 % 2 }
    let times = [-far, 0, far] + hours + beside
    let expected: [SeriesSummary]
    do {
      let database = try writer()
      try database.append(times.map { Reading(grid, at: Timestamp(milliseconds: $0), value: 1) })
      try database.append([Reading(grid, at: at(0), value: 1)])
      try database.append((0..<9).map { Reading(pv, at: at($0 * 100_000), value: 1) })
      expected = try database.inventory()
      try database.close()
    }
    let runs = try rows()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "CREATE TEMP TABLE run AS SELECT * FROM gap; DELETE FROM gap; ALTER TABLE gap DROP COLUMN count")
      for row in try GRDB.Row.fetchAll(db, sql: "SELECT series, last_before, first_after, count FROM run") {
        let (begin, end, count) = (row[1] as Int64, row[2] as Int64, row[3] as Int64)
        for place in 0..<count {
          let step = count > 1 ? (end - begin) / count : 0
          try db.execute(
            sql: "INSERT INTO gap VALUES (?, ?, ?)",
            arguments: [row[0] as Int64, begin + place * step, count > 1 ? begin + (place + 1) * step : end])
        }
      }
      try db.execute(
        sql: """
          DROP TABLE correction; DROP TABLE original; DROP TABLE dropped;
          DELETE FROM grdb_migrations WHERE substr(identifier, 1, 2) IN ('7 ', '8 ', '9 '); PRAGMA user_version = 6
          """)
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
    #expect(try ReadingsDatabase(readingOnly: path).inventory() == expected)
    #expect(StoreCheck().readings(at: path).isWhole)
    #expect(try query("PRAGMA user_version", path) == 6)
    let database = try writer()
    #expect(try database.inventory() == expected)
    #expect(try rows() == runs)
    #expect(try rows()[grid]?.map(\.count).max() == 39)
    #expect(StoreCheck().readings(at: path).isWhole)
  }
}
