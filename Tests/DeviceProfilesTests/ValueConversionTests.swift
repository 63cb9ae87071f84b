import Quantities
import Testing

@testable import DeviceProfiles

@Suite("Raw numbers become whole numbers of the channel's unit")
struct ValueConversionTests {
  private static let volt = UnitOfMeasure("V", 1000)
  private static let kilowattHour = UnitOfMeasure("kWh", 1_000_000)
  private static let joule = UnitOfMeasure("J", 10, per: 36)

  @Test(
    "whole numbers exactly, half away from zero",
    arguments: [
      // 2305 * 0.1 V = 230.5 V.
      (2305, "0.1", 0, volt, 230_500),
      // 5 * 0.0001 V = 0.5 mV, away from zero in both directions; 0.4 mV is nearer to nothing.
      (5, "0.0001", 0, volt, 1), (-5, "0.0001", 0, volt, -1), (4, "0.0001", 0, volt, 0), (-15, "0.0001", 0, volt, -2),
      // 25 * 10^-1 = 2.5 exactly, 25 * 10^3 V, and scale and power together: 25 * 0.5 * 10^-2 V = 125 mV.
      (25, "1", -1, volt, 2500), (25, "1", 3, volt, 25_000_000), (25, "0.5", -2, volt, 125),
      // 36 MJ are 10 kWh.
      (36_000, "1", 3, joule, 10_000_000),
      // A turned sign as a negative scale.
      (7, "-1", 0, volt, -7000),
      // 2^64 - 1 times 0.000001 kWh is 18446744073709.551615 kWh, in mWh 18446744073709551615: too many for 63 bits.
      (Int128(UInt64.max), "0.000001", 0, kilowattHour, nil),
      // A tenth of that fits: 1844674407370955161.5, away from zero.
      (Int128(UInt64.max), "0.0000001", 0, kilowattHour, 1_844_674_407_370_955_162),
      // (2^64 - 1) * 0.123456789012345678 * 10^-10 V = 227737579.10726981... V; more than 128 bits in between.
      (Int128(UInt64.max), "0.123456789012345678", -10, volt, 227_737_579_107),
      (Int128(Int64.min), "1", 0, volt, nil),
    ] as [(Int128, String, Int, UnitOfMeasure, Int64?)])
  func exact(raw: Int128, scale: String, power: Int, unit: UnitOfMeasure, expected: Int64?) {
    let conversion = ValueConversion(unit: unit, scale: DecimalNumber(scale), exponent: power)
    #expect(conversion.count(of: .integer(raw)) == expected)
  }

  @Test("with an offset after the scale: raw 1213 is 121.3 - 100 degC (Deye)")
  func offset() {
    let conversion = ValueConversion(
      unit: UnitOfMeasure("degC", 1000), scale: DecimalNumber("0.1"), offset: DecimalNumber("-100"))
    #expect(conversion.count(of: .integer(1213)) == 21_300)
    #expect(conversion.count(of: .integer(950)) == -5000)
    #expect(conversion.count(of: .float(1213)) == 21_300)
    #expect(conversion.number(of: 21_300, isFloat: false) == .integer(1213))
    #expect(conversion.number(of: -5000, isFloat: true) == .float(950))
  }

  @Test(
    "floats to the nearest, and those past 64 bits not at all",
    arguments: [
      (Double(Float(bitPattern: 0x4364_B333)), volt, 228_700), (0.0005, volt, 1), (-0.0005, volt, -1), (0.00049, volt, 0),
      (3_254_462.25, UnitOfMeasure("Wh", 1000), 3_254_462_250), (1e300, volt, nil), (-1e300, volt, nil), (9.3e15, volt, nil),
    ] as [(Double, UnitOfMeasure, Int64?)])
  func floats(raw: Double, unit: UnitOfMeasure, expected: Int64?) {
    #expect(ValueConversion(unit: unit).count(of: .float(raw)) == expected)
    #expect(ValueConversion(unit: unit, isTurned: true).count(of: .float(raw)) == expected.map { -$0 })
  }

  @Test("and the smallest number of 64 bits does not trap when its sign is turned")
  func smallest() {
    let bare = UnitOfMeasure("1", 1)
    #expect(ValueConversion(unit: bare).count(of: .integer(Int128(Int64.min))) == .min)
    #expect(ValueConversion(unit: bare, isTurned: true).count(of: .integer(Int128(Int64.min))) == nil)
    #expect(ValueConversion(unit: bare, isTurned: true).number(of: .min, isFloat: false) == .integer(-Int128(Int64.min)))
    #expect(ValueConversion(unit: bare, isTurned: true).count(of: .float(-9.223372036854775808e18)) == nil)
  }

  @Test("and the power of ten that a device would take is as fine as the channel's unit")
  func finest() {
    #expect(ValueConversion(unit: Self.volt).finestExponent == -3)
    #expect(ValueConversion(unit: Self.kilowattHour).finestExponent == -6)
    #expect(ValueConversion(unit: UnitOfMeasure("1", 1)).finestExponent == 0)
    #expect(ValueConversion(unit: Self.joule).finestExponent == 0)
  }
}
