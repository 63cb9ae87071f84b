import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore
@testable import SealedColumns

/// Whoever can write the files can also make checksums right. Nothing that stands in them may stop a program.
@Suite("A store with right checksums and wrong contents")
struct CraftedStoreTests {
  private let folder: TemporaryFolder
  private let whole: String
  private let path: String
  private static let day = 86_400
  private let heat = SeriesKey("HEAT-1", .energyImport)

  /// Five weeks of two points, with chunks and roll-ups of every kind, late readings, a journal, and something without a time.
  init() throws {
    folder = try TemporaryFolder()
    (whole, path) = (folder.file("whole"), folder.file("crafted"))
    try FileManager.default.createDirectory(atPath: whole, withIntermediateDirectories: false)
    let database = try ReadingsDatabase(writing: whole + "/readings.sqlite", now: { at(60 * Self.day) })
    func bring(_ point: MeteringPoint.ID, _ seconds: [Int], _ channels: [Channel]) throws {
      let values = Dictionary(uniqueKeysWithValues: channels.map { ($0, seconds.map { Int64($0) * 7 }) })
      try database.append(columns: [
        #require(ReadingColumns(point: point, times: seconds.map { at($0) }, values: values))
      ])
    }
    try bring(pv.point, Array(stride(from: 0, to: 3 * Self.day, by: 240)), [.energyExport, .activePower])
    try bring(heat.point, Array(stride(from: 0, to: 35 * Self.day, by: 10_800)), [.energyImport])
    try bring(pv.point, Array(stride(from: 32 * Self.day, to: 35 * Self.day, by: 240)), [.energyExport, .activePower])
    try database.mergeChunks()
    for second in stride(from: 35 * Self.day, to: 35 * Self.day + 4 * 3600, by: 600) {
      try database.append([
        Reading(pv, at: at(second), value: Int64(second) * 7), Reading(heat, at: at(second), value: Int64(second)),
      ])
    }
    try database.append([Reading(pv, at: at(34 * Self.day + 7), value: 1), Reading(pv, at: at(7), value: 2)])
    try database.keep([MeterEvent(device: "m", series: pv, at: at(600), .reset, before: 9, after: 1)], [])
    try database.file.write { db in
      try db.execute(
        sql:
          "INSERT INTO boot VALUES (1, 'b', 0, 'battery', 0); INSERT INTO unplaced VALUES (1, 1, 5, 'm', 1, 'reading', 5, NULL, NULL, NULL)"
      )
    }
    try database.close()
  }

  /// A copy of the whole store, in which `change` writes.
  private func craft(_ change: (Database) throws -> Void) throws {
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: whole, toPath: path)
    let queue = try DatabaseQueue(path: path + "/readings.sqlite")
    try queue.writeWithoutTransaction { db in
      try change(db)
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
  }

  /// Asks and writes whatever there is to ask and write; an answer or an error will do.
  ///
  /// - Returns: whether the check finds something.
  private func useAll() -> Bool {
    let file = path + "/readings.sqlite"
    let keys = [pv, power, heat]
    let quarters = [0..<2, 34..<36].map { days in
      QuarterHour(containing: at(days.lowerBound * Self.day))..<QuarterHour(containing: at(days.upperBound * Self.day))
    }
    let span = at(-Self.day)..<at(37 * Self.day)
    if let reader = try? ReadingsDatabase(readingOnly: file) {
      _ = try? reader.samples(of: keys, in: span)
      _ = try? reader.samples(of: pv, in: at(100)..<at(200))
      for span in quarters {
        _ = try? reader.energies(of: keys, in: span)
        _ = try? reader.sums(of: keys, in: span)
      }
      for time in [at(100), at(34 * Self.day + 100), at(60 * Self.day)] { _ = try? reader.latest(asOf: time) }
      _ = try? reader.inventory()
      _ = try? reader.status()
      _ = try? reader.conflicts()
      try? reader.forEachStretch(of: keys, in: span) { _ in }
    }
    let isFound = !StoreCheck().readings(at: file).isWhole
    guard let writer = try? ReadingsDatabase(writing: file, now: { at(60 * Self.day) }) else { return isFound }
    for second in [1, 34 * Self.day + 1, 35 * Self.day + 4 * 3600 + 1, 36 * Self.day] {
      _ = try? writer.append(keys.map { Reading($0, at: at(second), value: 3) })
    }
    let later = (0..<9).map { at(37 * Self.day + $0 * 600) }
    if let columns = ReadingColumns(point: pv.point, times: later, values: [.energyExport: later.map(\.milliseconds)]) {
      _ = try? writer.append(columns: [columns])
    }
    _ = try? writer.place(BootRecord(name: "b", began: at(0), source: .battery, since: at(0)))
    try? writer.mergeChunks()
    _ = try? writer.erase([heat.point])
    _ = try? writer.compact()
    return isFound
  }

