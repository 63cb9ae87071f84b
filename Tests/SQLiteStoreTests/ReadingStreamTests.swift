import CommunityModel
import MarketTime
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A stream of stored readings")
struct ReadingStreamTests {
  @Test("gives each reading of a span once, in the order of time, wherever it lies", arguments: UInt64(1)...4)
  func stream(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let database = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    let readings = ReadingStoreConformance.readings(seed: seed)
    try ReadingStoreConformance.appendDisordered(readings, to: database, seed: seed + 7, disorder: seed % 2 == 0 ? 20 : 1_000_000)
    let memory = InMemoryReadingStore()
    memory.append(readings)
    let keys = try database.series()
    var random = SeededGenerator(seed: seed)
    let times = readings.map(\.time).sorted()
    for round in 0..<12 {
      let wanted = round == 0 ? keys : keys.filter { _ in Bool.random(using: &random) }
      let ends = [random.pick(times), random.pick(times) + .milliseconds(1)].sorted()
      let span = round < 2 ? Timestamp(milliseconds: .min)..<Timestamp(milliseconds: .max) : ends[0]..<ends[1]
      var found: [Reading] = []
      try database.forEachStretch(of: wanted, in: span) { hour in
        #expect(!hour.isEmpty)
        found += hour
      }
      var expected: [Reading] = []
      for key in wanted {
        expected += memory.samples(of: key, in: span).filter { span.contains($0.time) }.map {
          Reading(key, at: $0.time, value: $0.value)
        }
      }
      expected.sort { ($0.time, $0.series) < ($1.time, $1.series) }
      #expect(found == expected, "round \(round)")
    }
  }

  @Test("of an empty store is empty, and one of years without readings is quick")
  func gaps() throws {
    let folder = try TemporaryFolder()
    let database = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    var hours: [[Reading]] = []
    try database.forEachStretch(of: [grid], in: at(0)..<at(1)) { hours.append($0) }
    #expect(hours.isEmpty)
    let year = 365 * 86_400
    let readings = [0, 10 * year, 10 * year + 5, 10 * year + 86_400].map { Reading(grid, at: at($0), value: 1) }
    for reading in readings { try database.append([reading]) }
    try database.forEachStretch(of: [grid], in: at(-1)..<at(11 * year)) { hours.append($0) }
    #expect(hours.flatMap { $0 } == readings && hours.count <= 4)
  }
}
