/// A quarter of an hour of UTC, half-open, named by its start: the market's settlement interval.
///
/// `Strideable`, so that `Range<QuarterHour>` is a span that can be walked.
public struct QuarterHour: Hashable, Comparable, Strideable, Sendable {
  /// How many quarter hours after 1970-01-01T00:00:00Z it starts.
  public let index: Int64

  /// The `index`-th quarter hour after 1970-01-01T00:00:00Z.
  public init(index: Int64) { self.index = index }
  /// The quarter hour that holds `instant`.
  public init(containing instant: Timestamp) { index = instant.milliseconds.floored(by: Self.milliseconds) }

  /// 15 min.
  public static let duration: Duration = .seconds(900)
  /// 15 min in milliseconds.
  package static let milliseconds: Int64 = 900_000

  /// When it starts.
  public var start: Timestamp { Timestamp(milliseconds: index * Self.milliseconds) }
  /// When it ends: the start of the next one.
  public var end: Timestamp { Timestamp(milliseconds: (index + 1) * Self.milliseconds) }

  /// Whether `left` is earlier.
  public static func < (left: QuarterHour, right: QuarterHour) -> Bool { left.index < right.index }
  /// How many quarter hours later `other` is.
  public func distance(to other: QuarterHour) -> Int { Int(other.index - index) }
  /// The quarter hour `count` later.
  public func advanced(by count: Int) -> QuarterHour { QuarterHour(index: index + Int64(count)) }
}

extension QuarterHour: CustomStringConvertible {
  /// Its start: `2026-03-29T01:00:00Z`.
  public var description: String { start.description }
}

extension Range where Bound == QuarterHour {
  /// From the first start to the last end.
  public var instants: Range<Timestamp> { lowerBound.start..<upperBound.start }

  /// The runs of quarter hours of which `belongs` says yes, in order.
  public func runs(where belongs: (QuarterHour) -> Bool) -> [Range<QuarterHour>] {
    var runs: [Range<QuarterHour>] = []
    for quarter in self where belongs(quarter) {
      let begins = runs.last?.upperBound == quarter ? runs.removeLast().lowerBound : quarter
      runs.append(begins..<quarter.advanced(by: 1))
    }
    return runs
  }
}
