import CommunityModel
import MarketTime
import Quantities
import Reporting

/// What a summary begins with: the one thing that the day or week was about.
enum SummaryLead: Equatable {
  /// Which part of what was used was own.
  case own(Fraction)
  /// Nothing of it was own, and it is known.
  case nothingOwn
  /// Less than a kilowatt-hour a day was used. Subjects do not tell it: an empty flat is nobody else's business.
  case littleUse
  /// The plant fed in, and next to nothing was used.
  case fedIn(Energy)
  /// Heat alone.
  case heat(Energy)
  /// Nothing is known of it.
  case noValues(since: Timestamp?)

  init(of summary: MemberSummary) {
    if let figures = summary.electricity, figures.known > 0 {
      let least = Energy(wattHours: 10)
      if figures.fedIn > .zero, figures.fedIn >= figures.used * 10 || !summary.takesPower {
        self = .fedIn(figures.fedIn)
      } else if figures.used < Energy(wattHours: 1000) * summary.days.count, figures.isWhole {
        self = .littleUse
      } else if figures.own < least {
        self = .nothingOwn
      } else {
        self = figures.ownShare.map { .own($0) } ?? .littleUse
      }
    } else if let energy = summary.heat?.energy {
      self = .heat(energy)
    } else {
      self = .noValues(since: summary.silentSince)
    }
  }
}

extension MemberSummary {
  /// Whether it may be held beside the time before: it is whole, and nothing is wrong that would have to be told first.
  var isComparable: Bool { faults.isEmpty && electricity?.isWhole ?? true && (heat == nil || knownHeatDays == days.count) }

  /// On how many of the days heat is known to the quarter hour.
  var knownHeatDays: Int { each.count { $0.heat != nil } }

  /// Since when the own meter is silent.
  var silentSince: Timestamp? {
    for case .silentMeter(let since) in faults { return since }
    return nil
  }
}

/// A summary in the words of one language, piece by piece in the order in which it is read: what all renderers write.
struct SummaryContent {
  /// A line of figures.
  struct Row {
    let label: String
    let value: String
    let note: String
  }

  /// How the messages end.
  struct Leaving {
    /// What the link says.
    let label: String
    /// The sentence; nil: without a link.
    let sentence: @Sendable (String?) -> String

    /// As for messages that come because they were asked for.
    init(_ words: any SummaryWords) {
      label = words.leaveLink
      sentence = { words.leave($0) }
    }

    /// As for information that comes whatever was asked for.
    init(ofHeat words: any SummaryWords) {
      label = words.heatLeaveLink
      sentence = { words.heatLeave($0) }
    }
  }

  let subject: String
  let greeting: String
  let headline: String
  let faults: [String]
  let opening: String
  let rows: [Row]
  /// The days of a week; none of a single day.
  let days: [DayLine]
  /// Comparison, weather, what is missing, the clock.
  let notes: [String]
  let groupTitle: String
  let group: String?
  let tipTitle: String
  let tip: String?
  let score: String?
  /// How the messages end, for who has a page for it and for who has none.
  let leaving: Leaving
  let closing: [String]

  init(_ summary: MemberSummary, _ style: SummaryStyle) {
    let words = style.words
    let lead = SummaryLead(of: summary)
    // A week is not told by its tip.
    let window = summary.isWeek ? nil : summary.tipWindow(words)
    // What would be said twice is said once: a silent meter is the whole message of a day without values.
    let told = summary.faults.filter { fault in
      if case .silentMeter = fault, case .noValues = lead { false } else { true }
    }
    subject = Self.subject(summary, lead, window: window, style)
    // What is wrong begins a sentence of its own; else the opening goes on from the greeting.
    greeting = told.isEmpty ? words.greeting(style.addressee) : words.greeting(style.addressee).dropLast() + "."
    headline = words.headline(lead, of: summary)
    faults = told.map { words.fault($0, in: summary) }
    opening = words.opening(lead, of: summary)
    rows = Self.rows(summary, lead, style)
    days = summary.dayLines(lead, words)
    notes = Self.notes(summary, lead, style)
    groupTitle = summary.group.map(words.groupTitle) ?? ""
    group = summary.group.map { group in
      let isPart = summary.groupDays < summary.days.count
      return words.group(group, of: summary)
        + (isPart ? " " + words.knownDays(summary.groupDays, of: summary.days.count) : "")
    }
    tipTitle = words.tipTitle(summary.tomorrow)
    tip = summary.takesPower ? Self.tip(summary, words) : nil
    score = summary.takesPower ? summary.score.map(summary.isWeek ? words.rightTips : words.score) : nil
    leaving = Leaving(words)
    closing = Self.closing(style, leaving)
  }

  /// What stands below whatever is told.
  static func closing(_ style: SummaryStyle, _ leaving: Leaving) -> [String] {
    let words = style.words
    return [
      words.preliminary, words.access(style.link), words.signature(style.organisation, style.contact),
      leaving.sentence(style.leaveLink),
    ]
  }

  private static func subject(
    _ summary: MemberSummary, _ lead: SummaryLead, window: String?, _ style: SummaryStyle
  ) -> String {
    let words = style.words
    if style.hasNeutralSubject { return words.neutralSubject(summary) }
    if let subject = summary.faults.compactMap({ words.subject(of: $0, in: summary) }).first { return subject }
    let subject = words.subject(lead, of: summary, window: summary.takesPower ? window : nil)
    // A telephone shows no more; the window stands in the text anyway.
    return subject.count <= longestSubject ? subject : words.subject(lead, of: summary, window: nil)
  }

  static let longestSubject = 70

