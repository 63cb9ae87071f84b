public import MarketTime

/// The days that a report is on, and which ones it is held against.
public struct ReportPeriod: Hashable, Sendable {
  /// How its days were chosen; the raw value is for JSON.
  public enum Kind: String, CaseIterable, Sendable {
    case day
    /// Seven days, or as many as somebody says.
    case days
    case month
    case yearToDate = "year_to_date"
    case lastTwelveMonths = "last_12_months"
    /// A whole calendar year.
    case year
  }

  /// How its days were chosen.
  public let kind: Kind
  /// The days, whole.
  public let days: Range<LocalDay>

  /// Days chosen in this way.
  public init(_ kind: Kind, _ days: Range<LocalDay>) {
    self.kind = kind
    self.days = days
  }

  /// One day.
  public static func day(_ day: LocalDay) -> ReportPeriod { ReportPeriod(.day, day..<day.advanced(by: 1)) }

  /// `count` days, `last` the last of them.
  public static func days(_ count: Int, until last: LocalDay) -> ReportPeriod {
    ReportPeriod(.days, last.advanced(by: 1 - count)..<last.advanced(by: 1))
  }

  /// A month.
  public static func month(_ month: LocalMonth) -> ReportPeriod { ReportPeriod(.month, month.days) }

  /// From 1 January to `last`.
  public static func yearToDate(_ last: LocalDay) -> ReportPeriod {
    ReportPeriod(.yearToDate, last.advanced(by: 1 - last.dayOfYear)..<last.advanced(by: 1))
  }

  /// The twelve months of which `month` is the last.
  public static func lastTwelveMonths(_ month: LocalMonth) -> ReportPeriod {
    let first = (1..<12).reduce(month) { month, _ in month.previous }
    return ReportPeriod(.lastTwelveMonths, first.firstDay..<month.days.upperBound)
  }

  /// A calendar year; nil beyond the calendar.
  public static func year(_ year: Int) -> ReportPeriod? {
    guard let first = LocalDay(year: year, month: 1, day: 1), let next = LocalDay(year: year + 1, month: 1, day: 1) else {
      return nil
    }
    return ReportPeriod(.year, first..<next)
  }

  /// The same period before: the day, days or month before; of a year the year before.
  public var previous: ReportPeriod {
    switch kind {
    case .day, .days:
      return ReportPeriod(kind, days.lowerBound.advanced(by: -days.count)..<days.lowerBound)
    case .month: return .month(LocalMonth(containing: days.lowerBound).previous)
    case .yearToDate, .lastTwelveMonths, .year: return yearBefore
    }
  }

  /// The same period of last year: 364 days before for days, so that weekdays match, else the same dates.
  public var yearBefore: ReportPeriod {
    switch kind {
    case .day, .days: return ReportPeriod(kind, days.lowerBound.advanced(by: -364)..<days.upperBound.advanced(by: -364))
    case .month, .yearToDate, .lastTwelveMonths, .year:
      return ReportPeriod(kind, Self.yearBefore(days.lowerBound)..<Self.yearBefore(days.upperBound))
    }
  }

  /// The date a year before; 28 February for the 29th.
  private static func yearBefore(_ day: LocalDay) -> LocalDay {
    let (year, month, date) = day.components
    return LocalDay(year: year - 1, month: month, day: date) ?? LocalDay(year: year - 1, month: month, day: date - 1) ?? day
  }

  /// The most days that are accounted in one piece.
  public static let longestPart = 31

  /// The days as they are read and accounted: in one piece up to 31 days, else month by month, so that a year takes the memory of a month.
  public var parts: [Range<LocalDay>] {
    guard days.count > Self.longestPart else { return [days] }
    var parts: [Range<LocalDay>] = []
    var rest = days
    while let first = rest.first {
      let part = LocalMonth(containing: first).days.clamped(to: rest)
      parts.append(part)
      rest = part.upperBound..<rest.upperBound
    }
    return parts
  }
}
