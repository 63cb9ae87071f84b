import CommunityModel
import Foundation
import MarketTime
import Quantities
import Readings
import SeriesFiles
import Testing

/// Workbooks made by `Official/make_samples.py` with openpyxl; their figures are written there.
@Suite("A report of the EDA portal")
struct EDAReportTests {
  private static let home = key("AT0030000000000000000000000000001", .energyImport)
  private static let roof = key("AT0030000000000000000000000000002", .energyExport)

  private func workbook(_ name: String) -> CSVFile {
    CSVFile("\((#filePath as NSString).deletingLastPathComponent)/Official/\(name)")
  }

  private func energies(_ name: String, _ quality: IntervalEnergy.Quality = .measured) throws -> OfficialEnergies {
    let vienna = try #require(MarketCalendar(timeZone: "Europe/Vienna"))
    return try OfficialReader(calendar: vienna, quality: quality).energies(from: workbook(name), as: .eda)
  }

  private func measured(_ milliwattHours: Int64?...) -> [IntervalEnergy] {
    milliwattHours.map { $0.map { .measured(Energy(count: $0)) } ?? .missing }
  }

  @Test("gives what was used and made, to 0.00025 kWh, what is empty missing; the operator's shares are passed over by name")
  func report() throws {
    let file = workbook("report.xlsx")
    #expect(OfficialReader.form(of: file) == .eda)
    let energies = try energies("report.xlsx")
    // Midnight in Vienna is 22:00 in UTC.
    let start = try quarter("2026-05-31T22:00:00Z")
    #expect(
      energies.series == [
        Self.home: TimeSeries(start: start, values: measured(77_000, nil, 250_000, 250)),
        Self.roof: TimeSeries(start: start, values: measured(250_000, 500_000, 1_500_000, 0)),
      ])
    #expect(energies.values == 7)
    #expect(
      energies.passedOver == [
        "Anteil gemeinschaftliche Erzeugung [KWH]": 1, "Eigendeckung gemeinschaftliche Erzeugung [KWH]": 1,
        "Gesamt/Überschusserzeugung, Gemeinschaftsüberschuss [KWH]": 1,
      ])
    #expect(try self.energies("report.xlsx", .preliminary).series[Self.roof]?.values.last == .preliminary(.zero))
  }

  /// 01:45 in summer time is 23:45Z; the hour from 02:00 is there twice, then it is 03:00, 02:00Z: ten quarter hours in a row.
  @Test("follows the clock through the hour that happens twice")
  func clockChange() throws {
    let series = try #require(try energies("clock-change.xlsx").series[Self.home])
    #expect(series.start == (try quarter("2026-10-24T23:45:00Z")))
    #expect(series.values == (1...10).map { .measured(Energy(kilowattHours: Double($0))) })
  }

  @Test("is refused with every place that is wrong: direction, values, times")
  func faults() {
    #expect(places { _ = try energies("faults.xlsx") } == ["4:2"])
    // "abc", -0.5, seven minutes past, and an hour that the clock leaves out.
    #expect(places { _ = try energies("bad-values.xlsx") } == ["8:2", "8:5", "9:1", "10:1"])
    #expect(places { _ = try energies("other.xlsx") } == ["0:0"])
    #expect(
      places {
        let calendar = try berlin()
        _ = try OfficialReader(calendar: calendar).energies(from: file("time,kWh"), as: .eda)
      } == ["0:0"])
  }
}

@Suite("An interchange of MSCONS")
struct MSCONSTests {
  /// Made up; segments as the MIG has them, the location an id of ours.
  private static func interchange(_ values: String, una: String = "UNA:+.? '", location: String = "HOUSE-GRID") -> String {
    """
    \(una)
    UNB+UNOC:3+9900000000001:500+9900000000002:500+260402:0800+REF1'
    UNH+1+MSCONS:D:04B:UN:2.4c'
    BGM+7+DOC1+9'
    DTM+137:202604020800?+00:303'
    NAD+MS+9900000000001::293'
    NAD+MR+9900000000002::293'
    UNS+D'
    NAD+DP'
    LOC+172+\(location)'
    LIN+1'
    PIA+5+1-1?:1.29.0:SRW'
    \(values)
    UNT+20+1'
    UNZ+1+REF1'

    """
  }

  private static func value(_ status: String, _ amount: String, from: String, until: String) -> String {
    "QTY+\(status):\(amount):KWH'\nDTM+163:\(from):303'\nDTM+164:\(until):303'\nSTS+Z32++Z92'"
  }

  private func read(_ text: String) throws -> OfficialEnergies {
    try OfficialReader(calendar: berlin()).energies(from: CSVFile(name: "mscons.txt", text: text), as: .mscons)
  }

