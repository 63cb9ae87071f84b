public import CommunityModel
public import MarketTime
import Quantities
public import Readings

/// What is known of one series over a span of quarter hours.
///
/// A quarter hour of which nothing is known is left out, never counted as zero: the figure is that of the `known` ones.
public struct Aggregate: Hashable, Sendable {
  /// How quarter hours become one figure.
  public enum Figure: String, Sendable {
    /// Of a counter: what it counted in all known quarter hours.
    case sum
    /// Of a momentary value: the mean of the known quarter hours' means, each of which counts the same however often it was read.
    case mean

    /// That of `channel`; nil for states and flags, whose numbers are names.
    public init?(of channel: Channel) {
      guard channel.unit != .number else { return nil }
      self = channel.isCounter ? .sum : .mean
    }
  }

  /// How its quarter hours become one figure.
  public let figure: Figure
  /// Quarter hours of the span.
  public private(set) var expected: Int
  /// Those that were measured; of a momentary value those with a reading.
  public private(set) var measured = 0
  /// Those that are shares of what was counted over a longer time.
  public private(set) var estimated = 0
  /// Those of which somebody put a value in the place of a missing one.
  public private(set) var substituted = 0
  private var total: Int128 = 0

  /// Nothing known yet of `expected` quarter hours.
  public init(_ figure: Figure, expected: Int) { (self.figure, self.expected) = (figure, expected) }

  /// Quarter hours of which something is known.
  public var known: Int { measured + estimated + substituted }
  /// Quarter hours of which nothing is known.
  public var missing: Int { expected - known }

  /// The figure in the channel's unit, a mean rounded to the nearest one; nil where nothing is known.
  public var value: Int64? {
    guard known > 0 else { return nil }
    return Int64(clamping: figure == .sum ? total : roundedQuotient(total, Int128(known)))
  }

  /// The figure of both spans together.
  public static func += (left: inout Aggregate, right: Aggregate) {
    left.expected += right.expected
    left.measured += right.measured
    left.estimated += right.estimated
    left.substituted += right.substituted
    left.total += right.total
  }

  /// Adds a quarter hour of a counter, in its unit.
  mutating func add(_ amount: IntervalEnergy) {
    switch amount.quality {
    case .measured: measured += 1
    case .substituted: substituted += 1
    case .estimated, .preliminary: estimated += 1
    case .faulty, .missing: break
    }
    total += Int128(amount.energy?.count ?? 0)
  }

  /// Adds a quarter hour of a momentary value.
  mutating func add(_ readings: ReadingSum) {
    guard let mean = readings.roundedMean else { return }
    measured += 1
    total += Int128(mean)
  }
}

/// What is known of a series in one quarter hour.
public struct QuarterHourFigure: Hashable, Sendable {
  /// Which quarter hour.
  public let quarter: QuarterHour
  /// Of which series.
  public let series: SeriesKey
  /// What was counted, or the mean of the readings, in the channel's unit.
  public let value: Int64
  /// How it is known; measured where there is a reading of a momentary value.
  public let quality: IntervalEnergy.Quality
  /// Of how many readings it is the mean; nil of counters.
  public let readings: Int?
}

extension ReadingSum {
  /// Their mean to the nearest whole number of the channel's unit, half away from zero; nil where there are none.
  var roundedMean: Int64? { count > 0 ? Int64(clamping: roundedQuotient(Int128(sum), Int128(count))) : nil }
}

/// To the nearest whole number, half away from zero; `divisor` > 0.
private func roundedQuotient(_ number: Int128, _ divisor: Int128) -> Int128 {
  (number + (number < 0 ? -divisor : divisor) / 2) / divisor
}

