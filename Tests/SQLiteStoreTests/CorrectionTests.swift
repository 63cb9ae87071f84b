import CommunityModel
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Corrections")
struct CorrectionTests {
  private let folder: TemporaryFolder
  private static let day = 86_400
  private static let hour = 3600

  init() throws { folder = try TemporaryFolder() }

  private func writer(_ name: String = "readings.sqlite") throws -> ReadingsDatabase {
    try ReadingsDatabase(writing: folder.file(name), now: { at(60 * Self.day) })
  }

  private func correction(
    _ key: SeriesKey, _ second: Int, _ value: Int64?, received: Int = 50 * day, author: String = "Vera", reason: String = "scale"
  ) -> Correction {
    Correction(key, at: at(second), value: value, received: at(received), author: author, reason: reason)
  }

  private func only(added: Int) -> CorrectionOutcome {
    var outcome = CorrectionOutcome()
    outcome.added = added
    return outcome
  }

  private func fill(_ store: ReadingsDatabase, _ readings: [Reading], by count: Int = 360) throws {
    var rest = readings[...]
    while !rest.isEmpty {
      try store.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
  }

  private func isWhole(_ name: String = "readings.sqlite") -> Bool {
    let report = StoreCheck().readings(at: folder.file(name))
    for finding in report.findings { Issue.record("\(finding)") }
    return report.isWhole
  }

  @Test(
    "of an hour with a wrong scale make its quarter hours right, before and after it is sealed, merged and rolled up",
    arguments: 0...3)
  func wrongScale(stage: Int) throws {
    let database = try writer()
    // 1 Wh a second, read every minute for up to four days; what was read from 10:00 to before 11:00 of the second day is ten times too much,
    // which looked like a leap and a reset.
    let wrong = Self.day + 10 * Self.hour..<Self.day + 11 * Self.hour
    let end = [wrong.upperBound + 600, wrong.upperBound + 3 * Self.hour, 2 * Self.day + 3 * Self.hour, 4 * Self.day][stage]
    let readings = stride(from: 0, through: end, by: 60).map { second in
      Reading(pv, at: at(second), value: Int64(second) * (wrong.contains(second) ? 10_000 : 1000))
    }
    let last = Int64(wrong.upperBound - 60) * 10_000
    try database.keep(
      [
        MeterEvent(
          device: "a", series: pv, at: at(wrong.lowerBound), .jump, before: Int64(wrong.lowerBound - 60) * 1000,
          after: Int64(wrong.lowerBound) * 10_000),
        MeterEvent(
          device: "a", series: pv, at: at(wrong.upperBound), .reset, before: last, after: Int64(wrong.upperBound) * 1000),
      ], [])
    try fill(database, readings, by: 60)
    if stage > 1 { try database.mergeChunks() }
    let span = QuarterHour(containing: at(0))..<QuarterHour(containing: at(end - 900))
    let before = try #require(try database.energies(of: [pv], in: span)[pv])
    #expect(before.values.contains { $0 != .measured(Energy(count: 900_000)) })

    let corrections = wrong.filter { $0 % 60 == 0 }.map { correction(pv, $0, Int64($0) * 1000) }
    let outcome = try database.correct(corrections)
    #expect(outcome.added == 60 && outcome.changed == 60 && outcome.withdrawn == 0 && outcome.inserted == 0)
    for _ in 0..<2 {
      let energies = try #require(try database.energies(of: [pv], in: span)[pv])
      #expect(energies.values.allSatisfy { $0 == .measured(Energy(count: 900_000)) })
      try database.mergeChunks()
    }
    #expect(try database.latest(asOf: at(wrong.lowerBound))[pv]?.value == Int64(wrong.lowerBound) * 1000)

    // What was received is kept, and is no conflict when it comes again; nor does the correction count twice.
    let versions = try database.correctedReadings(of: [pv, grid], in: at(0)..<at(end))
    #expect(versions.map(\.original) == corrections.map { Int64(($0.time - at(0)).components.seconds) * 10_000 })
    #expect(versions.map(\.corrections) == corrections.map { [$0] })
    #expect(try database.append(readings).repeated == readings.count)
    #expect(try database.conflicts().isEmpty)
    #expect(try database.correct(corrections.shuffled()).repeated == 60)
    #expect(try database.correctedReadings(of: [pv], in: at(0)..<at(end)) == versions)
    try database.close()
    #expect(isWhole())
    #expect(try ReadingsDatabase(readingOnly: folder.file("readings.sqlite")).warnings.isEmpty)
  }

  @Test("that come later count, the older ones stay; a withdrawn reading is as if it never was, and may come back")
  func versions() throws {
    let database = try writer()
    try fill(database, (0...240).map { Reading(pv, at: at($0 * 60), value: Int64($0)) })
    let first = correction(pv, 600, 11, received: 1_000_000)
    let second = correction(pv, 600, nil, received: 1_000_001)
    let third = correction(pv, 600, 12, received: 1_000_002)
    func value() throws -> Int64? { try database.samples(of: pv, in: at(600)..<at(601)).first { $0.time == at(600) }?.value }
    #expect(try value() == 10)
    #expect(try database.correct([third]).changed == 1)
    #expect(try value() == 12)
    // What was said earlier and comes later changes nothing.
    #expect(try database.correct([first]) == only(added: 1))
    #expect(try value() == 12)
    let last = correction(pv, 600, nil, received: 1_000_003)
    #expect(try database.correct([second, last]).withdrawn == 1)
    #expect(try value() == nil)
    #expect(try database.append([Reading(pv, at: at(600), value: 10)]).repeated == 1)
    #expect(try value() == nil)
    #expect(try database.append([Reading(pv, at: at(600), value: 99)]).conflicting == 1)
    #expect(try database.correct([correction(pv, 600, 10, received: 1_000_004)]).inserted == 1)
    #expect(try value() == 10)
    let told = try #require(try database.correctedReadings(of: [pv], in: at(0)..<at(1000)).first)
    #expect(told.original == 10 && told.value == 10 && told.corrections.count == 5)
    try database.close()
    #expect(isWhole())
  }

  @Test("may put a value that somebody read off a display where no reading is; it stays when the device's own comes later")
  func addedByHand() throws {
    let database = try writer()
    try fill(database, (0...10).map { Reading(pv, at: at($0 * Self.hour), value: Int64($0) * 1000) })
    #expect(try database.correct([correction(pv, 5 * Self.hour + 1800, 5300)]).inserted == 1)
    #expect(try database.samples(of: pv, in: at(5 * Self.hour)..<at(6 * Self.hour)).map(\.value) == [4000, 5000, 5300, 6000])
    #expect(try database.append([Reading(pv, at: at(5 * Self.hour + 1800), value: 5500)]).added == 1)
    #expect(try database.samples(of: pv, in: at(5 * Self.hour)..<at(6 * Self.hour)).map(\.value) == [4000, 5000, 5300, 6000])
    let told = try #require(try database.correctedReadings(of: [pv], in: at(0)..<at(Self.day)).first)
    #expect(told.original == 5500 && told.value == 5300)
    // A series of which nothing was ever read.
    #expect(try database.correct([correction(grid, 60, 7)]).inserted == 1)
    #expect(try database.latest(asOf: at(Self.day))[grid]?.value == 7)
    try database.close()
    #expect(isWhole())
  }

  @Test("that withdraw all of a series leave nothing of it, and what comes then begins anew")
  func allWithdrawn() throws {
    let database = try writer()
    let readings = (0...300).flatMap { [Reading(pv, at: at($0 * 60), value: 1), Reading(power, at: at($0 * 60), value: 2)] }
    try fill(database, readings)
    #expect(try database.correct((0...300).map { correction(power, $0 * 60, nil) }).withdrawn == 301)
    #expect(try database.inventory().map(\.series) == [pv])
    #expect(try database.latest(asOf: at(Self.day))[power] == nil)
    try database.append([Reading(power, at: at(Self.day), value: 5)])
    #expect(try database.inventory().first { $0.series == power }?.count == 1)
    try database.close()
    #expect(isWhole())
    let again = try writer()
    #expect(again.warnings.isEmpty)
  }

  @Test("go with a point that is erased, with their reasons")
  func erased() throws {
    let database = try writer()
    try fill(database, (0...300).flatMap { [Reading(pv, at: at($0 * 60), value: 1), Reading(grid, at: at($0 * 60), value: 2)] })
    try database.correct([
      correction(pv, 60, 3, author: "Canary Islander", reason: "canary reason"), correction(grid, 60, 4),
    ])
    _ = try database.erase([pv.point])
    try database.close()
    #expect(try run("/bin/sh", "-c", "grep -rlai canary '\(folder.path)' | wc -l").output.contains("0"))
    let left = try ReadingsDatabase(readingOnly: folder.file("readings.sqlite"))
    #expect(try left.correctedReadings(of: [pv, grid], in: at(0)..<at(Self.day)).map(\.series) == [grid])
    #expect(isWhole())
  }
}

extension CorrectionTests {
  /// Something that comes to a store.
  private enum Step: Sendable {
    case readings([Reading])
    case corrections([Correction])
    case merge
    case restart
  }

