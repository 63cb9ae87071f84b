import Charts
import CommunityModel
import Console
import MarketTime
import Quantities
import Reporting

extension HeatMonth {
  /// A subject tells no less than this: whether a flat was empty is nobody else's business.
  static let leastInSubject = Energy(wattHours: 10_000)

  /// How much more or less `use` is than `before`, in whole percent of `before`, half away from zero; nil for less than one.
  static func change(_ use: Energy, _ before: Energy) -> (percent: Int, isMore: Bool)? {
    guard before > .zero else { return nil }
    let difference = (use - before).magnitude.count
    let percent = Int((Int128(difference) * 200 + Int128(before.count)) / (2 * Int128(before.count)))
    return percent == 0 ? nil : (percent, use > before)
  }

  /// The heat information written for one reader, in every form.
  public func rendered(_ style: SummaryStyle) -> RenderedSummary {
    let style = style.cleaned
    let content = SummaryContent(self, style)
    let picture = picture(style)
    let contentID = "heat-\(month)@energy-opt"
    return RenderedSummary(
      member: member, subject: content.subject, text: content.text,
      html: MailPage(content, style, picture: picture, contentID: contentID).html(), chat: chat(style), picture: picture,
      contentID: contentID, isOutage: false, hasNews: true)
  }

  /// What users of the place took in the mean; nil where it may not be told.
  var mean: (energy: Energy, users: Int)? {
    if case .mean(let energy, let users) = average { (energy, users) } else { nil }
  }

  /// The months as columns, the earliest first, and the mean of many; nil where no month of the member's is known as a whole.
  func picture(_ style: SummaryStyle) -> Picture? {
    let (words, numbers) = (style.words, style.words.numbers)
    let uses = [yearBefore, previous, last]
    // A part of a month would look like a month of little use.
    let known = uses.map { $0.isWhole ? $0.energy : nil }
    guard known.contains(where: { $0 != nil }) else { return nil }
    var columns = zip(uses, known).compactMap { use, energy in
      energy.map { "\(words.name(of: use.month)) \(numbers.energy($0)) kWh" }
    }
    var ticks = uses.map { words.shortName(of: $0.month) }
    var parts = [StackedChart.Part(words.heatPart, .use, known.map { $0?.kilowattHours } + (mean == nil ? [] : [0]))]
    if let mean {
      let label = words.heatAverageLabel(place)
      columns.append("\(label) \(numbers.energy(mean.energy)) kWh")
      ticks.append(label)
      parts.append(StackedChart.Part(label, .neighbours, known.map { $0 == nil ? nil : 0 } + [mean.energy.kilowattHours]))
    }
    let chart = StackedChart(
      title: words.heatPictureTitle(month), alternative: words.heatPictureText(columns), unit: "kWh", parts: parts,
      ticks: ticks.enumerated().map { StackedChart.Tick(Double($0.offset) + 0.5, $0.element) }, missing: words.heatMissing,
      numbers: style.language.numbers(decimals: 0))
    return chart.picture(width: 560, height: 220)
  }

  /// In at most 200 characters; what does not fit is left out from the end, but not how to stop.
  func chat(_ style: SummaryStyle) -> String {
    let (words, numbers) = (style.words, style.words.numbers)
    func part(_ use: Use) -> String {
      let energy = use.energy.map { numbers.energy($0) + " kWh" } ?? words.missingWord
      let note = words.heatNote(use)
      return words.heatChat(use.month, energy + (note.isEmpty || use.energy == nil ? "" : " " + note))
    }
    var parts = [part(last), part(previous), part(yearBefore)]
    if let mean { parts.append("\(capitalized(words.heatAverageLabel(place))): \(numbers.energy(mean.energy)) kWh.") }
    while parts.count > 1, (parts + [words.chatEnd]).joined(separator: " ").count > 200 { parts.removeLast() }
    return (parts + [words.chatEnd]).joined(separator: " ")
  }
}

extension HeatMonth.Use {
  /// Whether a part is known that cannot stand for the whole.
  var isPartly: Bool { known > 0 && known * 100 < expected * 98 }
}

extension SummaryContent {
  /// A month's heat, as a day's summary is written.
  init(_ heat: HeatMonth, _ style: SummaryStyle) {
    let words = style.words
    subject = style.hasNeutralSubject ? words.neutralHeatSubject(heat.month) : words.heatSubject(heat)
    greeting = words.greeting(style.addressee)
    headline = words.heatHeadline(heat)
    faults = []
    opening = words.heatOpening(heat)
    rows = Self.rows(heat, words)
    days = []
    notes = Self.notes(heat, words)
    groupTitle = words.heatMixTitle
    group =
      heat.mix.isEmpty
      ? nil : heat.mix.map { "\(style.language.name($0.source)) \(words.percent($0.share))" }.joined(separator: ", ") + "."
    (tipTitle, tip, score) = ("", nil, nil)
    leaving = Leaving(ofHeat: words)
    closing = Self.closing(style, leaving)
  }

  private static func rows(_ heat: HeatMonth, _ words: any SummaryWords) -> [Row] {
    var rows = [heat.last, heat.previous, heat.yearBefore].map { use in
      Row(
        label: words.name(of: use.month), value: use.energy.map { words.numbers.energy($0) + " kWh" } ?? words.missingWord,
        note: words.heatNote(use))
    }
    if let mean = heat.mean {
      rows.append(
        Row(
          label: words.heatAverageLabel(heat.place), value: words.numbers.energy(mean.energy) + " kWh",
          note: words.heatUsers(mean.users)))
    }
    if let normal = heat.normal {
      rows.append(
        Row(
          label: words.heatNormalLabel, value: words.numbers.energy(normal.energy(in: heat.month)) + " kWh",
          note: "(\(normal.source.withoutControls))"))
    }
    return rows
  }

  private static func notes(_ heat: HeatMonth, _ words: any SummaryWords) -> [String] {
    var notes: [String] = []
    if heat.last.isWhole, heat.yearBefore.isWhole, let energy = heat.last.energy {
      notes.append(words.heatComparison(energy, heat.yearBefore))
    }
    notes += [heat.last, heat.previous, heat.yearBefore].filter { $0.substituted > 0 }.map(words.heatSubstituted)
    if heat.last.energy != nil { notes.append(words.heatWeather) }
    notes.append(words.heatNoAverage(heat.average))
    return notes.filter { !$0.isEmpty }
  }
}

/// How long something is, so that people can picture it: days from two on, hours, quarter hours.
enum RoundedTime {
  case days, hours, quarters

  /// `quarters` quarter hours in the unit that fits, half up.
  static func of(_ quarters: Int) -> (unit: RoundedTime, count: Int) {
    let perDay = Int(Duration.seconds(86_400) / QuarterHour.duration)
    if quarters >= 2 * perDay { return (.days, (quarters + perDay / 2) / perDay) }
    return quarters >= 4 ? (.hours, (quarters + 2) / 4) : (.quarters, quarters)
  }
}
