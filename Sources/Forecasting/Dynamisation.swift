public import MarketTime
public import Quantities

/// How household profiles swing with the year: the factor F(t) on a profile's value, t the day of the year from 1.
///
/// `F(t) = c0 + c1 t + c2 t^2 + c3 t^3 + c4 t^4`, rounded to four decimals, half away from zero (VDEW M-28/99 for H0; BDEW
/// 2025 for H25, P25, S25). Computed in whole trillionths, so that the rounding is the same on every processor.
public struct Dynamisation: Sendable, Equatable {
  /// The profiles that swing; all others are used as they are.
  public let profiles: Set<String>
  /// Coefficients of t^0, t^1, ... in trillionths.
  private let trillionths: [Int64]

  /// F with `coefficients` of t^0, t^1, ..., for `profiles`; nil when a coefficient is finer than a trillionth or too large.
  public init?(coefficients: [DecimalNumber], profiles: Set<String>) {
    var counts: [Int64] = []
    for coefficient in coefficients {
      guard coefficient.decimals <= 12, let count = coefficient.scaled(by: 1_000_000_000_000) else { return nil }
      counts.append(count)
    }
    trillionths = counts
    self.profiles = profiles
  }

  /// F of the `dayOfYear` (1...366) in ten-thousandths: 12420 for 1.2420.
  public func tenThousandths(dayOfYear: Int) -> Int64 {
    let day = Int128(dayOfYear)
    let sum = trillionths.reversed().reduce(Int128(0)) { $0 * day + Int128($1) }
    let half: Int128 = 50_000_000
    return Int64((sum + (sum < 0 ? -half : half)) / 100_000_000)
  }

  /// F of `day`.
  public func factor(on day: LocalDay) -> Double { Double(tenThousandths(dayOfYear: day.dayOfYear)) / 10_000 }
}
