import MarketTime
import Quantities
import SeriesFiles
import Testing

@Suite("File of the CO2 of power")
struct EmissionFileTests {
  @Test("gives each quarter hour of an hour the hour's factor, in any unit; an empty cell is not known")
  func hours() throws {
    let factors = try SeriesFileReader().emissions(
      from: file("time,co2 [kg/MWh]", "2026-06-01T00:00:00Z,412.5", "2026-06-01T01:00:00Z,"))
    // 412.5 kg/MWh are 412.5 g/kWh, 412,500 mg.
    #expect(factors.start == (try quarter("2026-06-01T00:00Z")))
    #expect(factors.values.prefix(4).map { $0?.count } == [412_500, 412_500, 412_500, 412_500])
    #expect(factors.values.dropFirst(4).allSatisfy { $0 == nil })
  }

  @Test("refuses other columns, other units and factors below zero")
  func refusals() {
    let column = file("time,CO2 [g/kWh]", "2026-06-01T00:00Z,1", "2026-06-01T01:00Z,1")
    let unit = file("time,co2 [g]", "2026-06-01T00:00Z,1", "2026-06-01T01:00Z,1")
    let negative = file("time,co2 [g/kWh]", "2026-06-01T00:00Z,1", "2026-06-01T01:00Z,-1")
    let refused = [column, unit, negative].map { file in places { _ = try SeriesFileReader().emissions(from: file) } }
    #expect(refused == [["1:6"], ["1:6"], ["3:19"]])
    #expect(
      faults { _ = try SeriesFileReader().emissions(from: column) } == [.name(.malformed(found: "CO2", form: "co2 [g/kWh]"))])
  }
}
