public import MarketTime
public import Quantities

/// How members are addressed where their language knows two ways.
public enum Formality: String, CaseIterable, Sendable {
  /// "Sie".
  case formal = "sie"
  /// "du".
  case informal = "du"
}

/// A span of hours on the wall clock, over midnight where it ends before it begins: 21:00 until 07:00.
public struct DailyHours: Hashable, Sendable {
  /// Its first minute.
  public let from: LocalTime
  /// The first minute behind it.
  public let until: LocalTime

  /// Hours from `from` until `until`; none at all where they are the same.
  public init(from: LocalTime, until: LocalTime) {
    self.from = from
    self.until = until
  }

  /// Whether `time` lies within.
  public func contains(_ time: LocalTime) -> Bool {
    from <= until ? (from <= time && time < until) : (from <= time || time < until)
  }
}

/// What a community has decided on the summaries that its members get: `summaries.yaml` (docs/formats/summaries.md).
public struct SummarySettings: Sendable, Equatable {
  /// Who signs.
  public let organisation: String
  /// Where questions go: an address or a telephone number, as people read it; nil where nobody is named.
  public let contact: String?
  /// How members are addressed in German.
  public let formality: Formality
  /// The page with a member's own values; nil where there is none.
  public let link: String?
  /// The page that everybody may see, begins with https://; nil where there is none.
  public let publicPage: String?
  /// When laundry, dishes and the like are to rest in the house: no tip falls into these.
  public let houseQuietHours: DailyHours?
  /// When nobody is to be disturbed by a message.
  public let quietHours: DailyHours?
  /// When a day's summary goes out, on the day after.
  public let sendAt: LocalTime
  /// The share of a day's values that must be there.
  public let coverage: Fraction
  /// Until when they are waited for, on the day after.
  public let waitUntil: LocalTime
  /// What happens then.
  public let whenIncomplete: WhenIncomplete
  /// The day of the week on which those who want one message a week get it.
  public let weeklyOn: Weekday
  /// The version of the text that people consent to.
  public let consentText: String
  /// With whom a member's heat is held beside; nil where the community names nobody.
  public let heatUser: AverageHeatUser?

  /// What happens where values are still missing at the end of waiting.
  public enum WhenIncomplete: String, CaseIterable, Sendable {
    /// The summary goes out and says that it is incomplete.
    case send
    /// There is none for that day.
    case skip
  }

  /// Settings; see the properties.
  public init(
    organisation: String, contact: String? = nil, formality: Formality = .formal, link: String? = nil,
    houseQuietHours: DailyHours? = nil, quietHours: DailyHours? = nil, sendAt: LocalTime, coverage: Fraction,
    waitUntil: LocalTime,
    whenIncomplete: WhenIncomplete = .send, weeklyOn: Weekday = .monday, consentText: String = "1",
    heatUser: AverageHeatUser? = nil, publicPage: String? = nil
  ) {
    self.organisation = organisation
    self.contact = contact
    self.formality = formality
    self.link = link
    self.houseQuietHours = houseQuietHours
    self.quietHours = quietHours
    self.sendAt = sendAt
    self.coverage = coverage
    self.waitUntil = waitUntil
    self.whenIncomplete = whenIncomplete
    self.weeklyOn = weeklyOn
    self.consentText = consentText
    self.heatUser = heatUser
    self.publicPage = publicPage
  }
}

/// A normalised average user of heat, or one from comparisons, of the same kind as the members (German HeizkostenV section 6a(2) no. 3).
public struct AverageHeatUser: Sendable, Equatable {
  /// Who says so, as "Heizspiegel 2026".
  public let source: String
  /// What such a user takes from January to December, none negative.
  private let months: [Energy]

  /// A user; nil unless `months` are twelve.
  public init?(source: String, months: [Energy]) {
    guard months.count == 12 else { return nil }
    (self.source, self.months) = (source, months)
  }

  /// What such a user takes in `month`.
  public func energy(in month: LocalMonth) -> Energy { months[month.firstDay.components.month - 1] }
}
