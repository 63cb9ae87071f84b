import CommunityModel
import Glibc
import MarketTime
import Quantities
import Readings
import SeriesFiles
import Testing

@Suite("Broken interval files")
struct IntervalFaultTests {
  private static let header = "time,A [kWh],B [kWh]"
  private static let first = "2026-06-28T00:00Z,1,2"
  private static let second = "2026-06-28T00:15Z,3,4"

  /// A broken line behind two good ones.
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let fault: SeriesFileError.Fault
    let column: Int
    var testDescription: String { line }

    init(_ line: String, _ fault: SeriesFileError.Fault, column: Int) {
      self.line = line
      self.fault = fault
      self.column = column
    }
  }

  @Test(
    "are refused with the line and column of the fault",
    arguments: [
      Case("yesterday,1,2", .row(.notATime("yesterday")), column: 1),
      Case("2026-06-28T00:30,1,2", .row(.zoneMissing("2026-06-28T00:30")), column: 1),
      Case("2026-06-28T00:31Z,1,2", .row(.offGrid(interval: .quarterHour)), column: 1),
      Case("2026-06-28T00:30Z,1,x2", .row(.notANumber("x2")), column: 21),
      Case("2026-06-28T00:30Z,\"1,5\",2", .row(.decimalComma("1,5")), column: 19),
      Case("2026-06-28T00:30Z,-1,2", .row(.negative), column: 19),
      Case("2026-06-28T00:30Z,1,99999999999999", .row(.outOfRange), column: 21),
      Case("2026-06-28T00:30Z,1,9999999999", .row(.outOfRange), column: 21),
      Case("2026-06-28T00:30Z,1", .form(.cellCount(found: 2, expected: 3)), column: 19),
      Case("2026-06-28T00:30Z,1,5,2", .form(.cellCount(found: 4, expected: 3)), column: 23),
      Case("2026-06-28T00:15Z,3,5", .row(.conflict(firstLine: 3)), column: 21),
      Case("9626-06-28T00:30Z,1,2", .row(.tooFarAway), column: 1),
      Case("2026-06-28T00:30Z,1,\"2", .form(.quoteNotClosed), column: 21),
    ])
  func brokenLine(broken: Case) {
    let input = file(Self.header, Self.first, Self.second, broken.line)
    func read() throws { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(faults(read) == [broken.fault])
    #expect(places(read) == ["4:\(broken.column)"])
  }

  @Test("list all bad lines, not only the first")
  func allLines() {
    let input = file(Self.header, Self.first, Self.second, "soon,1,2", "2026-06-28T00:30Z,x,y", "2026-06-28T00:15Z,9,9")
    let refused = places { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(refused == ["4:1", "5:19", "5:21", "6:19"])
  }

  @Test("stop at the limit of errors and say that there may be more")
  func limit() throws {
    let rows = (0..<300).map { "2026-06-28T00:00Z,bad\($0),1" }
    let input = file(([Self.header, Self.first, Self.second] + rows).joined(separator: "\n"))
    let failure = try #require(throws: SeriesFileErrors.self) { try SeriesFileReader().intervalEnergies(from: input) }
    #expect(failure.errors.count == 100)
    #expect(failure.stoppedEarly)
    #expect(failure.description.split(separator: "\n").count == 101)
  }

  @Test("give what is good where bad lines may be skipped: bad cells are missing, of contradicting rows the first counts")
  func skipping() throws {
    var reader = SeriesFileReader()
    reader.badLines = .skip
    let imported = try reader.intervalEnergies(
      from: file(Self.header, Self.first, "2026-06-28T00:15Z,x,4", "2026-06-28T00:00Z,7,2"))
    #expect(
      imported.series == [
        key("A", .energyImport): TimeSeries(
          start: try quarter("2026-06-28T00:00Z"), values: [.measured(Energy(wattHours: 1000)), .missing]),
        key("B", .energyImport): TimeSeries(
          start: try quarter("2026-06-28T00:00Z"),
          values: [.measured(Energy(wattHours: 2000)), .measured(Energy(wattHours: 4000))]),
      ])
    #expect(imported.report.badLines.map(\.fault) == [.row(.notANumber("x")), .row(.conflict(firstLine: 2))])
  }

  @Test("are refused when they have no rows, or too few to tell the interval")
  func tooFewRows() throws {
    let none = file(Self.header)
    let one = file(Self.header, Self.first)
    let noneWrong = faults { _ = try SeriesFileReader().intervalEnergies(from: none) }
    #expect(noneWrong == [.form(.noRows)])
    let oneWrong = faults { _ = try SeriesFileReader().intervalEnergies(from: one) }
    #expect(oneWrong == [.row(.intervalUnknown)])
    #expect(try SeriesFileReader().intervalEnergies(from: one, interval: .quarterHour).series.count == 2)
  }

  @Test("are refused with their errors when no row is left, even where bad lines may be skipped")
  func onlyBadRows() {
    var reader = SeriesFileReader()
    reader.badLines = .skip
    let refused = places { _ = try reader.intervalEnergies(from: file(Self.header, "x,1,2", "y,3,4"), interval: .hour) }
    #expect(refused == ["2:1", "3:1"])
  }

  @Test("are refused when they come from a pipe without being told the interval, and are read when they are")
  func pipes() throws {
    func read(interval: RowInterval?) throws -> ImportedEnergies {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      defer { close(ends[0]) }
      let bytes = Array([Self.header, Self.first, Self.second].joined(separator: "\n").utf8)
      try #require(write(ends[1], bytes, bytes.count) == bytes.count)
      close(ends[1])
      return try SeriesFileReader().intervalEnergies(from: CSVFile("/dev/fd/\(ends[0])"), interval: interval)
    }
    let wrong = faults { _ = try read(interval: nil) }
    #expect(wrong == [.row(.intervalUnknown)])
    #expect(try read(interval: .quarterHour).series[key("A", .energyImport)]?.values.count == 2)
  }

  @Test("are refused when their first times lie apart by no known interval")
  func unknownInterval() {
    let input = file(Self.header, Self.first, "2026-06-28T00:10Z,3,4")
    let wrong = faults { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(wrong == [.row(.unknownInterval(seconds: 600, known: RowInterval.allCases))])
    let refused = places { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(refused == ["3:1"])
  }

  @Test("are refused when they hold what is no energy")
  func noEnergy() {
    let input = file(
      "time,A.state_of_charge [%],A.apparent_power [VA],A [kWh],A.energy_import [kWh]", "2026-06-28T00:00Z,1,2,3,4")
    let refused = places { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(refused == ["1:6", "1:28", "1:58"])
    let wrong = faults { _ = try SeriesFileReader().intervalEnergies(from: input) }
    #expect(
      wrong == [
        .name(.notAnEnergy(channel: "state_of_charge")), .name(.notAnEnergy(channel: "apparent_power")),
        .name(.repeated(name: "A.energy_import")),
      ])
  }

  @Test("say what is wrong, what was expected and what to do")
  func messages() throws {
    let failure = try #require(throws: SeriesFileErrors.self) {
      try SeriesFileReader().intervalEnergies(from: file(Self.header, Self.first, Self.second, "2026-06-28T00:15Z,3,5"))
    }
    #expect(
      failure.description
        == "test.csv:4:21: another value for the same time than in line 3; expected one value for each time; "
        + "remove the line that is wrong")
  }
}
