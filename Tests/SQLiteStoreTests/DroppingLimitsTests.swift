import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

/// What dropping leaves alone, and what a correction or a repair does with what it has left.
extension DroppingTests {
  @Test("keeps the readings of volumes, which no quarter hour tells, until quarter hours go")
  func volumes() throws {
    let database = try writer()
    let gas = SeriesKey("GAS-1", .volume)
    let water = SeriesKey("HEAT-2", .volume)
    let warmth = SeriesKey("HEAT-2", .energyImport)
    let seconds = Array(stride(from: 25 * Self.day, to: 36 * Self.day, by: 240))
    try fill(database)
    try database.append(columns: [columns("GAS-1", seconds, [.volume]), columns("HEAT-2", seconds, [.volume, .energyImport])])
    let all = at(0)..<at(Self.days * Self.day)
    let samples = try database.samples(of: [gas, water], in: all)
    let inventory = try database.inventory().filter { [gas, water].contains($0.series) }
    let energies = try database.energies(of: [warmth], in: Self.span)
    let report = try database.drop(month, at: at(Self.days * Self.day))
    #expect(report.readings == ["2026-03", "2026-04"] && report.left == [])
    #expect(try database.drop(month, at: at(Self.days * Self.day)).isEmpty)
    #expect(try !segments().contains("2026-03.days"))
    #expect(samples[gas]?.count == 11 * 360)
    #expect(try database.samples(of: [gas, water], in: all) == samples)
    #expect(try database.inventory().filter { [gas, water].contains($0.series) } == inventory)
    #expect(try database.energies(of: [warmth], in: Self.span) == energies)
    // Only the energy counter has lost its readings: the last ones of March and April are left.
    #expect(try database.samples(of: warmth, in: all).count == 2)
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite"), isDeep: true).findings == [])
    _ = try database.drop(Retention(readings: .days(31), quarterHours: .days(31)), at: at(Self.days * Self.day))
    #expect(try database.samples(of: [gas, water], in: all) == [:])
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite")).findings == [])
  }

  @Test("changes nothing that a counter counted which stood still across the end of a dropped month and caught up later")
  func caughtUp() throws {
    let meter = SeriesKey("CATCH-1", .energyImport)
    let (still, leap) = (59 * Self.day + Self.day / 2, 63 * Self.day)
    func value(_ second: Int) -> Int64 { Int64(second > still && second < leap ? still : second) * 1000 }
    let stores = [try writer("whole.sqlite"), try writer()]
    for store in stores {
      let seconds = Array(stride(from: 55 * Self.day, to: 70 * Self.day, by: 240))
      try fill(store)
      try store.append(columns: [
        try #require(
          ReadingColumns(point: meter.point, times: seconds.map { at($0) }, values: [meter.channel: seconds.map(value)]))
      ])
      let lag = Int64(leap - still) * 1000
      try store.keep([MeterEvent(device: "m", series: meter, at: at(leap), .caughtUp, before: lag, after: value(leap))], [])
      try store.mergeChunks()
    }
    let energies = try stores[0].energies(of: [meter], in: Self.span)
    // 1 Wh a second all the time, as the count before and after says.
    let counted = try #require(energies[meter]?.values[60 * 96..<69 * 96])
    #expect(counted.allSatisfy { $0.energy == Energy(count: 900_000) })
    #expect(try stores[1].drop(month, at: at(Self.days * Self.day)).readings == ["2026-03", "2026-04"])
    #expect(try stores[1].energies(of: [meter], in: Self.span) == energies)
    let left = try stores[1].samples(of: meter, in: at(0)..<at(61 * Self.day)).map(\.time)
    #expect(left == [at(still), at(61 * Self.day - 240), at(61 * Self.day)])
    // Quarter hours that are made anew come out the same.
    for store in stores {
      try store.append([61, 62, 63, 64].map { Reading(meter, at: at($0 * Self.day + 7), value: value($0 * Self.day + 7)) })
      try store.mergeChunks()
    }
    #expect(try stores[1].energies(of: [meter], in: Self.span) == stores[0].energies(of: [meter], in: Self.span))
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite"), isDeep: true).findings == [])
  }

  @Test("refuses corrections of what was dropped, and takes those of what is kept")
  func corrections() throws {
    let database = try writer()
    try fill(database)
    _ = try database.drop(month, at: at(Self.days * Self.day))
    func correction(_ second: Int) -> Correction {
      Correction(power, at: at(second), value: 7, received: at(Self.days * Self.day), author: "Eva", reason: "test")
    }
    let (gone, kept) = (30 * Self.day, 92 * Self.day)
    let refusal = #expect(throws: ReadingStoreError.self) { try database.correct([correction(kept), correction(gone)]) }
    let words = refusal.map { "\($0)" } ?? ""
    #expect(words.contains("the readings of PV-1 active_power at 2026-03-31T00:00:00Z have been dropped"), "\(words)")
    #expect(try database.correctedReadings(of: [power], in: at(0)..<at(Self.days * Self.day)).isEmpty)
    #expect(try database.correct([correction(kept)]).changed == 1)
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite"), isDeep: true).findings == [])
  }

  @Test(
    "leaves quarter hours behind that a repair keeps, wherever the database is damaged",
    arguments: ["sqlite_master", "dropped", "chunk", "series"])
  func repaired(table: String) throws {
    let path = folder.file("readings.sqlite")
    let store = try writer()
    try fill(store)
    _ = try store.drop(month, at: at(Self.days * Self.day))
    let keys = [pv, grid, heat]
    let energies = try store.energies(of: keys, in: Self.span)
    let sums = try store.sums(of: [power], in: Self.span)
    let inventory = try store.inventory()
    let counted = try #require(energies[pv]?.values[26 * 96..<31 * 96])
    #expect(counted.allSatisfy { $0 == .measured(Energy(count: 900_000)) })
    try store.close()
    let page = try query("SELECT coalesce(max(rootpage), 1) FROM sqlite_master WHERE name = '\(table)'", path, as: Int.self)
    var bytes = try Data(contentsOf: URL(filePath: path))
    let start = (try #require(page) - 1) * 1024
    bytes.replaceSubrange(start..<start + 1024, with: Data(repeating: 0xA5, count: 1024))
    try bytes.write(to: URL(filePath: path))
    let outcome = try StoreSalvage(of: path).run(at: at(Self.days * Self.day))
    #expect(outcome.report.isWhole && !outcome.incomplete.contains("dropped") && outcome.nameless == 0)
    let saved = try writer()
    try saved.mergeChunks()
    #expect(try saved.energies(of: keys, in: Self.span) == energies)
    #expect(try saved.sums(of: [power], in: Self.span) == sums)
    #expect(try saved.inventory() == inventory)
    #expect(try saved.append([Reading(pv, at: at(5), value: 1)]).dropped == 1)
    #expect(try saved.drop(month, at: at(Self.days * Self.day)).isEmpty)
    #expect(StoreCheck().readings(at: path, isDeep: true).findings == [])
  }
}
