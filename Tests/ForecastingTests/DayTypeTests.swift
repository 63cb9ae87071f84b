import CommunityModel
import Forecasting
import MarketTime
import Testing

@Suite("Day type")
struct DayTypeTests {
  @Test(
    "takes weekdays, weekends, Christmas Eve and New Year's Eve as the standard profiles do",
    arguments: [
      ("2026-02-18", DayType.workday),  // a Wednesday
      ("2026-02-21", .saturday),
      ("2026-02-22", .sundayOrHoliday),
      ("2026-12-24", .saturday),  // a Thursday
      ("2026-12-31", .saturday),  // a Thursday
      ("2028-12-24", .sundayOrHoliday),  // a Sunday stays one
      ("2028-12-31", .sundayOrHoliday),
      ("2026-12-23", .workday),
    ])
  func ofDay(text: String, expected: DayType) throws {
    #expect(DayType(of: try day(text), holidays: .none) == expected)
  }

  @Test("takes a holiday for a Sunday, on Saturdays and on 24 December too")
  func holidays() throws {
    // Assumption Day 2026 is a Saturday; 24 December is no holiday in Germany, but a table may say so.
    let kept = Holidays(days: [try day("2026-08-15"), try day("2026-12-24")], years: [2026])
    #expect(DayType(of: try day("2026-08-15"), holidays: kept) == .sundayOrHoliday)
    #expect(DayType(of: try day("2026-12-24"), holidays: kept) == .sundayOrHoliday)
    #expect(DayType(of: try day("2026-08-15"), holidays: .none) == .saturday)
  }
}

@Suite("Holiday table")
struct HolidayTableTests {
  private func table() throws -> HolidayTable {
    HolidayTable([
      .init(try day("2026-01-01"), country: "DE", region: "NW"), .init(try day("2026-01-01"), country: "DE", region: "BE"),
      .init(try day("2026-06-04"), country: "DE", region: "NW"), .init(try day("2026-03-08"), country: "DE", region: "BE"),
      .init(try day("2026-10-26"), country: "AT"),
    ])
  }

  @Test("gives a Land its own holidays")
  func land() throws {
    let holidays = try table().holidays(in: .init(country: "DE", region: "NW"))
    #expect(holidays.days == [try day("2026-01-01"), try day("2026-06-04")])
  }

  @Test("gives a country without a Land what all its Länder keep")
  func country() throws {
    #expect(try table().holidays(in: .init(country: "DE")).days == [try day("2026-01-01")])
    #expect(try table().holidays(in: .init(country: "AT")).days == [try day("2026-10-26")])
  }

  @Test("gives a region of a country without regional holidays those of the country")
  func regionWithoutOwn() throws {
    #expect(try table().holidays(in: .init(country: "AT", region: "3")).days == [try day("2026-10-26")])
  }

  @Test("refuses a Land or country that it does not know, and names those it does")
  func unknown() throws {
    #expect(throws: ForecastingError.unknownRegion(.init(country: "DE", region: "RW"), known: ["BE", "NW"])) {
      try table().holidays(in: .init(country: "DE", region: "RW"))
    }
    #expect(throws: ForecastingError.unknownRegion(.init(country: "FR"), known: ["AT", "DE"])) {
      try table().holidays(in: .init(country: "FR"))
    }
  }

  @Test("says which years it covers, so that an unlisted date is not taken for a working day unawares")
  func coverage() throws {
    let holidays = try table().holidays(in: .init(country: "DE", region: "NW"))
    #expect(holidays.covers(try day("2026-07-01")))
    #expect(!holidays.covers(try day("2016-06-01")))
  }
}
