import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Quarter hours that are made once")
struct RollUpTests {
  private let folder: TemporaryFolder
  private static let day = 86_400
  private static let span = QuarterHour(containing: at(0))..<QuarterHour(containing: at(12 * day))

  init() throws { folder = try TemporaryFolder() }

  private func writer(_ name: String = "readings.sqlite") throws -> ReadingsDatabase {
    try ReadingsDatabase(writing: folder.file(name), now: { at(30 * Self.day) })
  }

  /// A counter at 3.6 kW, 1 Wh a second, and its power; read every two minutes from `first` to before `end`, in seconds.
  private func meter(from first: Int, to end: Int) -> [Reading] {
    stride(from: first, to: end, by: 120).flatMap {
      [Reading(pv, at: at($0), value: Int64($0) * 1000), Reading(power, at: at($0), value: 3_600_000)]
    }
  }

  private func fill(_ store: ReadingsDatabase, _ readings: [Reading]) throws {
    var rest = readings[...]
    while !rest.isEmpty {
      try store.append(Array(rest.prefix(360)))
      rest = rest.dropFirst(360)
    }
  }

  /// For how many days of a point roll-ups are there.
  private func rolledDays(_ name: String = "readings.sqlite") throws -> Int {
    try query(
      "SELECT count(DISTINCT start) FROM chunk JOIN segment ON segment.id = segment WHERE kind = 'quarter-days'",
      folder.file(name)) ?? 0
  }

  @Test("say what was counted, and are made when a day and the one after are over")
  func made() throws {
    let database = try writer()
    try fill(database, meter(from: 0, to: 10 * Self.day + 4 * 3600))
    try database.mergeChunks()
    // Days 0 to 8; day 9 is over, but what comes on day 10 may still tell a glitch of its last hours from a reset.
    #expect(try rolledDays() == 9)
    let energies = try #require(try database.energies(of: [pv, grid, power], in: Self.span)[pv])
    let last = 10 * 96 + 4 * 4
    #expect(energies.values[..<(last - 1)].allSatisfy { $0 == .measured(Energy(count: 900_000)) })
    #expect(energies.values[last...].allSatisfy { $0 == .missing })
    #expect(try database.energies(of: [grid, power], in: Self.span).isEmpty)
    // The readings of the rolled up days are not looked at for that.
    try database.file.write { db in try db.execute(sql: "UPDATE segment SET name = 'gone' WHERE kind = 'days'") }
    let early = QuarterHour(containing: at(0))..<QuarterHour(containing: at(5 * Self.day))
    #expect(try database.energies(of: [pv], in: early)[pv]?.values == Array(energies.values[..<480]))
  }

