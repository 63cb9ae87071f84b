import CommunityModel
import MarketTime
import Quantities
import Reporting

extension UnusualUse {
  /// What is told of it to one reader, in every form; it has no picture.
  public func rendered(_ style: SummaryStyle) -> RenderedSummary {
    let style = style.cleaned
    let content = SummaryContent(self, style)
    let contentID = "alert-\(day)@energy-opt"
    return RenderedSummary(
      member: member, subject: content.subject, text: content.text,
      html: MailPage(content, style, picture: nil, contentID: contentID).html(),
      chat: style.words.alertChat(self) + " " + style.words.chatEnd, picture: nil, contentID: contentID, isOutage: false,
      hasNews: true)
  }
}

extension SummaryContent {
  /// Unusual use, as a day's summary is written.
  init(_ use: UnusualUse, _ style: SummaryStyle) {
    let words = style.words
    subject = style.hasNeutralSubject ? words.neutralAlertSubject(use.day) : words.alertSubject(use)
    greeting = words.greeting(style.addressee)
    headline = words.alertSubject(use)
    faults = []
    opening = words.alertOpening(use)
    rows = [
      Row(label: words.alertUsed(use.measure), value: words.numbers.energy(use.used) + " kWh", note: ""),
      Row(label: words.alertUsual, value: words.numbers.energy(use.usual) + " kWh", note: ""),
    ]
    days = []
    notes = words.alertNotes(use.measure)
    (groupTitle, group) = ("", nil)
    (tipTitle, tip, score) = ("", nil, nil)
    leaving = Leaving(words)
    closing = Self.closing(style, leaving)
  }
}
