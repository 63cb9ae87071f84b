import Charts
import Console
import Reporting

/// A summary as the HTML of a mail: one column, readable on a telephone, nothing from outside but links, the picture by its content id.
///
/// Colours are written out for light and dark, contrast at least 4.5 to 1; headings and paragraphs carry the order that the text has.
struct MailPage {
  let content: SummaryContent
  let style: SummaryStyle
  let picture: Picture?
  let contentID: String

  init(_ content: SummaryContent, _ style: SummaryStyle, picture: Picture?, contentID: String) {
    self.content = content
    self.style = style
    self.picture = picture
    self.contentID = contentID
  }

  /// For programs that keep styles apart; what must be right everywhere stands with its element.
  private static let css = """
    body{margin:0}
    @media (prefers-color-scheme:dark){body,.o{background:#12161d!important}.c{background:#1b212b!important}
    .c,.c *{color:#e6e9ef!important}.c .q,.c .q *{color:#b6bfcc!important}.c a{color:#8cc1ff!important}}
    """
  private static let link = "color:#0b5cad;display:inline-block;padding:12px 0;min-height:20px"
  private static let cell = "padding:2px 12px 2px 0;text-align:left;font-weight:normal;vertical-align:top"
  private static let small = "font-size:14px;color:#4a5568;margin:0 0 8px"

  func html() -> String {
    let words = style.words
    var body: [String] = [
      "<p class=\"q\" style=\"margin:0;color:#4a5568\">\(escaped(style.organisation))</p>",
      "<h1 style=\"font-size:22px;line-height:1.3;margin:8px 0 12px\">\(escaped(content.headline))</h1>",
    ]
    body += content.faults.map { "<p style=\"border-left:4px solid #b45309;padding-left:12px\">\(escaped($0))</p>" }
    body.append("<p>\(escaped(content.greeting)) \(escaped(content.opening))</p>")
    if !content.rows.isEmpty {
      let rows = content.rows.map { row in
        "<tr><th scope=\"row\" style=\"\(Self.cell)\">\(escaped(row.label))</th><td style=\"\(Self.cell)\">"
          + "\(escaped(row.value))\(row.note.isEmpty ? "" : " " + escaped(row.note))</td></tr>"
      }
      body.append("<table style=\"border-collapse:collapse;margin:0 0 12px\">\(rows.joined())</table>")
    }
    if !content.days.isEmpty { body.append(days) }
    body += content.notes.map { "<p>\(escaped($0))</p>" }
    if let picture {
      body.append(
        "<p><img src=\"cid:\(escaped(contentID))\" width=\"\(picture.width)\" height=\"\(picture.height)\" "
          + "style=\"display:block;width:100%;max-width:560px;height:auto\" alt=\"\(escaped(picture.alternative))\"></p>")
    }
    if let tip = content.tip {
      body.append("<h2 style=\"font-size:18px;margin:20px 0 4px\">\(escaped(content.tipTitle))</h2>")
      body.append("<p>\(escaped(tip + (content.score.map { " " + $0 } ?? "")))</p>")
    }
    if let group = content.group {
      body.append("<h2 style=\"font-size:18px;margin:20px 0 4px\">\(escaped(content.groupTitle))</h2>")
      body.append("<p>\(escaped(group))</p>")
    }
    if let link = style.link, isWebAddress(link) {
      body.append("<p><a style=\"\(Self.link)\" href=\"\(escaped(link))\">\(escaped(words.accessLink))</a></p>")
    }
    body.append("<p class=\"q\" style=\"\(Self.small)\">\(escaped(words.preliminary)) \(escaped(words.access(nil)))</p>")
    body.append("<p class=\"q\" style=\"\(Self.small)\">\(escaped(words.signature(style.organisation, style.contact)))</p>")
    if let link = style.leaveLink, isWebAddress(link) {
      body.append(
        "<p style=\"\(Self.small)\"><a style=\"\(Self.link)\" href=\"\(escaped(link))\">\(escaped(content.leaving.label))</a></p>"
      )
    } else {
      body.append("<p class=\"q\" style=\"\(Self.small)\">\(escaped(content.leaving.sentence(nil)))</p>")
    }
    return page(
      title: content.subject, language: style.language, css: Self.css,
      body: """
        <div class="o" style="margin:0;background:#f4f5f7;font:16px/1.5 Arial,Helvetica,sans-serif;color:#1f2733">
        <div class="c" style="max-width:600px;margin:0 auto;padding:20px;background:#ffffff;overflow-wrap:break-word">
        \(body.joined(separator: "\n"))
        </div>
        </div>
        """)
  }
}

extension MailPage {
  /// The days of a week: name, energy, own part.
  private var days: String {
    let rows = content.days.map { day in
      let values = [day.energy, day.share, day.note.isEmpty ? nil : day.note].compactMap(\.self)
      return "<tr><th scope=\"row\" style=\"\(Self.cell)\">\(escaped(day.label))</th>"
        + values.map { "<td style=\"\(Self.cell)\">\(escaped($0))</td>" }.joined() + "</tr>"
    }
    return "<table style=\"border-collapse:collapse;margin:0 0 12px\">"
      + "<caption style=\"text-align:left;font-weight:bold\">\(escaped(style.words.dayByDay))</caption>\(rows.joined())</table>"
  }
}

/// A page of one language with its styles, no script, nothing from outside.
func page(title: String, language: Language, css: String, body: String) -> String {
  """
  <!doctype html>
  <html lang="\(language.rawValue)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">\
  <meta name="color-scheme" content="light dark"><title>\(escaped(title))</title>
  <style>
  \(css)
  </style></head>
  <body>
  \(body)
  </body></html>

  """
}

/// A link that may be followed from a mail; nothing but the web.
func isWebAddress(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }

/// `text` within HTML or XML, in content or a quoted attribute; a number stays with its unit.
func escaped(_ text: String) -> String {
  var characters = Array(text)
  for place in characters.indices.dropFirst().dropLast()
  where characters[place] == " " && characters[place - 1].isNumber && "%€kc".contains(characters[place + 1]) {
    characters[place] = "\u{A0}"
  }
  return String(characters).asMarkup
}