  /// What a store says.
  private struct Content: Equatable {
    let energies: [SeriesKey: TimeSeries<IntervalEnergy>]
    let samples: [SeriesKey: [Sample]]
    let inventory: [SeriesSummary]

    init(of database: ReadingsDatabase) throws {
      let keys = [pv, power, grid]
      energies = try database.energies(
        of: keys, in: QuarterHour(containing: at(0))..<QuarterHour(containing: at(6 * CorrectionTests.day)))
      samples = try database.samples(of: keys, in: at(-CorrectionTests.day)..<at(20 * CorrectionTests.day))
      inventory = try database.inventory()
    }
  }

  /// A counter at 1 Wh a second and its power every two minutes, another counter every ten; for days, with spells in which one is silent.
  private func readings(_ random: inout SeededGenerator) -> [Reading] {
    var readings: [Reading] = []
    for (key, step) in [(pv, 120), (power, 120), (grid, 600)] {
      let silent = (0..<3).map { _ in
        let begin = Int.random(in: 0..<(5 * Self.day), using: &random)
        return begin..<begin + random.pick([700, 5000, 100_000, 200_000])
      }
      for second in stride(from: 0, to: 5 * Self.day, by: step) where !silent.contains(where: { $0.contains(second) }) {
        readings.append(Reading(key, at: at(second), value: key == power ? 3_600_000 : Int64(second) * 1000))
      }
    }
    return readings.sorted { ($0.time, $0.series) < ($1.time, $1.series) }
  }

