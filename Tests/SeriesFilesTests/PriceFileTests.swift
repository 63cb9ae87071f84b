import MarketTime
import Quantities
import SeriesFiles
import Testing

@Suite("Price file")
struct PriceFileTests {
  @Test("gives each quarter hour of an hour the hour's price")
  func hours() throws {
    let imported = try SeriesFileReader().prices(
      from: file("time,price [EUR/MWh]", "2016-06-01T00:00:00Z,9.80", "2016-06-01T01:00:00Z,-48.17"))
    // 9.80 EUR/MWh are 0.0098 EUR/kWh, 9800 micro-euros.
    #expect(imported.prices.start == (try quarter("2016-06-01T00:00Z")))
    #expect(imported.prices.values.map { $0?.count } == [9800, 9800, 9800, 9800, -48_170, -48_170, -48_170, -48_170])
    #expect(imported.gaps.isEmpty)
    #expect(imported.prices(over: imported.prices.span)?.values.count == 8)
  }

  // Rows of Open Power System Data, German day-ahead 2020: the file lacks 02:00 and 03:00 UTC of the day of the clock change.
  @Test("reports hours that a file lacks instead of shifting those behind them")
  func gaps() throws {
    let imported = try SeriesFileReader().prices(
      from: file(
        "time,price [EUR/MWh]", "2020-03-29 00:00:00+00:00,11.05", "2020-03-29 01:00:00+00:00,6.6",
        "2020-03-29 04:00:00+00:00,0.08", "2020-03-29 05:00:00+00:00,0.96"))
    let gap = try quarter("2020-03-29T02:00Z")..<quarter("2020-03-29T04:00Z")
    #expect(imported.gaps == [gap])
    #expect(imported.prices[try quarter("2020-03-29T04:00Z")] == EnergyPrice(count: 80))
    #expect(imported.prices(over: imported.prices.span) == nil)
    #expect(imported.prices(over: try quarter("2020-03-29T04:00Z")..<quarter("2020-03-29T05:00Z"))?.values.count == 4)
  }

  @Test("reads quarter hours, empty cells, other units and decimal commas")
  func otherForms() throws {
    let imported = try SeriesFileReader(calendar: try berlin()).prices(
      from: file("time;price [ct/kWh]", "25.10.2026 02:45;31,2", "25.10.2026 02:00;", "25.10.2026 02:15;0,5"))
    #expect(imported.prices.start == (try quarter("2026-10-25T00:45Z")))
    #expect(imported.prices.values.map { $0?.count } == [312_000, nil, 5000])
    #expect(imported.gaps.map(\.count) == [1])
  }

  @Test("refuses other columns, other units and intervals below a quarter hour")
  func refusals() {
    let column = file("time,pirce [EUR/MWh]", "2016-06-01T00:00Z,1", "2016-06-01T01:00Z,1")
    let unit = file("time,price [EUR/kW]", "2016-06-01T00:00Z,1", "2016-06-01T01:00Z,1")
    let interval = file("time,price [EUR/MWh]", "2016-06-01T00:00Z,1", "2016-06-01T00:05Z,1")
    let refused = [column, unit, interval].map { file in places { _ = try SeriesFileReader().prices(from: file) } }
    #expect(refused == [["1:6"], ["1:6"], ["3:1"]])
    let told = faults { _ = try SeriesFileReader().prices(from: column, interval: .oneMinute) }
    #expect(told == [.name(.malformed(found: "pirce", form: "price [EUR/MWh]"))])
    let minutes = faults { _ = try SeriesFileReader().prices(from: interval, interval: .oneMinute) }
    #expect(minutes == [.row(.unknownInterval(seconds: 60, known: [.quarterHour, .halfHour, .hour]))])
  }
}