  @Test("are made anew where history of another counter of the point is brought in")
  func broughtIn() throws {
    let database = try writer()
    try fill(database, meter(from: 0, to: 10 * Self.day))
    try database.mergeChunks()
    #expect(try rolledDays() > 6)
    // Read every quarter hour, 0.5 Wh a second.
    let other = SeriesKey(pv.point, .energyImport)
    let seconds = Array(stride(from: 0, through: 8 * Self.day, by: 900))
    let history = try #require(
      ReadingColumns(point: pv.point, times: seconds.map { at($0) }, values: [.energyImport: seconds.map { Int64($0) * 500 }]))
    try database.append(columns: [history])
    for _ in 0..<2 {
      let energies = try database.energies(of: [pv, other], in: Self.span)
      #expect(energies[other]?.values.prefix(8 * 24 * 4).allSatisfy { $0 == .measured(Energy(count: 450_000)) } == true)
      #expect(energies[pv]?.values.prefix(8 * 24 * 4).allSatisfy { $0 == .measured(Energy(count: 900_000)) } == true)
      try database.mergeChunks()
    }
  }

  @Test("are made anew where a counter that stood still for days caught up")
  func caughtUp() throws {
    let database = try writer()
    // It shows what it did on the third day at noon until the fifth day at noon.
    let (still, leap) = (3 * Self.day + 43_200, 5 * Self.day + 43_200)
    try fill(
      database,
      meter(from: 0, to: 10 * Self.day).map { reading in
        let isLate = at(still) < reading.time && reading.time < at(leap) && reading.series == pv
        return isLate ? Reading(pv, at: reading.time, value: Int64(still) * 1000) : reading
      })
    try database.mergeChunks()
    #expect(try rolledDays() > 7)
    let event = MeterEvent(
      device: "pv", series: pv, at: at(leap), .caughtUp, before: Int64(leap - still) * 1000, after: Int64(leap) * 1000)
    try database.keep([event], [])
    // The fourth day alone, then all, before and after the quarter hours are made anew.
    let between = QuarterHour(containing: at(4 * Self.day))..<QuarterHour(containing: at(5 * Self.day))
    for _ in 0..<2 {
      let fourth = try database.energies(of: [pv], in: between)[pv]?.values
      #expect(fourth == Array(repeating: .estimated(Energy(count: 900_000)), count: 96))
      let all = try #require(try database.energies(of: [pv], in: Self.span)[pv]?.values)
      #expect(all.prefix(8 * 96).allSatisfy { $0.energy == Energy(count: 900_000) })
      #expect(all.prefix(8 * 96).count { $0.quality == .estimated } == 192)
      try database.mergeChunks()
    }
  }

  @Test("are made of readings again where they are damaged, and are not told where they are stale and the readings damaged")
  func damaged() throws {
    let database = try writer()
    try fill(database, meter(from: 0, to: 10 * Self.day))
    try database.mergeChunks()
    let expected = try database.energies(of: [pv], in: Self.span)
    try flip("quarter-days")
    #expect(try database.energies(of: [pv], in: Self.span) == expected)
    try flip("quarter-days")
    #expect(try database.energies(of: [pv], in: Self.span) == expected)

    // Readings that are damaged do not matter for quarter hours that are made, until something comes late.
    try flip(".days")
    let early = QuarterHour(containing: at(0))..<QuarterHour(containing: at(Self.day))
    #expect(try database.energies(of: [pv], in: early)[pv]?.values.count == early.count)
    try database.append([Reading(pv, at: at(61), value: 61_000)])
    try database.mergeChunks()
    #expect(throws: ReadingStoreError.self) { try database.energies(of: [pv], in: early) }
  }

  /// Turns a bit of the first chunk in the file of this kind over.
  private func flip(_ kind: String) throws {
    let segments = folder.file("readings.sqlite.segments")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: segments).first { $0.contains(kind) })
    let handle = try #require(FileHandle(forUpdatingAtPath: segments + "/" + name))
    defer { try? handle.close() }
    try handle.seek(toOffset: 20)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: 20)
    try handle.write(contentsOf: Data([byte ^ 1]))
  }

  @Test("of powers hold the sum and the number of readings")
  func powers() throws {
    let database = try writer()
    try fill(database, meter(from: 0, to: 3 * Self.day))
    try database.mergeChunks()
    let column = RollUpColumn(
      series: try #require(try query("SELECT id FROM series WHERE channel = 'active_power'", folder.file("readings.sqlite"))))
    let place = ChunkTable.Place(
      kind: .quarterDays, start: at(0).milliseconds,
      point: try #require(try query("SELECT min(id) FROM series", folder.file("readings.sqlite"))))
    let samples = try database.file.read { db in
      try ChunkFilling(ChunkTable(db, database.folder), points: [:]).together(at: [place])
    }
    // Eight or seven readings a quarter hour: 120 s do not divide 900.
    #expect(samples[column.count]?.prefix(4).map(\.value) == [8, 7, 8, 7])
    #expect(samples[column.sum]?.prefix(2).map(\.value) == [28_800_000, 25_200_000])
  }

  @Test("are held against their readings by a deep check, which names the day and the series that differ")
  func deepCheck() throws {
    let database = try writer()
    try fill(database, meter(from: 0, to: 6 * Self.day))
    try database.mergeChunks()
    let path = folder.file("readings.sqlite")
    #expect(StoreCheck().readings(at: path, isDeep: true).findings == [])
    // One quarter hour of the second day counts a little more than its readings say.
    let (number, second) = (try query("SELECT min(id) FROM series", path, as: Int64.self) ?? 0, at(Self.day).milliseconds)
    let counter = RollUpColumn(
      series: try query("SELECT id FROM series WHERE channel = 'energy_export'", path, as: Int64.self) ?? 0)
    try database.file.write { db in
      let chunks = ChunkTable(db, database.folder)
      let place = ChunkTable.Place(kind: .quarterDays, start: second, point: number)
      var columns = try ChunkFilling(chunks, points: [:]).together(at: [place])
      columns[counter.energy]?[3] = Sample(at: at(Self.day + 2700), value: 900_001)
      try chunks.replace([place: try ChunkFilling.parts(of: columns)])
    }
    #expect(StoreCheck().readings(at: path).findings == [])
    let findings = StoreCheck().readings(at: path, isDeep: true).findings
    #expect(findings.map(\.kind) == [.quarterHours])
    #expect(findings.map(\.series) == [[pv]])
    #expect(findings.map(\.span) == [at(Self.day)..<at(2 * Self.day)])
    #expect(findings.first?.reason.hasPrefix("1 of") == true)
  }

  @Test("of the days within a long silence of a counter are made anew when it is read again, or something of it comes late")
  func silence() throws {
    // Power is read all the time; the counter on the first and the fifteenth day. Later we learn of the sixth and of the tenth, between
    // which it stood nearly still.
    let powers = meter(from: 0, to: 18 * Self.day).filter { $0.series == power }
    func counts(_ day: Int, less: Int64 = 0) -> [Reading] {
      meter(from: day * Self.day, to: day * Self.day + 7200).filter { $0.series == pv }
        .map { Reading(pv, at: $0.time, value: $0.value - less) }
    }
    func ordered(_ readings: [Reading]) -> [Reading] { readings.sorted { $0.time < $1.time } }
    let database = try writer()
    try fill(database, ordered(counts(0) + powers.filter { $0.time < at(14 * Self.day) }))
    try database.mergeChunks()
    #expect(try rolledDays() == 12)
    #expect(try database.energies(of: [pv], in: Self.span)[pv]?.values[300] == .missing)

    var known = counts(0)
    for (stage, more) in [counts(14), counts(5, less: 50_000_000), counts(9, less: 390_000_000)].enumerated() {
      switch stage {
      case 0: try fill(database, ordered(more + powers.filter { $0.time >= at(14 * Self.day) }))
      case 1: try database.append(more)
      default:
        try database.append(columns: [
          #require(ReadingColumns(point: pv.point, times: more.map(\.time), values: [.energyExport: more.map(\.value)]))
        ])
      }
      try database.mergeChunks()
      known += more
      let inOrder = try writer("order\(stage).sqlite")
      try fill(inOrder, ordered(known + powers))
      let found = try #require(try database.energies(of: [pv], in: Self.span)[pv])
      #expect(try inOrder.energies(of: [pv], in: Self.span)[pv] == found, "stage \(stage)")
      // 1 Wh a second also where nothing was read, at first.
      if stage == 0 { #expect(found.values.prefix(1100).allSatisfy { $0.energy == Energy(count: 900_000) }) }
    }
  }

  @Test("are made anew for what comes late, wherever its neighbours are", arguments: 1...8)
  func late(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    // Spells without a reading of minutes and of days; a counter that falls back to nothing on the sixth day, with its event.
    var readings = meter(from: 0, to: 11 * Self.day)
    for _ in 0..<6 {
      let begin = Int.random(in: 0..<(11 * Self.day), using: &random)
      let end = begin + random.pick([600, 5000, 40_000, 200_000])
      readings.removeAll { (begin..<end).contains(Int(($0.time.milliseconds - at(0).milliseconds) / 1000)) }
    }
    let reset = at(6 * Self.day + 7200)
    readings = readings.map {
      $0.series == pv && $0.time >= reset ? Reading(pv, at: $0.time, value: $0.value - Int64(6 * Self.day + 7200) * 1000) : $0
    }
    let event = MeterEvent(device: "pv", series: pv, at: reset, .reset, before: nil, after: nil)
    let inOrder = try writer("order.sqlite")
    try inOrder.keep([event], [])
    try fill(inOrder, readings)
    let expected = try inOrder.energies(of: [pv], in: Self.span)

    let database = try writer()
    let held = readings.filter { _ in Int.random(in: 0..<100, using: &random) == 0 }
    let heldBack = Set(held.map(\.time))
    try fill(database, readings.filter { !heldBack.contains($0.time) })
    try database.mergeChunks()
    #expect(try rolledDays() > 2)
    for part in readings.filter({ heldBack.contains($0.time) }).shuffled(using: &random).chunks(of: 7) {
      try database.append(part)
      if Int.random(in: 0..<4, using: &random) == 0 { try database.mergeChunks() }
    }
    try database.keep([event], [])
    #expect(try database.energies(of: [pv], in: Self.span) == expected, "seed \(seed), before they are made anew")
    try database.mergeChunks()
    #expect(try database.energies(of: [pv], in: Self.span) == expected, "seed \(seed)")
    // Whatever part is asked for.
    let begin = Self.span.lowerBound.advanced(by: Int.random(in: 0..<900, using: &random))
    let part = begin..<begin.advanced(by: 100)
    #expect(
      try database.energies(of: [pv], in: part)[pv]?.values == part.map { expected[pv]?[$0] ?? .missing }, "seed \(seed)")
  }
}

extension Array {
  /// The elements in groups of `count`, the last one shorter.
  fileprivate func chunks(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}

@Suite("Local days out of a store")
struct LocalDayTests {
  /// A day of 2026 on which clocks are changed somewhere, or not, and how long it is there; from the tz database's rules: in the
  /// European Union on the last Sundays of March and October, in New York on 8 March and 1 November, in Sydney and on Lord Howe (by half
  /// an hour) on 5 April and 4 October.
  private static let days: [(zone: String, month: Int, day: Int, hours: Double)] =
    ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Lisbon", "Europe/Helsinki"].flatMap {
      [($0, 3, 29, 23.0), ($0, 10, 25, 25), ($0, 3, 30, 24)]
    } + [
      ("America/New_York", 3, 8, 23), ("America/New_York", 11, 1, 25), ("Australia/Sydney", 4, 5, 25),
      ("Australia/Sydney", 10, 4, 23),
      ("Australia/Lord_Howe", 4, 5, 24.5), ("Australia/Lord_Howe", 10, 4, 23.5), ("Asia/Kolkata", 3, 29, 24),
    ]

  @Test("have as many quarter hours, and as much energy, as the day on the wall is long, in ten time zones")
  func zones() throws {
    let folder = try TemporaryFolder()
    let database = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: { at(400 * 86_400) })
    // A counter at 3.6 kW, 1 Wh a second, read every two minutes for four days around each; what is between is never asked for.
    for date in [(3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)] {
      let begin = try #require(LocalDay(year: 2026, month: date.0, day: date.1)).number * 86_400 - Int(at(0).milliseconds / 1000)
      for hour in 0..<96 {
        try database.append(
          stride(from: begin + hour * 3600 - 43_200, to: begin + hour * 3600 - 39_600, by: 120).map {
            Reading(pv, at: at($0), value: Int64($0 + 10_000_000) * 1000)
          })
      }
    }
    try database.mergeChunks()
    #expect(Set(Self.days.map(\.zone)).count == 10)
    for expected in Self.days {
      let calendar = try #require(MarketCalendar(timeZone: expected.zone))
      let day = try #require(LocalDay(year: 2026, month: expected.month, day: expected.day))
      let span = calendar.quarterHours(of: day)
      #expect(Double(span.count) == expected.hours * 4, "\(expected)")
      let energies = try #require(try database.energies(of: [pv], in: span)[pv])
      #expect(energies.values.allSatisfy { $0.quality == .measured }, "\(expected)")
      let sum = energies.values.reduce(0) { $0 + ($1.energy?.count ?? 0) }
      #expect(sum == Int64(expected.hours * 3_600_000), "\(expected)")
    }
  }
}
