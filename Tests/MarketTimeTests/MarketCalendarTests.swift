import MarketTime
import TestSupport
import Testing

private func calendar(_ zone: String) throws -> MarketCalendar {
  try #require(MarketCalendar(timeZone: zone), "\(zone) is not known here")
}
private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }
private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }
private func time(_ text: String) throws -> LocalTime { try #require(LocalTime(iso8601: text)) }

@Suite("The calendar of the market")
struct MarketCalendarTests {
  private static let ordinary = 24 * 4

  @Test(
    "knows how many quarter hours a day of a clock change has, and when it begins",
    arguments: ClockChangeDay.berlin + ClockChangeDay.elsewhere + ClockChangeDay.apia)
  func clockChange(_ change: ClockChangeDay) throws {
    let calendar = try calendar(change.zone)
    let day = try day(change.day)
    #expect(calendar.quarterHours(of: day).count == change.quarterHours)
    #expect(calendar.start(of: day) == (try instant(change.start)))
    #expect(calendar.quarterHours(of: day).lowerBound.start == (try instant(change.start)))
  }

  @Test(
    "every other day of the year has 24 hours, and days join without gap or overlap",
    arguments: Set(ClockChangeDay.elsewhere.map(\.zone)).sorted())
  func otherDays(_ zone: String) throws {
    let calendar = try calendar(zone)
    let changes = Set(ClockChangeDay.elsewhere.filter { $0.zone == zone }.map(\.day))
    var end: QuarterHour?
    for day in try day("2023-01-01")..<day("2024-01-01") {
      let quarters = calendar.quarterHours(of: day)
      if !changes.contains(day.description) { #expect(quarters.count == Self.ordinary, "\(day)") }
      #expect(end == nil || quarters.lowerBound == end)
      end = quarters.upperBound
    }
  }

  @Test("a zone without clock changes has 24 hours every day", arguments: ClockChangeDay.steadyZones)
  func steady(_ zone: String) throws {
    let calendar = try calendar(zone)
    for day in try day("2023-01-01")..<day("2024-01-01") where calendar.quarterHours(of: day).count != Self.ordinary {
      Issue.record("\(zone) \(day)")
    }
  }

  @Test("in Berlin only the days of the table differ from 24 hours, 2024 to 2030")
  func berlinYears() throws {
    let calendar = try calendar("Europe/Berlin")
    let odd = try (day("2024-01-01")..<day("2031-01-01")).filter { calendar.quarterHours(of: $0).count != Self.ordinary }
    #expect(odd.map(\.description) == ClockChangeDay.berlin.map(\.day))
  }

  @Test(
    "months of Berlin have so many quarter hours",
    arguments: [
      // Python's zoneinfo; of a month of d days without clock change 96 d.
      ("2024-01", 2976), ("2024-02", 2784), ("2024-03", 2972), ("2024-04", 2880), ("2024-10", 2980), ("2025-02", 2688),
      ("2025-03", 2972), ("2025-10", 2980), ("2026-03", 2972), ("2026-10", 2980), ("2030-12", 2976),
    ])
  func months(_ text: String, _ count: Int) throws {
    let month = try #require(LocalMonth(iso8601: text))
    #expect(try calendar("Europe/Berlin").quarterHours(of: month.days).count == count)
  }

  @Test(
    "each quarter hour of a year belongs to the day that its start shows",
    arguments: ["Europe/Berlin", "America/Santiago", "Pacific/Chatham"])
  func membership(_ zone: String) throws {
    let calendar = try calendar(zone)
    for day in try day("2023-01-01")..<day("2024-01-01") {
      for quarter in calendar.quarterHours(of: day) where calendar.localDay(of: quarter.start) != day {
        Issue.record("\(zone): \(quarter) is not of \(day)")
        return
      }
    }
  }

  @Test("the clock on the wall, by hand")
  func localTimes() throws {
    let berlin = try calendar("Europe/Berlin")
    #expect(berlin.timeZone == "Europe/Berlin")
    #expect(berlin.offset(at: try instant("2026-01-01T00:00Z")) == 3600)
    #expect(berlin.offset(at: try instant("2026-07-01T00:00Z")) == 7200)
    #expect(try calendar("Asia/Kathmandu").offset(at: instant("2026-01-01T00:00Z")) == 20_700)
    #expect(try calendar("Australia/Lord_Howe").offset(at: instant("2026-01-01T00:00Z")) == 39_600)
    #expect(try calendar("Australia/Lord_Howe").offset(at: instant("2026-07-01T00:00Z")) == 37_800)
    let evening = berlin.local(try instant("2026-06-30T22:30:59Z"))
    #expect(evening.day == (try day("2026-07-01")))
    #expect(evening.time == (try time("00:30")))
    let before1970 = berlin.local(try instant("1969-12-31T23:15Z"))
    #expect(before1970.day == (try day("1970-01-01")))
    #expect(before1970.time == (try time("00:15")))
  }

  @Test(
    "a time that happens twice is the first of the two",
    arguments: [
      ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30Z"),
      ("America/New_York", "2023-11-05", "01:00", "2023-11-05T05:00Z"),
      ("Australia/Lord_Howe", "2023-04-02", "01:45", "2023-04-01T14:45Z"),
      ("America/Santiago", "2023-04-01", "23:30", "2023-04-02T02:30Z"),
      ("America/Havana", "2023-11-05", "00:00", "2023-11-05T04:00Z"),
      ("Antarctica/Troll", "2023-10-29", "01:30", "2023-10-28T23:30Z"),
    ])
  func repeated(_ zone: String, _ date: String, _ clock: String, _ expected: String) throws {
    #expect(try calendar(zone).instant(of: time(clock), on: day(date)) == instant(expected))
  }

  @Test(
    "a time that never happens is the instant of the change",
    arguments: [
      ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00Z"),
      ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00Z"),
      ("America/New_York", "2023-03-12", "02:59", "2023-03-12T07:00Z"),
      ("Australia/Lord_Howe", "2023-10-01", "02:15", "2023-09-30T15:30Z"),
      ("Africa/Cairo", "2023-04-28", "00:30", "2023-04-27T22:00Z"),
      ("America/Santiago", "2023-09-03", "00:00", "2023-09-03T04:00Z"),
      ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00Z"),
    ])
  func skipped(_ zone: String, _ date: String, _ clock: String, _ expected: String) throws {
    #expect(try calendar(zone).instant(of: time(clock), on: day(date)) == instant(expected))
  }

  @Test(
    "times around a change are what the clock shows",
    arguments: [
      ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59Z"),
      ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00Z"),
      ("Europe/Berlin", "2026-10-25", "01:59", "2026-10-24T23:59Z"),
      ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00Z"),
      ("Europe/Berlin", "2026-03-28", "18:00", "2026-03-28T17:00Z"),
      ("Europe/Berlin", "2026-03-30", "06:00", "2026-03-30T04:00Z"),
      ("Europe/Berlin", "2026-03-29", "24:00", "2026-03-29T22:00Z"),
      ("America/Santiago", "2023-04-02", "00:00", "2023-04-02T04:00Z"),
      ("Pacific/Apia", "2011-12-29", "23:00", "2011-12-30T09:00Z"), ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00Z"),
    ])
  func aroundChange(_ zone: String, _ date: String, _ clock: String, _ expected: String) throws {
    #expect(try calendar(zone).instant(of: time(clock), on: day(date)) == instant(expected))
  }

  @Test("a clock reading of a file is the instant at which the clock showed it")
  func clockReading() throws {
    let berlin = try calendar("Europe/Berlin")
    let reading = try #require(LocalInstant.parse("2026-07-01T00:15:30")).local
    #expect(berlin.instant(of: reading) == (try instant("2026-06-30T22:15:30Z")))
    let skipped = try #require(LocalInstant.parse("2026-03-29T02:15:30")).local
    #expect(berlin.instant(of: skipped) == (try instant("2026-03-29T01:00:00Z")))
  }

  @Test(
    "clock and instant are each other's inverse wherever the time happens once",
    arguments: Set(ClockChangeDay.elsewhere.map(\.zone)).sorted())
  func inverse(_ zone: String) throws {
    let calendar = try calendar(zone)
    var generator = SeededGenerator(seed: 7)
    let year = try instant("2023-01-01T00:00Z")..<instant("2024-01-01T00:00Z")
    for _ in 0..<500 {
      let minutes = Int64.random(
        in: year.lowerBound.milliseconds / 60_000..<year.upperBound.milliseconds / 60_000, using: &generator)
      let instant = Timestamp(milliseconds: minutes * 60_000)
      let (day, time) = calendar.local(instant)
      let back = calendar.instant(of: time, on: day)
      // In the hours that happen twice the first is given: the same clock reading, earlier by the change of at most 2 h.
      #expect(back == instant || (back < instant && instant - back <= .seconds(7200) && calendar.local(back) == (day, time)))
    }
  }

  @Test(
    "knows zones by their IANA name only", arguments: ["Europe/Atlantis", "", "Berlin", "Europe/Berlin ", "../../etc/passwd"])
  func unknownZones(_ zone: String) {
    #expect(MarketCalendar(timeZone: zone) == nil)
  }

  @Test("lists zones for spelling suggestions")
  func knownZones() {
    #expect(MarketCalendar.knownTimeZones.contains("Europe/Berlin"))
    #expect(MarketCalendar.knownTimeZones.count > 300)
  }
}
