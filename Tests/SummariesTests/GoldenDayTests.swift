import Charts
import CommunityModel
import MarketTime
import Reporting
import Testing

@testable import Summaries

@Suite("A summary, as a member reads it")
struct GoldenDayTests {
  @Test("is the same for ten kinds of day, in German and English", arguments: DayKind.allCases, Language.allCases)
  func goldenDays(_ kind: DayKind, _ language: Language) throws {
    let summary = try #require(try kind.house.summaries().summary(of: kind.reader))
    let rendered = summary.rendered(.musterhof(language))
    let picture = rendered.picture.map { "\n--- picture ---\n\($0.title)\n\($0.alternative)\n" } ?? ""
    try expectGolden(
      "\(rendered.subject)\n\n\(rendered.text)\n--- chat ---\n\(rendered.chat)\n\(picture)",
      "\(kind.rawValue).\(language.rawValue).txt")
  }

  @Test("is the same as HTML of a mail", arguments: Language.allCases)
  func goldenMail(_ language: Language) throws {
    let summary = try #require(try DayKind.sunny.house.summaries().summary(of: Musterhof.member(1)))
    try expectGolden(summary.rendered(.musterhof(language)).html, "mail.\(language.rawValue).html")
  }

  @Test("is the same as JSON")
  func goldenJSON() throws {
    let summary = try #require(try DayKind.deadInverter.house.summaries().summary(of: "barn"))
    try expectGolden(summary.json(), "summary.json")
  }

  @Test("is the same for three kinds of week, in German and English", arguments: WeekKind.allCases, Language.allCases)
  func goldenWeeks(_ kind: WeekKind, _ language: Language) throws {
    let summary = try #require(try kind.house.summaries().summary(of: Musterhof.member(1)))
    let rendered = summary.rendered(.musterhof(language))
    let picture = rendered.picture.map { "\n--- picture ---\n\($0.title)\n\($0.alternative)\n" } ?? ""
    try expectGolden(
      "\(rendered.subject)\n\n\(rendered.text)\n--- chat ---\n\(rendered.chat)\n\(picture)",
      "week-\(kind.rawValue).\(language.rawValue).txt")
    guard kind == .gap else { return }
    try expectGolden(rendered.html, "week-mail.\(language.rawValue).html")
    if language == .german { try expectGolden(summary.json(), "week.json") }
  }

  @Test("of a week hangs in the hallway", arguments: Language.allCases)
  func goldenBoard(_ language: Language) throws {
    var house = Musterhof()
    house.day = date("2026-06-21")
    house.sun = { [150, 190, 212, 205, 90, 188, 285][($0.number + 3) % 7] }
    let board = try CommunitySummary(of: date("2026-06-15")..<date("2026-06-22"), from: house.sources())
    try expectGolden(board.text(.musterhof(language)), "board.\(language.rawValue).txt")
    try expectGolden(board.html(.musterhof(language)), "board.\(language.rawValue).html")
    if language == .german { try expectGolden(board.json(), "board.json") }
    try expectGolden(SunCalendar(board, .musterhof(language)).atom(), "feed.\(language.rawValue).xml")
    let calendar = SunCalendar(board, .musterhof(language), member: "m01", among: (1...18).map(Musterhof.member))
    try expectGolden(calendar.ical(), "sun-hours.\(language.rawValue).ics")
  }
}
