import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Sums over rows")
struct RowSumsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func change(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func energies(_ counts: [Int64], from start: Int) -> TimeSeries<IntervalEnergy> {
    TimeSeries(
      start: QuarterHour(index: 1_969_248 + Int64(start)),
      values: counts.map { IntervalEnergy(Energy(count: $0), quality: .measured) })
  }

  @Test("stay right through any order of imports, replacements and reopenings", arguments: UInt64(1)...4)
  func imports(seed: UInt64) throws {
    let path = folder.file("community.sqlite")
    var dice = SeededGenerator(seed: seed)
    for round in 0..<6 {
      let database = try CommunityDatabase(writing: path)
      for _ in 0..<3 {
        let counts = (0..<Int.random(in: 1...30, using: &dice)).map { _ in Int64.random(in: 0...3, using: &dice) }
        let key = dice.pick([grid, pv])
        try database.store([key: energies(counts, from: Int.random(in: 0...40, using: &dice))], from: "f", at: at(round))
        let prices = counts.map { EnergyPrice(count: $0 - 1) }
        try database.storePrices(
          TimeSeries(start: QuarterHour(index: 1_969_248), values: prices), named: "spot", from: "p", at: at(round))
      }
      try database.close()
      #expect(StoreCheck().community(at: path).findings == [])
    }
  }

  @Test("tell of which series imported energies are not those that were imported")
  func tampered() throws {
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    try database.store([grid: energies([1, 2, 3], from: 0), pv: energies([4, 5], from: 0)], from: "a.csv", at: at(0))
    try database.store([grid: energies([7], from: 1)], from: "b.csv", at: at(60))
    try database.storePrices(
      TimeSeries(start: QuarterHour(index: 1_969_248), values: [EnergyPrice(count: 5)]), named: "spot", from: "p", at: at(60))
    try database.close()
    let kept = try Data(contentsOf: URL(filePath: path))
    let changes: [(sql: String, series: [SeriesKey])] = [
      ("UPDATE interval_energy SET energy = energy + 1 WHERE series = 1", [grid]),
      ("UPDATE interval_energy SET quality = 1 WHERE quarter = 1969248 AND series = 2", [pv]),
      ("DELETE FROM interval_energy WHERE series = 2", [pv]),
      ("UPDATE interval_energy_history SET energy = 9", [grid]),
      ("UPDATE interval_price SET price = 6", []),
      ("UPDATE import_run SET received = received + 1 WHERE id = 1", []),
      ("UPDATE row_sum SET sum = sum + 1 WHERE name = 'interval_energy' AND owner = 2", [pv]),
      ("DELETE FROM row_sum WHERE name = ''", []),
    ]
    for (sql, series) in changes {
      try change(path, sql)
      let report = StoreCheck().community(at: path)
      #expect(report.findings.count == 1 && report.findings.first?.kind == .row, "\(sql): \(report.findings)")
      #expect(report.findings.first?.series == series, "\(sql)")
      try kept.write(to: URL(filePath: path))
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
    #expect(StoreCheck().community(at: path).isWhole)
  }

  @Test("are made for the rows of a file that has none yet, and kept with late, refused and odd values and when these are sealed")
  func readings() throws {
    let path = folder.file("readings.sqlite")
    var database = try ReadingsDatabase(writing: path, now: clock)
    for minute in stride(from: 0, to: 4 * 3600, by: 300) { try database.append(DamagedStore.poll(minute)) }
    try database.append([Reading(grid, at: at(7), value: 1), Reading(grid, at: at(0), value: -9)])
    try database.keep(
      [MeterEvent(device: "m", series: grid, at: at(60), .reset, before: 9, after: 1)],
      [Quarantined(power, at: at(61), value: nil, .range, registers: [17])])
    try database.correct(
      [300, 4 * 3600 - 300].map {
        Correction(grid, at: at($0), value: 77, received: receivedAt, author: "Vera", reason: "display")
      })
    try database.close()
    #expect(StoreCheck().readings(at: path).findings == [])
    try change(path, "DELETE FROM row_sum")
    #expect(StoreCheck().readings(at: path).findings == [])
    database = try ReadingsDatabase(writing: path, now: clock)
    try database.append([Reading(grid, at: at(8), value: 2)])
    #expect(StoreCheck().readings(at: path).findings == [])
    for minute in stride(from: 4 * 3600, to: 7 * 3600, by: 300) { try database.append(DamagedStore.poll(minute)) }
    #expect(try database.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reading") } == 0)
    try database.close()
    #expect(StoreCheck().readings(at: path).findings == [])
    for statement in ["UPDATE event SET before = 8", "UPDATE correction SET author = 'Eve'", "UPDATE original SET value = 0"] {
      let copy = folder.file("changed.sqlite")
      try run("/bin/sh", "-c", "cp '\(path)' '\(copy)'; cp -r '\(path).segments' '\(copy).segments'")
      try change(copy, statement)
      #expect(StoreCheck().readings(at: copy).findings.map(\.series) == [[grid]], "\(statement)")
      try run("/bin/rm", "-r", copy, copy + ".segments")
    }
  }
}
