import Charts
import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Reporting

/// A house whose meter counts the same in each quarter hour of some local days.
private func steadyReport(
  _ first: String, days count: Int, imports: Double = 1, name: String = "Test eG", missing: (QuarterHour) -> Bool = { _ in false }
) throws -> EnergyReport {
  let day = try #require(LocalDay(iso8601: first))
  let days = day..<day.advanced(by: count)
  let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
  let span = calendar.quarterHours(of: days)
  var house = House()
  house.points = [
    (
      .grid, TimeSeries(start: span.lowerBound, values: span.map { missing($0) ? .missing : .measured(kWh(imports)) }),
      TimeSeries(repeating: .measured(.zero), over: span)
    )
  ]
  let (community, energies) = try Community.of([house], name: name)
  return EnergyReport(on: community, days: days, energies: energies)
}

private func heatMap(_ report: EnergyReport) throws -> HeatMap {
  try #require(report.charts(.german).compactMap { $0 as? HeatMap }.first)
}

@Suite("A report's pictures")
struct EnergyPicturesTests {
  @Test("have no hour where the clock goes forward, and the hour twice where it goes back")
  func clockChanges() throws {
    let spring = try heatMap(steadyReport("2026-03-23", days: 7))
    #expect(spring.columns.count == 7)
    #expect(spring.columns[6][2] == .absent)
    #expect(spring.columns[6][3] == .value(4))
    #expect(spring.columns[5][2] == .value(4))
    let autumn = try heatMap(steadyReport("2026-10-19", days: 7))
    #expect(autumn.columns[6][2] == .doubled(4, 4))
    #expect(autumn.columns[5][2] == .value(4))
  }

  @Test("mark an hour of which a quarter is missing, never as zero")
  func missing() throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let tuesday = try #require(LocalDay(iso8601: "2026-03-24"))
    let noon = QuarterHour(containing: calendar.instant(of: try #require(LocalTime(minutes: 12 * 60)), on: tuesday))
    let report = try steadyReport("2026-03-23", days: 7) { $0 == noon }
    let map = try heatMap(report)
    #expect(map.columns[1][12] == .missing)
    #expect(map.columns[1].filter { $0 == .missing }.count == 1)
    let day = try steadyReport("2026-03-24", days: 1) { $0 == noon }
    let course = try #require(day.charts(.english).first as? StackedChart)
    #expect(course.slots == 96)
    for part in course.parts { #expect(part.values.enumerated().filter { $0.element == nil }.map(\.offset) == [48]) }
  }

  @Test("of a day show mean powers whose parts come to consumption")
  func course() throws {
    let report = try steadyReport("2026-03-24", days: 1, imports: 0.5)
    let course = try #require(report.charts(.german).first as? StackedChart)
    #expect(course.unit == "kW")
    // Half a kilowatt-hour in a quarter of an hour.
    #expect((0..<96).allSatisfy { slot in course.parts.reduce(0) { $0 + ($1.values[slot] ?? 0) } == 2 })
    #expect(course.ticks.map(\.label) == ["0", "6", "12", "18", "24"])
  }

  @Test("of a month show sums of days, by its calendar: 23 hours on the day that loses one")
  func month() throws {
    let course = try #require(steadyReport("2026-03-01", days: 31).charts(.german).first as? StackedChart)
    #expect(course.slots == 31)
    #expect(course.parts.last?.values.first == 96)
    #expect(course.parts.last?.values[28] == 92)
    #expect(course.unit == "kWh je Tag")
  }

  @Test("of more than a month show a month's self-sufficiency each")
  func months() throws {
    let charts = try steadyReport("2026-01-01", days: 90).charts(.english)
    let months = try #require(charts.last as? StackedChart)
    #expect(months.title.hasPrefix("Self-sufficiency by month"))
    #expect(months.parts.first?.values == [0, 0, 0])
    #expect(months.ticks.map(\.label) == ["Jan", "Feb", "Mar"])
  }

  @Test("say in words what they show")
  func alternatives() throws {
    let report = try steadyReport("2026-03-24", days: 1)
    #expect(report.charts(.german)[0].alternative.hasPrefix("Verbraucht wurden 96,00 kWh; davon 0,0 % aus eigenen Anlagen"))
    #expect(report.charts(.english)[0].alternative.contains("96.00 kWh came from the grid. Highest import: 4.0 kW on 24 Mar"))
    for chart in report.charts(.german) { #expect(!chart.alternative.isEmpty && !chart.title.isEmpty) }
  }

  @Test("show nothing of the community where the report speaks of its members only")
  func selection() throws {
    #expect(try steadyReport("2026-03-24", days: 1).only(.members).charts(.german).isEmpty)
  }

  @Test("stand in a page that names may not break, in its language, without script")
  func page() throws {
    let report = try steadyReport("2026-03-24", days: 1, name: "Wind & <script>alert(1)</script> \"Süd\"")
    for language in Language.allCases {
      let page = report.html(language)
      #expect(page.contains("<html lang=\"\(language.rawValue)\">"))
      #expect(page.contains("Wind &amp; &lt;script&gt;alert(1)&lt;/script&gt; &quot;Süd&quot;"))
      #expect(!page.contains("<script"))
      #expect(page.split(separator: "<svg ").count - 1 == 2 * report.charts(language).count)
    }
  }
}
