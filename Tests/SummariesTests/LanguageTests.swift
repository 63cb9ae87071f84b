import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

@Suite("The words of summaries")
struct LanguageTests {
  /// The summary of a day and a week of each kind, worked out once.
  private static let told = Result { () throws -> [(name: String, summary: MemberSummary)] in
    let days: [(String, Musterhof, Member.ID)] = DayKind.allCases.map { ("\($0)", $0.house, $0.reader) }
    let weeks = WeekKind.allCases.map { ("\($0) week", $0.house, Musterhof.member(1)) }
    // The days of others than users make weeks too.
    let others = DayKind.allCases.map { ("week of \($0)", $0.house.told(byWeek: true), $0.reader) }
    return try (days + weeks + others).map { ($0.0, try #require(try $0.1.summaries().summary(of: $0.2))) }
  }

  /// Every kind of day and week in every language, formal and informal, with names as long and as empty as they come.
  private static func allRendered() throws -> [(name: String, content: SummaryContent, summary: RenderedSummary)] {
    var all: [(String, SummaryContent, RenderedSummary)] = []
    for (kind, summary) in try told.get() {
      for language in Language.allCases {
        for formality in Formality.allCases {
          for isLong in [false, true] {
            var style = SummaryStyle.musterhof(language)
            style.formality = formality
            if isLong {
              style.addressee = "Frau Prof. Dr. Wilhelmine-Charlotte Gräfin von Donaudampfschifffahrtsgesellschaft-Öztürk"
              style.organisation = "Energiegenossenschaft Musterhof an der Überlandleitung Nord-Süd eingetragene Genossenschaft"
              style.contact = "Montag bis Freitag von 9 bis 12 Uhr unter Telefon 040 000000 oder hallo@energie.example"
            } else if formality == .informal {
              (style.addressee, style.contact, style.link, style.leaveLink) = (nil, nil, nil, nil)
            }
            let name = "\(kind) \(language) \(formality) \(isLong ? "long" : "")"
            all.append((name, SummaryContent(summary, style), summary.rendered(style)))
          }
        }
      }
    }
    return all
  }

  @Test("make subjects of at most 70 characters, chats of at most 200, lines of at most 72 columns")
  func lengths() throws {
    for (name, _, rendered) in try Self.allRendered() {
      #expect(rendered.subject.count <= 70, "\(name): \(rendered.subject)")
      #expect(rendered.chat.count <= 200, "\(name): \(rendered.chat)")
      for line in rendered.text.split(separator: "\n") where !line.contains("https://") {
        #expect(line.displayWidth <= 72, "\(name): \(line)")
      }
    }
  }

  @Test("are 90 to 140 on a day with figures, and never more")
  func wordCount() throws {
    func words(_ text: String) -> Int {
      text.split { $0 == " " || $0 == "\n" }.count { $0.contains { $0.isLetter || $0.isNumber } }
    }
    for (kind, summary) in try Self.told.get() {
      for language in Language.allCases {
        // Who signs and how to stop stand below, in the last block.
        let body = summary.rendered(.musterhof(language)).text.replacing("\n\n", with: "\u{0}").split(separator: "\u{0}")
          .dropLast()
        // What is wrong comes on top.
        let faults = SummaryContent(summary, .musterhof(language)).faults
        let count = words(body.joined(separator: " ")) - words(faults.joined(separator: " "))
        #expect(count <= 140, "\(kind) \(language) has \(count) words")
        // Who is told little is told it in few words.
        let isLittle = [DayKind.noDataSinceTuesday, .feedInOnly, .heatOnly].contains { kind.contains("\($0)") }
        #expect(count >= (isLittle ? 40 : 90), "\(kind) \(language) has \(count) words")
      }
    }
  }

  @Test("make sentences of at most 15 words, without exclamation marks")
  func plainLanguage() throws {
    for (name, content, rendered) in try Self.allRendered() where !name.hasSuffix("long") {
      let page = rendered.html.components(separatedBy: "</style>").last ?? ""
      #expect(!(rendered.subject + rendered.text + page + rendered.chat).contains("!"), "\(name)")
      let paragraphs =
        content.faults + [content.opening] + content.notes + [content.group ?? "", content.tip ?? "", content.score ?? ""]
      for sentence in paragraphs.flatMap(Self.sentences) {
        let count = sentence.split(separator: " ").count { $0.contains(where: \.isLetter) }
        #expect(count <= 15, "\(name): \(sentence)")
      }
    }
  }

  /// Parts that end with a full stop, a colon or a question mark before a blank.
  private static func sentences(_ text: String) -> [String] {
    text.replacing(". ", with: ".\n").replacing(": ", with: ":\n").replacing("? ", with: "?\n").replacing("; ", with: ";\n")
      .split(separator: "\n").map(String.init)
  }

  @Test("say du where that is asked for, and never both")
  func formality() throws {
    for (name, _, rendered) in try Self.allRendered() where name.contains("german") {
      let words = Set(rendered.text.split { !$0.isLetter }.map(String.init))
      let formal = words.intersection(["Sie", "Ihr", "Ihre", "Ihrem", "Ihrer", "Ihres", "Ihnen"])
      let informal = words.intersection(["du", "dein", "deine", "deinem", "deiner", "deines", "dir", "Dein", "Deine", "Du"])
      #expect(name.contains("informal") ? formal.isEmpty && !informal.isEmpty : informal.isEmpty && !formal.isEmpty, "\(name)")
    }
  }

  @Test("write a name as text whatever it holds, in HTML as in lines")
  func hostileName() throws {
    var style = SummaryStyle.musterhof(.english)
    style.addressee = "<script>alert(1)</script> \"&\u{1B}[31m\r\nBcc: x@example.org"
    style.link = "javascript:alert(1)"
    let rendered = try #require(try Musterhof().summaries().summary(of: "m01")).rendered(style)
    #expect(!rendered.html.contains("<script"))
    #expect(!rendered.html.contains("javascript:"))
    #expect(!rendered.html.unicodeScalars.contains("\u{1B}") && !rendered.text.unicodeScalars.contains("\u{1B}"))
    #expect(!rendered.subject.contains("\n") && !rendered.text.contains("\nBcc:"))
  }

  @Test("leave out what a reader does not want: euros, the own past, a telling subject")
  func wishes() throws {
    let summary = try #require(try DayKind.sunny.house.summaries().summary(of: "m01"))
    var style = SummaryStyle.musterhof(.english)
    style.showsMoney = false
    style.showsComparison = false
    style.hasNeutralSubject = true
    let rendered = summary.rendered(style)
    #expect(!rendered.text.contains("€") && !rendered.text.contains("For comparison"))
    #expect(rendered.subject == "Your energy on Thursday, 18 June")
  }

  @Test("show no frame where no picture can be drawn, and say the same")
  func noPicture() throws {
    let summary = try #require(try DayKind.sunny.house.summaries().summary(of: "m01"))
    var style = SummaryStyle.musterhof(.english)
    let whole = summary.rendered(style)
    #expect(whole.picture != nil && whole.html.contains("<img"))
    style.showsPicture = false
    let rendered = summary.rendered(style)
    #expect(rendered.picture == nil && !rendered.html.contains("<img") && !rendered.html.contains("cid:"))
    #expect(rendered.text == whole.text && rendered.chat == whole.chat)
  }

  @Test("follow the plural of each number", arguments: [(1, "1 Mitglied", "1 member"), (2, "2 Mitglieder", "2 members")])
  func plurals(_ count: Int, _ german: String, _ english: String) {
    let group = MemberSummary.GroupFigures(
      whose: .community, members: count, made: nil, own: nil, fedIn: nil, used: nil, ownShare: nil)
    #expect(GermanWords(formality: .formal).groupTitle(group).contains("(\(german))"))
    #expect(EnglishWords().groupTitle(group).contains("(\(english))"))
  }

  @Test(
    "tell the time as people do",
    arguments: [
      (0, "0 Uhr", "midnight"), (65, "1:05 Uhr", "1:05 am"), (720, "12 Uhr", "noon"), (735, "12:15 Uhr", "12:15 pm"),
      (780, "13 Uhr", "1 pm"), (1440, "24 Uhr", "midnight"),
    ])
  func times(_ minutes: Int, _ german: String, _ english: String) throws {
    let time = try #require(LocalTime(minutes: minutes))
    #expect(GermanWords(formality: .formal).time(time) == german)
    #expect(EnglishWords().time(time) == english)
  }
}
