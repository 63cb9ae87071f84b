import Quantities
import Testing

/// The expected counts are the written number times the unit's worth in smallest units, by hand.
@Suite("Quantities as people write them")
struct QuantityTextTests {
  @Test(
    "energies are read to the milliwatt-hour",
    arguments: [
      ("12 kWh", 12_000_000), ("12kWh", 12_000_000), ("  12   kWh  ", 12_000_000), ("-0.5 kWh", -500_000), ("+3 Wh", 3000),
      (".25 kWh", 250_000), ("5. Wh", 5000), ("1.5 MWh", 1_500_000_000), ("7 mWh", 7), ("0 kWh", 0), ("-0 kWh", 0),
      ("0.000001 kWh", 1),
    ] as [(String, Int64)])
  func energy(_ text: String, _ count: Int64) throws {
    #expect(try Energy(text: text).count == count)
  }

  @Test(
    "powers are read to the milliwatt",
    arguments: [("-3.5 kW", -3_500_000), ("9.9 kWp", 9_900_000), ("800 W", 800_000), ("2 MW", 2_000_000_000), ("1 mW", 1)]
      as [(String, Int64)])
  func power(_ text: String, _ count: Int64) throws {
    #expect(try Power(text: text).count == count)
  }

  @Test(
    "prices of energy are read to the micro-euro per kilowatt-hour",
    arguments: [
      ("31.2 ct/kWh", 312_000), ("0.07860 EUR/kWh", 78_600), ("-83.94 EUR/MWh", -83_940), ("1 €/kWh", 1_000_000),
      ("40 €/MWh", 40_000), ("-0.001 EUR/MWh", -1),
    ] as [(String, Int64)])
  func energyPrice(_ text: String, _ count: Int64) throws {
    #expect(try EnergyPrice(text: text).count == count)
  }

  @Test("money, power prices, temperatures and shares have their own units")
  func otherQuantities() throws {
    #expect(try Money(text: "12.34 EUR").count == 12_340_000)
    #expect(try Money(text: "-5 ct").count == -50_000)
    #expect(try Money(text: "1 €").count == 1_000_000)
    #expect(try PowerPrice(text: "120 EUR/kW").count == 120_000_000)
    #expect(try PowerPrice(text: "0.5 €/kW").count == 500_000)
    #expect(try Temperature(text: "21.5 degC").count == 21_500)
    #expect(try Temperature(text: "-3 °C").count == -3000)
    #expect(try Fraction(text: "95 %").count == 950_000_000)
    #expect(try Fraction(text: "0.0000001 %").count == 1)
  }

  @Test(
    "a loss over a longer period is spread evenly over its hours",
    arguments: [
      // 0.001 / 24 h = 41 666.67 billionths an hour; 0.03 / 720 h = 41 666.67; 1 % an hour as it is.
      ("0.1 %/d", 41_667), ("3 %/month", 41_667), ("1 %/h", 10_000_000), ("2.4 %/d", 1_000_000),
    ] as [(String, Int64)])
  func lossRate(_ text: String, _ count: Int64) throws {
    #expect(try LossRate(text: text).count == count)
  }

  @Test(
    "what is finer than the smallest unit is rounded, half away from zero",
    arguments: [
      ("0.4 mWh", 0), ("0.5 mWh", 1), ("-0.4 mWh", 0), ("-0.5 mWh", -1), ("1.4999999 mWh", 1), ("2.5 mWh", 3), ("-2.5 mWh", -3),
    ] as [(String, Int64)])
  func rounding(_ text: String, _ count: Int64) throws {
    #expect(try Energy(text: text).count == count)
  }

  @Test("a bare number lacks its unit", arguments: ["12", "-3.5", " 7 "])
  func bareNumber(_ text: String) {
    let number = text.filter { $0 != " " }
    #expect(throws: QuantityError.unitMissing(number: number)) { try Energy(text: text) }
  }

  @Test(
    "a unit of another quantity, another case or nothing known is named",
    arguments: [
      ("12 kwh", "kwh"), ("12 kW", "kW"), ("12 kWh/d", "kWh/d"), ("12 kWh kWh", "kWh kWh"), ("12 %", "%"), ("1e3 kWh", "e3 kWh"),
      ("1e400 kWh", "e400 kWh"), ("12 ĸWh", "ĸWh"),
    ])
  func unknownUnit(_ text: String, _ unit: String) {
    #expect(throws: QuantityError.unknownUnit(unit)) { try Energy(text: text) }
  }

  @Test(
    "a decimal comma is recognised, with the text as it should be",
    arguments: [("12,5 kWh", "12.5 kWh"), ("-0,3 kW", "-0.3 kW"), (",5", ".5")])
  func decimalComma(_ text: String, _ withPoint: String) {
    #expect(throws: QuantityError.decimalComma(withPoint)) { try Energy(text: text) }
  }

  @Test(
    "what is no number is called that",
    arguments: [
      "", " ", "kWh", "twelve kWh", "--5 kWh", "+-5 kWh", "1.2.3 kWh", "5-3 kWh", ". kWh", "- kWh", "٣ kWh", "NaN kWh",
    ])
  func notANumber(_ text: String) {
    #expect(throws: QuantityError.notANumber(text)) { try Energy(text: text) }
  }

  @Test(
    "a number with too many digits or beyond 64 bits of the smallest unit is out of range, not another number",
    arguments: [
      "9223372036855 kWh", "-9223372036855 kWh", "99999999999999999999 kWh", "0.1234567890123456789012 kWh",
    ])
  func outOfRange(_ text: String) {
    #expect(throws: QuantityError.outOfRange(String(text.dropLast(4)))) { try Energy(text: text) }
  }

  @Test("the greatest count there is can be written: 2^63 - 1")
  func greatestCount() throws {
    #expect(try Energy(text: "9223372036854775807 mWh").count == Int64.max)
    #expect(try Energy(text: "9223372036854.775807 kWh").count == Int64.max)
  }

  @Test("the first unit of each quantity is the customary one, and every symbol stands for one unit")
  func units() {
    #expect(Energy.units.first?.symbol == "kWh")
    #expect(Power.units.first?.symbol == "kW")
    #expect(EnergyPrice.units.first?.symbol == "ct/kWh")
    #expect(Money.units.first?.symbol == "EUR")
    #expect(LossRate.units.first?.symbol == "%/h")
    for units in [
      Energy.units, Power.units, EnergyPrice.units, Money.units, PowerPrice.units, LossRate.units, Temperature.units,
      Fraction.units,
    ] {
      #expect(Set(units.map(\.symbol)).count == units.count)
    }
  }

  @Test("the form expected names the quantity and its units")
  func expectedForm() {
    #expect(Power.expectedForm == "a power, a number with its unit (kW, W, MW, kWp, mW)")
  }
}
