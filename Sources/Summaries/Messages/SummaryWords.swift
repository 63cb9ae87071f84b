import CommunityModel
import MarketTime
import Quantities
import Reporting

/// The words of one language. A language is one file beside this; what is said when is decided in `SummaryContent`, and the same in all.
///
/// Sentences have at most 15 words, one idea each; no exclamation marks, no blame, no word that a member would have to look up.
protocol SummaryWords: BoardWords {
  var numbers: SummaryNumbers { get }

  // MARK: Time
  /// `Donnerstag, 18. Juni`
  func date(_ day: LocalDay) -> String
  func weekday(_ day: LocalDay) -> String
  /// `11 bis 15 Uhr`
  func span(_ from: LocalTime, _ until: LocalTime) -> String
  /// `12:15 Uhr`
  func time(_ time: LocalTime) -> String

  // MARK: Numbers
  func percent(_ share: Fraction) -> String
  func euros(_ money: Money) -> String

  // MARK: Subject, greeting, headline
  func neutralSubject(_ day: LocalDay) -> String
  func subject(_ lead: SummaryLead, of summary: DailySummary, window: String?) -> String
  func subject(of fault: Fault, in summary: DailySummary) -> String?
  func greeting(_ name: String?) -> String
  func headline(_ lead: SummaryLead, of summary: DailySummary) -> String
  /// One or two sentences; they go on from the greeting.
  func opening(_ lead: SummaryLead, of summary: DailySummary) -> String

  // MARK: Rows
  var usedWord: String { get }
  func ownWord(_ summary: DailySummary) -> String
  var boughtWord: String { get }
  var fedInWord: String { get }
  var savedWord: String { get }
  var costMoreWord: String { get }
  var earnedWord: String { get }
  var heatWord: String { get }
  func about(_ money: Money) -> String
  func prices(paid: EnergyPrice, instead: EnergyPrice) -> String

  // MARK: Sentences
  func comparison(_ past: Fraction, days: Int, weekday: Weekday, of summary: DailySummary) -> String
  func comparison(_ past: Energy, days: Int, weekday: Weekday) -> String
  var more: String { get }
  var welcome: String { get }
  func littleSun(_ day: LocalDay) -> String
  func incomplete(missing: Int, of expected: Int) -> String
  func clockChange(_ change: DailySummary.ClockChange, hours: Int) -> String
  func fault(_ fault: Fault, in summary: DailySummary) -> String
  func groupTitle(_ group: DailySummary.GroupFigures) -> String
  func group(_ group: DailySummary.GroupFigures, of summary: DailySummary) -> String
  func tipTitle(_ day: LocalDay) -> String
  func sunTip(_ window: String, isLikely: Bool, start: String?) -> String
  func cheapTip(_ window: String, isNight: Bool) -> String
  var noTip: String { get }
  /// `(Sommerzeit)`, beside a window on a day of a clock change.
  func clockName(_ change: DailySummary.ClockChange) -> String
  func score(_ score: TipScore) -> String
  var preliminary: String { get }
  func access(_ link: String?) -> String
  var accessLink: String { get }
  func signature(_ organisation: String, _ contact: String?) -> String
  func leave(_ link: String?) -> String
  var leaveLink: String { get }

  // MARK: Chat, picture
  func chat(_ lead: SummaryLead, of summary: DailySummary) -> String
  func chat(_ group: DailySummary.GroupFigures, _ share: Fraction) -> String
  func chatTip(_ window: String, start: String?) -> String
  var chatEnd: String { get }
  func pictureTitle(_ summary: DailySummary) -> String
  func pictureText(sunny: String?, tip: String?, of summary: DailySummary) -> String
  func ownLegend(_ summary: DailySummary) -> String
  var boughtLegend: String { get }
  var perHour: String { get }
  func band(_ window: String) -> String
  var missingWord: String { get }
}

/// The words of the notice board and of calendars in one language.
protocol BoardWords: Sendable {
  func boardTitle(_ group: DailySummary.GroupFigures.Whose) -> String
  func period(_ days: Range<LocalDay>) -> String
  func boardMade(_ energy: String, of summary: CommunitySummary) -> String
  func boardUsed(_ percent: String) -> String
  func boardCovered(_ percent: String) -> String
  var boardNothing: String { get }
  func boardIncomplete(known: Int, of days: Int) -> String
  func boardTip(_ day: LocalDay, _ window: String, isLikely: Bool) -> String
  func boardNoTip(_ day: LocalDay) -> String
  func boardPreliminary(_ day: LocalDay) -> String
  func boardMore(_ link: String) -> String
  func boardPicture(_ days: Range<LocalDay>) -> String
  func boardPictureText(best: String, energy: String) -> String
  func boardOwnLegend() -> String
  func boardFedInLegend() -> String
  var perDay: String { get }
  func shortWeekday(_ day: LocalDay) -> String
  var sunHours: String { get }
  func eventText(isLikely: Bool, start: String?) -> String
  func feedTitle(_ organisation: String) -> String
}
