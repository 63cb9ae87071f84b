import Readings
import SeriesFiles
import Testing

@Suite("Names of series")
struct HeaderTests {
  private func readings(_ lines: String) throws {
    try SeriesFileReader().readings(from: file(lines, "2026-06-28T00:00Z,1,1")) { _ in }
  }

  @Test(
    "are refused in the header with the column where they stand",
    arguments: [
      ("date,B01.energy_import [kWh]", NameFault.timeMissing(found: "date"), "1:1"),
      ("time", .noSeries, "1:1"),
      ("time,B01.energy_imprt [kWh]", .unknownChannel(found: "energy_imprt", nearest: "energy_import"), "1:6"),
      ("time,B01 [kWh]", .channelMissing(name: "B01"), "1:6"),
      ("time,B/01.energy_import [kWh]", .malformed(found: "B/01", form: "a metering point's name such as B01-GRID"), "1:6"),
      (
        "time,B01.energy_import", .unitMissing(name: "B01.energy_import", known: ["kWh", "Wh", "MWh", "mWh", "J"]), "1:6"
      ),
      ("time,B01.frequency [kHz]", .unknownUnit(found: "kHz", known: ["Hz", "mHz"]), "1:6"),
      (
        "time,B01.frequency [Hz],\"B01.frequency [mHz]\"", .repeated(name: "B01.frequency"), "1:25"
      ),
      ("point,value,channel", .columnMissing("time"), "1:1"),
    ])
  func header(line: String, fault: NameFault, place: String) {
    let wrong = faults { try readings(line) }
    #expect(wrong == [.name(fault)])
    let refused = places { try readings(line) }
    #expect(refused == [place])
  }

  @Test("are all checked before the first row, and a bad one refuses the file even where bad lines may be skipped")
  func allColumns() {
    var reader = SeriesFileReader()
    reader.badLines = .skip
    let bad = file("time,B01 [kWh],B02.frequency [Hz],B03.frequency [s]", "2026-06-28T00:00Z,1,1,1")
    let refused = places { try reader.readings(from: bad) { _ in } }
    #expect(refused == ["1:6", "1:35"])
  }

  @Test("are refused in the rows of a long file once a series, with the line")
  func longRows() {
    let bad = file(
      "time,point,channel,value,unit", "2026-06-28T00:00Z,B01,powr,1,kW", "2026-06-28T00:15Z,B01,powr,1,kW",
      "2026-06-28T00:00Z,B02,frequency,50,Hz", "2026-06-28T00:15Z,B02,frequency,50000,mHz", "2026-06-28T00:15Z,B 3,frequency,1,Hz"
    )
    let refused = places { try SeriesFileReader().readings(from: bad) { _ in } }
    #expect(refused == ["2:19", "5:19", "6:19"])
    let found = faults { try SeriesFileReader().readings(from: bad) { _ in } }
    #expect(found[1] == .name(.unitChanged(found: "mHz", first: "Hz")))
  }

  @Test("are explained with what was expected and what to do next")
  func message() throws {
    let error = try #require(throws: SeriesFileErrors.self) { try readings("time,B01.energy_imprt [kWh]") }
    #expect(
      error.description
        == "test.csv:1:6: there is no channel \"energy_imprt\"; expected a channel's name; did you mean energy_import?")
    #expect(error.errors[0].expected == "a channel's name")
    #expect(error.errors[0].remedy == "did you mean energy_import?")
  }
}
