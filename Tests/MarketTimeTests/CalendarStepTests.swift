import MarketTime
import Testing

private func calendar(_ zone: String) throws -> MarketCalendar {
  try #require(MarketCalendar(timeZone: zone), "\(zone) is not known here")
}
private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

@Suite("Spans of the calendar")
struct CalendarStepTests {
  @Test("leave out the hour that the clock skips, and have the one that happens twice twice")
  func berlinHours() throws {
    let berlin = try calendar("Europe/Berlin")
    func names(_ text: String) throws -> [String] {
      let day = try day(text)
      let spans = berlin.spans(of: day..<day.advanced(by: 1), by: .hour)
      #expect(spans.allSatisfy { $0.count == 4 })
      return spans.map { berlin.name(of: $0, by: .hour) }
    }
    let spring = try names("2026-03-29")
    #expect(spring.count == 23)
    #expect(Array(spring[1...2]) == ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"])
    let autumn = try names("2026-10-25")
    #expect(autumn.count == 25)
    let expected = ["01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00"].map { "2026-10-25T" + $0 }
    #expect(Array(autumn[1...4]) == expected)
  }

  @Test("have hours of two and of six quarter hours where clocks change by half an hour")
  func lordHowe() throws {
    let zone = try calendar("Australia/Lord_Howe")
    // On 2 April 2023 at 02:00 back to 01:30, on 1 October at 02:00 on to 02:30.
    let back = zone.spans(of: try day("2023-04-02")..<day("2023-04-03"), by: .hour)
    let four = Array(repeating: 4, count: 22)
    #expect(back.map(\.count) == [4, 6] + four)
    let forward = zone.spans(of: try day("2023-10-01")..<day("2023-10-02"), by: .hour)
    #expect(forward.map(\.count) == [4, 4, 2] + four.dropLast())
    #expect(zone.name(of: forward[2], by: .hour) == "2023-10-01T02:30+11:00")
  }

  @Test("begin on the wall clock's hour also where that is a quarter past in UTC")
  func kathmandu() throws {
    let zone = try calendar("Asia/Kathmandu")
    let hours = zone.spans(of: try day("2026-03-01")..<day("2026-03-02"), by: .hour)
    #expect(hours.count == 24)
    #expect(hours.first?.lowerBound.start.description == "2026-02-28T18:15:00Z")
    #expect(zone.name(of: hours[0], by: .hour) == "2026-03-01T00:00+05:45")
  }

  @Test("of months are cut to the days asked for")
  func months() throws {
    let berlin = try calendar("Europe/Berlin")
    let spans = berlin.spans(of: try day("2026-02-15")..<day("2026-04-02"), by: .month)
    // 14 days of February; March less an hour; one day of April.
    #expect(spans.map(\.count) == [1344, 2972, 96])
    #expect(spans.map { berlin.name(of: $0, by: .month) } == ["2026-02", "2026-03", "2026-04"])
    #expect(berlin.spans(of: try day("2026-02-15")..<day("2026-02-15"), by: .month).isEmpty)
  }

  @Test("join without hole or overlap", arguments: Set(ClockChangeDay.elsewhere.map(\.zone)).sorted(), CalendarStep.allCases)
  func joined(_ zone: String, _ step: CalendarStep) throws {
    let calendar = try calendar(zone)
    let year = try day("2023-01-01")..<day("2024-01-01")
    let spans = calendar.spans(of: year, by: step)
    #expect(spans.first?.lowerBound == calendar.quarterHours(of: year).lowerBound)
    #expect(spans.last?.upperBound == calendar.quarterHours(of: year).upperBound)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(spans.allSatisfy { !$0.isEmpty })
    #expect(Set(spans.map { calendar.name(of: $0, by: step) }).count == spans.count)
  }

  @Test("leave out a day that the calendar leaves out")
  func apia() throws {
    let apia = try calendar("Pacific/Apia")
    let spans = apia.spans(of: try day("2011-12-29")..<day("2012-01-01"), by: .day)
    #expect(spans.map { apia.name(of: $0, by: .day) } == ["2011-12-29", "2011-12-31"])
  }
}
