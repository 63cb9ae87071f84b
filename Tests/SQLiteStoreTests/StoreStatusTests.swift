import CommunityModel
import Foundation
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The status of a store")
struct StoreStatusTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private func bytes(_ path: String) throws -> Int64 {
    Int64(try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int))
  }

  @Test("counts what is there and what waits, and gives the sizes that the file system tells")
  func figures() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    // Ten minutes apart, an append each, from 00:00 to 30:00 o'clock: 181 moments of two series.
    for second in stride(from: 0, through: 30 * 3600, by: 600) {
      try database.append([Reading(grid, at: at(second), value: Int64(second)), Reading(power, at: at(second), value: -5)])
    }
    // Late, refused, put aside, and what happened.
    try database.append([Reading(grid, at: at(5), value: 1), Reading(grid, at: at(600), value: 99)])
    try database.keep(
      [MeterEvent(device: "m", series: grid, at: at(60), .reset, before: 9, after: 1)],
      [
        Quarantined(power, at: at(61), value: 7, .range, registers: []),
        Quarantined(power, at: at(62), value: 7, .range, registers: []),
      ])
    let status = try database.status()
    #expect(status.series == 2)
    #expect(status.readings == 2 * 181 + 1)
    #expect(status.first == at(0) && status.last == at(30 * 3600))
    // The last append is of 30:00: what lies before 29:00 is sealed, so that 29:00 to 30:00 waits, seven moments.
    #expect(status.sealedUntil == at(29 * 3600))
    #expect(status.journal.waiting == 14)
    #expect((status.lateReadings, status.conflicts, status.quarantined, status.events, status.unplaced) == (1, 1, 2, 1, 0))
    #expect(status.size.database == (try bytes(path)))
    #expect(status.size.writeAheadLog == (try bytes(path + "-wal")))
    // A reading in 10 min makes a sparse day of the first one.
    #expect(status.segments.map(\.kind) == ["hours", "sparse-days"])
    #expect(status.segments.map(\.month) == ["2026-03", "2026-03"])
    let sizes = try status.segments.map { try bytes(path + ".segments/" + $0.name) }
    #expect(status.segments.map(\.bytes) == sizes)
    #expect(status.totalBytes == (try bytes(path) + bytes(path + "-wal") + sizes.reduce(0, +)))
    #expect(status.milliBytesPerReading == status.totalBytes * 1000 / 363)
    #expect(status.lastSealing != nil)
    // 29 hours are sealed, and all that is in the segments but their heads of eight bytes came with them.
    let sealed = try #require(status.bytesPerDay)
    #expect(abs(sealed - (sizes.reduce(0, +) - 16) * 24 / 29) <= 1)
    let disk = try #require(status.disk)
    #expect(disk.free > 0 && disk.free <= disk.total)
    #expect(status.daysUntilFull == disk.free / sealed)
  }

  @Test("says nothing of days and rates that cannot be known yet")
  func young() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    let empty = try database.status()
    #expect(empty.readings == 0)
    #expect(empty.first == nil && empty.sealedUntil == nil && empty.lastSealing == nil)
    #expect(empty.milliBytesPerReading == nil && empty.bytesPerDay == nil && empty.daysUntilFull == nil)
    for hour in 0...24 { try database.append([Reading(grid, at: at(hour * 3600), value: 1)]) }
    // 23 hours are sealed.
    #expect(try database.status().bytesPerDay == nil)
    try database.append([Reading(grid, at: at(25 * 3600), value: 1)])
    #expect(try database.status().bytesPerDay != nil)
  }

  @Test("knows the writer by the lock it holds, and nobody when it has closed")
  func writer() throws {
    let database = try ReadingsDatabase(writing: path, now: clock)
    let own = WriterPresence.process(Int(ProcessInfo.processInfo.processIdentifier))
    #expect(try ReadingsDatabase(readingOnly: path).status().writer == own)
    try database.close()
    #expect(try ReadingsDatabase(readingOnly: path).status().writer == .none)
  }

  @Test("finds a lock in the system's list by device and number, and passes over those who only wait")
  func locks() {
    // As Linux writes it; 08:02 is device 2050.
    let list = """
      1: POSIX  ADVISORY  WRITE 411 08:02:77 0 EOF
      2: FLOCK  ADVISORY  READ  412 08:02:77 0 EOF
      3: FLOCK  ADVISORY  WRITE 413 08:02:78 0 EOF
      3: -> FLOCK  ADVISORY  WRITE 414 08:02:77 0 EOF
      4: FLOCK  ADVISORY  WRITE 415 08:01:77 0 EOF
      """
    #expect(WriterPresence.holder(in: list, device: 2050, inode: 77) == nil)
    #expect(WriterPresence.holder(in: list, device: 2050, inode: 78) == 413)
    #expect(WriterPresence.holder(in: list, device: 2049, inode: 77) == 415)
    // An overlay tells its own device, of major 0.
    #expect(WriterPresence.holder(in: list, device: 39, inode: 78) == 413)
  }

  @Test("of imported history counts energies, prices, files and what was replaced")
  func community() throws {
    let database = try CommunityDatabase(writing: folder.file("community.sqlite"))
    let start = QuarterHour(index: 1_969_248)
    func energies(_ counts: [Int64]) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
      [grid: TimeSeries(start: start, values: counts.map { IntervalEnergy(Energy(count: $0), quality: .measured) })]
    }
    try database.store(energies([1, 2, 3]), from: "a.csv", at: at(0))
    try database.store(energies([1, 5]), from: "b.csv", at: at(60))
    try database.storePrices(
      TimeSeries(start: start, values: [EnergyPrice(count: 1), EnergyPrice(count: 2)]), named: "spot", from: "p.csv", at: at(90))
    let status = try database.status()
    #expect((status.series, status.quarterHours, status.replaced) == (1, 3, 1))
    #expect(status.first == start.start && status.last == start.advanced(by: 3).start)
    #expect((status.priceCurves, status.prices, status.imports) == (1, 2, 3))
    #expect(status.lastImport == at(90))
  }
}