  private static func rows(_ summary: MemberSummary, _ lead: SummaryLead, _ style: SummaryStyle) -> [Row] {
    let (words, numbers) = (style.words, style.words.numbers)
    var rows: [Row] = []
    func row(_ label: String, _ energy: String, _ note: String = "") {
      rows.append(Row(label: label, value: energy + " kWh", note: note))
    }
    if let figures = summary.electricity, figures.known > 0 {
      if summary.takesPower {
        let parts = numbers.parts(used: figures.used, own: figures.own)
        row(words.usedWord, parts.used)
        if figures.used > .zero {
          let share = lead == .nothingOwn ? nil : figures.ownShare
          row(words.ownWord(summary), parts.own, share.map { "(\(words.percent($0)))" } ?? "")
          row(words.boughtWord, parts.bought)
        }
      }
      if figures.fedIn > .zero { row(words.fedInWord, numbers.energy(figures.fedIn)) }
    }
    // Where it is all that is told, the opening has told it.
    if let heat = summary.heat?.energy, lead != .heat(heat) { row(words.heatWord, numbers.energy(heat)) }
    guard style.showsMoney else { return rows }
    if let saving = summary.saving, saving.amount.magnitude >= Money(count: 5_000) {
      let prices = saving.paid.flatMap { paid in saving.instead.map { words.prices(paid: paid, instead: $0) } } ?? ""
      let label = saving.amount < .zero ? words.costMoreWord : words.savedWord
      rows.append(Row(label: label, value: words.about(saving.amount.magnitude), note: prices))
    }
    if let income = summary.income, income >= Money(count: 5_000) {
      rows.append(Row(label: words.earnedWord, value: words.about(income), note: ""))
    }
    return rows
  }

  private static func notes(_ summary: MemberSummary, _ lead: SummaryLead, _ style: SummaryStyle) -> [String] {
    let words = style.words
    var notes: [String] = []
    let figures = summary.electricity.flatMap { $0.known > 0 ? $0 : nil }
    if let figures, !figures.isWhole { notes.append(words.incomplete(missing: figures.expected - figures.known, of: summary)) }
    if let figures, figures.substituted > 0 { notes.append(words.substituted(figures.substituted)) }
    if summary.isWeek, (1..<summary.days.count).contains(summary.knownHeatDays) {
      notes.append(words.boardIncomplete(known: summary.knownHeatDays, of: summary.days.count))
    }
    if figures != nil, let (day, change) = summary.clockChange {
      notes.append(
        summary.isWeek
          ? words.clockChange(change, on: day) : words.clockChange(change, hours: summary.electricity?.hours.count ?? 0))
    }
    if summary.sun == .little, summary.ownPower == .sun, figures != nil { notes.append(words.littleSun(summary)) }
    if summary.isNew, summary.past.count == 0 {
      notes.append(words.welcome(summary))
    } else if style.showsComparison, summary.isComparable, let comparison = comparison(summary, lead, words) {
      notes.append(comparison)
    }
    return notes
  }

  /// The own past, and a word of praise where the day was better; none where it was not.
  private static func comparison(_ summary: MemberSummary, _ lead: SummaryLead, _ words: any SummaryWords) -> String? {
    let past = summary.past
    switch lead {
    case .own(let share):
      guard past.count > 0, let usual = past.ownShare else { return nil }
      let isMore = share.count - usual.count >= 50_000_000
      return words.comparison(usual, count: past.count, of: summary) + (isMore ? " " + words.more(summary) : "")
    case .nothingOwn:
      guard past.count > 0, let usual = past.ownShare else { return nil }
      return words.comparison(usual, count: past.count, of: summary)
    case .fedIn:
      guard past.count > 0, past.fedIn > .zero else { return nil }
      return words.comparison(Energy(count: past.fedIn.count / Int64(past.count)), count: past.count, of: summary)
    case .heat:
      return summary.heat.flatMap { heat in heat.usual.map { words.comparison($0, count: heat.count, of: summary) } }
    case .littleUse, .noValues: return nil
    }
  }

  private static func tip(_ summary: MemberSummary, _ words: any SummaryWords) -> String? {
    switch summary.tip {
    case .sun(let window):
      return words.sunTip(
        summary.tipWindow(words) ?? "", isLikely: window.isLikely,
        start: summary.start.map { words.time(summary.calendar.local($0.start).time) }, isBrief: summary.isWeek)
    case .cheapGrid, .cheapNight:
      guard let span = summary.tipWindow(words) else { return nil }
      if case .cheapNight = summary.tip { return words.cheapTip(span, isNight: true) }
      return words.cheapTip(span, isNight: false)
    case .nothing: return words.noTip
    case .unknown: return nil
    }
  }
}

extension MemberSummary {
  /// The tip's window by the clock on the wall, with the clock's name on the day on which it is changed.
  func tipWindow(_ words: any SummaryWords) -> String? {
    let span: Range<QuarterHour>
    switch tip {
    case .sun(let window): span = window.span
    case .cheapGrid(let run), .cheapNight(let run): span = run
    case .nothing, .unknown: return nil
    }
    let text = words.span(of: span, on: calendar)
    return changesClock(on: tomorrow).map { "\(text) \(words.clockName($0))" } ?? text
  }
}

extension MemberSummary {
  /// The day of those told of on which the clock was changed.
  var clockChange: (day: LocalDay, change: ClockChange)? {
    for day in days { if let change = changesClock(on: day) { return (day, change) } }
    return nil
  }
}

extension SummaryWords {
  /// `span` by the clock on the wall of `calendar`; midnight at its end is 24 o'clock.
  func span(of span: Range<QuarterHour>, on calendar: MarketCalendar) -> String {
    let from = calendar.local(span.lowerBound.start)
    let until = calendar.local(span.upperBound.start)
    let end = until.day > from.day && until.time == .midnight ? LocalTime(minutes: 1440) ?? until.time : until.time
    return self.span(from.time, end)
  }
}
