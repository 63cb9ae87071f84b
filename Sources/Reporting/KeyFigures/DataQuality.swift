import CommunityModel
public import MarketTime
public import Quantities

/// How far the figures of a period can be trusted: how much of it is known, and how well.
public struct DataQuality: Hashable, Sendable {
  /// Quarter hours of the period (a day has 92, 96 or 100).
  public let expected: Int
  /// Known, with every part measured.
  public let measured: Int
  /// Known, the worst part estimated or preliminary.
  public let estimated: Int
  /// Known, the worst part substituted.
  public let substituted: Int
  /// Not known: a needed part is missing.
  public let incomplete: Int
  /// Not known: the meters contradict each other.
  public let implausible: Int
  /// Known, with a derived consumption lifted to zero, see `SiteBalance.tolerance(inflow:)`.
  public let lifted: Int
  /// The check of the balance; nil where no part is measured twice.
  public let residual: BalanceResidual?

  /// The quality of `intervals`; `residual` where the balance can be checked.
  public init(_ intervals: TimeSeries<IntervalFlows>, residual: BalanceResidual?) {
    var counts = QualityCounts()
    counts.enter(intervals)
    self.init(counts, residual: residual)
  }

  init(_ counts: QualityCounts, residual: BalanceResidual? = nil) {
    expected = counts.expected
    measured = counts.qualities[.measured] ?? 0
    estimated = (counts.qualities[.estimated] ?? 0) + (counts.qualities[.preliminary] ?? 0)
    substituted = counts.qualities[.substituted] ?? 0
    incomplete = counts.incomplete + (counts.qualities[.missing] ?? 0) + (counts.qualities[.faulty] ?? 0)
    implausible = counts.implausible
    lifted = counts.lifted
    self.residual = residual
  }

  /// Quarter hours that are known.
  public var valid: Int { measured + estimated + substituted }
  /// valid / expected; nil for an empty period.
  public var coverage: Fraction? { share(Int64(valid), of: Int64(expected)) }
  /// measured / expected; nil for an empty period.
  public var measuredShare: Fraction? { share(Int64(measured), of: Int64(expected)) }
  /// estimated / expected; nil for an empty period.
  public var estimatedShare: Fraction? { share(Int64(estimated), of: Int64(expected)) }
  /// substituted / expected; nil for an empty period.
  public var substitutedShare: Fraction? { share(Int64(substituted), of: Int64(expected)) }

  /// Whether figures may still change: not every quarter hour is measured.
  public var isProvisional: Bool { measured < expected }

  /// The least coverage at which shares are shown, 90 %: a choice of ours, see `docs/formats/report-json.md`.
  public static let leastCoverage = Fraction(count: 900_000_000)

  /// Whether too little is known to show shares: coverage below `leastCoverage`, or an empty period.
  public var hidesShares: Bool { coverage.map { $0 < Self.leastCoverage } ?? true }
}

/// Counts how well quarter hours are known, span after span.
struct QualityCounts: Hashable, Sendable {
  var expected = 0
  var qualities: [IntervalEnergy.Quality: Int] = [:]
  var incomplete = 0
  var implausible = 0
  var lifted = 0

  /// Enters the flows of a span.
  mutating func enter(_ intervals: TimeSeries<IntervalFlows>) {
    expected += intervals.values.count
    for interval in intervals.values {
      switch interval {
      case .known(let flows, let quality):
        qualities[quality, default: 0] += 1
        if flows.lifted > .zero { lifted += 1 }
      case .incomplete: incomplete += 1
      case .implausible: implausible += 1
      }
    }
  }

  static func - (left: QualityCounts, right: QualityCounts) -> QualityCounts {
    var rest = left
    rest.expected -= right.expected
    rest.qualities.merge(right.qualities) { $0 - $1 }
    rest.incomplete -= right.incomplete
    rest.implausible -= right.implausible
    rest.lifted -= right.lifted
    return rest
  }

  /// Enters one quarter hour.
  mutating func enter(_ quality: IntervalEnergy.Quality) {
    expected += 1
    qualities[quality, default: 0] += 1
  }
}

/// What the meters of over-determined balances leave unexplained: a figure of data quality, not of energy.
public struct BalanceResidual: Hashable, Sendable {
  /// sum of (G + I + Dis) - (L + Ch + X); positive where more came in than is accounted for.
  public let sum: Energy
  /// Sum of the residuals' magnitudes in each quarter hour and site, so that errors do not cancel.
  public let absolute: Energy
  /// sum of G + I + Dis of the balances that were checked.
  public let inflow: Energy

  /// A residual; see the properties.
  public init(sum: Energy, absolute: Energy, inflow: Energy) {
    self.sum = sum
    self.absolute = absolute
    self.inflow = inflow
  }

  /// absolute / inflow; nil where nothing came in.
  public var share: Fraction? { Reporting.share(absolute.count, of: inflow.count) }
}

/// `part / whole` to the nearest billionth, half away from zero, but exactly 0 or 1 only where it is (nothing is rounded up to
/// "all"); nil where `whole` is not above zero, or the quotient is beyond nine billion and says nothing.
func share(_ part: Int64, of whole: Int64) -> Fraction? {
  guard whole > 0 else { return nil }
  let product = Int128(part) * Int128(Fraction.one.count)
  let half = Int128(whole) / 2
  guard let count = Int64(exactly: (product + (product < 0 ? -half : half)) / Int128(whole)) else { return nil }
  if count == 0 && part != 0 { return Fraction(count: part > 0 ? 1 : -1) }
  if count == Fraction.one.count && part != whole { return Fraction(count: part < whole ? count - 1 : count + 1) }
  return Fraction(count: count)
}
