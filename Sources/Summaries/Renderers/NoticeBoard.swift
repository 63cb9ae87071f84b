public import Charts
import CommunityModel
import MarketTime
import Quantities
import Reporting

/// What hangs in the hallway: one sheet of A4, letters of at least 18 pt, figures of many alone.
extension CommunitySummary {
  /// The sentences, one a line.
  func lines(_ style: SummaryStyle) -> [String] {
    let words = style.words
    var lines: [String] = []
    if let total {
      if let made = total.made, let own = total.own {
        lines.append(words.boardMade(words.numbers.energy(made), of: self))
        if let used = Fraction(own, of: made) { lines.append(words.boardUsed(words.percent(used))) }
      }
      if let share = total.ownShare { lines.append(words.boardCovered(words.percent(share))) }
      let known = each.count { $0.figures != nil }
      if known < each.count { lines.append(words.boardIncomplete(known: known, of: each.count)) }
    } else {
      lines.append(words.boardNothing)
    }
    return lines
  }

  /// The tip, and how the last ones turned out.
  func tipLines(_ style: SummaryStyle) -> [String] {
    let words = style.words
    var lines: [String] = []
    switch tip {
    case .sun(let window):
      lines.append(words.boardTip(tomorrow, words.span(of: window.span, on: calendar), isLikely: window.isLikely))
    case .nothing, .cheapGrid, .cheapNight: lines.append(words.boardNoTip(tomorrow))
    case .unknown: break
    }
    if let score { lines.append(words.score(score)) }
    return lines
  }

  /// The sheet as plain text.
  public func text(_ style: SummaryStyle) -> String {
    let words = style.words
    let link = (style.publicPage ?? style.link).map { [words.boardMore($0)] } ?? []
    let head = [style.organisation, words.boardTitle(whose), words.period(days), ""]
    let body = lines(style) + tipLines(style)
    return (head + body + ["", words.boardPreliminary(days.upperBound)] + link).joined(separator: "\n") + "\n"
  }

  /// Own use and feed-in day by day; nil for a single day, or where nothing may be told.
  public func picture(_ style: SummaryStyle) -> Picture? {
    let known = each.compactMap { day in day.figures?.made.map { (day.day, $0) } }
    guard each.count > 1, let best = known.max(by: { $0.1 < $1.1 }) else { return nil }
    let words = style.words
    let chart = StackedChart(
      title: words.boardPicture(days),
      alternative: words.boardPictureText(best: words.weekday(best.0), energy: words.numbers.energy(best.1)), unit: words.perDay,
      parts: [
        StackedChart.Part(words.boardOwnLegend(), .use, each.map { $0.figures?.own?.kilowattHours }),
        StackedChart.Part(words.boardFedInLegend(), .grid, each.map { $0.figures?.fedIn?.kilowattHours }),
      ],
      ticks: each.enumerated().map { StackedChart.Tick(Double($0.offset) + 0.5, words.shortWeekday($0.element.day)) },
      missing: words.missingWord, numbers: style.language.numbers(decimals: 0))
    // Twice as large on the sheet: its letters of 12 px become 18 pt.
    return chart.picture(width: 320, height: 190)
  }

  private static let css = """
    @page{size:A4;margin:14mm}
    body{margin:0 auto;max-width:182mm;padding:14mm;color:#000;background:#fff;font:20pt/1.3 Arial,"DejaVu Sans",sans-serif}
    h1{font-size:32pt;line-height:1.1;margin:0 0 3mm}p{margin:0 0 2mm;overflow-wrap:break-word}
    p.t{font-size:24pt;font-weight:bold}p.s{font-size:18pt}
    svg{display:block;width:100%;height:auto;margin:4mm 0}
    @media print{body{padding:0;max-width:none}}
    @media screen and (max-width:700px){body{padding:16px}h1{font-size:26pt}}
    """

  private static let codeCSS = "\nsvg.code{float:right;width:38mm;margin:0 0 2mm 4mm}p.m{clear:both}"

  /// The sheet as a page that prints on A4 and reads on any screen; nothing from outside, no script.
  ///
  /// - Parameter code: the public page's address as a code for cameras, over the address in words; nil for none.
  public func html(_ style: SummaryStyle, code: SquareCode? = nil) -> String {
    let words = style.words
    var body = [
      "<p class=\"s\">\(escaped(style.organisation))</p>", "<h1>\(escaped(words.boardTitle(whose)))</h1>",
      "<p>\(escaped(words.period(days)))</p>",
    ]
    body += lines(style).map { "<p>\(escaped($0))</p>" }
    if let picture = picture(style) { body.append(picture.svg(.light, id: "week")) }
    // Beside the tip, so that it takes no height of the sheet: all of it stays on one page.
    if let page = style.publicPage, let code { body.append(code.svg(alternative: words.boardCode(page))) }
    body += tipLines(style).enumerated().map { "<p\($0.offset == 0 ? " class=\"t\"" : "")>\(escaped($0.element))</p>" }
    body.append("<p class=\"s\">\(escaped(words.boardPreliminary(days.upperBound)))</p>")
    if let link = style.publicPage ?? style.link {
      body.append("<p class=\"s\(code == nil ? "" : " m")\">\(escaped(words.boardMore(link)))</p>")
    }
    let css = Self.css + (code == nil ? "" : Self.codeCSS)
    return page(title: words.boardTitle(whose), language: style.language, css: css, body: body.joined(separator: "\n"))
  }
}
