import CommunityModel
import MarketTime
import Quantities
import Readings
import SQLiteStore
import TestSupport
import Testing

@Suite("Figures of hours, days and months")
struct AggregateTests {
  private let folder: TemporaryFolder
  private let readings: ReadingsDatabase
  private let imported: CommunityDatabase
  private var history: History { History(readings: readings, imported: imported) }
  private let volume = SeriesKey("HEAT-1", .volume)

  init() throws {
    folder = try TemporaryFolder()
    readings = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: { at(400 * 86_400) })
    imported = try CommunityDatabase(writing: folder.file("community.sqlite"))
  }

  private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

  /// Seconds from `at(0)` to `text`.
  private func second(_ text: String) throws -> Int {
    Int((try #require(Timestamp(iso8601: text)) - at(0)).components.seconds)
  }

  /// All that is handed out.
  private func figures(of keys: [SeriesKey], in spans: [Range<QuarterHour>]) throws -> [[SeriesKey: Aggregate]] {
    var found: [[SeriesKey: Aggregate]] = []
    try history.forEachSpan(of: keys, in: spans) { span, aggregates in
      #expect(span == spans[found.count])
      found.append(aggregates)
    }
    #expect(found.count == spans.count)
    return found
  }

  /// `column` read every `step` seconds from `first` to `last`.
  private func bringIn(_ key: SeriesKey, from first: Int, through last: Int, by step: Int, _ value: (Int) -> Int64) throws {
    let seconds = Array(stride(from: first, through: last, by: step))
    let column = try #require(
      ReadingColumns(point: key.point, times: seconds.map { at($0) }, values: [key.channel: seconds.map(value)]))
    try readings.append(columns: [column])
  }

  private func sum(_ aggregates: [Aggregate]) -> Aggregate { aggregates.reduce(into: Aggregate(.sum, expected: 0)) { $0 += $1 } }

  /// Days of 2026 on which clocks change, and how long they are: the tz database's rules, as in `LocalDayTests`.
  private static let days: [(zone: String, day: String, hours: Double)] = [
    ("Europe/Berlin", "2026-03-28", 24), ("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25),
    ("America/New_York", "2026-03-08", 23), ("America/New_York", "2026-11-01", 25), ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ("Australia/Lord_Howe", "2026-10-04", 23.5), ("Asia/Kathmandu", "2026-03-29", 24),
  ]

  @Test("of a day are what was counted from midnight to midnight on the wall, in 92, 96 or 100 quarter hours")
  func days() throws {
    // 1 Wh a second, read every five minutes.
    try bringIn(pv, from: 0, through: 250 * 86_400, by: 300) { Int64($0) * 1000 }
    for rolled in [false, true] {
      if rolled { try readings.mergeChunks() }
      for expected in Self.days {
        let calendar = try #require(MarketCalendar(timeZone: expected.zone))
        let day = try day(expected.day)
        let found = try figures(of: [pv], in: calendar.spans(of: day..<day.advanced(by: 1), by: .day))
        let figure = try #require(found.first?[pv])
        #expect(figure.value == Int64(expected.hours * 3_600_000), "\(expected)")
        #expect(figure.expected == Int(expected.hours * 4) && figure.measured == figure.expected, "\(expected)")
        let hours = try figures(of: [pv], in: calendar.spans(of: day..<day.advanced(by: 1), by: .hour))
        #expect(hours.reduce(0) { $0 + ($1[pv]?.value ?? 0) } == figure.value)
      }
    }
  }

  @Test("of a month are those of its days together, also where years are gone through in pieces")
  func months() throws {
    try bringIn(pv, from: 0, through: 250 * 86_400, by: 300) { Int64($0) * 1000 }
    let berlin = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let span = try day("2026-04-01")..<day("2026-11-01")
    let months = try figures(of: [pv], in: berlin.spans(of: span, by: .month)).compactMap { $0[pv] }
    // 30, 31, 30, 31, 31, 30 days, and October with an hour more.
    let hours: [Int64] = [720, 744, 720, 744, 744, 720, 745]
    #expect(months.map(\.value) == hours.map { $0 * 3_600_000 })
    let days = try figures(of: [pv], in: berlin.spans(of: span, by: .day)).compactMap { $0[pv] }
    let (sumOfDays, sumOfMonths) = (sum(days), sum(months))
    #expect(sumOfDays == sumOfMonths)
    let quarters = try figures(of: [pv], in: berlin.spans(of: span, by: .quarterHour))
    #expect(quarters.allSatisfy { $0[pv]?.value == 900_000 })
  }

  @Test("leave out what is missing and say so; what is estimated counts and is told")
  func hole() throws {
    // Imported for all of April but the 10th to the 12th in UTC; 1 kWh each, the first two hours of the month substituted.
    let april = QuarterHour(containing: at(try second("2026-04-01T00:00Z")))
    let values = (0..<(30 * 24 * 4)).map { place -> IntervalEnergy in
      let energy = Energy(count: 1_000_000)
      return (9 * 96..<12 * 96).contains(place) ? .missing : place < 8 ? .substituted(energy) : .measured(energy)
    }
    try imported.store([grid: TimeSeries(start: april, values: values)], from: "april.csv", at: at(0))
    // A counter that was not read from the 11th at 00:00 to 06:00 and counted 24 kWh meanwhile; before and behind 1 Wh a second.
    let begin = try second("2026-04-11T00:00Z")
    try bringIn(pv, from: begin - 86_400, through: begin, by: 60) { Int64($0 - begin + 86_400) * 1000 }
    try bringIn(pv, from: begin + 21_600, through: begin + 86_400, by: 60) { Int64($0 - begin - 21_600 + 86_400 + 24_000) * 1000 }
    let utc = try #require(MarketCalendar(timeZone: "Etc/UTC"))
    let month = try figures(of: [grid], in: utc.spans(of: try day("2026-04-01")..<day("2026-05-01"), by: .month))[0]
    let figure = try #require(month[grid])
    #expect(figure.value == 2_592_000_000)
    #expect([figure.expected, figure.known, figure.missing, figure.substituted, figure.measured] == [2880, 2592, 288, 8, 2584])
    let days = try figures(of: [grid, pv, power], in: utc.spans(of: try day("2026-04-10")..<day("2026-04-13"), by: .day))
    #expect(days.map { $0[grid]?.value } == [nil, nil, nil])
    let counted: [Int64?] = [86_400_000, 88_800_000, nil]
    #expect(days.map { $0[pv]?.value } == counted)
    // The first and the last of the six hours have one end read.
    #expect(days.map { $0[pv]?.estimated } == [0, 24, 0])
    #expect(days.map { $0[pv]?.missing } == [0, 0, 96])
    #expect(days.allSatisfy { $0[power]?.value == nil && $0[power]?.known == 0 })
  }

  @Test("of momentary values are the mean of quarter hours, however often each was read, and of counters of volume what flowed")
  func means() throws {
    let begin = try second("2026-04-10T00:00Z")
    // A quarter hour at 1 kW read every ten seconds, one at 4 kW read once, one at -0.5 W and -2 mW; 7 l a minute.
    try bringIn(power, from: begin, through: begin + 890, by: 10) { _ in 1_000_000 }
    try readings.append([
      Reading(power, at: at(begin + 1000), value: 4_000_000), Reading(power, at: at(begin + 1900), value: -500),
      Reading(power, at: at(begin + 1910), value: -2),
    ])
    try bringIn(volume, from: begin, through: begin + 3600, by: 60) { Int64($0 - begin) / 60 * 7_000 }
    let state = SeriesKey("HEAT-1", .operatingState)
    try readings.append([Reading(state, at: at(begin), value: 3)])
    let utc = try #require(MarketCalendar(timeZone: "Etc/UTC"))
    let hours = try figures(of: [power, volume, state], in: utc.spans(of: try day("2026-04-10")..<day("2026-04-11"), by: .hour))
    let mean = try #require(hours[0][power])
    // (1,000,000 + 4,000,000 - 251) / 3 = 1,666,583; the fourth quarter hour is not known.
    #expect(mean.value == 1_666_583)
    #expect([mean.known, mean.missing] == [3, 1])
    #expect(mean.figure == .mean)
    #expect(hours[1][power]?.value == nil)
    #expect(hours[0][volume]?.value == 420_000)
    #expect(hours[0][volume]?.measured == 4)
    #expect(hours[0][state] == nil)
  }
}
