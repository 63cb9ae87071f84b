import Forecasting
import MarketTime
import Quantities
import SeriesFiles
import Testing

@Suite("Forecast file")
struct ForecastFileTests {
  @Test("gives each asset its power and tells prices apart")
  func columns() throws {
    let imported = try SeriesFileReader().forecasts(
      from: file(
        "time,b01-load [kW],b01-pv [W],import_price [ct/kWh],feed_in_price [EUR/MWh]", "2026-06-28T00:00Z,1.5,0,31.2,80",
        "2026-06-28T00:15Z,,250,30,-5"))
    let start = try quarter("2026-06-28T00:00Z")
    #expect(
      imported.assets == [
        "b01-load": Forecast(power: TimeSeries(start: start, values: [Power(watts: 1500), nil]), basis: .file),
        "b01-pv": Forecast(power: TimeSeries(start: start, values: [Power(watts: 0), Power(watts: 250)]), basis: .file),
      ])
    #expect(imported.assets["b01-load"]?.basis.values == [.file, .nothing])
    #expect(imported.importPrice?.values.map { $0?.count } == [312_000, 300_000])
    #expect(imported.feedInPrice?.values.map { $0?.count } == [80_000, -5000])
    #expect(imported.report.interval == .quarterHour)
  }

  @Test("takes an energy for its interval's mean power")
  func energies() throws {
    // 2 kWh in an hour are 2 kW, in each of its four quarter hours.
    let imported = try SeriesFileReader().forecasts(
      from: file("time,bus-01.load [kWh]", "2026-06-28T00:00Z,2", "2026-06-28T01:00Z,0"))
    #expect(imported.assets["bus-01.load"]?.power.values == [2000, 2000, 2000, 2000, 0, 0, 0, 0].map { Power(watts: $0) })
    #expect(imported.importPrice == nil)
  }

  @Test("refuses names that are no ids, units that are no power, negative powers and repeated columns")
  func refusals() {
    let names = file("time,b 01 [kW],b01 [EUR],b02 [kW],b02 [W]", "2026-06-28T00:00Z,1,1,1,1")
    let refusedNames = places { _ = try SeriesFileReader().forecasts(from: names) }
    #expect(refusedNames == ["1:6", "1:16", "1:35"])
    let values = file("time,b01 [kW]", "2026-06-28T00:00Z,1", "2026-06-28T00:15Z,-1")
    let refusedValues = places { _ = try SeriesFileReader().forecasts(from: values) }
    #expect(refusedValues == ["3:19"])
  }
}
