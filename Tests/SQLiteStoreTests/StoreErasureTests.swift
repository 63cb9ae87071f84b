import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Erasing and compacting a store")
struct StoreErasureTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("readings.sqlite") }
  /// Stands in no other text, and its bytes in no number.
  private let canary = SeriesKey("CANARY-4711", .energyImport)

  init() throws { folder = try TemporaryFolder() }

  private func writer() throws -> ReadingsDatabase { try ReadingsDatabase(writing: path, now: { at(50 * 86_400) }) }

  /// Three days every two minutes of three series, sealed and rolled up; the last hours in the journal; some late, refused and put aside.
  private func fill(_ store: any ReadingStore, withCanary: Bool) throws {
    let keys = [grid, pv, power] + (withCanary ? [canary] : [])
    for hour in 0..<75 {
      try store.append(
        stride(from: hour * 3600, to: hour * 3600 + 3600, by: 120).flatMap { second in
          keys.map { Reading($0, at: at(second), value: Int64(second)) }
        })
    }
    try store.append(keys.flatMap { [Reading($0, at: at(7), value: 7), Reading($0, at: at(120), value: 99)] })
  }

  /// The files of the store in which `text` stands.
  private func files(with text: String) throws -> [String] {
    let enumerator = FileManager.default.enumerator(atPath: folder.path)
    var found: [String] = []
    while let name = enumerator?.nextObject() as? String {
      guard let data = try? Data(contentsOf: URL(filePath: folder.file(name))) else { continue }
      if data.range(of: Data(text.utf8)) != nil { found.append(name) }
    }
    return found
  }

  @Test("leaves nothing of a point in database, log, files and later backups, and all of the others")
  func erased() throws {
    let expected = InMemoryReadingStore()
    try fill(expected, withCanary: false)
    let database = try writer()
    try fill(database, withCanary: true)
    try database.keep(
      [MeterEvent(device: "m", series: canary, at: at(60), .reset, before: 9, after: 1)],
      [Quarantined(canary, at: at(61), value: 7, .range, registers: [])])
    try database.mergeChunks()
    #expect(try !files(with: "CANARY-4711").isEmpty)
    let numbers: [Int64] = try database.file.read {
      try Int64.fetchAll($0, sql: "SELECT id FROM series WHERE point = 'CANARY-4711'")
    }
    let number = try #require(numbers.first)

    let erased = try database.erase(["CANARY-4711"])
    #expect(erased == Erasure(series: 1, values: 75 * 30 + 1))
    #expect(try files(with: "CANARY-4711") == [])
    // Nothing in the files of sealed readings is of it either, not even what no chunk is in.
    #expect(
      try database.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM chunk WHERE point = ?", arguments: [number]) } == 0
    )
    #expect(try database.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM segment WHERE used + 8 <> length") } == 0)
    let named = try database.file.read { try Set(String.fetchAll($0, sql: "SELECT name FROM segment")) }
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: path + ".segments")) == named)
    #expect(try database.series() == [grid, power, pv].sorted())
    #expect(try database.inventory() == expected.inventory())
    for key in [grid, pv, power] {
      let whole = ReadingStoreConformance.whole
      #expect(try database.samples(of: key, in: whole) == expected.samples(of: key, in: whole))
    }
    #expect(StoreCheck().readings(at: path).findings == [])
    // It goes on, also with the point again.
    let next = [Reading(grid, at: at(75 * 3600), value: 1), Reading(canary, at: at(75 * 3600), value: 1)]
    #expect(try database.append(next).added == 2)
    #expect(try database.samples(of: canary, in: ReadingStoreConformance.whole).count == 1)
    #expect(try database.erase(["NOBODY"]) == Erasure())
  }

  @Test("takes imported values out of the community's file, and their history")
  func imported() throws {
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    let quarter = QuarterHour(containing: at(0))
    for value in [1, 2] {
      let energies = TimeSeries(start: quarter, values: [IntervalEnergy.measured(Energy(count: Int64(value)))])
      try database.store([canary: energies, grid: energies], from: "a.csv", at: at(value))
    }
    #expect(try database.erase(["CANARY-4711"]) == Erasure(series: 1, values: 1))
    #expect(try files(with: "CANARY-4711") == [])
    #expect(try database.series() == [grid])
    #expect(StoreCheck().community(at: path).findings == [])
  }

  @Test("writes files anew of which more is unused than used, and keeps what is in them")
  func compact() throws {
    let database = try writer()
    try fill(database, withCanary: false)
    try database.mergeChunks()
    // What comes late writes its day anew, behind the end.
    for second in 10..<60 {
      try database.append([Reading(grid, at: at(second), value: 1)])
      try database.append([Reading(grid, at: at((70 + second) * 7200), value: 1)])
    }
    try database.mergeChunks()
    let before = try database.file.read {
      try Int.fetchOne($0, sql: "SELECT sum(length - used) FROM segment WHERE kind = 'days'") ?? 0
    }
    let inventory = try database.inventory()
    #expect(try database.compact() > 0)
    let after = try database.file.read {
      try Int.fetchOne($0, sql: "SELECT sum(length - used) FROM segment WHERE kind = 'days'") ?? 0
    }
    #expect(after < before / 2)
    #expect(try database.inventory() == inventory)
    #expect(StoreCheck().readings(at: path).findings == [])
  }
}