extension History {
  /// Gathers what is known of `keys` span by span: counters from what they counted and what was imported, momentary values from
  /// readings. Channels without an `Aggregate.Figure` are left out.
  ///
  /// Works through a month at most at a time, of many series less, so that years need no more memory than that; each piece is a look of
  /// its own at the store.
  ///
  /// - Parameter spans: in order and without holes between them, such as `MarketCalendar.spans(of:by:)` gives them.
  /// - Throws: `ReadingStoreError.failed`, and what `body` throws.
  public func forEachSpan(
    of keys: [SeriesKey], in spans: [Range<QuarterHour>],
    _ body: (_ span: Range<QuarterHour>, _ aggregates: [SeriesKey: Aggregate]) throws -> Void
  ) throws {
    guard let begin = spans.first?.lowerBound, let end = spans.last?.upperBound else { return }
    let figures = keys.reduce(into: [:]) { $0[$1] = Aggregate.Figure(of: $1.channel) }
    let empty = figures.mapValues { Aggregate($0, expected: 0) }
    var rest = spans[...]
    var gathered = empty
    try forEachPiece(of: Array(figures.keys), in: begin..<end) { piece, amounts, sums in
      while let span = rest.first, span.lowerBound < piece.upperBound {
        let part = span.clamped(to: piece)
        for (key, figure) in figures {
          var aggregate = Aggregate(figure, expected: part.count)
          if let values = amounts[key] { for quarter in part { aggregate.add(values[quarter] ?? .missing) } }
          if let values = sums[key] { for quarter in part { aggregate.add(values[quarter] ?? ReadingSum()) } }
          gathered[key]? += aggregate
        }
        guard span.upperBound <= piece.upperBound else { break }
        try body(span, gathered)
        gathered = empty
        rest = rest.dropFirst()
      }
    }
  }

  /// Hands out every known quarter hour of `keys` within `span`, by time, those of one quarter hour in the order of the keys; in pieces, as
  /// `forEachSpan`. Channels without an `Aggregate.Figure` are left out.
  ///
  /// - Throws: `ReadingStoreError.failed`, and what `body` throws.
  public func forEachQuarterHour(
    of keys: [SeriesKey], in span: Range<QuarterHour>, _ body: (QuarterHourFigure) throws -> Void
  ) throws {
    let keys = keys.filter { Aggregate.Figure(of: $0.channel) != nil }
    try forEachPiece(of: keys, in: span) { piece, amounts, sums in
      for quarter in piece {
        for key in keys {
          if let amount = amounts[key]?[quarter], let energy = amount.energy {
            try body(.init(quarter: quarter, series: key, value: energy.count, quality: amount.quality, readings: nil))
          } else if let sum = sums[key]?[quarter], let mean = sum.roundedMean {
            try body(.init(quarter: quarter, series: key, value: mean, quality: .measured, readings: Int(sum.count)))
          }
        }
      }
    }
  }

  /// Hands out what is known of `keys` a piece of `span` at a time.
  private func forEachPiece(
    of keys: [SeriesKey], in span: Range<QuarterHour>,
    _ body: (
      _ piece: Range<QuarterHour>, _ amounts: [SeriesKey: TimeSeries<IntervalEnergy>], _ sums: [SeriesKey: TimeSeries<ReadingSum>]
    ) throws -> Void
  ) throws {
    let length = Self.quarterHoursAtOnce(of: keys.count)
    var begin = span.lowerBound
    while begin < span.upperBound {
      let piece = begin..<Swift.min(begin.advanced(by: length), span.upperBound)
      try body(
        piece, try amounts(of: keys.filter(\.channel.isCounter), in: piece),
        try sums(of: keys.filter { !$0.channel.isCounter }, in: piece))
      begin = piece.upperBound
    }
  }

  /// A month, or as much as 500,000 values are; a day at least. They take 16 bytes each.
  private static func quarterHoursAtOnce(of series: Int) -> Int {
    let perDay = Int(RollUps.dayLength / QuarterHour.milliseconds)
    return min(31 * perDay, max(perDay, 500_000 / max(1, series)))
  }
}
