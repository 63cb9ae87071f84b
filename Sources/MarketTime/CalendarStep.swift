/// How long the spans are into which figures are gathered; hours, days and months are those of the clock and the calendar on the wall.
public enum CalendarStep: String, CaseIterable, Sendable {
  case quarterHour = "quarter-hour"
  case hour, day, month
}

extension MarketCalendar {
  /// The spans of `days`, in order and without holes between them.
  ///
  /// An hour begins where the wall clock shows a full one, or another hour than before; so the hour that happens twice when the clock is
  /// set back is two hours, and where clocks change by half an hour an hour may have 2 or 6 quarter hours. A day has 92, 96 or 100, more
  /// or fewer in some zones; one that a zone leaves out has no span. Months at either end are cut to `days`.
  public func spans(of days: Range<LocalDay>, by step: CalendarStep) -> [Range<QuarterHour>] {
    switch step {
    case .quarterHour: return quarterHours(of: days).map { $0..<$0.advanced(by: 1) }
    case .hour: return days.flatMap(hours)
    case .day: return days.map { quarterHours(of: $0) }.filter { !$0.isEmpty }
    case .month:
      var spans: [Range<QuarterHour>] = []
      var rest = days
      while let first = rest.first {
        let month = LocalMonth(containing: first).days.clamped(to: rest)
        spans.append(quarterHours(of: month))
        rest = month.upperBound..<rest.upperBound
      }
      return spans
    }
  }

  private func hours(of day: LocalDay) -> [Range<QuarterHour>] {
    let quarters = quarterHours(of: day)
    var begins: [QuarterHour] = []
    var former: Int?
    for quarter in quarters {
      let minutes = local(quarter.start).time.minutes
      if minutes / 60 != former || minutes % 60 == 0 { begins.append(quarter) }
      former = minutes / 60
    }
    return zip(begins, begins.dropFirst() + [quarters.upperBound]).map { $0..<$1 }
  }

  /// What `span` of `step` is called: `2026-03`, `2026-03-29`; hours and quarter hours by when they begin, `2026-03-29T01:00+01:00`.
  public func name(of span: Range<QuarterHour>, by step: CalendarStep) -> String {
    let (day, time) = local(span.lowerBound.start)
    switch step {
    case .month: return LocalMonth(containing: day).description
    case .day: return day.description
    case .hour, .quarterHour:
      let minutes = offset(at: span.lowerBound.start) / 60
      let (hours, rest) = (abs(minutes) / 60, abs(minutes) % 60)
      return "\(day)T\(time)\(minutes < 0 ? "-" : "+")\(padded(hours, to: 2)):\(padded(rest, to: 2))"
    }
  }
}
