import CommunityModel
import MarketTime
import Quantities
import Readings
import SQLiteStore
import TestSupport
import Testing

@Suite("The history of a community")
struct HistoryTests {
  private let folder: TemporaryFolder
  private let readings: ReadingsDatabase
  private let imported: CommunityDatabase
  private let start = QuarterHour(containing: at(0))

  init() throws {
    folder = try TemporaryFolder()
    readings = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    imported = try CommunityDatabase(writing: folder.file("community.sqlite"))
  }

  private func span(_ count: Int) -> Range<QuarterHour> { start..<start.advanced(by: count) }
  private func measured(_ count: Int64) -> IntervalEnergy { .measured(Energy(count: count)) }
  private func estimated(_ count: Int64) -> IntervalEnergy { .estimated(Energy(count: count)) }

  @Test("takes the better known of counter and import, the counter's where both are equally good")
  func combining() throws {
    // Read every minute over the first quarter hour (900 mWh), then nothing for half an hour (1800 mWh), then nothing any more.
    var counter = (0...15).map { Reading(grid, at: at($0 * 60), value: Int64($0 * 60)) }
    counter.append(Reading(grid, at: at(2700), value: 2700))
    try readings.append(counter)
    let values = TimeSeries(start: start, values: [measured(1), measured(2), estimated(3), estimated(4)])
    try imported.store([grid: values], from: "a.csv", at: at(0))
    let found = try History(readings: readings, imported: imported).energies(of: [grid], in: span(5))
    #expect(found[grid]?.values == [measured(900), measured(2), estimated(900), estimated(4), .missing])
    let onlyCounted = try History(readings: readings, imported: nil).energies(of: [grid], in: span(4))
    #expect(onlyCounted[grid]?.values == [measured(900), estimated(900), estimated(900), .missing])
    let onlyImported = try History(readings: nil, imported: imported).energies(of: [grid], in: span(4))
    #expect(onlyImported[grid] == values)
    let nothing = try History(readings: nil, imported: nil).energies(of: [grid], in: span(2))
    #expect(nothing == [grid: TimeSeries(repeating: .missing, over: span(2))])
  }

  @Test("asks the counters of the community's points, and no momentary values")
  func ofCommunity() throws {
    try readings.append([
      Reading(grid, at: at(0), value: 0), Reading(grid, at: at(300), value: 300), Reading(grid, at: at(900), value: 900),
      Reading(power, at: at(0), value: 0), Reading(power, at: at(900), value: 900),
      Reading(SeriesKey("ELSEWHERE", .energyImport), at: at(0), value: 0),
    ])
    try imported.store([pv: TimeSeries(start: start, values: [measured(5)])], from: "a.csv", at: at(0))
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let site = Site(id: "YARD", name: "Yard", gridConnection: GridConnection(importLimit: .zero, exportLimit: .zero))
    let community = Community(
      id: "C", name: "C", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [site],
      meteringPoints: [
        MeteringPoint(id: "GRID-1", site: "YARD", measures: .grid),
        MeteringPoint(id: "PV-1", site: "YARD", measures: .generation),
      ])
    let history = History(readings: readings, imported: imported, meter: IntervalMeter(longestGap: .seconds(600)))
    #expect(try history.series(of: community) == [grid, pv])
    let found = try history.energies(of: community, in: span(1))
    #expect(
      found == [grid: TimeSeries(start: start, values: [measured(900)]), pv: TimeSeries(start: start, values: [measured(5)])])
  }

  @Test("is the same read in stretches as in one piece", arguments: [1, 2, 3] as [UInt64])
  func stretches(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Four days; a reading every 1 to 100 s, some holes of up to 8 h, now and then a reading of zero.
    var samples: [Sample] = []
    var second = -500
    var count: Int64 = 1_000_000
    while second < 4 * 86_400 + 500 {
      let isGlitch = Int.random(in: 0..<500, using: &generator) == 0
      samples.append(Sample(at: at(second), value: isGlitch ? 0 : count))
      let isHole = Int.random(in: 0..<700, using: &generator) == 0
      let step = isHole ? Int.random(in: 1000..<28_800, using: &generator) : Int.random(in: 1...100, using: &generator)
      second += step
      count += Int64(step) * Int64.random(in: 0...2000, using: &generator)
    }
    samples.append(Sample(at: at(max(second, 4 * 86_400 + 500)), value: count))
    try readings.append(samples.map { Reading(grid, at: $0.time, value: $0.value) })
    let span = span(4 * 24 * 4)
    let whole = IntervalMeter().energies(from: samples, over: span)
    let found = try #require(try History(readings: readings, imported: nil).energies(of: [grid], in: span)[grid])
    #expect(found == whole)
    #expect(found.values.allSatisfy { $0 != .missing })
  }
}
