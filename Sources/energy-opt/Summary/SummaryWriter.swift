import ArgumentParser
import ChartImages
import Charts
import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import Messages
import Reporting
import Summaries

/// Writes the summaries of a day or a week for those who are written to: what they agreed to see, in their language.
struct SummaryWriter {
  private let told: MemberSummaries
  private let styles: ReaderStyles
  private let encoder = PictureEncoder()

  /// The summaries of `days`.
  init(_ days: Range<LocalDay>, from sources: SummarySources, _ summaries: SummariesFile) throws {
    var sources = sources
    styles = ReaderStyles(summaries)
    if let quiet = summaries.settings.houseQuietHours { sources.quiet = [quiet] }
    let known = sources
    told = try reportingSharing { try MemberSummaries(of: days, from: known) }
  }

  /// What `recipient` is told, and whether it is new; nil for who was no member on the last day or has no meter.
  ///
  /// - Parameter kind: other than a summary, such as a test.
  func message(for recipient: Recipient, kind: MessageKind? = nil) throws -> (message: Message, hasNews: Bool)? {
    guard let summary = told.summary(of: recipient.member) else { return nil }
    let rendered = summary.rendered(styles.style(for: recipient))
    let message = try Message(
      rendered, kind: kind ?? (rendered.isOutage ? .outage : .summary), language: recipient.language,
      pictures: encoder.inline(rendered))
    return (message, rendered.hasNews)
  }

  /// What `recipient` is told of unusual use of their own.
  func alert(_ use: UnusualUse, for recipient: Recipient) -> Message {
    Message(use.rendered(styles.style(for: recipient)), kind: .alert, language: recipient.language)
  }
}

/// Writes the heat information of a month for those who are written to, in their language.
struct HeatWriter {
  private let told: HeatMonths
  private let styles: ReaderStyles
  private let encoder = PictureEncoder()

  /// The heat information of the month of `sources`.
  init(_ sources: HeatMonthSources, _ summaries: SummariesFile) {
    told = HeatMonths(from: sources)
    styles = ReaderStyles(summaries)
  }

  /// Who is told of it.
  var members: [Member.ID] { told.members }

  /// What `recipient` is told; nil for who was no member on the month's last day or has no heat meter.
  func message(for recipient: Recipient, kind: MessageKind = .heat) throws -> Message? {
    guard let rendered = told.month(of: recipient.member)?.rendered(styles.style(for: recipient)) else { return nil }
    return Message(rendered, kind: kind, language: recipient.language, pictures: try encoder.inline(rendered))
  }
}

/// How each reader is written to: what the community decided, and what the reader wants to see.
private struct ReaderStyles {
  private let settings: SummarySettings
  /// The beginning of the page on which a member ends it, before their code.
  private let stopPage: String?

  /// Whether this machine draws pictures; where not, that is told once. A summary says the same in words, so it goes without.
  private static let drawsPictures: Bool = {
    guard let hindrance = PictureEncoder.hindrance else { return true }
    tell("the summaries go without pictures: \(hindrance)")
    return false
  }()

  init(_ summaries: SummariesFile) {
    settings = summaries.settings
    stopPage = summaries.delivery.sender?.stopPage
  }

  func style(for recipient: Recipient) -> SummaryStyle {
    var style = SummaryStyle(
      language: Language(rawValue: recipient.language) ?? .german, organisation: settings.organisation)
    style.formality = settings.formality
    style.contact = settings.contact
    style.link = settings.link
    style.addressee = recipient.name.isEmpty ? nil : recipient.name
    style.leaveLink = stopPage.flatMap { page in recipient.stopToken.map { page + $0 } }
    style.showsMoney = recipient.consents(to: .money)
    style.showsComparison = recipient.consents(to: .comparison)
    style.hasNeutralSubject = recipient.hasNeutralSubject
    style.showsPicture = Self.drawsPictures
    return style
  }
}

extension PictureEncoder {
  /// The picture that `rendered` shows, as a mail carries it.
  ///
  /// - Throws: `ExitCode` 1 after telling why it cannot be drawn.
  fileprivate func inline(_ rendered: RenderedSummary) throws -> [InlinePicture] {
    guard let picture = rendered.picture else { return [] }
    do {
      return [
        InlinePicture(contentID: rendered.contentID, png: try png(svg: picture.svg(.light), width: picture.width * 3 / 2))
      ]
    } catch {
      tell("the picture cannot be drawn: \(error)")
      throw ExitCode(1)
    }
  }
}

extension Message {
  /// What was rendered, as a message.
  fileprivate init(_ rendered: RenderedSummary, kind: MessageKind, language: String, pictures: [InlinePicture] = []) {
    self.init(
      recipient: rendered.member, kind: kind, language: language, subject: rendered.subject, text: rendered.text,
      html: rendered.html, chat: rendered.chat, pictures: pictures)
  }
}
