import CommunityModel
import MarketTime
import Quantities

/// The notice board and calendars in English.
extension EnglishWords {
  func boardTitle(_ group: MemberSummary.GroupFigures.Whose) -> String {
    switch group {
    case .house, .oneHouse: "Our electricity in the house"
    case .community: "Our electricity together"
    }
  }

  func period(_ days: Range<LocalDay>) -> String {
    guard let last = days.last else { return "" }
    if days.count == 1 { return date(last) }
    return "Week from \(dates(days)) \(last.components.year)"
  }

  func boardMade(_ energy: String, of summary: CommunitySummary) -> String {
    let plants = summary.ownPower == .plants ? "Our plants" : summary.whose == .community ? "Our roofs" : "Our roof"
    return "\(plants) made \(energy) kWh \(summary.days.count == 1 ? "yesterday" : "this week")."
  }

  func boardUsed(_ percent: String) -> String { "We used \(percent) of it ourselves." }
  func boardCovered(_ percent: String) -> String { "That covered \(percent) of our electricity." }
  var boardNothing: String { "There are no figures for this time." }
  func boardIncomplete(known: Int, of days: Int) -> String {
    "\(known) of \(days) days are known so far; the figures are for these."
  }
  func boardTip(_ day: LocalDay, _ window: String, isLikely: Bool) -> String {
    "\(isLikely ? "A good time" : "Perhaps a good time") for laundry on \(weekday(day)): \(window)."
  }
  func boardNoTip(_ day: LocalDay) -> String { "We expect no special sun time on \(weekday(day))." }
  func boardPreliminary(_ day: LocalDay) -> String {
    "All figures are preliminary. As of \(day.components.day) \(month(day)) \(day.components.year)"
  }
  func boardCode(_ page: String) -> String { "QR code of the page \(page)" }
  func boardMore(_ link: String) -> String { "More of it on the internet: \(link)" }
  func boardPicture(_ days: Range<LocalDay>) -> String { "Our solar power, day by day" }
  func boardPictureText(best: String, energy: String) -> String {
    "Columns for each day: used ourselves and into the grid. Most came on \(best): \(energy) kWh."
  }
  func boardOwnLegend() -> String { "used ourselves" }
  func boardFedInLegend() -> String { "into the grid" }
  var perDay: String { "kWh a day" }
  func shortWeekday(_ day: LocalDay) -> String { String(weekday(day).prefix(3)) }
  var sunHours: String { "Sun hours: a good time for laundry" }
  func eventText(isLikely: Bool, start: String?) -> String {
    (isLikely ? "We expect a lot of sun." : "Perhaps there will be a lot of sun.")
      + (start.map { " Your start time: \($0)." } ?? "")
  }
  func feedTitle(_ organisation: String) -> String { "\(organisation): our electricity" }
}
