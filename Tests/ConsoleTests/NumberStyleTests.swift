import Console
import Testing

@Suite("Number style")
struct NumberStyleTests {
  private let english = NumberStyle(decimals: 1)
  private let german = NumberStyle(decimals: 2, decimalMark: .comma)

  @Test(
    "rounds half away from zero, exactly",
    arguments: [
      (0, "0.0"), (49_999, "0.0"), (50_000, "0.1"), (-50_000, "−0.1"), (-49_999, "0.0"), (1_250_000, "1.3"),
      (-1_250_000, "−1.3"), (12_345_678_900_000, "12\u{202F}345\u{202F}678.9"), (999_950_000, "1\u{202F}000.0"),
    ] as [(Int64, String)])
  func rounding(count: Int64, expected: String) {
    #expect(english.text(count, per: 1_000_000) == expected)
  }

  @Test("writes the decimal mark of the language, thousands apart or not")
  func marks() {
    #expect(german.text(1_234_567, per: 1000) == "1\u{202F}234,57")
    #expect(NumberStyle(decimals: 2, groupsThousands: false).text(1_234_567, per: 1000) == "1234.57")
    #expect(NumberStyle(decimals: 0).text(999) == "999")
    #expect(NumberStyle(decimals: 0).text(Int64.max) == "9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}807")
    #expect(NumberStyle(decimals: 9).text(Int64.min, per: 3).hasPrefix("−3\u{202F}074\u{202F}457"))
    #expect(NumberStyle(decimals: -3).decimals == 0)
  }

  @Test("writes floating-point numbers alike, and no number where there is none")
  func doubles() {
    #expect(english.text(64.75) == "64.8")
    #expect(english.text(-0.04) == "0.0")
    #expect(english.text(Double.nan) == "–")
    #expect(english.text(Double.infinity) == "–")
    #expect(german.text(0.125) == "0,13")
  }

  @Test(
    "never flatters a percentage (kpis.md section 0)",
    arguments: [
      (999_600_000, ">99.9 %"), (999_500_000, ">99.9 %"), (999_499_999, "99.9 %"), (1_000_000_000, "100.0 %"),
      (999_999_999, ">99.9 %"), (400_000, "<0.1 %"), (500_000, "0.1 %"), (1, "<0.1 %"), (0, "0.0 %"), (648_000_000, "64.8 %"),
      (648_500_000, "64.9 %"), (3_000_000_000, "300.0 %"), (1_000_400_000, ">100.0 %"), (1_000_500_000, "100.1 %"),
      (-75_000_000, "−7.5 %"), (-1, ">−0.1 %"),
    ] as [(Int64, String)])
  func percent(billionths: Int64, expected: String) {
    #expect(english.percent(billionths, per: 1_000_000_000) == expected)
  }

  @Test("writes whole percent for members by the same rule")
  func wholePercent() {
    let whole = NumberStyle(decimals: 0)
    #expect(whole.percent(996, per: 1000) == ">99 %")
    #expect(whole.percent(994, per: 1000) == "99 %")
    #expect(whole.percent(4, per: 1000) == "<1 %")
    #expect(whole.percent(493, per: 1000) == "49 %")
    #expect(NumberStyle(decimals: 1, decimalMark: .comma).percent(9996, per: 10_000) == ">99,9 %")
  }

  @Test("writes energies with decimals that make sense, money in cents")
  func units() {
    #expect(english.kilowattHours(12_345_000) == "12.35 kWh")
    #expect(english.kilowattHours(123_450_000) == "123.5 kWh")
    #expect(german.kilowattHours(12_345_678_000) == "12\u{202F}346 kWh")
    #expect(german.kilowattHours(-5_000) == "−0,01 kWh")
    #expect(english.euros(12_345_000) == "12.35 EUR")
    #expect(german.euros(-1_234_565_000) == "−1\u{202F}234,57 EUR")
    #expect(NumberStyle.energyDecimals(upTo: Int64.min) == 0)
  }
}
