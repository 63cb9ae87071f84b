import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The check of a store")
struct StoreCheckTests {
  private func check(_ path: String) -> CheckReport { StoreCheck().readings(at: path) }

  private func change(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: sql)
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
  }

  @Test("finds nothing wrong in a whole store, and reads all of it")
  func whole() throws {
    let store = try DamagedStore()
    let report = check(store.path)
    #expect(report.findings == [])
    let inventory = try ReadingsDatabase(readingOnly: store.path).inventory()
    #expect(report.chunks > 10)
    #expect(report.bytes == (try store.files()).dropFirst().reduce(0) { $0 + Int64($1.length) - 8 })
    // Some of the journal have been sealed already.
    #expect(report.values >= inventory.reduce(0) { $0 + $1.count })
    #expect(check(store.folder.file("community.sqlite")).findings.map(\.kind) == [.unreadable])
  }

  @Test("finds nothing wrong while a writer appends, seals and has its log open")
  func writing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("readings.sqlite")
    let database = try ReadingsDatabase(writing: path, now: clock)
    for minute in stride(from: 0, to: 5 * 3600, by: 60) {
      try database.append([0, 30].flatMap { DamagedStore.poll(minute + $0) })
      if minute % 1200 == 0 { #expect(check(path).findings == []) }
    }
    #expect(check(path).chunks == 6)
  }

  @Test("finds every flipped bit of sealed readings, and says which point, channels and hours are affected")
  func flippedChunks() throws {
    let store = try DamagedStore()
    var dice = SeededGenerator(seed: FaultFigure.seed)
    var found = 0
    let count = FaultFigure.count(100, large: 5000)
    let segments = try store.files().dropFirst()
    for _ in 0..<count {
      let (file, length) = dice.pick(Array(segments))
      let (place, bit) = (Int.random(in: 0..<length, using: &dice), Int.random(in: 0..<8, using: &dice))
      try DamagedStore.flip(bit, at: place, of: file)
      let report = check(store.path)
      try DamagedStore.flip(bit, at: place, of: file)
      let finding = try #require(report.findings.first, "bit \(bit) at \(place) of \(file)")
      found += 1
      // The file's head belongs to no chunk; all else to one of an hour.
      guard place >= 8 else {
        #expect(finding.kind == .segment)
        continue
      }
      #expect(finding.kind == .chunk && report.findings.count == 1)
      #expect(finding.place.hasPrefix(file))
      let series = Set(finding.series)
      #expect(series.isSubset(of: [grid]) || series.isSubset(of: [pv, power]))
      // An hour or less; a month at most where the hours of a day have been merged into it.
      let longest = file.contains(".hours.") ? Duration.seconds(3600) : .seconds(28 * 86_400)
      #expect(finding.span.map { $0.upperBound - $0.lowerBound <= longest } == true)
    }
    FaultFigure.tell(
      "S8 flipped bits of sealed readings", ours: "\(found) of \(count) found", goal: "all", reached: found == count)
    #expect(check(store.path).isWhole)
  }

  @Test("finds every flipped bit of a database that changes anything in it", arguments: [false, true])
  func flippedPages(ofCommunity isCommunity: Bool) throws {
    let store = try DamagedStore()
    var dice = SeededGenerator(seed: FaultFigure.seed &+ 1)
    let count = FaultFigure.count(100, large: 8000)
    var (found, idle, silent) = (0, 0, [String]())
    let file = isCommunity ? try store.communityPath() : store.path
    let length = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
    let dump = try DamagedStore.dump(file, ofCommunity: isCommunity)
    func isWhole() -> Bool { (isCommunity ? StoreCheck().community(at: file) : check(file)).isWhole }
    for _ in 0..<count {
      let (place, bit) = (Int.random(in: 0..<length, using: &dice), Int.random(in: 0..<8, using: &dice))
      try DamagedStore.flip(bit, at: place, of: file)
      if !isWhole() {
        found += 1
      } else if (try? DamagedStore.dump(file, ofCommunity: isCommunity)) == dump {
        idle += 1
      } else {
        silent.append("bit \(bit) at \(place)")
      }
      try DamagedStore.flip(bit, at: place, of: file)
    }
    #expect(silent.isEmpty, "\(silent)")
    #expect(found > count / 5)
    FaultFigure.tell(
      "S8 flipped bits of \(isCommunity ? "community.sqlite" : "readings.sqlite")",
      ours: "\(found) found, \(idle) changed nothing, \(silent.count) missed",
      goal: "0 missed", reached: silent.isEmpty)
  }

  @Test("says which months are affected where a file of sealed readings is missing or cut, as one finding a point")
  func missingFile() throws {
    let store = try DamagedStore()
    let file = try #require(try store.files().map(\.path).first { $0.contains("2026-02.months") })
    let kept = try Data(contentsOf: URL(filePath: file))
    try FileManager.default.removeItem(atPath: file)
    var report = check(store.path)
    #expect(report.findings.map(\.kind) == [.segment, .chunk, .chunk])
    #expect(report.findings[1].count == 1)
    #expect(report.findings[1].span == at(-28 * 86_400)..<at(0))
    #expect(Set(report.findings.flatMap(\.series)) == [grid, pv, power])
    try kept.dropLast().write(to: URL(filePath: file))
    report = check(store.path)
    #expect(report.findings.first?.kind == .segment)
    #expect(report.findings.count == 2)
    try kept.write(to: URL(filePath: file))
    #expect(check(store.path).isWhole)
  }

  @Test(
    "finds what contradicts itself",
    arguments: [
      ("UPDATE series SET count = count + 1 WHERE channel = 'energy_import'", CheckFinding.Kind.ledger),
      ("UPDATE series SET first = first - 1 WHERE id = 1", .ledger),
      ("UPDATE series SET channel = 'energy_inport' WHERE id = 1", .row),
      ("DELETE FROM gap WHERE series = 2", .ledger),
      ("UPDATE gap SET first_after = first_after - 1 WHERE series = 1", .ledger),
      ("UPDATE gap SET count = count + 1 WHERE series = 1", .ledger),
      ("UPDATE gap SET count = 0 WHERE series = 1", .ledger),
      ("INSERT INTO gap VALUES (1, 1772316000000, 1772317000000, 1)", .ledger),
      ("INSERT INTO gap VALUES (1, 0, 9000000000000000000, 9000000000000)", .ledger),
      ("UPDATE ledger SET settled_until = settled_until + 3600000", .ledger),
      ("UPDATE ledger SET rolled_until = settled_until + 3600000", .ledger),
      ("UPDATE journal SET earlier = earlier - 1 WHERE id = chain", .batch),
      ("UPDATE segment SET used = used - 1 WHERE used > 0", .segment),
      ("UPDATE ledger SET settled_until = settled_until - 3600000", .misplaced),
      ("UPDATE ledger SET settled_until = settled_until + 1", .ledger),
      ("DELETE FROM chunk WHERE start = (SELECT max(start) FROM chunk)", .ledger),
      ("UPDATE chunk SET start = start + 3600000 WHERE start = (SELECT max(start) FROM chunk)", .misplaced),
      ("UPDATE chunk SET point = 9 - point WHERE point = 1", .misplaced),
      ("UPDATE chunk SET \"offset\" = \"offset\" + 1 WHERE point = 1", .chunk),
      ("UPDATE segment SET length = length - 1", .misplaced),
      ("UPDATE segment SET length = length + 1", .segment),
      ("UPDATE segment SET period = '2026-07' WHERE used > 0", .misplaced),
      (
        "UPDATE journal SET batch = CAST(replace(batch, substr(batch, 7, 1), x'00') AS BLOB) WHERE id = (SELECT max(chain) FROM journal)",
        .batch
      ),
      ("DELETE FROM journal WHERE id = (SELECT max(chain) FROM journal)", .batch),
      ("UPDATE journal SET last = last + 1 WHERE id = (SELECT max(id) FROM journal)", .batch),
      ("DELETE FROM reading WHERE time = (SELECT max(time) FROM reading)", .ledger),
      ("UPDATE event SET series = 77", .row),
      ("INSERT INTO dropped VALUES (1, 1769904000000, 1772323200000, 5)", .row),
    ])
  func contradictions(sql: String, kind: CheckFinding.Kind) throws {
    let store = try DamagedStore()
    try change(store.path, sql)
    let kinds = check(store.path).findings.map(\.kind)
    #expect(kinds.contains(kind), "\(kinds)")
  }

  @Test("finds a write-ahead log that is damaged before its last commits, and takes one that a power cut tore for whole")
  func log() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("readings.sqlite")
    let database = try ReadingsDatabase(writing: path, now: clock)
    for second in 0..<20 { try database.append([Reading(grid, at: at(second), value: Int64(second))]) }
    // A copy as a crash leaves it, without the writer's `-shm`.
    let copy = folder.file("copy.sqlite")
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix) }
    let log = try Data(contentsOf: URL(filePath: copy + "-wal"))
    func report(_ bytes: Data) throws -> [CheckFinding.Kind] {
      try bytes.write(to: URL(filePath: copy + "-wal"))
      try? FileManager.default.removeItem(atPath: copy + "-shm")
      return check(copy).findings.map(\.kind)
    }
    #expect(try report(log) == [])
    #expect(try report(log.dropLast(100)) == [])
    var damaged = log
    damaged[log.count / 2] ^= 4
    #expect(try report(damaged).contains(.writeAheadLog))
    damaged = log
    damaged[9] ^= 1
    #expect(try report(damaged).contains(.writeAheadLog))
  }

  @Test("of imported history finds damaged pages, and rows that do not belong together")
  func community() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    let values = (0..<500).map { IntervalEnergy(Energy(count: $0), quality: .measured) }
    try database.store([grid: TimeSeries(start: QuarterHour(index: 1_969_248), values: values)], from: "a.csv", at: at(0))
    try database.close()
    let report = StoreCheck().community(at: path)
    #expect(report.isWhole && report.values == 500)
    try change(path, "UPDATE interval_energy SET series = 5 WHERE quarter = 1969250; DELETE FROM import_run")
    let reasons = StoreCheck().community(at: path).findings.map(\.reason)
    #expect(
      reasons.contains("1 row of a series that is not there") && reasons.contains("500 rows of an import that is not there"))
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.seek(toOffset: 100)
    try handle.write(contentsOf: Data(repeating: 0xAA, count: 2000))
    try handle.close()
    #expect(StoreCheck().community(at: path).findings.contains { $0.kind == .unreadable || $0.kind == .pages })
  }

  @Test("of imported history takes every quality that is kept, and no other")
  func qualities() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    let kept = IntervalEnergy.Quality.allCases.filter { $0 != .missing }
    let values = kept.map { IntervalEnergy(Energy(wattHours: 1), quality: $0) }
    try database.store([grid: TimeSeries(start: QuarterHour(index: 1_969_248), values: values)], from: "a.csv", at: at(0))
    try database.close()
    #expect(StoreCheck().community(at: path).findings == [])
    try change(path, "UPDATE interval_energy SET quality = 3 WHERE quarter = 1969250")
    #expect(StoreCheck().community(at: path).findings.map(\.reason).contains("1 row of a quality that does not exist"))
  }
}
