import MarketTime
import Quantities
import Readings
import SeriesFiles
import Testing

@Suite("Reading file")
struct ReadingFileTests {
  private func read(
    _ file: CSVFile, _ reader: SeriesFileReader = SeriesFileReader(), batchSize: Int = 4096
  ) throws -> (batches: [[Reading]], report: SeriesFileReport) {
    var batches: [[Reading]] = []
    let report = try reader.readings(from: file, batchSize: batchSize) { batches.append($0) }
    return (batches, report)
  }

  @Test("turns a column a series into readings in each channel's unit")
  func wide() throws {
    let (batches, report) = try read(
      file(
        "time,B01-GRID.energy_import [kWh],B01-GRID.active_power [W],B01-BAT.state_of_charge [%],B01-HEAT.flow_temperature [°C]",
        "2026-06-28T00:00:00Z,72695.805,-250,50.5,70",
        "2026-06-28T00:15:00Z,72695.9,,,71.25"))
    let (first, second) = (try time("2026-06-28T00:00Z"), try time("2026-06-28T00:15Z"))
    #expect(
      batches == [
        [
          Reading(key("B01-GRID", .energyImport), at: first, value: 72_695_805_000),
          Reading(key("B01-GRID", .activePower), at: first, value: -250_000),
          Reading(key("B01-BAT", .stateOfCharge), at: first, value: 505_000),
          Reading(key("B01-HEAT", .flowTemperature), at: first, value: 70_000),
          Reading(key("B01-GRID", .energyImport), at: second, value: 72_695_900_000),
          Reading(key("B01-HEAT", .flowTemperature), at: second, value: 71_250),
        ]
      ])
    #expect(report.rows == 2)
    #expect(report.first == first)
    #expect(report.last == second)
  }

  @Test("turns a row a value into readings, with the columns in any order")
  func long() throws {
    let (batches, report) = try read(
      file(
        "unit;value;channel;point;time", "kWh;1,5;energy_import;B01;2026-06-28T00:00Z",
        "kW;-2;active_power;B01;2026-06-28T00:00Z", "kWh;;energy_import;B01;2026-06-28T00:05Z"))
    let first = try time("2026-06-28T00:00Z")
    #expect(
      batches == [
        [
          Reading(key("B01", .energyImport), at: first, value: 1_500_000),
          Reading(key("B01", .activePower), at: first, value: -2_000_000),
        ]
      ])
    #expect(report.rows == 3)
  }

  @Test("takes channel and unit from the caller where the file has no such columns")
  func presets() throws {
    var reader = SeriesFileReader()
    reader.channel = .energyExport
    reader.unit = "Wh"
    let expected = [[Reading(key("B01", .energyExport), at: try time("2026-06-28T00:00Z"), value: 7000)]]
    #expect(try read(file("time,point,value", "2026-06-28T00:00Z,B01,7"), reader).batches == expected)
    #expect(try read(file("time,B01", "2026-06-28T00:00Z,7"), reader).batches == expected)
    #expect(try read(file("time,point,value [Wh]", "2026-06-28T00:00Z,B01,7"), reader).batches == expected)
  }

  @Test("hands readings over in batches of whole rows, in the order of the file")
  func batches() throws {
    let rows = (0..<10).map { "2026-06-28T00:0\($0)Z,\($0),\($0)" }.joined(separator: "\n")
    let (batches, _) = try read(file("time,A.energy_import [mWh],B.energy_import [mWh]", rows), batchSize: 5)
    #expect(batches.map(\.count) == [6, 6, 6, 2])
    #expect(batches.flatMap { $0 }.map(\.value) == (0..<10).flatMap { [$0, $0] })
  }

  @Test("hands over nothing more once a line is bad, and lists all bad lines")
  func badLines() throws {
    let bad = file(
      "time,A.energy_import [Wh],B.energy_import [Wh]", "2026-06-28T00:00Z,1,2", "2026-06-28T00:01Z,x,3", "soon,1,2",
      "2026-06-28T00:03Z,4,y")
    var taken = 0
    let refused = places { try SeriesFileReader().readings(from: bad) { taken += $0.count } }
    #expect(refused == ["3:19", "4:1", "5:21"])
    #expect(taken == 0)
  }

  @Test("skips bad cells where it may, and reports them")
  func skippedLines() throws {
    var reader = SeriesFileReader()
    reader.badLines = .skip
    reader.errorLimit = 1
    let (batches, report) = try read(
      file("time,A.energy_import [Wh],B.energy_import [Wh]", "2026-06-28T00:01Z,x,3", "soon,1,2", "2026-06-28T00:03Z,4,5"),
      reader)
    #expect(batches.flatMap { $0 }.map(\.value) == [3000, 4000, 5000])
    #expect(report.badLines.map(\.line) == [2])
    #expect(report.unlistedBadLines == 1)
  }

  @Test("passes on what the caller throws")
  func callersError() {
    struct Full: Error {}
    #expect(throws: Full.self) {
      try SeriesFileReader().readings(from: file("time,A.energy_import [Wh]", "2026-06-28T00:01Z,1")) { _ in throw Full() }
    }
  }

  @Test("resolves the hour shown twice in each series of a long file")
  func repeatedHourPerSeries() throws {
    // Sorted by point: each has 02:00 twice, once before and once after its own 02:30.
    let lines = ["A", "B"].flatMap { point in
      ["02:00", "02:30", "02:00", "02:30"].map { "25.10.2026 \($0);\(point);1" }
    }
    var reader = SeriesFileReader(calendar: try berlin())
    reader.channel = .energyImport
    reader.unit = "kWh"
    let readings = try read(file("time;point;value", lines.joined(separator: "\n")), reader).batches.flatMap { $0 }
    let expected = try ["00:00", "00:30", "01:00", "01:30"].map { try time("2026-10-25T\($0)Z") }
    #expect(readings.map(\.time) == expected + expected)
  }
}
