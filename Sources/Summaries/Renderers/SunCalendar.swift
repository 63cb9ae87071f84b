public import CommunityModel
import MarketTime
import Quantities
import Reporting

/// The sun's hours as a calendar (iCalendar, RFC 5545) and as a feed (Atom, RFC 4287): one entry a day, none for a day without a window.
public struct SunCalendar: Sendable {
  private let summary: CommunitySummary
  private let style: SummaryStyle
  /// Whose start is told; nil for the community's own calendar.
  private let member: Member.ID?
  private let order: StartOrder

  /// The calendar of `summary`; with the start of `member`, one of `members`, where it is somebody's own.
  public init(_ summary: CommunitySummary, _ style: SummaryStyle, member: Member.ID? = nil, among members: [Member.ID] = []) {
    self.summary = summary
    self.style = style
    self.member = member
    order = StartOrder(of: members)
  }

  private var window: SunWindow? { summary.tip.window }
  /// When the tip was made: what is known by then does not change any more, so the same tip is the same file.
  private var made: Timestamp { summary.calendar.start(of: summary.days.upperBound) }

  private func description(_ window: SunWindow) -> String {
    let start = member.map { member in
      style.words.time(summary.calendar.local(order.start(of: member, in: window, on: summary.tomorrow).start).time)
    }
    return style.words.eventText(isLikely: window.isLikely, start: start) + " " + style.words.preliminary
  }

  /// As iCalendar: times in UTC, the same UID for the same day, no alarm.
  public func ical() -> String {
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//energy-opt//summary//\(style.language.rawValue.uppercased())",
      "METHOD:PUBLISH",
      "X-WR-CALNAME:\(Self.text(style.words.feedTitle(style.organisation)))",
    ]
    if let window {
      let owner = member.map { "-\($0)" } ?? ""
      lines += [
        "BEGIN:VEVENT", "UID:sun-hours-\(summary.tomorrow)\(owner)@\(summary.community)", "DTSTAMP:\(Self.time(made))",
        "DTSTART:\(Self.time(window.span.lowerBound.start))", "DTEND:\(Self.time(window.span.upperBound.start))",
        "SUMMARY:\(Self.text(style.words.sunHours))", "DESCRIPTION:\(Self.text(description(window)))", "TRANSP:TRANSPARENT",
        "END:VEVENT",
      ]
    }
    return (lines + ["END:VCALENDAR"]).map(Self.folded).joined(separator: "\r\n") + "\r\n"
  }

  /// As Atom: the last days' figures of many and the tip, public.
  public func atom() -> String {
    let words = style.words
    let base = "urn:energy-opt:\(summary.community)"
    let lines = summary.lines(style) + summary.tipLines(style)
    var feed = [
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"\(style.language.rawValue)\">", "<id>\(escaped(base))</id>",
      "<title>\(escaped(words.feedTitle(style.organisation)))</title>", "<updated>\(made)</updated>",
      "<author><name>\(escaped(style.organisation))</name></author>",
    ]
    if let link = style.link, isWebAddress(link) { feed.append("<link href=\"\(escaped(link))\"/>") }
    feed += [
      "<entry>", "<id>\(escaped(base)):\(summary.days.lowerBound):\(summary.days.count)</id>",
      "<title>\(escaped(words.period(summary.days)))</title>", "<updated>\(made)</updated>",
      "<content type=\"text\">\(escaped(lines.joined(separator: " ")))</content>", "</entry>", "</feed>",
    ]
    return feed.joined(separator: "\n") + "\n"
  }

  /// `20260620T090000Z`
  private static func time(_ instant: Timestamp) -> String { instant.description.filter { $0 != "-" && $0 != ":" } }

  /// `text` as a value: what would end it or begin another is escaped.
  private static func text(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\\\"
      case ";": "\\;"
      case ",": "\\,"
      case "\n", "\r", "\r\n": "\\n"
      default: String(character)
      }
    }.joined()
  }

  /// At most 75 octets a line; the rest follows behind a blank, no character cut.
  private static func folded(_ line: String) -> String {
    var (result, length) = ("", 0)
    for character in line {
      let size = String(character).utf8.count
      if length + size > 75 {
        result += "\r\n "
        length = 1
      }
      result.append(character)
      length += size
    }
    return result
  }
}
