import CommunityModel
import Foundation
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

/// `read_store.py` was written from docs/formats/store.md and docs/formats/sealed-columns.md.
@Suite("A reader written from the documents, in another language")
struct OtherReaderTests {
  private static let script = projectFile("Tests/EndToEndTests/Support/read_store.py").path
  private static let hours = 7

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
  }

  private struct Told: Decodable {
    struct Reading: Decodable, Hashable {
      let series: String
      let time: Int64
      let value: Int64
    }
    let integrity: String
    let readings: [Reading]
    let duplicates: Int
    let conflicts: Int
  }

  /// What a device shows at its `poll`th poll.
  private struct Shape: Sendable {
    let key: SeriesKey
    let value: @Sendable (_ poll: Int, _ random: inout SeededGenerator) -> Int64

    init(_ point: MeteringPoint.ID, _ channel: Channel, _ value: @escaping @Sendable (Int, inout SeededGenerator) -> Int64) {
      (key, self.value) = (SeriesKey(point, channel), value)
    }
  }

  /// Devices: what they show, which part of their polls are missed, and the ms that a poll may come early or late.
  private static let devices: [(shapes: [Shape], missed: Int, jitter: Int64)] = [
    (
      [
        Shape("GRID-1", .energyImport) { poll, _ in 123_456_000 + Int64(poll) * 2500 },
        Shape("GRID-1", .energyExport) { _, _ in 77 },
        Shape("GRID-1", .activePower) { _, random in 100 * Int64.random(in: -40_000...40_000, using: &random) },
        Shape("GRID-1", .voltageL1) { poll, _ in poll % 2 == 0 ? .min : .max },
        Shape("GRID-1", .current) { _, random in random.pick([.min, .max, 0, -1, 1]) },
      ], 0, 0
    ),
    // A second device of the same point, read at moments of its own.
    (
      [
        Shape("GRID-1", .frequency) { _, random in 50_000 + Int64.random(in: -20...20, using: &random) },
        Shape("GRID-1", .powerFactor) { poll, _ in Int64(poll * poll) },
      ], 9, 0
    ),
    (
      [
        Shape("PV-1", .energyExport) { poll, _ in Int64(poll / 7) * 10_000 % 4_294_967_296 },
        Shape("PV-1", .activePower) { poll, random in poll % 900 < 500 ? 0 : Int64.random(in: 0...9_000_000, using: &random) },
        Shape("PV-1", .apparentPower) { _, random in Int64.random(in: .min ... .max, using: &random) },
      ], 5, 60
    ),
  ]

  /// Some hours of polls every 10 s, an append a minute; in their midst an hour without any.
  private func polls() -> [[Reading]] {
    var random = SeededGenerator(seed: 31)
    return (0..<Self.hours * 60).filter { $0 / 60 != 2 }.map { minute in
      (0..<6).flatMap { place in
        Self.devices.enumerated().flatMap { number, device -> [Reading] in
          if device.missed > 0, Int.random(in: 0..<device.missed, using: &random) == 0 { return [] }
          let jitter = Int64.random(in: -device.jitter...device.jitter, using: &random)
          let poll = minute * 6 + place
          let time = Timestamp(milliseconds: at(poll * 10).milliseconds + jitter + Int64(number) * 300)
          return device.shapes.map { Reading($0.key, at: time, value: $0.value(poll, &random)) }
        }
      }
    }
  }

  /// Readings for hours that are sealed, in other months, and at the ends of time.
  private let late = [
    Reading(grid, at: at(1805), value: -5), Reading(grid, at: at(-9000), value: 1), Reading(pv, at: at(7300), value: 2),
    Reading(pv, at: Timestamp(milliseconds: -1), value: 3), Reading(pv, at: Timestamp(milliseconds: .min), value: 4),
    Reading(pv, at: Timestamp(milliseconds: .max), value: 5),
  ]

  private func told() throws -> Told {
    let ran = try run("/usr/bin/python3", Self.script, path)
    try #require(ran.status == 0, "\(ran.output)")
    return try JSONDecoder().decode(Told.self, from: Data(ran.output.utf8))
  }

  /// The file holds `readings`, each once.
  private func expectHeld(_ readings: [Reading]) throws {
    let told = try told()
    #expect(told.integrity == "ok")
    #expect(told.duplicates == 0)
    #expect(told.readings.count == readings.count)
    let expected = readings.map {
      Told.Reading(series: "\($0.series)", time: $0.time.milliseconds, value: $0.value)
    }
    #expect(Set(told.readings) == Set(expected))
  }

  private func count(_ table: String) throws -> Int { try query("SELECT count(*) FROM \(table)", path) ?? 0 }

  @Test("finds the same readings in chunks, journal and late rows, while the store is written and when it is closed")
  func same() throws {
    let polls = polls()
    let all = polls.flatMap(\.self)
    let database = try ReadingsDatabase(writing: path, now: clock)
    for batch in polls[..<(polls.count / 2)] { try database.append(batch) }
    try database.append(late)
    try database.append([Reading(grid, at: all[0].time, value: -1)])
    try expectHeld(polls[..<(polls.count / 2)].flatMap(\.self) + late)
    #expect(try told().conflicts == 1)
    for batch in polls[(polls.count / 2)...] { try database.append(batch) }
    let last = [Reading(grid, at: at(905), value: 6)]
    try database.append(last)
    try expectHeld(all + late + last)
    try database.close()
    try expectHeld(all + late + last)
    // All of the places that the reader has to look into: several parts an hour, three files, the journal, what came late.
    #expect(try count("chunk WHERE part > 0") >= 4)
    #expect(try count("segment") == 3)
    #expect(try count("journal") > 60)
    #expect(try count("reading") == 1)
  }

  @Test("refuses a chunk of which a bit has changed")
  func damaged() throws {
    do {
      let database = try ReadingsDatabase(writing: path, now: clock)
      for batch in polls() { try database.append(batch) }
    }
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: path + ".segments").min())
    let segment = URL(filePath: path + ".segments/" + name)
    var bytes = try Data(contentsOf: segment)
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: segment)
    let ran = try run("/usr/bin/python3", Self.script, path)
    #expect(ran.status == 1)
    #expect(ran.output.contains("checksum"))
  }
}
