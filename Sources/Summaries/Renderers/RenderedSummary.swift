public import Charts
public import CommunityModel
import Console
import MarketTime
import Quantities
import Reporting

/// A summary as it is sent: plain values that know no channel.
public struct RenderedSummary: Sendable, Equatable {
  /// Whose it is.
  public let member: Member.ID
  /// One line of at most 70 characters.
  public let subject: String
  /// The whole of it, in lines of at most 72 columns; links may be longer.
  public let text: String
  /// The same as HTML for a mail, its picture as `cid:` and `contentID`; nothing from outside.
  public let html: String
  /// The same in at most 200 characters.
  public let chat: String
  /// The picture; nil where there is none to show.
  public let picture: Picture?
  /// What the HTML calls the picture.
  public let contentID: String
  /// Whether it tells that a plant is off or back, which participants must be told whatever they prefer (German EnWG sections 42b(3), 42c(6)).
  public let isOutage: Bool
  /// Whether there is anything that was not told the day before.
  public let hasNews: Bool
}

extension MemberSummary {
  /// The summary written for one reader.
  public func rendered(_ style: SummaryStyle) -> RenderedSummary {
    let style = style.cleaned
    let content = SummaryContent(self, style)
    let picture = style.showsPicture ? picture(style) : nil
    let contentID = "\(isWeek ? "week" : "day")-\(day)@energy-opt"
    return RenderedSummary(
      member: member, subject: content.subject, text: content.text,
      html: MailPage(content, style, picture: picture, contentID: contentID).html(), chat: chat(style), picture: picture,
      contentID: contentID,
      isOutage: faults.contains { fault in
        switch fault {
        case .deadPlant, .plantIsBack: true
        case .silentMeter, .boilerLockout, .plantWasDead: false
        }
      }, hasNews: hasNews)
  }
}

extension SummaryContent {
  private static let width = 72

  /// As plain text.
  var text: String {
    var blocks: [String] = [Self.wrapped(greeting)]
    blocks += faults.map(Self.wrapped)
    blocks.append(Self.wrapped(faults.isEmpty ? opening : opening.prefix(1).uppercased() + opening.dropFirst()))
    if !rows.isEmpty { blocks.append(table) }
    if !days.isEmpty { blocks.append(days.text) }
    if !notes.isEmpty { blocks.append(notes.map(Self.wrapped).joined(separator: "\n")) }
    if let group { blocks.append(Self.wrapped("\(groupTitle): \(group)")) }
    if let tip { blocks.append(Self.wrapped("\(tipTitle): \(tip)" + (score.map { " " + $0 } ?? ""))) }
    blocks.append(closing.prefix(2).map(Self.wrapped).joined(separator: "\n"))
    blocks.append(closing.dropFirst(2).map(Self.wrapped).joined(separator: "\n"))
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func wrapped(_ text: String) -> String { text.wrapped(toWidth: width).joined(separator: "\n") }

  /// Labels on the left, numbers one below the other.
  private var table: String {
    let label = rows.map(\.label.displayWidth).max() ?? 0
    let number = rows.filter { $0.value.hasSuffix("kWh") }.map(\.value.displayWidth).max() ?? 0
    return rows.map { row in
      let value =
        row.value.hasSuffix("kWh") ? String(repeating: " ", count: number - row.value.displayWidth) + row.value : row.value
      let line = "  " + row.label + String(repeating: " ", count: label + 2 - row.label.displayWidth) + value
      return row.note.isEmpty ? line : line + "  " + row.note
    }.joined(separator: "\n")
  }
}

extension MemberSummary {
  /// The summary in at most 200 characters; what does not fit is left out from the end, but not how to stop.
  func chat(_ style: SummaryStyle) -> String {
    let words = style.words
    let lead = SummaryLead(of: self)
    var parts: [String] = []
    for fault in faults {
      if case .silentMeter = fault, case .noValues = lead { continue }
      if let subject = words.subject(of: fault, in: self) { parts.append(subject + ".") }
    }
    parts.append(words.chat(lead, of: self))
    if let group, let share = group.ownShare { parts.append(words.chat(group, share)) }
    if takesPower, tip.window != nil, let window = tipWindow(words) {
      parts.append(words.chatTip(window, start: start.map { words.time(calendar.local($0.start).time) }))
    }
    while parts.count > 1, (parts + [words.chatEnd]).joined(separator: " ").count > 200 { parts.removeLast() }
    return (parts + [words.chatEnd]).joined(separator: " ")
  }
}
