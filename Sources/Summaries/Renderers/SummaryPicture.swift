public import Charts
import CommunityModel
import MarketTime
import Quantities
import Reporting

extension MemberSummary {
  /// The member's day hour by hour, own power and bought, with tomorrow's window, or the week day by day; nil where nothing is known or
  /// was used. Made of the member's own values alone.
  public func picture(_ style: SummaryStyle) -> Picture? { isWeek ? weekPicture(style) : dayPicture(style) }

  private func weekPicture(_ style: SummaryStyle) -> Picture? {
    guard let figures = electricity, takesPower, figures.used > .zero else { return nil }
    let words = style.words
    // A part of a day is no day: it would look like a day of little use.
    let known = each.map { day in day.electricity.flatMap { $0.isWhole ? $0 : nil } }
    guard known.contains(where: { $0 != nil }) else { return nil }
    let shares = zip(each, known).compactMap { day, figures in figures?.ownShare.map { (day: day.day, share: $0) } }
    let best = shares.max { $0.share < $1.share }.flatMap { $0.share > .zero ? $0 : nil }
    let chart = StackedChart(
      title: words.pictureTitle(self),
      alternative: words.weekPictureText(best: best?.day, share: best.map { words.percent($0.share) } ?? "", of: self),
      unit: words.perDay,
      parts: [
        StackedChart.Part(words.ownLegend(self), .sun, known.map { $0?.own.kilowattHours }),
        StackedChart.Part(words.boughtLegend, .grid, known.map { $0?.bought.kilowattHours }),
      ],
      ticks: each.enumerated().map { StackedChart.Tick(Double($0.offset) + 0.5, words.shortWeekday($0.element.day)) },
      missing: words.missingWord, numbers: style.language.numbers(decimals: 1))
    return chart.picture(width: 560, height: 220)
  }

  private func dayPicture(_ style: SummaryStyle) -> Picture? {
    guard let figures = electricity, takesPower, figures.used > .zero, figures.hours.contains(where: { $0.own != nil }) else {
      return nil
    }
    let words = style.words
    let tip = tip.window.flatMap { _ in tipWindow(words) }
    let chart = StackedChart(
      title: words.pictureTitle(self), alternative: words.pictureText(sunny: sunnyHours(words), tip: tip, of: self),
      unit: words.perHour,
      parts: [
        StackedChart.Part(words.ownLegend(self), .sun, figures.hours.map { $0.own?.kilowattHours }),
        StackedChart.Part(words.boughtLegend, .grid, figures.hours.map { $0.bought?.kilowattHours }),
      ], bands: tip.flatMap { band(words.band($0)) } ?? [], ticks: ticks(of: figures), missing: words.missingWord,
      numbers: style.language.numbers(decimals: 1))
    return chart.picture(width: 560, height: 220)
  }

  /// From which hour to which most of the power was own: the longest run of such hours; nil where there is none.
  private func sunnyHours(_ words: any SummaryWords) -> String? {
    var (best, run): ([ElectricityFigures.Hour], [ElectricityFigures.Hour]) = ([], [])
    for hour in electricity?.hours ?? [] {
      guard let own = hour.own, let bought = hour.bought, own > bought else {
        run = []
        continue
      }
      run.append(hour)
      if run.count > best.count { best = run }
    }
    guard let first = best.first, let last = best.last else { return nil }
    return words.span(of: first.span.lowerBound..<last.span.upperBound, on: calendar)
  }

  /// Tomorrow's window at the hours of the day that is shown, by the clock on the wall.
  private func band(_ label: String) -> [StackedChart.Band]? {
    guard let window = tip.window, let hours = electricity?.hours else { return nil }
    let clock = hours.map { calendar.local($0.span.lowerBound.start).time }
    func position(_ quarter: QuarterHour, isEnd: Bool) -> Double {
      let (local, time) = calendar.local(quarter.start)
      let minutes = isEnd && local > tomorrow ? 1440 : time.minutes
      let slot = clock.lastIndex { $0.minutes <= minutes } ?? 0
      return min(Double(hours.count), Double(slot) + Double(minutes - clock[slot].minutes) / 60)
    }
    let span = position(window.span.lowerBound, isEnd: false)..<position(window.span.upperBound, isEnd: true)
    return [StackedChart.Band(span, label)]
  }

  /// Every sixth hour of the clock, once each.
  private func ticks(of figures: ElectricityFigures) -> [StackedChart.Tick] {
    var ticks: [StackedChart.Tick] = []
    for (slot, hour) in figures.hours.enumerated() {
      let minutes = calendar.local(hour.span.lowerBound.start).time.minutes
      guard minutes % 360 == 0 else { continue }
      ticks.append(StackedChart.Tick(Double(slot), "\(minutes / 60)"))
    }
    return ticks + [StackedChart.Tick(Double(figures.hours.count), "24")]
  }
}
