import CommunityModel
import MarketTime
import Quantities
import Readings
import SeriesFiles
import TestSupport
import Testing

@Suite("Readings of other programs")
struct ForeignFileTests {
  private func reader(_ series: String...) throws -> ForeignReader {
    var reader = ForeignReader()
    for text in series { try reader.mapping.add(text) }
    return reader
  }

  private func read(_ text: String, _ reader: ForeignReader) throws -> (readings: [Reading], report: ForeignReport) {
    let taken = Taken()
    let report = try reader.readings(from: CSVFile(name: "test", text: text)) { taken.readings += $0 }
    return (taken.readings, report)
  }

  private final class Taken {
    var readings: [Reading] = []
  }

  @Test("of InfluxDB are found by measurement, tags and field, whatever the order of the tags, and in any precision")
  func influx() throws {
    // The first line is the example of InfluxData's reference of line protocol, with a field and escapes added.
    let text = #"""
      # written by influx_inspect
      myMeasurement,tag1=value1,tag2=value2 fieldKey="fieldValue" 1556813561098000000
      power,device=heat\ pump,room=cellar value=1250.5,state="on, off",count=7i 1556813561098000000

      power,room=cellar,device=heat\ pump value=-3 1556813562098999999
      power,room=attic value=9 1556813562098000000
      """#
    let found = try read(
      text, reader(#"power,room=cellar value=HP-1.active_power [W]"#, #"power,device=heat\ pump count=HP-1.phases [1]"#))
    let first = try time("2019-05-02T16:12:41.098Z")
    #expect(
      found.readings == [
        Reading(key("HP-1", .activePower), at: first, value: 1_250_500), Reading(key("HP-1", .phases), at: first, value: 7),
        Reading(key("HP-1", .activePower), at: first + .seconds(1), value: -3000),
      ])
    #expect(
      found.report.unmapped == [
        "myMeasurement,tag1=value1,tag2=value2 fieldKey": 1, #"power,device=heat\ pump,room=cellar state"#: 1,
        "power,room=attic value": 1,
      ])
    for (precision, stamp) in [("s", "1556813561"), ("ms", "1556813561000"), ("us", "1556813561000000")] {
      var reader = try reader("*=A.active_power [kW]")
      reader.precision = try #require(LineProtocolPrecision(rawValue: precision))
      #expect(try read("p value=1 \(stamp)", reader).readings.map(\.time) == [try time("2019-05-02T16:12:41Z")])
    }
  }

  @Test("of Home Assistant's history are its changes; unknown and unavailable are missing")
  func history() throws {
    let text = """
      entity_id,state,last_changed
      sensor.grid_import,72695.805,2026-03-01T00:00:00.000Z
      sensor.grid_import,unavailable,2026-03-01T00:00:10.000Z
      sensor.grid_import,unknown,2026-03-01T00:00:20.000Z
      sensor.grid_import,72695.9,2026-03-01T00:00:30.500Z
      light.kitchen,on,2026-03-01T00:00:30.000Z
      """
    let found = try read(text, reader("sensor.grid_import=B01-GRID.energy_import [kWh]"))
    let grid = key("B01-GRID", .energyImport)
    #expect(
      found.readings == [
        Reading(grid, at: try time("2026-03-01T00:00:00Z"), value: 72_695_805_000),
        Reading(grid, at: try time("2026-03-01T00:00:30.500Z"), value: 72_695_900_000),
      ])
    #expect(found.report.missing == 2 && found.report.unmapped == ["light.kitchen": 1])
    #expect(found.report.first == found.readings[0].time && found.report.last == found.readings[1].time)
  }

  @Test("of Home Assistant's statistics are a counter's state at the hour's end, and a mean at its middle")
  func statistics() throws {
    let text = """
      statistic_id,unit,start,min,max,mean,sum,state
      sensor.energy,kWh,26.01.2024 12:00,,,,10.5,100
      sensor.power,W,26.01.2024 12:00,200,300,250,,
      """
    var reader = try reader("sensor.energy=A.energy_import", "sensor.power=A.active_power")
    reader.calendar = try berlin()
    // Berlin is an hour ahead of UTC in January.
    #expect(
      try read(text, reader).readings == [
        Reading(key("A", .energyImport), at: try time("2024-01-26T12:00:00Z"), value: 100_000_000),
        Reading(key("A", .activePower), at: try time("2024-01-26T11:30:00Z"), value: 250_000),
      ])
    let seconds = "statistic_id,start_ts,state\nsensor.energy,1706266800.0,100.25\n"
    #expect(
      try read(seconds, self.reader("*=A.energy_import [kWh]")).readings == [
        Reading(key("A", .energyImport), at: try time("2024-01-26T12:00:00Z"), value: 100_250_000)
      ])
  }

  @Test("of volkszaehler come as CSV and as JSON of one channel or several")
  func volkszaehler() throws {
    let csv = """
      # source: volkszaehler.org
      # version: 0.3
      # uuid: 550e8400-e29b-11d4-a716-446655440000
      # rows: 2
      1772323200000;1234.5;1
      1772323260000;-7;1
      """
    let power = key("A", .activePower)
    let expected = [
      Reading(power, at: try time("2026-03-01T00:00:00Z"), value: 1_234_500),
      Reading(power, at: try time("2026-03-01T00:01:00Z"), value: -7000),
    ]
    #expect(try read(csv, reader("550e8400-e29b-11d4-a716-446655440000=A.active_power [W]")).readings == expected)
    let json = """
      {"version":"0.3","data":[{"tuples":[[1772323200000,1234.5,1],[1772323260000,-7,1]],"uuid":"one","from":1,"min":[1,2],
      "rows":2},{"tuples":[[1772323200000,5,1]],"uuid":"two"}]}
      """
    let found = try read(json, reader("one=A.active_power [W]"))
    #expect(found.readings == expected && found.report.unmapped == ["two": 1])
    let single = #"{"version":"0.3","data":{"tuples":[[1772323200000,1234.5,1],[1772323260000,-7,1]],"uuid":"one"}}"#
    #expect(try read(single, reader("*=A.active_power [W]")).readings == expected)
    // As an hour of seconds and more comes: in one line longer than any of a table.
    let long = (0..<60_000).map { "[\(1_772_323_200_000 + $0 * 1000),1.25,1]" }.joined(separator: ",")
    #expect(try read("{\"data\":{\"tuples\":[\(long)]}}", reader("*=A.active_power [W]")).report.readings == 60_000)
  }

  @Test("that are our own need no mapping")
  func ours() throws {
    let line = "energy_import,point=B01-GRID,unit=kWh value=72695.805 1772323200000000000\n"
    let table = "time,point,channel,unit,value\n2026-03-01T00:00:00.000Z,B01-GRID,energy_import,kWh,72695.805\n"
    for text in [line, table] {
      #expect(
        try read(text, ForeignReader()).readings == [
          Reading(key("B01-GRID", .energyImport), at: try time("2026-03-01T00:00:00Z"), value: 72_695_805_000)
        ])
    }
  }

  @Test("with bad lines are refused with the place of each, and nothing is handed over from there on")
  func refusals() throws {
    func places(_ text: String, _ series: String = "*=A.active_power [W]") -> [String] {
      SeriesFilesTests.places { _ = try read(text, reader(series)) }
    }
    #expect(places("p value=1 10\np value=x 20\np value=2\n\np value=1 30 4 5\np value=1 z\n") == ["2:9", "3:10", "5:1", "6:11"])
    #expect(places("entity_id,state,last_changed\na,1,yesterday\na,1\na,b c,2026-03-01T00:00Z\n") == ["2:5", "3:3", "4:3"])
    #expect(places("entity_id,state\na,1\n") == ["1:1"])
    #expect(places("# source: volkszaehler.org\n1772323200000;1\n1772323200000\nx;1\n") == ["3:1", "4:1"])
    #expect(places("{\"data\":{\"tuples\":[[1772323200000,1,1],\n[1772323200000]]}}") == ["2:15"])
    #expect(places("{\"data\":{\"tuples\":[[1772323200000,abc,1]]}}") == ["1:35"])
    #expect(places("nobody knows\n") == ["1:0"])
    #expect(places("entity_id,state,last_changed\na,1,2026-03-01T00:00Z\n", "b=A.active_power [W]") == ["0:0"])
    #expect(
      faults { _ = try read("entity_id,state,last_changed\na,1,2026-03-01T00:00Z\n", reader("b=A.active_power [W]")) }
        == [.foreign(.nothingMapped(found: ["a"]))])
    #expect(faults { _ = try reader("sensor.x") } == [.name(.malformed(found: "sensor.x", form: "SOURCE=POINT.CHANNEL [unit]"))])
    #expect(faults { _ = try reader("x=A.active_power [kWh]") }.count == 1)
    #expect(faults { _ = try reader("x=A.aktive_power [W]") }.count == 1)
  }

  @Test("are mapped by a CSV file, whose bad lines are named")
  func mappingFile() throws {
    var reader = ForeignReader()
    try reader.mapping.add(
      file("source,point,channel,unit", "\"power,room=cellar value\",HP-1,active_power,W", "sensor.x,A,energy_import,"))
    #expect(try read("power,room=cellar value=2 1000000\n", reader).readings.map(\.value) == [2000])
    let places = SeriesFilesTests.places {
      try reader.mapping.add(file("source,point,channel", "x,A,nothing", "sensor.x,A,energy_import", "y"))
    }
    #expect(places == ["2:3", "3:10", "4:1"])
  }

  @Test("are read or refused with a place, whatever the damage", arguments: UInt64(1)...4)
  func damage(seed: UInt64) throws {
    let samples = [
      "energy_import,point=A,unit=kWh value=1.5 1772323200000000000\npower,a=b value=2i,c=\"d\" 5\n",
      "entity_id,state,last_changed\na,1,2026-03-01T00:00:00.000Z\n", "statistic_id,start,state,mean\na,26.01.2024 12:00,1,2\n",
      "# source: volkszaehler.org\n# uuid: a\n1772323200000;1;1\n",
      "{\"data\":[{\"tuples\":[[1772323200000,1,1],[2,3,4]],\"uuid\":\"a\\\"\"}],\"x\":[null,true,{\"y\":[]}]}",
    ]
    let pieces =
      "0123456789.,;:=\\\"[]{} \n#eE-".utf8.map { [$0] } + [[0], [0xFF], Array("9999999999999999999".utf8), Array("[[[[".utf8)]
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      var bytes = Array(random.pick(samples).utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        bytes.replaceSubrange(
          start..<min(bytes.count, start + Int.random(in: 0...4, using: &random)), with: random.pick(pieces))
      }
      for form in ForeignForm.allCases.map(Optional.some) + [nil] {
        var reader = try reader("*=A.energy_import [kWh]")
        reader.form = form
        reader.calendar = try berlin()
        do { _ = try reader.readings(from: CSVFile(name: "damaged", bytes: bytes)) { _ in } } catch {
          let errors = try #require(error as? SeriesFileErrors, "\(error)").errors
          #expect(!errors.isEmpty && errors.allSatisfy { !$0.description.isEmpty })
        }
      }
    }
  }
}

@Suite("Readings as text")
struct ReadingTextTests {
  @Test("have every digit in the unit that people use, and none too many")
  func digits() throws {
    let instant = try time("2026-03-01T00:00:00.250Z")
    let cases: [(Channel, Int64, String)] = [
      (.energyImport, 72_695_805_000, "kWh,72695.805"), (.energyImport, 1, "kWh,0.000001"), (.activePower, -250_000, "kW,-0.25"),
      (.activePower, 0, "kW,0"), (.voltageL1, 230_000, "V,230"), (.stateOfCharge, 505_000, "%,50.5"), (.errorFlags, 17, "1,17"),
      (.operatingTime, 3600, "s,3600"), (.pressure, 150_000, "bar,1.5"), (.energyExport, .max, "kWh,9223372036854.775807"),
    ]
    var writer = ReadingText(.csv)
    for (channel, value, text) in cases {
      var bytes: [UInt8] = []
      writer.write(Reading(key("A", channel), at: instant, value: value), to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == "2026-03-01T00:00:00.250Z,A,\(channel.rawValue),\(text)\n")
    }
    var bytes: [UInt8] = []
    var lines = ReadingText(.influx)
    lines.write(Reading(key("A", .activePower), at: instant, value: -250_000), to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "active_power,point=A,unit=kW value=-0.25 1772323200250000000\n")
  }

  @Test("of every channel and any value come back as they were", arguments: ReadingText.Form.allCases)
  func roundTrip(form: ReadingText.Form) throws {
    var random = SeededGenerator(seed: 3)
    var readings: [Reading] = []
    for (number, channel) in Channel.allCases.enumerated() {
      for step in 0..<20 {
        let time = Timestamp(milliseconds: 1_772_323_200_000 + Int64(step) * 1000 + Int64.random(in: 0..<1000, using: &random))
        let shift = Int64.random(in: 0..<60, using: &random)
        readings.append(
          Reading(
            key("P\(number % 7)", channel), at: time, value: Int64.random(in: -(1 << 60)...1 << 60, using: &random) >> shift))
      }
    }
    var writer = ReadingText(form)
    var bytes = Array(writer.header.utf8)
    for reading in readings { writer.write(reading, to: &bytes) }
    var found: [Reading] = []
    _ = try ForeignReader().readings(from: CSVFile(name: "export", bytes: bytes)) { found += $0 }
    #expect(found == readings)
  }
}
