import Charts
import CommunityModel
import Console
import Quantities

extension EnergyReport {
  /// The report as a page: one file without script and without anything from elsewhere, for a telephone, a desk and A4 paper.
  ///
  /// Pictures stand in it twice, broad and narrow, so that their text can be read on either; one of them is shown.
  public func html(_ language: Language) -> String {
    let page = EnergyReportPage(report: self, language: language)
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\("\(name) · \(language.energyReport) · \(language.period(days))".asMarkup)</title>
      <style>
      \(EnergyReportPage.style)</style>
      </head>
      <body>
      <header>
      <h1>\(name.asMarkup) · \(language.energyReport.asMarkup)</h1>
      <p>\(heading(language).asMarkup)</p>
      </header>
      <main>
      \(page.highlights())\(page.pictures())\(page.tables())</main>
      </body>
      </html>

      """
  }
}

/// The parts of a report's page in one language.
private struct EnergyReportPage {
  /// Widths of pictures in pixels: on a desk or paper, and on a telephone of 360.
  private static let (broad, narrow) = (760, 328)

  let report: EnergyReport
  let language: Language

  /// The figures that a board asks for first.
  func highlights() -> String {
    let names: [Figure.Name] = [.selfSufficiency, .selfConsumption, .consumption, .generation, .gridImport, .gridExport]
    guard let group = report.group(.community(.virtualSum)) else { return "" }
    let figures = names.compactMap { name in group.figures.first { $0.name == name } }
    let items = figures.map { figure in
      "<div><dt>\(language.name(of: figure).asMarkup)</dt><dd>\(language.text(figure).asMarkup)</dd></div>\n"
    }
    return items.isEmpty ? "" : "<dl>\n\(items.joined())</dl>\n"
  }

  func pictures() -> String {
    let charts = report.charts(language)
    guard !charts.isEmpty else { return "" }
    let figures = charts.enumerated().map { number, chart in
      let broad = chart.picture(width: Self.broad, height: 260).svg(.automatic, id: "b\(number)")
      let narrow = chart.picture(width: Self.narrow, height: 240).svg(.automatic, id: "n\(number)")
      return """
        <figure>
        <div class="broad">\(broad)</div>
        <div class="narrow">\(narrow)</div>
        <figcaption>\(chart.alternative.asMarkup)</figcaption>
        </figure>

        """
    }
    return "<section>\n<h2>\(language.picturesWord.asMarkup)</h2>\n\(figures.joined())</section>\n"
  }

  /// A table of each subject's figures, as the Markdown has them.
  func tables() -> String {
    report.groups.map { group in
      let rows = group.figures.filter { $0.value != nil || $0.absence != .undefined }.map { row($0, of: group.subject) }
      return """
        <section>
        <h2>\(report.title(of: group, language).asMarkup)</h2>
        <table>
        <thead><tr>\(titles.map { "<th scope=\"col\">\($0.asMarkup)</th>" }.joined())</tr></thead>
        <tbody>
        \(rows.joined())</tbody>
        </table>
        </section>

        """
    }.joined()
  }

  private var relations: [String] { report.comparisons.map { language.relation($0.relation, report.period.kind) } }

  private var titles: [String] {
    [language.figureWord, language.nowWord] + relations + [language.knownColumn, language.substitutedWord, language.remarkWord]
  }

  private func row(_ figure: Figure, of subject: EnergyReport.Subject) -> String {
    let others = report.comparisons.map { comparison in
      report.figure(figure, of: subject, in: comparison.relation).map(language.text) ?? "–"
    }
    // On a telephone the value stands beside its name, and below it what each other cell is; there who knows all says nothing of it.
    let cells = zip(titles.dropFirst(), [language.text(figure)] + others).map { title, text in
      "<td data-title=\"\(title.asMarkup)\">\(text.asMarkup)</td>"
    }
    let (coverage, substituted) = (figure.basis.coverage, figure.basis.substituted)
    let trust = [
      (language.knownColumn, coverage, isUsual: coverage ?? .one == .one),
      (language.substitutedWord, substituted, isUsual: substituted ?? .zero == .zero),
    ].map { title, share, isUsual in
      "<td class=\"\(isUsual ? "usual" : "trust")\" data-title=\"\(title.asMarkup)\">"
        + "\((share.map(language.percent) ?? "–").asMarkup)</td>"
    }
    return "<tr><th scope=\"row\">\(language.name(of: figure).asMarkup)</th>\((cells + trust).joined())"
      + "<td class=\"remark\">\(report.remark(on: figure, language).asMarkup)</td></tr>\n"
  }

  static let style = """
    :root { color-scheme: light dark; --paper: #ffffff; --text: #1f2733; --faint: #4b5563; --line: #c5ccd6; --card: #f2f5f8; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --paper: #14181f; --text: #e6e9ef; --faint: #b3bbc8; --line: #3f4856; --card: #1d232c; }
    }
    @page { size: A4; margin: 16mm 15mm 18mm; }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--text);
      font: 1rem/1.5 system-ui, "DejaVu Sans", Arial, sans-serif; overflow-wrap: break-word; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
    h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 0.5rem; break-after: avoid; }
    header p, figcaption, .remark { color: var(--faint); }
    dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.5rem; margin: 1rem 0; }
    dl div { background: var(--card); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
    dt { font-size: 0.85rem; color: var(--faint); }
    dd { margin: 0; font-size: 1.15rem; font-weight: 600; white-space: nowrap; }
    figure { margin: 1rem 0 1.5rem; break-inside: avoid; }
    figcaption { font-size: 0.9rem; }
    svg { display: block; width: 100%; height: auto; }
    .narrow { display: none; }
    table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
    th, td { padding: 0.25rem 0.5rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line);
      font-variant-numeric: tabular-nums; }
    th { font-weight: 600; }
    tbody th, thead th:first-child, .remark, thead th:last-child { text-align: left; }
    tbody th { font-weight: 400; }
    td { white-space: nowrap; }
    td:nth-child(2) { font-weight: 600; }
    .remark { font-size: 0.85rem; white-space: normal; }
    thead { display: table-header-group; }
    tr { break-inside: avoid; }
    @media screen and (max-width: 44rem) {
      .broad { display: none; }
      .narrow { display: block; }
      thead { display: none; }
      table, tbody, tr { display: block; }
      tr { border-bottom: 1px solid var(--line); padding: 0.3rem 0; display: flex; flex-wrap: wrap; column-gap: 1rem; }
      tbody th, td { border: 0; padding: 0; }
      tbody th { flex: 1 1 55%; }
      td, .remark { flex: 1 0 100%; display: flex; justify-content: space-between; color: var(--faint); font-size: 0.85rem; }
      td:nth-child(2) { flex: 0 0 auto; margin-left: auto; color: var(--text); font-size: 1em; }
      td:not(:nth-child(2))[data-title]::before { content: attr(data-title); }
      .usual, .remark:empty { display: none; }
    }
    @media print {
      body { max-width: none; padding: 0; font-size: 9.5pt; }
      h1 { font-size: 15pt; }
      h2 { font-size: 11.5pt; margin-top: 5mm; }
      dl div { border: 0.3pt solid #999; }
      table { font-size: 8pt; }
    }

    """
}

extension Language {
  var picturesWord: String { pick("Bilder", "Pictures") }
  var remarkWord: String { pick("Anmerkung", "remark") }
}