  @Test("gives each value with its status, in whatever time zone it was written")
  func statuses() throws {
    let values = [("220", "0.25"), ("67", "0.3"), ("187", "0.35"), ("Z18", "1"), ("20", "999")].enumerated().map { place, value in
      // The last two by a clock two hours ahead: 02:45+02 is 00:45Z.
      let (zone, hour) = place < 3 ? ("?+00", 0) : ("?+02", 2)
      func minutes(_ quarters: Int) -> String {
        "202603\(10)0\(hour + quarters / 4)\(["00", "15", "30", "45"][quarters % 4])\(zone)"
      }
      return Self.value(value.0, value.1, from: minutes(place), until: minutes(place + 1))
    }
    let text = Self.interchange(values.joined(separator: "\n"))
    #expect(OfficialReader.form(of: CSVFile(name: "m", text: text)) == .mscons)
    let energies = try read(text)
    #expect(
      energies.series == [
        key("HOUSE-GRID", .energyImport): TimeSeries(
          start: try quarter("2026-03-10T00:00:00Z"),
          values: [
            .measured(Energy(wattHours: 250)), .substituted(Energy(wattHours: 300)), .estimated(Energy(wattHours: 350)),
            .preliminary(Energy(wattHours: 1000)), .faulty(Energy(wattHours: 999_000)),
          ])
      ])
    #expect(energies.values == 5)
  }

  @Test("tells import from export, passes over other registers, values without an interval and other messages")
  func registers() throws {
    let quarter = Self.value("220", "1", from: "202603100000?+00", until: "202603100015?+00")
    var text = Self.interchange(
      "\(quarter)\nLIN+2'\nPIA+5+1-1?:2.29.0:SRW'\n\(quarter)\nLIN+3'\nPIA+5+1-1?:3.29.0:SRW'\n\(quarter)\nLIN+4'\n"
        + "PIA+5+1-1?:1.8.0:SRW'\nQTY+220:7000:KWH'")
    text = text.replacing("UNZ+1", with: "UNH+2+UTILMD:D:11A:UN:5.2c'\nLOC+172+OTHER'\nUNT+3+2'\nUNZ+2")
    let energies = try read(text)
    #expect(Set(energies.series.keys) == [key("HOUSE-GRID", .energyImport), key("HOUSE-GRID", .energyExport)])
    #expect(
      energies.passedOver == ["values of other registers": 1, "values without an interval": 1, "message UTILMD": 1])
  }

  @Test("may have other separators, all on one line")
  func separators() throws {
    let text = Self.interchange(
      Self.value("220", "1,5", from: "202603100000?+00", until: "202603100015?+00"))
    let other = text.replacing("UNA:+.? '", with: "UNA:+,? '").split(separator: "\n").joined()
    #expect(try read(other).series.values.first?.values == [.measured(Energy(wattHours: 1500))])
  }

  @Test("is refused with the line of what is wrong")
  func faults() {
    func fault(_ text: String) -> [String] { places { _ = try read(text) } }
    let good = Self.value("220", "1", from: "202603100000?+00", until: "202603100015?+00")
    #expect(fault("time,kWh") == ["1:0"])
    #expect(fault(Self.interchange(good.replacing("220", with: "79"))) == ["13:0"])
    #expect(fault(Self.interchange(good.replacing("KWH", with: "KWT"))) == ["13:0"])
    #expect(fault(Self.interchange(good.replacing("QTY+220:1", with: "QTY+220:-1"))) == ["13:0"])
    // An hour is no quarter hour; noticed at the next segment that ends the value.
    #expect(fault(Self.interchange(good.replacing("0015", with: "0100"))) == ["17:0"])
    // Without an offset nobody knows when it was.
    #expect(fault(Self.interchange(good.replacing("202603100000?+00:303", with: "202603100000:203"))) == ["14:0"])
    #expect(fault(Self.interchange(good, location: "")) == ["10:0", "17:0"])
    #expect(fault(String(Self.interchange(good).prefix(330))).last?.hasSuffix(":0") == true)
    // The same quarter hour with another value.
    #expect(fault(Self.interchange(good + "\n" + good.replacing("QTY+220:1", with: "QTY+220:2"))) == ["21:0"])
  }
}

@Suite("What an import would change")
struct ImportDifferenceTests {
  @Test("is told value by value, a change of status too; missing says nothing")
  func difference() {
    let start = QuarterHour(index: 100)
    func series(_ values: IntervalEnergy...) -> TimeSeries<IntervalEnergy> { TimeSeries(start: start, values: values) }
    let (one, two) = (Energy(wattHours: 1), Energy(wattHours: 2))
    let grid = key("GRID", .energyImport)
    let difference = ImportDifference(
      of: [
        grid: series(.measured(one), .measured(two), .measured(one), .missing), key("SUN", .energyExport): series(.measured(one)),
      ],
      from: [grid: series(.measured(one), .measured(one), .preliminary(one), .measured(one))])
    #expect((difference.added, difference.equal) == (1, 1))
    #expect(
      difference.changes == [
        ImportDifference.Change(
          series: grid, quarter: start.advanced(by: 1), old: .measured(one), new: .measured(two)),
        ImportDifference.Change(series: grid, quarter: start.advanced(by: 2), old: .preliminary(one), new: .measured(one)),
      ])
  }
}

@Suite("The page on official files")
struct OfficialPageTests {
  @Test("shows an interchange that is read as it says: measured, then substituted")
  func example() throws {
    let folder = (#filePath as NSString).deletingLastPathComponent
    let page = try String(contentsOfFile: "\(folder)/../../docs/formats/official-files.md", encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```\n").first { $0.hasPrefix("UNA") })
    let energies = try OfficialReader(calendar: berlin()).energies(from: CSVFile(name: "example", text: block), as: .mscons)
    #expect(
      energies.series[key("HOUSE-GRID", .energyImport)]?.values == [
        .measured(Energy(wattHours: 250)), .substituted(Energy(wattHours: 300)),
      ])
  }
}
