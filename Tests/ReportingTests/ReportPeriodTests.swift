import MarketTime
import Testing

@testable import Reporting

@Suite("Periods of a report")
struct ReportPeriodTests {
  private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

  @Test("a day stands beside the one before and the same weekday of last year")
  func days() throws {
    let period = ReportPeriod.day(try day("2026-11-26"))
    #expect(period.previous.days == ReportPeriod.day(try day("2026-11-25")).days)
    #expect(period.yearBefore.days.lowerBound == (try day("2025-11-27")))
    #expect(period.yearBefore.days.lowerBound.weekday == period.days.lowerBound.weekday)
    let week = ReportPeriod.days(7, until: try day("2026-03-04"))
    #expect(week.days == (try day("2026-02-26"))..<(try day("2026-03-05")))
    #expect(week.previous.days.upperBound == week.days.lowerBound)
    #expect(week.previous.days.count == 7)
  }

  @Test("months and years stand beside the same dates, whatever their length")
  func months() throws {
    let march = ReportPeriod.month(try #require(LocalMonth(iso8601: "2024-03")))
    #expect(march.previous.days.count == 29)
    #expect(march.yearBefore.days == (try day("2023-03-01"))..<(try day("2023-04-01")))
    let leap = ReportPeriod.yearToDate(try day("2024-02-29"))
    #expect(leap.days.count == 60)
    #expect(leap.yearBefore.days == (try day("2023-01-01"))..<(try day("2023-03-01")))
    #expect(leap.previous == leap.yearBefore)
    let twelve = ReportPeriod.lastTwelveMonths(try #require(LocalMonth(iso8601: "2026-02")))
    #expect(twelve.days == (try day("2025-03-01"))..<(try day("2026-03-01")))
    #expect(twelve.previous.days == (try day("2024-03-01"))..<(try day("2025-03-01")))
    #expect(ReportPeriod.year(2024)?.days.count == 366)
  }

  @Test("long periods are accounted month by month, without holes")
  func parts() throws {
    let period = ReportPeriod(.days, (try day("2026-01-15"))..<(try day("2026-04-02")))
    #expect(period.parts.map(\.count) == [17, 28, 31, 1])
    #expect(zip(period.parts, period.parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(ReportPeriod.month(try #require(LocalMonth(iso8601: "2026-10"))).parts.count == 1)
  }
}
