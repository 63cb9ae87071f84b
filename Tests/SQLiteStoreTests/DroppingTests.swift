import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Dropping what need not be kept any longer")
struct DroppingTests {
  let folder: TemporaryFolder
  static let day = 86_400
  /// March to 4 June 2026; April begins on day 31, May on day 61, June on day 92.
  static let days = 96
  /// Days on which meters were read.
  private static let dense = [25..<36, 55..<66, 90..<96]
  static let span = QuarterHour(containing: at(0))..<QuarterHour(containing: at(days * day))
  let heat = SeriesKey("HEAT-1", .energyImport)
  let month = Retention(readings: .days(31))

  init() throws { folder = try TemporaryFolder() }

  func writer(_ name: String = "readings.sqlite") throws -> ReadingsDatabase {
    try ReadingsDatabase(writing: folder.file(name), now: { at(Self.days * Self.day) })
  }

  /// What is read of a point: every 4 min, or once an hour for heat, 1 Wh a second.
  func columns(_ point: MeteringPoint.ID, _ seconds: [Int], _ channels: [Channel]) throws -> ReadingColumns {
    let values = channels.map { channel in
      (channel, seconds.map { Int64(channel.isCounter ? $0 * 1000 : $0 % 7919 - 3000) })
    }
    return try #require(
      ReadingColumns(point: point, times: seconds.map { at($0) }, values: Dictionary(uniqueKeysWithValues: values)))
  }

  private static func isRead(_ second: Int, without holes: [Range<Int>]) -> Bool { !holes.contains { $0.contains(second) } }

  func fill(_ store: ReadingsDatabase, from first: Int = 0, to end: Int = days, without holes: [Range<Int>] = []) throws {
    func seconds(_ step: Int, offset: Int = 0) -> [Int] {
      stride(from: first * Self.day + offset, to: end * Self.day, by: step).filter { Self.isRead($0, without: holes) }
    }
    func isDense(_ second: Int) -> Bool { Self.dense.contains { $0.contains(second / Self.day) } }
    try store.append(columns: [
      columns("PV-1", seconds(240).filter(isDense), [.energyExport, .activePower]),
      columns("GRID-1", seconds(240, offset: 17).filter(isDense), [.energyImport]),
      columns("HEAT-1", seconds(3600, offset: 420), [.energyImport]),
    ])
    try store.mergeChunks()
  }

  func segments() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.file("readings.sqlite.segments")).map {
      $0.split(separator: ".").dropLast().joined(separator: ".")
    }.sorted()
  }

  @Test("takes whole months of readings, keeps their quarter hours and the last reading of each series")
  func wholeMonths() throws {
    let database = try writer()
    try fill(database)
    let energies = try database.energies(of: [pv, grid, heat], in: Self.span)
    let sums = try database.sums(of: [power, pv], in: Self.span)
    let plan = try database.droppable(month, at: at(Self.days * Self.day))
    #expect(plan.readings == ["2026-03", "2026-04"] && plan.quarterHours == [])
    let report = try database.drop(month, at: at(Self.days * Self.day))
    // 360 readings a day of three series on 6 days of March and 11 of April, but for the last of each series and month.
    #expect(report.readingCount == 3 * (17 * 360 - 2))
    #expect(report.readings == plan.readings && report.left == [])
    #expect(try segments().filter { $0.hasSuffix(".days") } == ["2026-05.days", "2026-06.days"])
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite")).findings == [])
    let status = try #require(try database.status().dropped)
    #expect(status == DroppedStatus(series: 3, readings: 3 * (17 * 360 - 2), until: at(61 * Self.day)))
    // Nothing is left to drop, and nothing is dropped twice.
    #expect(try database.drop(month, at: at(Self.days * Self.day)) == DropReport(dropped: 0))

    #expect(try database.energies(of: [pv, grid, heat], in: Self.span) == energies)
    let kept = try database.sums(of: [power, pv], in: Self.span)
    #expect(kept[power] == sums[power])
    // Of counters there is no sum of what has been dropped.
    #expect(kept[pv]?.values.prefix(61 * 96).allSatisfy { $0.count == 0 } == true)
    #expect(kept[pv]?.values.suffix(35 * 96) == sums[pv]?.values.suffix(35 * 96))
    // An hour's readings are no more than quarter hours are.
    #expect(try database.samples(of: heat, in: at(0)..<at(Self.days * Self.day)).count == Self.days * 24)
    let summary = try #require(try database.inventory().first { $0.series == pv })
    #expect(summary.first == at(31 * Self.day - 240) && summary.last == at(Self.days * Self.day - 240))
    // The spell without readings in April is no longer told of, that in May is.
    #expect(summary.count == 11 * 360 + 2 && summary.gaps == 1)
    // The counter at the end of March and of April.
    let ends = try database.samples(of: pv, in: at(0)..<at(61 * Self.day))
    #expect(ends.map(\.time) == [at(31 * Self.day - 240), at(61 * Self.day - 240), at(61 * Self.day)])
    #expect(ends.first?.value == Int64(31 * Self.day - 240) * 1000)
  }

  @Test("changes no quarter hour that is kept, whatever is missing or comes late", arguments: 1...4)
  func sameQuarterHours(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    // Spells of minutes to weeks without a reading, some across the end of a month.
    var holes = (0..<8).map { _ in
      let begin = random.pick([31, 61] + Self.dense.joined()) * Self.day - Int.random(in: 0..<9000, using: &random)
      return begin..<begin + random.pick([600, 9500, 90_000, 400_000, 1_500_000])
    }
    // One day with few readings.
    let sparse = Int.random(in: 26..<35, using: &random) * Self.day
    holes += [sparse + 7000..<sparse + Self.day]
    let whole = try writer("whole.sqlite")
    try fill(whole, without: holes)
    let database = try writer()
    let later = seed % 2 == 0 ? 65 : Self.days
    try fill(database, to: later, without: holes)
    let now = at(Self.days * Self.day)
    var dropped = try database.drop(month, at: at(later * Self.day))
    #expect(!dropped.readings.isEmpty)
    if later < Self.days {
      try fill(database, from: later, without: holes)
      dropped = try database.drop(month, at: now)
    }
    #expect(dropped.left == [] && !dropped.readings.contains("2026-05"), "\(dropped)")
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite")).findings == [])
    func expectSame(_ note: Comment) throws {
      let keys = [pv, grid, heat]
      #expect(try database.energies(of: keys, in: Self.span) == whole.energies(of: keys, in: Self.span), note)
      #expect(try database.sums(of: [power], in: Self.span) == whole.sums(of: [power], in: Self.span), note)
    }
    try expectSame("seed \(seed)")
    // What comes late has the effect it would have had, from the third day on that is kept and behind the first reading then.
    let kept = try #require(
      stride(from: 63 * Self.day, to: 96 * Self.day, by: 240).first { second in
        Self.dense.contains { $0.contains(second / Self.day) } && Self.isRead(second, without: holes)
      })
    let late = (0..<40).map { _ in Reading(pv, at: at(Int.random(in: kept + 1..<95 * Self.day, using: &random)), value: 1) }
    for store in [database, whole] { try store.append(late) }
    try expectSame("seed \(seed), late ones")
    for store in [database, whole] { try store.mergeChunks() }
    try expectSame("seed \(seed), late ones rolled up")
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite"), isDeep: true).findings == [])
  }

  @Test("lets nothing back in that was dropped, and takes other series' history of that time, which goes the same way")
  func late() throws {
    let database = try writer()
    try fill(database)
    let now = at(Self.days * Self.day)
    _ = try database.drop(month, at: now)
    let energies = try database.energies(of: [pv, heat], in: Self.span)
    let outcome = try database.append([Reading(pv, at: at(5), value: 1), Reading(heat, at: at(5), value: 5000)])
    #expect(outcome.dropped == 1 && outcome.added == 1)
    let again = try columns(
      "PV-1", Array(stride(from: 50 * Self.day, to: 62 * Self.day, by: 240)), [.energyExport, .activePower])
    let repeated = try database.append(columns: [again])
    #expect(repeated.dropped == 2 * 11 * 360 && repeated.repeated == 2 * 360 && repeated.added == 0)
    try database.mergeChunks()
    #expect(try database.energies(of: [pv], in: Self.span)[pv] == energies[pv])
    // Another counter of the point.
    let other = SeriesKey("PV-1", .energyImport)
    try database.append(columns: [
      columns("PV-1", Array(stride(from: 20 * Self.day, to: 35 * Self.day, by: 240)), [.energyImport])
    ])
    try database.mergeChunks()
    for _ in 0..<2 {
      let known = try database.energies(of: [pv, other], in: Self.span)
      #expect(known[pv] == energies[pv])
      #expect(known[other]?.values[20 * 96..<34 * 96].allSatisfy { $0 == .measured(Energy(count: 900_000)) } == true)
      #expect(StoreCheck().readings(at: folder.file("readings.sqlite")).findings == [])
      _ = try database.drop(month, at: now)
    }
    #expect(try !segments().contains("2026-03.days"))
  }

  @Test("takes quarter hours with all that was never more, and leaves those after as they were")
  func quarterHours() throws {
    let database = try writer()
    try fill(database, without: [60 * Self.day..<64 * Self.day])
    let energies = try database.energies(of: [pv, grid, heat], in: Self.span)
    let now = at(Self.days * Self.day)
    try database.keep(
      [
        MeterEvent(device: "m", series: pv, at: at(60), .rollover(modulus: 7), before: 9, after: 1),
        MeterEvent(device: "m", series: nil, at: at(60), .frozen, before: nil, after: nil),
        MeterEvent(device: "m", series: nil, at: at(95 * Self.day), .frozen, before: nil, after: nil),
      ], [Quarantined(power, at: at(61), value: 7, .range, registers: [])])
    _ = try database.drop(Retention(readings: .days(31), events: .days(31)), at: now)
    // Quarter hours stay, and so what they are worked out by.
    #expect(try database.allEvents().map(\.kind) == [.rollover(modulus: 7), .frozen])
    let report = try database.drop(Retention(readings: .days(31), quarterHours: .days(31), events: .days(31)), at: now)
    #expect(report.quarterHours == ["2026-03", "2026-04"] && report.left == [] && report.events == 1)
    #expect(try database.allEvents().count == 1)
    #expect(try segments().allSatisfy { $0 >= "2026-05" })
    #expect(StoreCheck().readings(at: folder.file("readings.sqlite")).findings == [])
    let left = try database.energies(of: [pv, grid, heat], in: Self.span)
    for key in [pv, grid, heat] {
      #expect(left[key]?.values.prefix(61 * 96).allSatisfy { $0 == .missing } == true, "\(key)")
      #expect(left[key]?.values.suffix(35 * 96) == energies[key]?.values.suffix(35 * 96), "\(key)")
    }
    #expect(try database.inventory().map(\.first).min() == at(64 * Self.day))
    #expect(try database.append([Reading(heat, at: at(5), value: 5)]).dropped == 1)
  }

  @Test("waits where readings are damaged, and says so")
  func damaged() throws {
    let database = try writer()
    try fill(database)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("readings.sqlite.segments"))
    let name = try #require(names.first { $0.hasPrefix("2026-03.days") })
    let handle = try #require(FileHandle(forUpdatingAtPath: folder.file("readings.sqlite.segments/" + name)))
    try handle.seek(toOffset: 20)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: 20)
    try handle.write(contentsOf: Data([byte ^ 1]))
    try handle.close()
    let report = try database.drop(month, at: at(Self.days * Self.day))
    #expect(report.left == ["2026-03"] && report.readings == ["2026-04"])
    #expect(try segments().contains("2026-03.days"))
  }

  @Test("goes on by itself while readings come, a month at a time, and not where a clock only leapt ahead")
  func byItself() throws {
    let path = folder.file("readings.sqlite")
    do { try fill(writer()) }
    func collect(from day: Int, hours: Range<Int>) throws {
      let clock = at(day * Self.day + hours.upperBound * 3600)
      let database = try ReadingsDatabase(writing: path, now: { clock })
      database.retention = month
      for quarter in hours.lowerBound * 4..<hours.upperBound * 4 {
        let begin = day * Self.day + quarter * 900
        try database.append(
          stride(from: begin, to: begin + 900, by: 180).map { Reading(pv, at: at($0), value: Int64($0) * 1000) })
      }
    }
    // Nobody has set a limit.
    do { try writer().append([Reading(pv, at: at(Self.days * Self.day), value: 1)]) }
    #expect(try segments().contains("2026-03.days"))
    try collect(from: Self.days, hours: 1..<40)
    #expect(try segments().filter { $0.hasSuffix(".days") } == ["2026-05.days", "2026-06.days"])
    #expect(StoreCheck().readings(at: path).findings == [])
    // Ten years ahead for six hours.
    try collect(from: Self.days + 3650, hours: 0..<6)
    #expect(try segments().filter { $0.hasSuffix(".days") } == ["2026-05.days", "2026-06.days"])
  }

  @Test(
    "leaves a whole store behind when it is stopped before the files are deleted, a good backup, and nothing where a point is erased"
  )
  func cutShort() throws {
    let path = folder.file("readings.sqlite")
    do {
      let database = try writer()
      try fill(database)
      try database.file.write { db in
        let settled = try #require(try SeriesLedger(db).settledUntil)
        let dropping = Dropping(db, database.folder, settledUntil: settled, month, at: at(Self.days * Self.day))
        #expect(try dropping.step()?.month == "2026-03")
      }
    }
    #expect(try segments().contains("2026-03.days"))
    #expect(StoreCheck().readings(at: path).findings == [])
    let database = try writer()
    #expect(try database.drop(month, at: at(Self.days * Self.day)).readings == ["2026-04"])
    #expect(try !segments().contains("2026-03.days"))
    let made = try StoreBackup(readings: path, community: nil, program: "1").make("b", in: folder.path, made: at(0))
    #expect(made.isWhole)
    #expect(try StoreRestore(of: made.path).drill(in: folder.path).isWhole)
    _ = try database.erase(["PV-1"])
    #expect(try database.energies(of: [pv, grid], in: Self.span)[pv] == nil)
    #expect(try database.status().dropped?.series == 1)
    #expect(StoreCheck().readings(at: path).findings == [])
  }
}

extension DropReport {
  fileprivate init(dropped count: Int) {
    self.init()
    readingCount = count
  }
}
