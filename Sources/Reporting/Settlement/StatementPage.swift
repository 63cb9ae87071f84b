import CommunityModel
import Console
import Settlement

/// The statement as a page: one file without links to anything, readable on a screen and on A4 paper.
extension Statement {
  /// For a browser; prints on A4.
  public func html(_ language: Language) -> String { page(language, style: Self.paper + Self.screen) }

  /// For paper alone: black on white, A4, as a browser's "print to PDF" takes it.
  public func printPage(_ language: Language) -> String { page(language, style: Self.paper) }

  private func page(_ language: Language, style: String) -> String {
    let facts = facts(language).map { "<p>\($0.asMarkup)</p>\n" }.joined()
    let warning = isFinal ? "" : "<p class=\"warning\">\(language.provisional): \(language.notFinalYet)</p>\n"
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\("\(title(language)) · \(name)".asMarkup)</title>
      <style>
      \(style)</style>
      </head>
      <body>
      <h1>\(title(language).asMarkup)</h1>
      <div class="facts">
      \(facts)<p class="due">\(due(language).asMarkup)</p>
      </div>
      \(warning)\(sections(language).map(html).joined())</body>
      </html>

      """
  }

  private func html(_ section: Section) -> String {
    var text = "<section>\n<h2>\(section.title.asMarkup)</h2>\n"
    if !section.header.isEmpty {
      func cells(_ row: [String], _ tag: String, labelled: Bool) -> String {
        zip(section.header, row).enumerated().map { place, cell in
          let kind = place < section.words ? "" : " class=\"number\""
          let label = labelled ? " data-label=\"\(cell.0.asMarkup)\"" : ""
          return "<\(tag)\(kind)\(label)>\(cell.1.asMarkup)</\(tag)>"
        }.joined()
      }
      let header = cells(section.header, "th", labelled: false)
      text += "<table>\n<thead><tr>\(header)</tr></thead>\n<tbody>\n"
      for (place, row) in section.rows.enumerated() {
        let isSum = section.hasSum && place == section.rows.count - 1
        text += "<tr\(isSum ? " class=\"sum\"" : "")>\(cells(row, "td", labelled: true))</tr>\n"
      }
      text += "</tbody>\n</table>\n"
    }
    return text + section.notes.map { "<p>\($0.asMarkup)</p>\n" }.joined() + "</section>\n"
  }

  private static let screen = """
    @media screen {
      body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2b2a; background: #fbfbf8; }
      h1, h2 { color: #14524b; }
      .due { font-size: 1.2rem; }
      .warning { color: #8a3b00; }
    }
    /* On a phone a row becomes a list of its cells, each with its column's name. */
    @media screen and (max-width: 42rem) {
      body { font-size: 1rem; }
      table { font-size: 1rem; }
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      tr { display: block; padding: 0.4rem 0; border-bottom: 1px solid #999; }
      td, td.number { display: flex; justify-content: space-between; gap: 1rem; border: 0; text-align: right; white-space: normal; }
      td:empty { display: none; }
      td::before { content: attr(data-label); font-weight: normal; text-align: left; color: #4a5a58; }
      tr.sum td { border-top: 0; }
    }

    """

  private static let paper = """
    @page { size: A4; margin: 18mm 15mm 20mm; }
    body { font: 10pt/1.4 "Liberation Sans", Arial, Helvetica, sans-serif; }
    h1 { font-size: 15pt; margin: 0 0 6pt; }
    h2 { font-size: 11pt; margin: 12pt 0 3pt; break-after: avoid; }
    p { margin: 2pt 0; overflow-wrap: anywhere; }
    .due { font-weight: bold; }
    table { border-collapse: collapse; width: 100%; font-size: 8.5pt; }
    th, td { text-align: left; vertical-align: top; padding: 2pt 4pt; border-bottom: 0.3pt solid #999; }
    th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    thead { display: table-header-group; }
    tr { break-inside: avoid; }
    tr.sum td { font-weight: bold; border-top: 0.8pt solid #000; }
    .warning { font-weight: bold; }

    """
}
