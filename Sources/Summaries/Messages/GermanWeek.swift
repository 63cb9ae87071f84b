import CommunityModel
import MarketTime
import Quantities

/// A week in German.
extension GermanWords {
  /// `gestern`, `letzte Woche`; a week that does not begin on a Monday is the last seven days.
  func when(_ summary: MemberSummary) -> String {
    guard summary.isWeek else { return "gestern" }
    return summary.days.lowerBound.weekday == .monday ? "letzte Woche" : "in den letzten 7 Tagen"
  }

  /// `am Donnerstag, 18. Juni`, `vom 15. bis 21. Juni`
  func on(_ summary: MemberSummary) -> String {
    summary.isWeek ? "vom \(dates(summary.days))" : "am \(date(summary.day))"
  }

  func dates(_ days: Range<LocalDay>) -> String {
    let (first, last) = (days.lowerBound, days.upperBound.advanced(by: -1))
    let isOneMonth = first.components.month == last.components.month
    let begin = "\(first.components.day)." + (isOneMonth ? "" : " \(month(first))")
    return "\(begin) bis \(last.components.day). \(month(last))"
  }

  func clockChange(_ change: MemberSummary.ClockChange, on day: LocalDay) -> String {
    switch change {
    case .forward: "Am \(weekday(day)) wurde die Uhr auf Sommerzeit vorgestellt."
    case .back: "Am \(weekday(day)) wurde die Uhr auf Winterzeit zurückgestellt."
    }
  }

  var dayByDay: String { "Tag für Tag" }
  var partOfDay: String { "unvollständig" }
  func knownDays(_ known: Int, of days: Int) -> String { "Gezählt sind \(known) von \(days) Tagen." }

  func rightTips(_ score: TipScore) -> String {
    let (right, tips) = (score.right == 0 ? "Keiner" : "\(score.right)", Plural(score.told).pick("Tipp", "Tipps"))
    return "\(right) von \(score.told) \(tips) \(score.right > 1 ? "waren" : "war") richtig."
  }

  func weekPictureText(best day: LocalDay?, share: String, of summary: MemberSummary) -> String {
    let own = from(summary, short: true)
    return "Säulen für jeden Tag: \(own) und aus dem Netz."
      + (day.map { " Der größte Teil \(own) kam am \(weekday($0)): \(share)." } ?? "")
  }
}

/// `text` as a sentence begins.
func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
