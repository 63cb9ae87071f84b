import MarketTime
import Planning
import Quantities
import Testing

@Suite("Windows that open every day")
struct DailyWindowTests {
  private let energy = Energy(wattHours: 5000)

  private func quarter(_ text: String) throws -> QuarterHour { QuarterHour(containing: try #require(Timestamp(iso8601: text))) }
  private func time(_ text: String) throws -> LocalTime { try #require(LocalTime(iso8601: text)) }

  /// The windows from `from` to `until` that touch the span between two instants, as text, on the clock of Berlin.
  private func windows(
    _ from: String, _ until: String, touching first: String, _ last: String, days: Set<Weekday> = Set(Weekday.allCases)
  ) throws -> [String] {
    let window = DailyWindow(from: try time(from), until: try time(until), energy: energy, days: days)
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let found = window.windows(touching: try quarter(first)..<quarter(last), calendar: calendar)
    #expect(found.allSatisfy { $0.energy == energy })
    return found.map { "\($0.span.lowerBound) \($0.span.upperBound)" }
  }

  @Test("on ordinary days they are local times in UTC")
  func ordinary() throws {
    #expect(
      try windows("08:00", "12:00", touching: "2026-06-27T22:00Z", "2026-06-29T22:00Z") == [
        "2026-06-28T06:00:00Z 2026-06-28T10:00:00Z", "2026-06-29T06:00:00Z 2026-06-29T10:00:00Z",
      ])
  }

  @Test("a window over midnight that opened the day before counts, too")
  func overMidnight() throws {
    #expect(
      try windows("18:00", "06:30", touching: "2026-06-28T00:00Z", "2026-06-28T20:00Z") == [
        "2026-06-27T16:00:00Z 2026-06-28T04:30:00Z", "2026-06-28T16:00:00Z 2026-06-29T04:30:00Z",
      ])
  }

  @Test("closing at the time of opening means a whole day, and 24:00 is midnight")
  func wholeDays() throws {
    #expect(
      try windows("06:00", "06:00", touching: "2026-06-28T04:00Z", "2026-06-28T05:00Z") == [
        "2026-06-28T04:00:00Z 2026-06-29T04:00:00Z"
      ])
    #expect(
      try windows("20:00", "24:00", touching: "2026-06-28T12:00Z", "2026-06-29T12:00Z") == [
        "2026-06-28T18:00:00Z 2026-06-28T22:00:00Z"
      ])
  }

  @Test("they open only on their days, by the day of opening")
  func weekdays() throws {
    // 2026-06-28 is a Sunday.
    #expect(
      try windows("18:00", "06:00", touching: "2026-06-26T00:00Z", "2026-07-01T00:00Z", days: [.sunday]) == [
        "2026-06-28T16:00:00Z 2026-06-29T04:00:00Z"
      ])
    #expect(try windows("18:00", "06:00", touching: "2026-06-28T04:00Z", "2026-06-28T16:00Z", days: [.saturday, .sunday]) == [])
  }

  @Test("a window that only borders on the span does not touch it")
  func bordering() throws {
    #expect(try windows("08:00", "12:00", touching: "2026-06-28T10:00Z", "2026-06-28T20:00Z") == [])
    #expect(try windows("08:00", "12:00", touching: "2026-06-28T00:00Z", "2026-06-28T06:00Z") == [])
  }

  @Test("quarter hours that are not wholly inside are left out")
  func oddTimes() throws {
    #expect(
      try windows("08:07", "11:50", touching: "2026-06-28T00:00Z", "2026-06-28T20:00Z") == [
        "2026-06-28T06:15:00Z 2026-06-28T09:45:00Z"
      ])
    #expect(try windows("08:01", "08:14", touching: "2026-06-28T00:00Z", "2026-06-28T20:00Z") == [])
  }

  @Test("when the clock is set forward the night is an hour shorter, and the hour that never comes is the instant of the change")
  func spring() throws {
    // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    #expect(
      try windows("22:00", "06:00", touching: "2026-03-28T23:00Z", "2026-03-29T02:00Z") == [
        "2026-03-28T21:00:00Z 2026-03-29T04:00:00Z"
      ])
    #expect(
      try windows("02:30", "05:00", touching: "2026-03-28T23:00Z", "2026-03-29T20:00Z") == [
        "2026-03-29T01:00:00Z 2026-03-29T03:00:00Z"
      ])
    #expect(try windows("02:00", "03:00", touching: "2026-03-28T23:00Z", "2026-03-29T20:00Z") == [])
  }

  @Test("when the clock is set back the night is an hour longer, and the hour that comes twice is its first pass")
  func autumn() throws {
    // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
    #expect(
      try windows("22:00", "06:00", touching: "2026-10-24T22:00Z", "2026-10-25T02:00Z") == [
        "2026-10-24T20:00:00Z 2026-10-25T05:00:00Z"
      ])
    #expect(
      try windows("02:30", "05:00", touching: "2026-10-24T22:00Z", "2026-10-25T20:00Z") == [
        "2026-10-25T00:30:00Z 2026-10-25T04:00:00Z"
      ])
  }
}
