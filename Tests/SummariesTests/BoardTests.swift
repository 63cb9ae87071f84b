import Charts
import CommunityModel
import Foundation
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

@Suite("The notice board and the sun's hours")
struct BoardTests {
  private func board(_ change: (inout Musterhof) -> Void = { _ in }) throws -> CommunitySummary {
    var house = Musterhof()
    house.day = date("2026-06-21")
    change(&house)
    return try CommunitySummary(of: date("2026-06-15")..<date("2026-06-22"), from: house.sources())
  }

  @Test("add up the week: seven days of 212 kWh are 1484 kWh, of which 59 % were used by ourselves")
  func week() throws {
    // 171.03 of use a day, of which the roof covers 126 at most; the shapes of the days decide, so the shares are held to each other.
    let total = try #require(try board().total)
    #expect(abs((total.made ?? .zero).kilowattHours - 7 * 212) < 0.01)
    #expect(abs((total.used ?? .zero).kilowattHours - 7 * 171.03) < 0.01)
    #expect(total.made == (total.own ?? .zero) + (total.fedIn ?? .zero))
    let days = try board().each.compactMap(\.figures?.made)
    #expect(days.count == 7 && days.reduce(.zero, +) == total.made)
  }

  @Test("has no letter smaller than 18 pt, fits A4, and draws its picture twice as large")
  func largeLetters() throws {
    let html = try board().html(.musterhof(.german))
    let sizes = html.matches(of: /font(?:-size)?:[^;}]*?(\d+)pt/).compactMap { Int($0.1) }
    #expect(sizes.count >= 5 && sizes.allSatisfy { $0 >= 18 })
    #expect(html.contains("@page{size:A4"))
    // 182 mm at 96 px an inch are 688 px: the picture's letters of at least 12 px become 24 px, 18 pt.
    let picture = try #require(try board().picture(.musterhof(.german)))
    #expect(688.0 / Double(picture.width) * 12 >= 24)
  }

  @Test("tells nothing of a community of five, and percentages alone where one member outweighs the others")
  func fewMembers() throws {
    let five = try board { $0.flats = 5 }
    #expect(five.total == nil && five.each.allSatisfy { $0.figures == nil })
    #expect(five.text(.musterhof(.german)).contains("Für diese Zeit gibt es keine Zahlen."))
    let outweighed = try board { house in
      house.flats = 6
      house.use = { flat, _ in flat == 6 ? 60 : 8 }
    }
    let text = outweighed.text(.musterhof(.german))
    #expect(!text.contains("kWh") && text.contains(" % unseres Stroms"))
    #expect(outweighed.picture(.musterhof(.german)) == nil)
  }

  @Test("names no member, in whatever form")
  func noNames() throws {
    let board = try board()
    for form in [board.text(.musterhof(.german)), board.html(.musterhof(.english)), board.json()] {
      #expect(!form.contains("Wohnung 1") && !form.contains("m01") && !form.contains("FLAT"))
    }
  }

  @Test("says which days are not known yet")
  func missingDay() throws {
    var house = Musterhof()
    house.day = date("2026-06-21")
    var sources = house.sources()
    var roof = try #require(sources.energies["ROOF", .export])
    for quarter in house.clock.quarterHours(of: date("2026-06-20")) {
      roof.values[roof.start.distance(to: quarter)] = .missing
    }
    sources.energies["ROOF", .export] = roof
    let board = try CommunitySummary(of: date("2026-06-15")..<date("2026-06-22"), from: sources)
    #expect(board.text(.musterhof(.english)).contains("6 of 7 days are known so far"))
    #expect(abs((board.total?.made ?? .zero).kilowattHours - 6 * 212) < 0.01)
  }

  // MARK: - Calendar

  @Test("is one event a day in UTC with a UID that stays, without an alarm")
  func calendar() throws {
    let summary = try board()
    let window = try #require(summary.tip.window)
    let ical = SunCalendar(summary, .musterhof(.german)).ical()
    let lines = ical.components(separatedBy: "\r\n")
    #expect(lines.count { $0 == "BEGIN:VEVENT" } == 1 && !ical.contains("VALARM"))
    #expect(lines.contains("UID:sun-hours-2026-06-23@musterhof"))
    let start = window.span.lowerBound.description.filter { $0 != "-" && $0 != ":" }
    #expect(lines.contains("DTSTART:\(start)") && start.hasSuffix("00Z"))
    // Made again it is the same file.
    #expect(SunCalendar(try board(), .musterhof(.german)).ical() == ical)
    #expect(!SunCalendar(try board { $0.sun = { _ in 10 } }, .musterhof(.german)).ical().contains("VEVENT"))
  }

  @Test("folds long lines at 75 octets and escapes commas and semicolons")
  func folding() throws {
    var style = SummaryStyle.musterhof(.german)
    style.organisation = "Größte Genossenschaft; Überland, Straße und Öfen " + String(repeating: "ä", count: 60)
    let ical = SunCalendar(try board(), style).ical()
    #expect(ical.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
    #expect(ical.contains("Genossenschaft\\; Überland\\, Straße"))
    #expect(!ical.replacing("\r\n", with: "").contains("\n"))
  }

  @Test("is a well-formed feed, whatever the names hold")
  func feed() throws {
    var style = SummaryStyle.musterhof(.german)
    style.organisation = "Sonne & <Söhne> \"eG\""
    let feed = SunCalendar(try board(), style).atom()
    #expect(feed.contains("<name>Sonne &amp; &lt;Söhne&gt; &quot;eG&quot;</name>"))
    #expect(feed.components(separatedBy: "<entry>").count == 2)
    #expect(feed.contains("<updated>2026-06-21T22:00:00Z</updated>"))
  }
}
