import CommunityModel
import MarketTime
import Quantities

/// The notice board and calendars in German.
extension GermanWords {
  func boardTitle(_ group: MemberSummary.GroupFigures.Whose) -> String {
    switch group {
    case .house, .oneHouse: "Unser Strom im Haus"
    case .community: "Unser gemeinsamer Strom"
    }
  }

  func period(_ days: Range<LocalDay>) -> String {
    guard let last = days.last else { return "" }
    if days.count == 1 { return date(last) }
    return "Woche vom \(dates(days)) \(last.components.year)"
  }

  func boardMade(_ energy: String, of summary: CommunitySummary) -> String {
    let plants =
      summary.ownPower == .plants
      ? "Unsere Anlagen machten" : summary.whose == .community ? "Unsere Dächer machten" : "Unser Dach machte"
    return "\(plants) \(summary.days.count == 1 ? "gestern" : "diese Woche") \(energy) kWh."
  }

  func boardUsed(_ percent: String) -> String { "Wir haben \(percent) davon selbst genutzt." }
  func boardCovered(_ percent: String) -> String { "So haben wir \(percent) unseres Stroms selbst gedeckt." }
  var boardNothing: String { "Für diese Zeit gibt es keine Zahlen." }
  func boardIncomplete(known: Int, of days: Int) -> String {
    "Von \(days) Tagen sind \(known) schon bekannt; die Zahlen gelten für diese."
  }
  func boardTip(_ day: LocalDay, _ window: String, isLikely: Bool) -> String {
    "\(isLikely ? "Gute Zeit" : "Vielleicht gute Zeit") zum Waschen am \(weekday(day)): \(window)."
  }
  func boardNoTip(_ day: LocalDay) -> String { "Für \(weekday(day)) erwarten wir keine besondere Sonnenzeit." }
  func boardPreliminary(_ day: LocalDay) -> String {
    "Alle Zahlen sind vorläufig. Stand: \(day.components.day). \(month(day)) \(day.components.year)"
  }
  func boardCode(_ page: String) -> String { "QR-Code der Seite \(page)" }
  func boardMore(_ link: String) -> String { "Mehr davon im Internet: \(link)" }
  func boardPicture(_ days: Range<LocalDay>) -> String { "Unser Sonnenstrom, Tag für Tag" }
  func boardPictureText(best: String, energy: String) -> String {
    "Säulen je Tag: selbst genutzt und ins Netz. Am meisten kam am \(best): \(energy) kWh."
  }
  func boardOwnLegend() -> String { "selbst genutzt" }
  func boardFedInLegend() -> String { "ins Netz" }
  var perDay: String { "kWh am Tag" }
  func shortWeekday(_ day: LocalDay) -> String { String(weekday(day).prefix(2)) }
  var sunHours: String { "Sonnenstunden: gute Zeit zum Waschen" }
  func eventText(isLikely: Bool, start: String?) -> String {
    (isLikely ? "Wir erwarten viel Sonne." : "Vielleicht gibt es viel Sonne.")
      + (start.map { formality == .formal ? " Ihr Startfenster: \($0)." : " Dein Startfenster: \($0)." } ?? "")
  }
  func feedTitle(_ organisation: String) -> String { "\(organisation): unser Strom" }
}
