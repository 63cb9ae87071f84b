import CommunityModel
import MarketTime
import Quantities

/// A week in English.
extension EnglishWords {
  /// `yesterday`, `last week`; a week that does not begin on a Monday is the last seven days.
  func when(_ summary: MemberSummary) -> String {
    guard summary.isWeek else { return "yesterday" }
    return summary.days.lowerBound.weekday == .monday ? "last week" : "in the last 7 days"
  }

  /// `on Thursday, 18 June`, `from 15 to 21 June`
  func on(_ summary: MemberSummary) -> String {
    summary.isWeek ? "from \(dates(summary.days))" : "on \(date(summary.day))"
  }

  func dates(_ days: Range<LocalDay>) -> String {
    let (first, last) = (days.lowerBound, days.upperBound.advanced(by: -1))
    let isOneMonth = first.components.month == last.components.month
    let begin = "\(first.components.day)" + (isOneMonth ? "" : " \(month(first))")
    return "\(begin) to \(last.components.day) \(month(last))"
  }

  func clockChange(_ change: MemberSummary.ClockChange, on day: LocalDay) -> String {
    switch change {
    case .forward: "On \(weekday(day)) clocks went forward to summer time."
    case .back: "On \(weekday(day)) clocks went back to winter time."
    }
  }

  var dayByDay: String { "Day by day" }
  var partOfDay: String { "incomplete" }
  func knownDays(_ known: Int, of days: Int) -> String { "This counts \(known) of \(days) days." }

  func rightTips(_ score: TipScore) -> String {
    let (right, tips) = (score.right == 0 ? "None" : "\(score.right)", Plural(score.told).pick("tip", "tips"))
    return "\(right) of \(score.told) \(tips) \(score.right > 1 ? "were" : "was") right."
  }

  func weekPictureText(best day: LocalDay?, share: String, of summary: MemberSummary) -> String {
    let own = from(summary, short: true)
    return "Columns for each day: \(own) and from the grid."
      + (day.map { " The largest part \(own) came on \(weekday($0)): \(share)." } ?? "")
  }
}
