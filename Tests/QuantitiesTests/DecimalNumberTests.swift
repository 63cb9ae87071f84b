import Quantities
import TestSupport
import Testing

@Suite("Decimal numbers as written")
struct DecimalNumberTests {
  @Test(
    "keep every digit: mantissa and decimals are those of the text",
    arguments: [
      ("12", 12, 0), ("-12.5", -125, 1), ("+3", 3, 0), (".5", 5, 1), ("5.", 5, 0), ("007", 7, 0), ("0.07860", 7860, 5),
      ("1e-3", 1, 3), ("1E3", 1000, 0), ("1.25e1", 125, 1), ("1.25e+2", 125, 0), ("-1.25e3", -1250, 0),
      ("9223372036854775807", Int64.max, 0), ("-9223372036854775807", -Int64.max, 0),
      ("0.000000000000000001", 1, 18), ("5e-18", 5, 18),
    ] as [(String, Int64, Int)])
  func digits(_ text: String, _ mantissa: Int64, _ decimals: Int) throws {
    let number = try #require(DecimalNumber(text))
    #expect(number.mantissa == mantissa)
    #expect(number.decimals == decimals)
  }

  @Test(
    "are nothing else: no comma, no blanks, no second sign or point, nothing beyond 64 bits or the exponent's range",
    arguments: [
      "", " ", "-", "+", ".", "-.", "e5", ".e5", "1,5", "1 000", " 1", "1 ", "--1", "1-", "1.2.3", "0x10", "1_000", "inf", "nan",
      "1e", "1e+", "1e-", "1e5.0", "1e3e2", "1e400", "1e31", "1e-31", "9223372036854775808", "-9223372036854775808",
      "99999999999999999999", "1e19", "1e9223372036854775807", "1e-9223372036854775808", "1e99999999999999999999", "٣", "1e٣",
      "½", "1\u{301}",
    ])
  func refused(_ text: String) {
    #expect(DecimalNumber(text) == nil)
  }

  @Test("beyond the eighteenth decimal is cut off", arguments: ["0.1234567890123456789", "1234567890123456789e-19"])
  func tooFine(_ text: String) throws {
    let number = try #require(DecimalNumber(text))
    #expect(number.mantissa == 123_456_789_012_345_678)
    #expect(number.decimals == 18)
    // Dust as other programs write it is nothing of any unit.
    #expect(try #require(DecimalNumber("5.551115123125783e-17")).scaled(by: 1_000_000) == 0)
  }

  @Test(
    "scale to the nearest whole number, half away from zero",
    arguments: [
      ("0.5", 1, 1, 1), ("-0.5", 1, 1, -1), ("0.49", 1, 1, 0), ("1.5", 1, 1, 2), ("2.5", 1, 1, 3), ("-2.5", 1, 1, -3),
      // 10 / 4 = 2.5, 10 / 3 = 3.33, 20 / 3 = 6.67.
      ("10", 1, 4, 3), ("10", 1, 3, 3), ("20", 1, 3, 7), ("-20", 1, 3, -7),
      ("31.2", 10_000, 1, 312_000), ("0.1", 10_000_000, 24, 41_667),
    ] as [(String, Int64, Int64, Int64)])
  func scaling(_ text: String, _ factor: Int64, _ divisor: Int64, _ expected: Int64) throws {
    #expect(try #require(DecimalNumber(text)).scaled(by: factor, over: divisor) == expected)
  }

  @Test("scale through 128 bits, and are nil only where the result itself does not fit")
  func wideScaling() throws {
    let largest = try #require(DecimalNumber("9223372036854775807"))
    #expect(largest.scaled(by: 1) == Int64.max)
    #expect(largest.scaled(by: 2) == nil)
    #expect(largest.scaled(by: -1) == -Int64.max)
    #expect(largest.scaled(by: 1000, over: 1000) == Int64.max)
    #expect(largest.scaled(by: Int64.max, over: Int64.max) == Int64.max)
    // 0.9223372036854775807 of 10^18, to the whole number.
    #expect(try #require(DecimalNumber("922337203685477580.7")).scaled(by: 1_000_000, over: 1_000_000) == 922_337_203_685_477_581)
  }

  @Test("hundred thousand random numbers: text to number and back loses nothing", arguments: [1, 2] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<50_000 {
      let mantissa = Int64.random(in: -Int64.max...Int64.max, using: &generator) >> Int64.random(in: 0...60, using: &generator)
      let decimals = Int.random(in: 0...18, using: &generator)
      let digits = String(mantissa.magnitude)
      let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      let text = (mantissa < 0 ? "-" : "") + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
      let number = DecimalNumber(text)
      guard number?.mantissa == mantissa, number?.decimals == decimals else {
        Issue.record("seed \(seed): \(text) became \(String(describing: number))")
        return
      }
    }
  }

  @Test("an exponent is a shift of the point", arguments: [3, 4] as [UInt64])
  func exponents(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10_000 {
      let mantissa = Int64.random(in: -999_999...999_999, using: &generator)
      let exponent = Int.random(in: 0...6, using: &generator)
      let written = try #require(DecimalNumber("\(mantissa)e-\(exponent)"))
      var power: Int64 = 1
      for _ in 0..<exponent { power *= 10 }
      #expect(written.scaled(by: power) == mantissa, "seed \(seed)")
      #expect(try #require(DecimalNumber("\(mantissa)e\(exponent)")).scaled(by: 1) == mantissa * power, "seed \(seed)")
    }
  }

  @Test("the nearest binary number is that of the same text", arguments: ["0.1", "-3.25", "0.0786", "1e-3", "123456789.125"])
  func double(_ text: String) throws {
    #expect(try #require(DecimalNumber(text)).double == Double(text))
  }
}
