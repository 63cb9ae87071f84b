/// `numerator / divisor` to the nearest whole number, half away from zero. `divisor` > 0, the result fits 64 bits.
func nearest(_ numerator: Int128, over divisor: Int128) -> Int64 {
  let half = divisor / 2
  return Int64((numerator + (numerator < 0 ? -half : half)) / divisor)
}

/// The most energy of an interval that exact fractions of it fit 128 bits: 500 MWh in mWh, 2 GW over a quarter hour.
let mostEnergy: Int64 = 500_000_000_000