  @Test("the store itself is whole, and has chunks of every kind")
  func isWhole() throws {
    try craft { _ in }
    let kinds = try query(
      "SELECT group_concat(DISTINCT kind) FROM segment JOIN chunk ON segment = segment.id", path + "/readings.sqlite",
      as: String.self)
    #expect(
      Set(try #require(kinds).split(separator: ",")).isSuperset(of: ["hours", "days", "months", "quarter-days", "quarters"]),
      "\(kinds ?? "")")
    #expect(!useAll())
  }

  /// Puts what `change` makes of a chunk, one after the other, in its place.
  private func replaceChunk(_ number: Int, _ change: ([UInt8]) throws -> [UInt8]) throws {
    try craft { db in
      let row = try #require(
        try Row.fetchOne(
          db,
          sql:
            "SELECT start, point, part, segment, \"offset\", chunk.length, name FROM chunk JOIN segment ON id = segment LIMIT 1 OFFSET ?",
          arguments: [number]))
      let file = URL(filePath: path + "/readings.sqlite.segments/" + (row[6] as String))
      var bytes = Array(try Data(contentsOf: file))
      let (offset, length) = (row[4] as Int, row[5] as Int)
      let new = try change(Array(bytes[offset..<offset + length]))
      try db.execute(
        sql: "UPDATE chunk SET \"offset\" = ?, length = ? WHERE start = ? AND point = ? AND part = ?",
        arguments: [bytes.count, new.count, row[0] as Int64, row[1] as Int64, row[2] as Int64])
      bytes += new
      try Data(bytes).write(to: file)
      try db.execute(
        sql: "UPDATE segment SET length = ?, used = used - ? + ? WHERE id = ?",
        arguments: [bytes.count, length, new.count, row[3] as Int64])
    }
  }

  private func chunkCount() throws -> Int {
    try #require(try query("SELECT count(*) FROM chunk", whole + "/readings.sqlite"))
  }

  /// `bytes` with the checksum of their directory made right; nil where that has no end.
  private static func withChecksum(_ bytes: [UInt8]) -> [UInt8]? {
    guard let end = try? SealedChunk(bytes, isVerifying: false).directoryLength else { return nil }
    let sum = bytes[..<(end - 4)].withUnsafeBytes { CRC32C.checksum(of: $0) }
    var bytes = bytes
    for place in 0..<4 { bytes[end - 4 + place] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * place)) }
    return bytes
  }

  @Test("does not stop where a series stands twice in a chunk")
  func twice() throws {
    for number in 0..<(try chunkCount()) {
      var isCrafted = false
      try replaceChunk(number) { bytes in
        let chunk = try SealedChunk(bytes)
        guard chunk.columns.count > 1 else { return bytes }
        for place in 1..<chunk.directoryLength - 4 {
          var crafted = bytes
          // The next series is the one before and 1 and this, counted 0, -1, 1, ...
          crafted[place] = 1
          if let crafted = Self.withChecksum(crafted), let made = try? SealedChunk(crafted),
            made.columns[0].series == made.columns[1].series
          {
            isCrafted = true
            return crafted
          }
        }
        return bytes
      }
      #expect(useAll() == isCrafted)
    }
  }

  @Test("does not stop at a batch that goes on behind the last series")
  func batch() throws {
    try craft { db in
      // The first of a chain, a group, at 0 ms, two series from the largest number on.
      var bytes: [UInt8] = [0, 1, 0, 0x80, 0x80, 0x40, 2, 0, 0, 0]
      let sum = bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
      for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: sum >> shift)) }
      try db.execute(
        sql: "INSERT INTO journal (id, chain, last, batch, earlier) VALUES (100000, 100000, ?, ?, ?)",
        arguments: [at(36 * Self.day).milliseconds, Data(bytes), at(35 * Self.day).milliseconds])
    }
    #expect(useAll())
  }
}
