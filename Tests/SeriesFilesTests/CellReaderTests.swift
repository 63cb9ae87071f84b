import MarketTime
import Quantities
import TestSupport
import Testing

@testable import SeriesFiles

@Suite("Number reader")
struct NumberReaderTests {
  private let kilowattHours = UnitOfMeasure("kWh", 1_000_000)

  private func count(_ text: String, comma: Bool = false, in unit: UnitOfMeasure? = nil) throws -> Int64 {
    var reader = NumberReader(allowsComma: comma)
    return try reader.count(Array(text.utf8)[...], in: unit ?? kilowattHours)
  }

  @Test(
    "counts a number exactly, halves away from zero",
    arguments: [
      ("0.07860", 78_600), ("12", 12_000_000), ("-3.5", -3_500_000), ("+3.5", 3_500_000), (".5", 500_000), ("5.", 5_000_000),
      ("0.0000005", 1), ("-0.0000005", -1), ("0.00000049", 0), ("1e-3", 1000), ("1.5E2", 150_000_000),
      ("00012", 12_000_000), ("12.345678901234567", 12_345_679), ("0000000000000000000012", 12_000_000),
    ] as [(String, Int64)])
  func exact(text: String, expected: Int64) throws {
    #expect(try count(text) == expected)
  }

  @Test("agrees with DecimalNumber on random texts")
  func agreement() throws {
    let units = [kilowattHours, UnitOfMeasure("W", 1000), UnitOfMeasure("%/d", 10_000_000, per: 24), UnitOfMeasure("mWh", 1)]
    for seed in UInt64(0)..<20 {
      var random = SeededGenerator(seed: seed)
      for _ in 0..<500 {
        let length = Int.random(in: 1...20, using: &random)
        let text = String((0..<length).map { _ in "0123456789.-+e".randomElement(using: &random) ?? "0" })
        let unit = units[Int.random(in: 0..<units.count, using: &random)]
        let expected = DecimalNumber(text)?.scaled(by: unit.count, over: unit.per)
        #expect((try? count(text, in: unit)) == expected, "seed \(seed), \"\(text)\" in \(unit.symbol)")
      }
    }
  }

  @Test("reads a decimal comma only where commas do not separate cells")
  func comma() throws {
    #expect(try count("12,5", comma: true) == 12_500_000)
    #expect(throws: SeriesFileError.Fault.row(.decimalComma("12,5"))) { try count("12,5") }
    #expect(throws: SeriesFileError.Fault.row(.notANumber("1.234,5"))) { try count("1.234,5", comma: true) }
    #expect(throws: SeriesFileError.Fault.row(.notANumber("1,2,3"))) { try count("1,2,3", comma: true) }
  }

  @Test("holds a file to one decimal mark, so that 1.234 is never a thousandfold wrong")
  func mixedMarks() throws {
    var reader = NumberReader(allowsComma: true)
    #expect(try reader.count(Array("12,5".utf8)[...], in: kilowattHours) == 12_500_000)
    #expect(try reader.count(Array("7".utf8)[...], in: kilowattHours) == 7_000_000)
    #expect(throws: SeriesFileError.Fault.row(.mixedDecimalMarks("1.234"))) {
      try reader.count(Array("1.234".utf8)[...], in: kilowattHours)
    }
  }

  @Test(
    "refuses what is no number", arguments: ["abc", "-", "+", ".", "1 000", "1_000", "NaN", "--1", "0x10", "1e", "½", "12kWh"])
  func noNumber(text: String) {
    #expect(throws: SeriesFileError.Fault.row(.notANumber(text))) { try count(text) }
  }

  @Test("refuses what does not fit 64 bits")
  func outOfRange() {
    #expect(throws: SeriesFileError.Fault.row(.outOfRange)) { try count("99999999999999") }
    #expect(throws: SeriesFileError.Fault.row(.outOfRange)) { try count("-99999999999999") }
  }
}

@Suite("Time reader")
struct TimeReaderTests {
  private func instant(_ text: String, after: Timestamp? = nil, zone: String? = nil) throws -> Timestamp {
    var reader = TimeReader(calendar: zone.flatMap { MarketCalendar(timeZone: $0) })
    return try reader.instant(Array(text.utf8)[...], after: after)
  }

