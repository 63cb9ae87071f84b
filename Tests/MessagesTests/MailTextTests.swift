import CommunityModel
import MarketTime
import Testing

@testable import Messages

@Suite("A message as mail")
struct MailTextTests {
  private static let mark = "0123456789abcdef0123456789abcdef"
  /// 2026-06-19T05:00:00Z: 1,781,845,200 s, a Friday (python: datetime.fromtimestamp(1781845200, UTC)).
  private static let date = Timestamp(milliseconds: 1_781_845_200_000)

  private static func mail(
    subject: String = "49 % Sonne im Haus", text: String = "Guten Morgen\n", html: String? = nil, pictures: [InlinePicture] = [],
    name: String? = "Frau Yılmaz", sender: String = "Genossenschaft", stopPage: String? = nil
  ) throws -> MailText {
    try MailText(
      Message(
        recipient: "m05", kind: .summary, language: "de", subject: subject, text: text, html: html, pictures: pictures),
      from: MailSender(
        name: sender, address: try MailAddress("post@musterhof.example"), replyTo: try MailAddress("rat@musterhof.example"),
        stopPage: stopPage, stopAddress: try MailAddress("stop@musterhof.example")),
      in: MailEnvelope(
        name: name, address: try MailAddress("yilmaz@example.org"), mark: mark, stopToken: "t0ken", date: date))
  }

  @Test("has every header that automatic mail to many owes")
  func headers() throws {
    let mail = try Self.mail(stopPage: "https://musterhof.example/stop/")
    let head = mail.text.prefix(while: { $0 != "\0" }).split(separator: "\r\n\r\n", maxSplits: 1)[0]
    #expect(
      head.split(separator: "\r\n").map(String.init) == [
        #"From: "Genossenschaft" <post@musterhof.example>"#,
        // base64 of "Frau Y\u0131lmaz" in UTF-8 (python: base64.b64encode).
        "To: =?utf-8?B?RnJhdSBZxLFsbWF6?= <yilmaz@example.org>", "Reply-To: <rat@musterhof.example>",
        "Subject: 49 % Sonne im Haus", "Date: Fri, 19 Jun 2026 05:00:00 +0000",
        "Message-ID: <0123456789abcdef0123456789abcdef@musterhof.example>", "MIME-Version: 1.0", "Content-Language: de",
        "Auto-Submitted: auto-generated", #"List-Id: "Genossenschaft" <summaries.musterhof.example>"#,
        "List-Unsubscribe: <https://musterhof.example/stop/t0ken>,",
        " <mailto:stop@musterhof.example?subject=stop%20t0ken>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable",
      ])
  }

  @Test("promises one click only where there is a page for it")
  func noPage() throws {
    let text = try Self.mail().text
    #expect(text.contains("List-Unsubscribe: <mailto:"))
    #expect(!text.contains("List-Unsubscribe-Post"))
  }

  @Test(
    "refuses names and subjects that would begin a header of their own",
    arguments: ["a\r\nBcc: all@example.org", "a\nBcc: x", "a\rb", "a\u{0}b", "a\u{2028}b", "a\u{85}b", "a\u{202E}b"])
  func injection(_ text: String) {
    #expect(throws: MessageProblem.control(in: "subject")) { _ = try Self.mail(subject: text) }
    #expect(throws: MessageProblem.control(in: "name")) { _ = try Self.mail(name: text) }
    #expect(throws: MessageProblem.control(in: "name")) { _ = try Self.mail(sender: text) }
    #expect(throws: MessageProblem.self) { _ = try MailAddress("a@example.org" + text) }
    #expect(throws: MessageProblem.self) {
      _ = try Self.mail(html: "<p>", pictures: [InlinePicture(contentID: text, png: [1])])
    }
  }

  @Test(
    "has no line beyond 78 characters, no bare line end and nothing but ASCII, whatever it says",
    arguments: [
      "", "x", String(repeating: "ä", count: 300), String(repeating: "word ", count: 200), String(repeating: "x", count: 2000),
      "Zähler – 49 % ☀︎ 👨‍👩‍👧 مرحبا", "=?utf-8?B?fake?=", " leading and trailing ", "\"quoted\" \\ back", ".", "From here on",
    ])
  func shape(_ text: String) throws {
    let body = [text, "." + text, "From " + text, text + " ", "\t", ""].joined(separator: "\n")
    let mail = try Self.mail(
      subject: text, text: body, html: "<p>\(text)</p>", pictures: [InlinePicture(contentID: "day@x", png: Array(0...255))],
      name: text, sender: text)
    #expect(mail.bytes.allSatisfy { $0 < 0x80 && $0 != 0 })
    let lines = mail.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.dropLast().allSatisfy { $0.last == "\r" })
    #expect(lines.allSatisfy { $0.count <= 79 && $0.dropLast().allSatisfy { $0 != "\r" } })
    #expect(!mail.text.contains("\r\n.") && !mail.text.contains("\r\nFrom "))
  }

  @Test("is related(alternative(plain, html), picture) with pictures, alternative without, plain without HTML")
  func structure() throws {
    func types(_ mail: MailText) -> [Substring] {
      mail.text.split(separator: "\r\n").filter { $0.hasPrefix("Content-Type:") }.map { $0.dropFirst(14).prefix { $0 != ";" } }
    }
    #expect(types(try Self.mail()) == ["text/plain"])
    #expect(types(try Self.mail(html: "<p>")) == ["multipart/alternative", "text/plain", "text/html"])
    let mail = try Self.mail(html: "<p>", pictures: [InlinePicture(contentID: "day@x", png: [1, 2, 3])])
    #expect(types(mail) == ["multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png"])
    // base64 of 01 02 03.
    #expect(mail.text.contains("Content-ID: <day@x>\r\n") && mail.text.contains("\r\n\r\nAQID\r\n"))
  }

  /// RFC 4648, 10.
  @Test(
    "writes bytes as base64 as the RFC's examples have it",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(_ plain: String, _ encoded: String) {
    #expect(Base64.text(Array(plain.utf8)) == encoded)
  }

  @Test("takes addresses as they are copied, with blanks around, and refuses what is none")
  func addresses() throws {
    #expect(try MailAddress(" ann.b+energy@mail.example.org ").text == "ann.b+energy@mail.example.org")
    for wrong in [
      "", "ann", "ann@", "@example.org", "a b@example.org", "ann@exa mple.org", "a@b@c", "Ann <ann@example.org>", "ä@b.de",
      "a..b@c.de",
    ] {
      #expect(throws: MessageProblem.self, "\(wrong)") { _ = try MailAddress(wrong) }
    }
  }
}
