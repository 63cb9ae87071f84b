import MarketTime
import Testing

@Suite("Dates of the calendar on the wall")
struct LocalDayTests {
  @Test(
    "count days since 1970-01-01",
    arguments: [
      // GNU date 9.1: `date -u -d DATE +%s` / 86400.
      (1970, 1, 1, 0), (1969, 12, 31, -1), (1600, 1, 1, -135_140), (1600, 2, 29, -135_081), (1600, 3, 1, -135_080),
      (1700, 2, 28, -98_557), (1700, 3, 1, -98_556), (1900, 3, 1, -25_508), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
      (2024, 2, 29, 19_782), (2026, 12, 31, 20_818), (2100, 2, 28, 47_540), (2100, 3, 1, 47_541), (2400, 2, 29, 157_113),
      (2400, 12, 31, 157_419),
    ])
  func numbers(_ year: Int, _ month: Int, _ day: Int, _ number: Int) throws {
    let date = try #require(LocalDay(year: year, month: month, day: day))
    #expect(date.number == number)
    #expect(date.components == (year, month, day))
  }

  @Test("every day from 1600 to 2400 follows the one before by the Gregorian rule, and back")
  func everyDay() throws {
    var date = try #require(LocalDay(year: 1600, month: 1, day: 1))
    var weekday = 5  // 1600-01-01 was a Saturday.
    for year in 1600...2400 {
      // Every fourth year, but of the centuries only those divisible by 400.
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      var dayOfYear = 0
      for (month, length) in lengths.enumerated() {
        for day in 1...length {
          dayOfYear += 1
          let isRight =
            date.components == (year, month + 1, day) && LocalDay(year: year, month: month + 1, day: day) == date
            && date.dayOfYear == dayOfYear && date.weekday.rawValue == weekday
          if !isRight {
            Issue.record("\(year)-\(month + 1)-\(day) is \(date), day \(date.dayOfYear), \(date.weekday)")
            return
          }
          date = date.advanced(by: 1)
          weekday = (weekday + 1) % 7
        }
        #expect(LocalDay(year: year, month: month + 1, day: length + 1) == nil)
      }
    }
  }

  @Test(
    "there is no such date",
    arguments: [
      (2023, 2, 29), (1900, 2, 29), (2100, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0),
      (2024, 1, 32), (2024, 1, -1),
    ])
  func impossible(_ year: Int, _ month: Int, _ day: Int) {
    #expect(LocalDay(year: year, month: month, day: day) == nil)
  }

  @Test("known days of the week")
  func weekdays() throws {
    // The epoch, the first day of the euro in cash, the day the clock changes on 29 March 2026, a leap day.
    #expect(LocalDay(number: 0).weekday == .thursday)
    #expect(try #require(LocalDay(iso8601: "2002-01-01")).weekday == .tuesday)
    #expect(try #require(LocalDay(iso8601: "2026-03-29")).weekday == .sunday)
    #expect(try #require(LocalDay(iso8601: "2024-02-29")).weekday == .thursday)
    #expect(LocalDay(number: -1).weekday == .wednesday)
  }

  @Test(
    "text is year-month-day with leading zeros, both ways", arguments: ["2026-03-29", "0001-01-01", "1969-12-31", "9999-12-31"])
  func text(_ text: String) throws {
    #expect(try #require(LocalDay(iso8601: text)).description == text)
  }

  @Test(
    "other text is no date",
    arguments: [
      "", "2026", "2026-03", "2026-3-29", "26-03-29", "2026-03-29T", "2026-02-30", "+026-03-29", "2026-+3-29", "2026-03-+9",
      "-026-03-29", "2026-03-29-", "2026--3-29", "2026-03- 9", "2026/03/29", "29.03.2026", "٢٠٢٦-03-29",
    ])
  func noDate(_ text: String) {
    #expect(LocalDay(iso8601: text) == nil)
  }

  @Test("can be walked")
  func strides() throws {
    let first = try #require(LocalDay(iso8601: "2024-02-27"))
    let last = try #require(LocalDay(iso8601: "2024-03-02"))
    #expect(first.distance(to: last) == 4)
    #expect((first...last).map(\.description) == ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"])
    #expect(first < last)
  }

  @Test(
    "months have their days", arguments: [("2024-02", 29), ("2023-02", 28), ("2026-12", 31), ("2026-04", 30), ("2000-02", 29)])
  func months(_ text: String, _ days: Int) throws {
    let month = try #require(LocalMonth(iso8601: text))
    #expect(month.days.count == days)
    #expect(month.days.lowerBound.description == text + "-01")
  }

  @Test(
    "other text is no month", arguments: ["2026-13", "2026-00", "2026-3", "2026-003", "2026-03-", "202-003", "2026-+3", "March"])
  func noMonth(_ text: String) {
    #expect(LocalMonth(iso8601: text) == nil)
  }

  @Test(
    "times of day count minutes, 24:00 included", arguments: [("00:00", 0), ("06:30", 390), ("18:00", 1080), ("24:00", 1440)])
  func times(_ text: String, _ minutes: Int) throws {
    let time = try #require(LocalTime(iso8601: text))
    #expect(time.minutes == minutes)
    #expect(time.description == text)
    #expect(LocalTime(minutes: minutes) == time)
  }

  @Test(
    "other text is no time of day",
    arguments: [
      "", "6:30", "06:60", "24:01", "25:00", "06:30:00", "06.30", "+6:30", "-6:30", "-0:30", "06:-5", "06:+5", "0630", " 6:30",
    ])
  func noTime(_ text: String) {
    #expect(LocalTime(iso8601: text) == nil)
  }

  @Test("no time of day lies outside the day", arguments: [-1, 1441])
  func outsideTheDay(_ minutes: Int) {
    #expect(LocalTime(minutes: minutes) == nil)
  }
}
