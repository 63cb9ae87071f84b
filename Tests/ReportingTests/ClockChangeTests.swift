import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Reporting

@Suite("Days of a clock change")
struct ClockChangeTests {
  /// A house that uses 0.25 kWh in each quarter hour of `days`, 0.5 kWh in its last.
  private func report(on days: Range<LocalDay>, from start: QuarterHour? = nil) throws -> EnergyReport {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let span = calendar.quarterHours(of: days)
    var values = [IntervalEnergy](repeating: .measured(kWh(0.25)), count: span.count)
    values[values.count - 1] = .measured(kWh(0.5))
    var house = House()
    let imports = TimeSeries(start: span.lowerBound, values: values)
    house.points = [(.grid, start.map { imports.over($0..<span.upperBound, padding: .missing) } ?? imports, nil)]
    let (community, energies) = try Community.of([house])
    return EnergyReport(on: community, days: days, energies: energies)
  }

  private func day(_ text: String) throws -> Range<LocalDay> {
    let day = try #require(LocalDay(iso8601: text))
    return day..<day.advanced(by: 1)
  }

  @Test(
    "a day has as many quarter hours as the clock says, and all of them are expected",
    arguments: [("2026-03-29", 92, 23.25), ("2026-06-21", 24 * 4, 24.25), ("2026-10-25", 100, 25.25)])
  func lengths(text: String, count: Int, energy: Double) throws {
    let report = try report(on: try day(text))
    let figures = try #require(report.figures(of: .site("house")))
    #expect(report.span.count == count)
    #expect(figures.quality.expected == count)
    #expect(figures.quality.coverage == .one)
    #expect(figures.flows.consumption == kWh(energy))
    // The last quarter hour is 23:45 to 24:00 on the wall.
    #expect(figures.peakImport?.power == Power(kilowatts: 2))
    let peak = try #require(figures.peakImport?.quarterHour)
    #expect(report.calendar.local(peak.start).time == LocalTime(minutes: 23 * 60 + 45))
  }

  @Test("March 2026 has 2972 quarter hours, October 2980", arguments: [("2026-03", 2972), ("2026-10", 2980)])
  func months(text: String, count: Int) throws {
    let month = try #require(LocalMonth(iso8601: text))
    #expect(try report(on: month.days).span.count == count)
  }

  @Test("coverage counts against the day's own length, and 90 % is the least for shares")
  func coverage() throws {
    // 10 of 100 quarter hours missing are 90 %, 11 are too many; of 92, 9 are 90.2 %, 10 are 89.1 %.
    for (text, missing, hides) in [
      ("2026-10-25", 10, false), ("2026-10-25", 11, true), ("2026-03-29", 9, false), ("2026-03-29", 10, true),
    ] {
      let days = try day(text)
      let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
      let start = calendar.quarterHours(of: days).lowerBound.advanced(by: missing)
      let quality = try #require(try report(on: days, from: start).figures(of: .site("house"))).quality
      #expect(quality.incomplete == missing)
      #expect(quality.hidesShares == hides)
      #expect(quality.isProvisional)
    }
  }

  @Test("a time that the clock shows twice is told apart in print")
  func repeatedHour() throws {
    let days = try day("2026-10-25")
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let span = calendar.quarterHours(of: days)
    var house = House()
    var values = [IntervalEnergy](repeating: .measured(kWh(0.25)), count: span.count)
    // 02:00 happens at quarter hours 8 and 12 of the day; the peak is in the second.
    values[13] = .measured(kWh(1))
    house.points = [(.grid, TimeSeries(start: span.lowerBound, values: values), nil)]
    let (community, energies) = try Community.of([house])
    let report = EnergyReport(on: community, days: days, energies: energies)
    #expect(report.text(.english).contains("25 Oct 02:15+01:00"))
    #expect(report.text(.german).contains("25.10. 02:15+01:00"))
    #expect(report.json().contains("\"start\": \"2026-10-25T01:15:00Z\""))
  }
}
