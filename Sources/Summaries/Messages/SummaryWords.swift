import CommunityModel
import MarketTime
import Quantities
import Reporting

/// The words of one language. A language is one file beside this; what is said when is decided in `SummaryContent`, and the same in all.
///
/// Sentences have at most 15 words, one idea each; no exclamation marks, no blame, no word that a member would have to look up.
protocol SummaryWords: BoardWords, WeekWords, AlertWords, HeatWords {
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
  func neutralSubject(_ summary: MemberSummary) -> String
  func subject(_ lead: SummaryLead, of summary: MemberSummary, window: String?) -> String
  func subject(of fault: Fault, in summary: MemberSummary) -> String?
  func greeting(_ name: String?) -> String
  func headline(_ lead: SummaryLead, of summary: MemberSummary) -> String
  /// One or two sentences; they go on from the greeting.
  func opening(_ lead: SummaryLead, of summary: MemberSummary) -> String

  // MARK: Rows
  var usedWord: String { get }
  func ownWord(_ summary: MemberSummary) -> String
  var boughtWord: String { get }
  var fedInWord: String { get }
  var savedWord: String { get }
  var costMoreWord: String { get }
  var earnedWord: String { get }
  var heatWord: String { get }
  func about(_ money: Money) -> String
  func prices(paid: EnergyPrice, instead: EnergyPrice) -> String

  // MARK: Sentences
  /// How a share was in the mean of `count` days or weeks before.
  func comparison(_ past: Fraction, count: Int, of summary: MemberSummary) -> String
  /// How much an energy was in that mean.
  func comparison(_ past: Energy, count: Int, of summary: MemberSummary) -> String
  func more(_ summary: MemberSummary) -> String
  func welcome(_ summary: MemberSummary) -> String
  func littleSun(_ summary: MemberSummary) -> String
  /// How many quarter hours are missing.
  func incomplete(missing: Int, of summary: MemberSummary) -> String
  /// For how many quarter hours a substitute stands.
  func substituted(_ quarters: Int) -> String
  func clockChange(_ change: MemberSummary.ClockChange, hours: Int) -> String
  func fault(_ fault: Fault, in summary: MemberSummary) -> String
  func groupTitle(_ group: MemberSummary.GroupFigures) -> String
  func group(_ group: MemberSummary.GroupFigures, of summary: MemberSummary) -> String
  func tipTitle(_ day: LocalDay) -> String
  /// `isBrief` where there is no room for what it is good for.
  func sunTip(_ window: String, isLikely: Bool, start: String?, isBrief: Bool) -> String
  func cheapTip(_ window: String, isNight: Bool) -> String
  var noTip: String { get }
  /// `(Sommerzeit)`, beside a window on a day of a clock change.
  func clockName(_ change: MemberSummary.ClockChange) -> String
  func score(_ score: TipScore) -> String
  var preliminary: String { get }
  func access(_ link: String?) -> String
  var accessLink: String { get }
  func signature(_ organisation: String, _ contact: String?) -> String
  func leave(_ link: String?) -> String
  var leaveLink: String { get }

  // MARK: Chat, picture
  func chat(_ lead: SummaryLead, of summary: MemberSummary) -> String
  func chat(_ group: MemberSummary.GroupFigures, _ share: Fraction) -> String
  func chatTip(_ window: String, start: String?) -> String
  var chatEnd: String { get }
  func pictureTitle(_ summary: MemberSummary) -> String
  func pictureText(sunny: String?, tip: String?, of summary: MemberSummary) -> String
  func ownLegend(_ summary: MemberSummary) -> String
  var boughtLegend: String { get }
  var perHour: String { get }
  func band(_ window: String) -> String
  var missingWord: String { get }
}

/// What is said of a week alone, in one language.
protocol WeekWords: Sendable {
  /// `15. bis 21. Juni`
  func dates(_ days: Range<LocalDay>) -> String
  /// On which day of the week a clock was changed.
  func clockChange(_ change: MemberSummary.ClockChange, on day: LocalDay) -> String
  /// Over the week's days.
  var dayByDay: String { get }
  /// Beside a day of which a part is missing.
  var partOfDay: String { get }
  /// Of how many days figures are.
  func knownDays(_ known: Int, of days: Int) -> String
  /// How the week's tips turned out.
  func rightTips(_ score: TipScore) -> String
  /// On which day the largest part was own.
  func weekPictureText(best day: LocalDay?, share: String, of summary: MemberSummary) -> String
}

/// What is said of unusual use, in one language: no blame, and nothing that has to be done.
protocol AlertWords: Sendable {
  func alertSubject(_ use: UnusualUse) -> String
  func neutralAlertSubject(_ day: LocalDay) -> String
  func alertOpening(_ use: UnusualUse) -> String
  /// The label of what was used.
  func alertUsed(_ measure: UnusualUse.Measure) -> String
  /// The label of what is usual.
  var alertUsual: String { get }
  /// What it may have been, what one may look at, and by what it was found.
  func alertNotes(_ measure: UnusualUse.Measure) -> [String]
  func alertChat(_ use: UnusualUse) -> String
}

/// The words of the notice board and of calendars in one language.
protocol BoardWords: Sendable {
  func boardTitle(_ group: MemberSummary.GroupFigures.Whose) -> String
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
  /// What a code for cameras says.
  func boardCode(_ page: String) -> String
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

/// What is said of a month's heat, in one language: the own past and the mean of many, with praise for nobody and no blame.
protocol HeatWords: Sendable {
  /// `Oktober 2026`
  func name(of month: LocalMonth) -> String
  /// `Okt 2026`, below a column.
  func shortName(of month: LocalMonth) -> String
  func heatSubject(_ heat: HeatMonth) -> String
  func neutralHeatSubject(_ month: LocalMonth) -> String
  func heatHeadline(_ heat: HeatMonth) -> String
  func heatOpening(_ heat: HeatMonth) -> String
  /// Beside the figure of a month: what is missing, or since when the member was one; empty for nothing.
  func heatNote(_ use: HeatMonth.Use) -> String
  /// For how long substitutes stand in a month.
  func heatSubstituted(_ use: HeatMonth.Use) -> String
  /// How the month was beside that of the year before.
  func heatComparison(_ use: Energy, _ before: HeatMonth.Use) -> String
  /// That colder months need more.
  var heatWeather: String { get }
  /// The label of the mean of the users of a place.
  func heatAverageLabel(_ place: HeatMonth.Place) -> String
  /// `(18 Haushalte)`
  func heatUsers(_ count: Int) -> String
  /// Why there is no mean; empty where there is one.
  func heatNoAverage(_ average: HeatMonth.Average) -> String
  var heatNormalLabel: String { get }
  var heatMixTitle: String { get }
  /// In a picture, a month of which no column is drawn.
  var heatMissing: String { get }
  var heatPart: String { get }
  func heatPictureTitle(_ month: LocalMonth) -> String
  /// `columns` are names and energies, `Oktober 2026 412 kWh`.
  func heatPictureText(_ columns: [String]) -> String
  func heatChat(_ month: LocalMonth, _ energy: String) -> String
  func heatLeave(_ link: String?) -> String
  var heatLeaveLink: String { get }
}
