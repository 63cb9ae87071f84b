import CommunityModel
import MarketTime
import MeterData
import Quantities
import Testing

@testable import Reporting

/// February 2026 in Berlin, 28 days of 24 h: 2688 quarter hours. A flat uses 0.3 kWh in each, on the 10th nothing is known from 08:00 to
/// 08:30, at 09:00 the value is faulty and at 09:15 it is 9 kWh, 36 kW, on a connection of 24 kW. Of a roof nothing is known at all.
@Suite("The check of a month's meter values")
struct MeterCheckTests {
  private func report(now: String = "2026-03-05") throws -> MeterCheckReport {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let month = try #require(LocalMonth(iso8601: "2026-02"))
    let span = calendar.quarterHours(of: month.days)
    var values = [IntervalEnergy](repeating: .measured(kWh(0.3)), count: span.count)
    let start = QuarterHour(
      containing: calendar.instant(
        of: try #require(LocalTime(iso8601: "08:00")), on: try #require(LocalDay(iso8601: "2026-02-10"))))
    let place = span.lowerBound.distance(to: start)
    values[place] = .missing
    values[place + 1] = .missing
    values[place + 4] = .faulty(kWh(0))
    values[place + 5] = .measured(kWh(9))
    // Not always the same, so that it does not seem to stand still.
    for place in values.indices where place % 2 == 0 && values[place] == .measured(kWh(0.3)) {
      values[place] = .measured(kWh(0.2))
    }
    let community = Community(
      id: "corner", name: "Eckhaus", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [],
      meteringPoints: [
        MeteringPoint(
          id: "FLAT", site: "house", measures: .consumption, calibration: .always, capacity: Power(kilowatts: 24)),
        MeteringPoint(id: "ROOF", site: "house", measures: .generation),
      ])
    var energies = MeteredEnergies(over: span)
    energies["FLAT", .import] = TimeSeries(start: span.lowerBound, values: values)
    let day = try #require(LocalDay(iso8601: now))
    return MeterCheckReport(
      on: community, month: month, series: community.meterSeries(energies), at: calendar.start(of: day))
  }

  @Test("counts how values are known and lists what was found, in both languages, as JSON and as CSV")
  func golden() throws {
    let report = try report()
    #expect(report.rows[0].qualities == [.measured: 2685, .missing: 2, .faulty: 1])
    #expect(report.rows[0].findings.map(\.kind) == [.gap, .faulty, .aboveCapacity, .spike])
    #expect((report.errors, report.doubts, report.silent) == (3, 1, ["ROOF"]))
    try expectGolden(report.text(.german), "meter-check.de.txt")
    try expectGolden(report.text(.english), "meter-check.en.txt")
    try expectGolden(report.json(), "meter-check.json")
    try expectGolden(report.csv(), "meter-check.csv")
  }

  @Test("takes a month that is not over for as long as it is")
  func today() throws {
    let report = try report(now: "2026-02-10")
    // Nine days; what lies ahead is not missing, but values for it are an error.
    #expect(report.span.count == 9 * 24 * 4)
    #expect(report.rows[0].findings.first?.kind == .future)
  }
}