  /// Of single readings and of long spells: other values, none, and some where no reading is; some readings more than once.
  private func corrections(_ readings: [Reading], _ random: inout SeededGenerator) -> [Correction] {
    var corrections: [Correction] = []
    for number in 0..<12 {
      let place = Int.random(in: 0..<readings.count, using: &random)
      let key = readings[place].series
      let count = random.pick([1, 1, 30, 1500])
      let isWithdrawn = number % 3 == 0
      for reading in readings[place...].lazy.filter({ $0.series == key }).prefix(count) {
        let second = Int((reading.time - at(0)).components.seconds) + (number % 5 == 4 ? 7 : 0)
        corrections.append(
          Correction(
            key, at: at(second), value: isWithdrawn ? nil : Int64(second) * 1000 + Int64.random(in: 0...500, using: &random),
            received: at(40 * Self.day + number % 4), author: random.pick(["Vera", "Jan"]), reason: "\(number)"))
      }
    }
    return corrections
  }

  @Test("and readings give the same content in any order, twice, in any pieces, across restarts and mergings", arguments: 1...2)
  func anyOrder(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let readings = readings(&random)
    let corrections = corrections(readings, &random)
    // Told by hand what counts: of each reading the correction received last, of those received together the last by author and reason.
    struct Moment: Hashable { let series: SeriesKey, time: Timestamp }
    let versions = Dictionary(grouping: corrections) { Moment(series: $0.series, time: $0.time) }.mapValues {
      $0.sorted { ($0.received, $0.author, $0.reason) < ($1.received, $1.author, $1.reason) }
    }
    var counting = readings.filter { versions[Moment(series: $0.series, time: $0.time)] == nil }
    for (moment, versions) in versions {
      if let value = versions.last?.value { counting.append(Reading(moment.series, at: moment.time, value: value)) }
    }
    let plain = try writer("plain.sqlite")
    try fill(plain, counting.sorted { ($0.time, $0.series) < ($1.time, $1.series) })
    let expected = try Content(of: plain)

    var steps: [Step] = []
    for _ in 0..<2 {
      var rest = readings[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...4000, using: &random)
        steps.append(.readings(Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
      }
      var said = corrections.shuffled(using: &random)[...]
      while !said.isEmpty {
        let count = Int.random(in: 1...1500, using: &random)
        steps.append(.corrections(Array(said.prefix(count))))
        said = said.dropFirst(count)
      }
      steps += [.merge, .restart]
    }
    // Mostly in order, so that much is sealed and rolled up before something late comes.
    for _ in 0..<8 {
      steps.swapAt(Int.random(in: 0..<steps.count, using: &random), Int.random(in: 0..<steps.count, using: &random))
    }
    var database = try writer()
    for step in steps {
      switch step {
      case .readings(let readings): try fill(database, readings)
      case .corrections(let corrections): try database.correct(corrections)
      case .merge: try database.mergeChunks()
      case .restart:
        try database.close()
        database = try writer()
      }
    }
    for _ in 0..<2 {
      let found = try Content(of: database)
      #expect(found.energies == expected.energies)
      #expect(found.samples == expected.samples)
      #expect(found.inventory == expected.inventory)
      try database.mergeChunks()
    }
    let told = try database.correctedReadings(of: [pv, power, grid], in: at(-Self.day)..<at(20 * Self.day))
    let received = Dictionary(uniqueKeysWithValues: readings.map { (Moment(series: $0.series, time: $0.time), $0.value) })
    #expect(told.count == versions.count)
    #expect(told.allSatisfy { $0.corrections == versions[Moment(series: $0.series, time: $0.time)] })
    #expect(told.allSatisfy { $0.original == received[Moment(series: $0.series, time: $0.time)] })
    #expect(try database.conflicts().isEmpty)
    try database.close()
    #expect(isWhole())
  }
}