  @Test(
    "reads ISO 8601 and German times with zone or offset",
    arguments: [
      "2026-03-29T01:00Z", "2026-03-29 01:00:00Z", "2026-03-29T03:00+02:00", "2026-03-29T03:00:00+0200",
      "2026-03-29T01:00:00.000Z", "2026-03-28T20:00-05:00", "29.03.2026 01:00Z", "29.03.2026 03:00:00+02:00",
      "2026-03-28T24:00-01:00",
    ])
  func zoned(text: String) throws {
    #expect(try instant(text) == time("2026-03-29T01:00Z"))
  }

  @Test("agrees with the reading of the whole text on random times")
  func agreement() throws {
    for seed in UInt64(0)..<20 {
      var random = SeededGenerator(seed: seed)
      var reader = TimeReader(calendar: nil)
      for _ in 0..<500 {
        func digits(_ range: ClosedRange<Int>, _ width: Int) -> String {
          padded(Int.random(in: range, using: &random), to: width)
        }
        let text =
          digits(1969...2101, 4) + "-" + digits(0...13, 2) + "-" + digits(0...32, 2)
          + (["T", " ", "t", "_"].randomElement(using: &random) ?? "T") + digits(0...25, 2) + ":" + digits(0...61, 2)
          + ([":" + digits(0...61, 2), "", ":00.25"].randomElement(using: &random) ?? "")
          + (["Z", "+02:00", "-03:30", "+0100", "+15:00", "z", "+2", "Zx"].randomElement(using: &random) ?? "Z")
        let read = try? reader.instant(Array(text.utf8)[...], after: nil)
        #expect(read == Timestamp(iso8601: text), "seed \(seed), \"\(text)\"")
      }
    }
  }

  @Test("refuses times without a zone, unless it was told a clock")
  func withoutZone() throws {
    #expect(throws: SeriesFileError.Fault.row(.zoneMissing("2026-01-15 12:00"))) { try instant("2026-01-15 12:00") }
    #expect(try instant("2026-01-15 12:00", zone: "Europe/Berlin") == time("2026-01-15T11:00Z"))
    #expect(try instant("15.07.2026 12:00", zone: "Europe/Berlin") == time("2026-07-15T10:00Z"))
  }

  @Test("takes the hour shown twice for summer time first, then for winter time")
  func repeatedHour() throws {
    let zone = "Europe/Berlin"
    #expect(try instant("25.10.2026 02:30", after: time("2026-10-25T00:15Z"), zone: zone) == time("2026-10-25T00:30Z"))
    #expect(try instant("25.10.2026 02:30", after: time("2026-10-25T00:30Z"), zone: zone) == time("2026-10-25T01:30Z"))
    #expect(try instant("25.10.2026 02:30", zone: zone) == time("2026-10-25T00:30Z"))
    #expect(try instant("25.10.2026 03:00", after: time("2026-10-25T00:45Z"), zone: zone) == time("2026-10-25T02:00Z"))
  }

  @Test("refuses a time that the clock was set forward over", arguments: ["29.03.2026 02:00", "2026-03-29T02:45"])
  func skippedHour(text: String) throws {
    #expect(throws: SeriesFileError.Fault.row(.skippedByClock(text, zone: "Europe/Berlin"))) {
      try instant(text, zone: "Europe/Berlin")
    }
    #expect(try instant("29.03.2026 03:00", zone: "Europe/Berlin") == time("2026-03-29T01:00Z"))
    #expect(try instant("29.03.2026 01:45", zone: "Europe/Berlin") == time("2026-03-29T00:45Z"))
  }

  @Test(
    "refuses what is no time",
    arguments: ["", "soon", "2026-03-29", "2026-02-30T00:00Z", "29/03/2026 01:00", "2026-03-29T25:00Z", "1.1.2026 00:00"])
  func noTime(text: String) {
    #expect(throws: SeriesFileError.Fault.row(.notATime(text))) { try instant(text, zone: "Europe/Berlin") }
  }
}
