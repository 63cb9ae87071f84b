import Quantities

/// `numerator / divisor` to the nearest whole number, half away from zero. `divisor` > 0, the result fits 64 bits.
func nearest(_ numerator: Int128, over divisor: Int128) -> Int64 {
  let half = divisor / 2
  return Int64((numerator + (numerator < 0 ? -half : half)) / divisor)
}

extension Money {
  /// One cent.
  static let cent: Int64 = 10_000

  /// `numerator / divisor` micro-euros to the nearest cent, half away from zero: rounded once, not on the way.
  static func cents(_ numerator: Int128, over divisor: Int128 = 1) -> Money {
    Money(count: nearest(numerator, over: divisor * Int128(cent)) * cent)
  }

  /// `fraction` of it, to the nearest cent, half away from zero.
  func cents(of fraction: Fraction) -> Money {
    .cents(Int128(count) * Int128(fraction.count), over: Int128(Fraction.one.count))
  }
}

extension Energy {
  /// To so many decimals of a kilowatt-hour, half away from zero; 6 are all there are.
  func rounded(toDecimals decimals: Int) -> Energy {
    let unit = (decimals..<6).reduce(Int64(1)) { unit, _ in unit * 10 }
    return Energy(count: nearest(Int128(count), over: Int128(unit)) * unit)
  }
}
