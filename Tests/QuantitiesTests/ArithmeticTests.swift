import TestSupport
import Testing

@testable import Quantities

@Suite("Arithmetic of quantities")
struct ArithmeticTests {
  @Test("sums, differences, multiples and comparisons are those of whole numbers")
  func operators() {
    #expect(Energy(wattHours: 2) + Energy(count: 5) == Energy(count: 2005))
    #expect(Energy(count: 5) - Energy(wattHours: 2) == Energy(count: -1995))
    #expect(-Power(watts: 3) == Power(count: -3000))
    #expect(Money(count: 7) * 3 == Money(count: 21))
    #expect(Power(watts: 1) < Power(count: 1001))
    #expect(Energy(count: -5).magnitude == Energy(count: 5))
    #expect(Energy.zero.count == 0)
    #expect([Energy(count: 1), Energy(count: 2), Energy(count: 3)].reduce(.zero, +) == Energy(count: 6))
  }

  @Test("0.1 kWh three times is 0.3 kWh, which binary numbers are not")
  func decimals() throws {
    let tenth = try Energy(text: "0.1 kWh")
    #expect(tenth + tenth + tenth == (try Energy(text: "0.3 kWh")))
    #expect(Energy(kilowattHours: 0.1) * 3 == Energy(kilowattHours: 0.3))
  }

  @Test(
    "initialisers carry the unit and round half away from zero",
    arguments: [(0.000_000_5, 1), (-0.000_000_5, -1), (0.000_000_4, 0), (1.234_567_8, 1_234_568)] as [(Double, Int64)])
  func roundingInitialisers(_ value: Double, _ count: Int64) {
    #expect(Energy(kilowattHours: value).count == count)
    #expect(Power(kilowatts: value).count == count)
    #expect(Money(euros: value).count == count)
    #expect(EnergyPrice(eurosPerKilowattHour: value).count == count)
  }

  @Test("shares count billionths")
  func shares() {
    #expect(Fraction(0.95).count == 950_000_000)
    #expect(Fraction.one.value == 1)
    #expect(LossRate(perHour: 0.01).count == 10_000_000)
    #expect(LossRate(count: 41_667).perHour == 41_667e-9)
    #expect(Temperature(count: 21_500).degreesCelsius == 21.5)
    #expect(PowerPrice(count: 120_000_000).eurosPerKilowatt == 120)
  }

  @Test(
    "energy times price, by hand",
    arguments: [
      // mWh, micro-euro per kWh, micro-euro: E / 10^6 x p.
      (1_000_000, 312_000, 312_000), (250, 312_000, 78), (1, 499_999, 0), (1, 500_000, 1), (-1, 500_000, -1), (1, -500_000, -1),
      (-1, -500_000, 1), (3, 500_000, 2), (12_345_678, 78_600, 970_370), (5_000_000, -83_940, -419_700), (0, 312_000, 0),
    ] as [(Int64, Int64, Int64)])
  func energyTimesPrice(_ energy: Int64, _ price: Int64, _ cost: Int64) {
    // 12.345678 kWh x 0.0786 EUR/kWh = 0.9703702908 EUR.
    #expect(Energy(count: energy) * EnergyPrice(count: price) == Money(count: cost))
  }

  @Test("energy times a share, by hand")
  func energyTimesShare() {
    #expect(Energy(count: 1001) * Fraction(0.5) == Energy(count: 501))
    #expect(Energy(count: -1001) * Fraction(0.5) == Energy(count: -501))
    #expect(Energy(wattHours: 10) * Fraction(0.95) == Energy(count: 9500))
    #expect(Energy(wattHours: 10) * Fraction.one == Energy(wattHours: 10))
  }

  @Test("mean power and energy are each other's inverse over a time, by hand")
  func powerAndEnergy() {
    // 250 Wh in 15 min is 1 kW; 1 kW for 10 s is 2.7778 Wh; 1 mW for 15 min is 0.25 mWh.
    #expect(Energy(wattHours: 250).meanPower(over: .seconds(900)) == Power(watts: 1000))
    #expect(Power(watts: 1000).energy(over: .seconds(900)) == Energy(wattHours: 250))
    #expect(Power(watts: 1000).energy(over: .seconds(10)) == Energy(count: 2778))
    #expect(Power(count: 1).energy(over: .seconds(900)) == .zero)
    #expect(Power(count: 2).energy(over: .seconds(900)) == Energy(count: 1))
    #expect(Power(count: -2).energy(over: .seconds(900)) == Energy(count: -1))
    #expect(Power(watts: 3600).energy(over: .milliseconds(1)) == Energy(count: 1))
  }

  @Test("a duration counts whole milliseconds, cut toward zero")
  func milliseconds() {
    #expect(Duration.seconds(900).milliseconds == 900_000)
    #expect(Duration.microseconds(1999).milliseconds == 1)
    #expect(Duration.microseconds(-1999).milliseconds == -1)
    #expect(Duration.seconds(-2).milliseconds == -2000)
  }

  @Test("products that pass 64 bits on the way are exact")
  func throughWideNumbers() {
    // 9.2e12 kWh at 1 EUR/kWh: the product in smallest units is 9.2e24.
    #expect(Energy(count: Int64.max) * EnergyPrice(count: 1_000_000) == Money(count: Int64.max))
    #expect(Energy(count: -Int64.max) * EnergyPrice(count: 1_000_000) == Money(count: -Int64.max))
    #expect(scaled(Int64.max, by: Int64.max, over: Int64.max) == Int64.max)
    #expect(scaled(Int64.min, by: Int64.max, over: Int64.max) == Int64.min)
    #expect(scaled(Int64.min, by: 1, over: 1) == Int64.min)
    #expect(Power(count: Int64.max).energy(over: .seconds(3600)) == Energy(count: Int64.max))
  }

  @Test("whatever divisor, rounding is to the nearest, half away from zero", arguments: [5] as [UInt64])
  func nearest(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let numerator = Int64.random(in: -1_000_000...1_000_000, using: &generator)
      let factor = Int64.random(in: -1000...1000, using: &generator)
      let divisor = Int64.random(in: 1...10_000, using: &generator)
      let result = scaled(numerator, by: factor, over: divisor)
      // |2 (n f - r d)| <= d, and where it is equal, r lies further from zero.
      let rest = 2 * (numerator * factor - result * divisor)
      let isHalf = abs(rest) == divisor
      #expect(
        abs(rest) <= divisor && (!isHalf || rest.signum() != result.signum()), "seed \(seed): \(numerator) \(factor) \(divisor)")
    }
  }

  @Test("a price's cost of a sum differs from the sum of costs by rounding alone", arguments: [6] as [UInt64])
  func distribution(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let parts = (0..<50).map { _ in Energy(count: Int64.random(in: 0...10_000_000, using: &generator)) }
      let price = EnergyPrice(count: Int64.random(in: -500_000...500_000, using: &generator))
      let together = parts.reduce(.zero, +) * price
      let apart = parts.map { $0 * price }.reduce(.zero, +)
      // Half a micro-euro a part, and half for the sum.
      #expect((together - apart).magnitude <= Money(count: 26), "seed \(seed)")
    }
  }

  @Test("overflow stops the program instead of giving another number")
  func overflow() async {
    await #expect(processExitsWith: .failure) { _ = Energy(count: .max) + Energy(count: 1) }
    await #expect(processExitsWith: .failure) { _ = Energy(count: .max) * EnergyPrice(count: 1_000_001) }
    await #expect(processExitsWith: .failure) { _ = Energy(count: .max) * 2 }
  }
}
