public import MarketTime

/// How long the steps of a plan are: the first ones shorter than those further away, of which less is known.
///
/// ```
/// 15m              quarter hours throughout
/// 15m,1h           quarter hours for a day, hours beyond
/// 15m:12h,1h:24h,4h
/// ```
/// A length begins where the local clock shows a whole multiple of it, one of an hour and more at a full hour; until then the length
/// before it goes on. The last one goes on to the plan's end, where the last step is shorter if need be.
public struct StepPattern: Sendable, Equatable {
  /// Steps of one length.
  public struct Part: Sendable, Equatable {
    /// How long a step is, in quarter hours.
    public let length: Int
    /// For how long they are so, in quarter hours; nil to the end.
    public let span: Int?

    /// Steps of `length` quarter hours for `span` of them. Both at least 1.
    public init(length: Int, span: Int? = nil) {
      self.length = length
      self.span = span
    }
  }

  /// The lengths, one after the other; at least one.
  public let parts: [Part]

  /// The lengths `parts`; all but the last have a span.
  public init(_ parts: [Part]) { self.parts = parts }

  /// The steps from `start` to `end`, on the wall clock of `calendar`.
  public func horizon(from start: QuarterHour, to end: QuarterHour, calendar: MarketCalendar) -> PlanningHorizon {
    var lengths: [Int] = []
    var now = start
    var part = 0
    var nextBegins = parts[0].span.map { start.advanced(by: $0) }
    while now < end {
      if let begins = nextBegins, now >= begins, part + 1 < parts.count, isWhole(now, parts[part + 1].length, calendar) {
        part += 1
        nextBegins = parts[part].span.map { now.advanced(by: $0) }
      }
      let length = min(self.length(from: now, of: part, nextBegins, calendar), now.distance(to: end))
      lengths.append(length)
      now = now.advanced(by: length)
    }
    return PlanningHorizon(start: start, stepLengths: lengths)
  }

  /// How long the step from `now` is: that of its part, cut where the next part's first step begins.
  private func length(from now: QuarterHour, of part: Int, _ nextBegins: QuarterHour?, _ calendar: MarketCalendar) -> Int {
    let length = parts[part].length
    guard let nextBegins, part + 1 < parts.count else { return length }
    return (1..<max(1, length)).first { quarters in
      let then = now.advanced(by: quarters)
      return then >= nextBegins && isWhole(then, parts[part + 1].length, calendar)
    } ?? length
  }

  /// Whether a step of `length` may begin at `quarter`.
  private func isWhole(_ quarter: QuarterHour, _ length: Int, _ calendar: MarketCalendar) -> Bool {
    calendar.local(quarter.start).1.minutes % (15 * min(length, 4)) == 0
  }
}
