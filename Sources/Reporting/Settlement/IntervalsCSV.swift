public import CommunityModel
import Console
public import MarketTime
import Quantities
public import Settlement

/// A member's quarter hours of a month, for who wants to add them up: CSV (RFC 4180, decimal points), header first.
public struct IntervalsCSV: Sendable {
  private let intervals: [MonthAccount.Interval]
  private let calendar: MarketCalendar

  /// The quarter hours of `member`.
  public init(_ account: MonthAccount, of member: Member.ID, in calendar: MarketCalendar) {
    intervals = account.intervals(of: member)
    self.calendar = calendar
  }

  /// The text, ending in a newline.
  public func text() -> String {
    let rows = intervals.map { interval in
      [
        "\(interval.quarter.start)", "\(interval.quarter.end)",
        calendar.name(of: interval.quarter..<interval.quarter.advanced(by: 1), by: .quarterHour),
        exactKilowattHours(interval.used), exactKilowattHours(interval.shared),
        exactKilowattHours(interval.used - interval.shared),
        "\(interval.quality)",
      ].joined(separator: ",")
    }
    return (["start_utc,end_utc,start_local,used_kwh,shared_kwh,residual_kwh,quality"] + rows).map { $0 + "\n" }.joined()
  }
}
