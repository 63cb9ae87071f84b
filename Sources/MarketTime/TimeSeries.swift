/// One value for each quarter hour of a span, without gaps: a missing value is a state of `Value`, never an absent element.
public struct TimeSeries<Value: Sendable>: Sendable {
  /// The first quarter hour.
  public let start: QuarterHour
  /// The values, one a quarter hour from `start`.
  public var values: [Value]

  /// `values` from `start` on.
  public init(start: QuarterHour, values: [Value]) {
    self.start = start
    self.values = values
  }

  /// The same `value` over all of `span`.
  public init(repeating value: Value, over span: Range<QuarterHour>) {
    self.init(start: span.lowerBound, values: Array(repeating: value, count: span.count))
  }

  /// From the first quarter hour to behind the last.
  public var span: Range<QuarterHour> { start..<start.advanced(by: values.count) }

  /// The value of `quarter`; nil outside the span.
  public subscript(quarter: QuarterHour) -> Value? {
    let position = start.distance(to: quarter)
    return values.indices.contains(position) ? values[position] : nil
  }

  /// Each value turned into another, the span kept.
  public func map<Other: Sendable>(_ transform: (Value) throws -> Other) rethrows -> TimeSeries<Other> {
    TimeSeries<Other>(start: start, values: try values.map(transform))
  }

  /// The values over `span`, `padding` where the series has none.
  public func over(_ span: Range<QuarterHour>, padding: Value) -> TimeSeries {
    if span == self.span { return self }
    return TimeSeries(start: span.lowerBound, values: span.map { self[$0] ?? padding })
  }
}

extension TimeSeries: Equatable where Value: Equatable {}
extension TimeSeries: Hashable where Value: Hashable {}
