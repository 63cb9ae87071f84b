import Foundation
import Testing

/// The mail server is aiosmtpd, the reader of mails Python's email package.
@Suite("Summaries by mail")
struct MailTests {
  /// Those who got a mail, each with its Message-IDs.
  private func received(_ server: MailServer) async throws -> [String: Set<String>] {
    try await server.mails().reduce(into: [:]) { $0[$1.envelopeTo.joined(), default: []].insert($1.headers["message-id"] ?? "") }
  }

  /// That everybody has exactly one message, by its Message-ID, and how many mails these were.
  private func expectOneEach(_ server: MailServer, _ members: [String] = WrittenHouse.members) async throws -> Int {
    let received = try await received(server)
    #expect(received.keys.sorted() == members.map { "\($0)@example.org" })
    #expect(received.values.allSatisfy { $0.count == 1 })
    return try await server.mails().count
  }

  @Test("arrive once and well-formed, by TLS and with login, however often they are run", arguments: ["starttls", "tls"])
  func taken(encryption: String) async throws {
    let server = try await MailServer(encryption: encryption)
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server, encryption: encryption))
    for run in 1...2 {
      let sent = try await house.send("--once")
      #expect(sent.status == 0, "\(sent.errors)")
      #expect(sent.output.contains(run == 1 ? "4 sent" : "0 sent"))
      #expect(!(sent.output + sent.errors).contains("hunter2"))
    }
    #expect(try await expectOneEach(server) == 4)
    for mail in try await server.mails() {
      let member = String(mail.envelopeTo.joined().prefix(1))
      #expect(mail.defects == [] && mail.envelopeFrom == "post@hollow.example")
      #expect(Set(mail.names).count == mail.names.count, "a header stands twice")
      #expect(mail.headers["to"]?.contains(member == "b" ? "Größenwahn" : WrittenHouse.names[member] ?? "?") == true)
      #expect(mail.headers["auto-submitted"] == "auto-generated")
      #expect(mail.headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click")
      #expect(mail.headers["list-unsubscribe"]?.hasPrefix("<https://hollow.example/stop/") == true)
      // multipart/related(multipart/alternative(text/plain, text/html), image/png)
      #expect(mail.body.type == "multipart/related" && mail.body.parts.map(\.type) == ["multipart/alternative", "image/png"])
      let texts = try #require(mail.body.parts.first).parts
      #expect(texts.map(\.type) == ["text/plain", "text/html"])
      let picture = try #require(mail.body.parts.last)
      let id = try #require(picture.id).dropFirst().dropLast()
      #expect(picture.png && picture.disposition == "inline" && texts[1].text?.contains("cid:\(id)") == true)
      // Nobody gets another's.
      let text = try #require(texts[0].text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for (whose, name) in WrittenHouse.names { #expect(text.contains(name) == (whose == member), "\(text)") }
    }
  }

  @Test("one refused for good is told and not tried again, and the others have theirs")
  func refused() async throws {
    let server = try await MailServer("refuse-550:b@example.org")
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let sent = try await house.send("--once")
    #expect(sent.status == 1 && sent.output.contains("3 sent, 0 waiting, 1 failed"), "\(sent.output)\(sent.errors)")
    #expect(try await house.send("--once").output.contains("0 sent, 0 waiting, 0 failed"))
    #expect(try await expectOneEach(server, ["a", "c", "d"]) == 3)
    let failed = try await house.expect("summary", "outbox", "--state", "failed")
    #expect(failed.contains("1 failed") && failed.contains("550 5.1.1 no such user"))
  }

  @Test("a server that puts everybody off is asked again until all have theirs")
  func putOff() async throws {
    let server = try await MailServer("once-451")
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let sent = try await house.send()
    #expect(sent.status == 0, "\(sent.errors)")
    #expect(try await expectOneEach(server) == 4)
  }

  @Test(
    "a server that stalls or drops the line in the middle of a mail costs nobody a message, and nobody gets two",
    arguments: ["stall", "drop-data"])
  func broken(mode: String) async throws {
    let server = try await MailServer(mode)
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server, timeout: "3 s"))
    let sent = try await house.send()
    #expect(sent.output.contains("4 sent"), "\(sent.output)\(sent.errors)")
    #expect(try await expectOneEach(server) == 4)
  }

  @Test(
    "where the line drops after a mail was taken and before the answer, it comes twice under one Message-ID, and the outbox says so"
  )
  func unanswered() async throws {
    let server = try await MailServer("drop-reply")
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let sent = try await house.send()
    #expect(sent.output.contains("4 sent"), "\(sent.output)\(sent.errors)")
    #expect(try await expectOneEach(server) == 5)
    #expect(try await house.expect("summary", "outbox").contains("sent, perhaps twice"))
  }

  @Test("killed in the middle and run again, nobody gets two and nobody none")
  func killed() async throws {
    let server = try await MailServer("slow")
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let running = try house.start(["summary", "run", "--day", WrittenHouse.day])
    try await server.keepsOne()
    #expect(try await running.stop(SIGKILL).status == SIGKILL)
    let sent = try await house.send()
    #expect(sent.status == 0, "\(sent.errors)")
    // The one under way when it was killed may have been taken; it comes again under its Message-ID.
    let count = try await expectOneEach(server)
    #expect((4...5).contains(count))
    print("killed in the middle: \(count) mails for 4 messages")
    #expect(try await house.send("--once").output.contains("0 sent"))
    #expect(try await server.mails().count == count)
  }

  @Test("a wrong password is the channel's trouble: nobody's message fails, and the password is in no word of it")
  func wrongPassword() async throws {
    let server = try await MailServer(encryption: "tls")
    let house = try await WrittenHouse(
      channels: WrittenHouse.smtp(server, encryption: "tls"), retries: "{first: 1 h, longest: 1 h, expiry: 24 h}")
    try house.folder.write("wr0ng-secret\n", to: "secret")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: house.folder.file("secret"))
    let sent = try await house.send("--once")
    #expect(sent.status == 1 && sent.errors.contains("channel 'mail' does not work"), "\(sent.errors)")
    let outbox = try await house.expect("summary", "outbox")
    #expect(outbox.contains("4 waiting"))
    #expect(!(sent.output + sent.errors + outbox).contains("wr0ng-secret"))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: house.folder.file("secret"))
    let open = try await house.send("--once")
    #expect(open.status == 3 && open.errors.contains("chmod 600"), "\(open.errors)")
  }

  @Test(
    "where librsvg is not installed, everybody's mail comes without a picture and without a place for one; what to install is told once"
  )
  func noPictures() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let sent = try await house.start(
      ["summary", "run", "--day", WrittenHouse.day, "--once"], environment: house.without("librsvg-2.so.2")
    ).end()
    #expect(sent.status == 0 && sent.output.contains("4 sent"), "\(sent.output)\(sent.errors)")
    #expect(sent.errors.components(separatedBy: "apt install librsvg2-2").count == 2, "\(sent.errors)")
    #expect(try await expectOneEach(server) == 4)
    for mail in try await server.mails() {
      #expect(mail.body.type == "multipart/alternative" && mail.body.parts.map(\.type) == ["text/plain", "text/html"])
      #expect(mail.body.parts.last?.text?.contains("<img") == false)
    }
  }

  @Test("where libcurl is not installed, the messages wait, and what to install is told; with it they go")
  func noTransfers() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server))
    let sent = try await house.start(
      ["summary", "run", "--day", WrittenHouse.day, "--once"], environment: house.without("libcurl.so.4", "libcurl-gnutls.so.4")
    ).end()
    #expect(sent.status == 1 && sent.errors.contains("apt install libcurl4"), "\(sent.output)\(sent.errors)")
    #expect(try await house.expect("summary", "outbox").contains("4 waiting"))
    #expect(try await house.send().status == 0)
    #expect(try await expectOneEach(server) == 4)
  }

  @Test("a name or address with another header in it is refused where it is entered")
  func injection() async throws {
    let house = try await WrittenHouse(channels: "  - {id: mail, maildir: box}", entering: [])
    for (name, address) in [("Ann\r\nBcc: all@example.org", "a@example.org"), ("Ann", "a@example.org\nBcc: all@example.org")] {
      let added = try await house.run("member", "add", "a", "--name", name, "--address", "mail=\(address)", "--given")
      #expect(added.status == 64, "\(added.output)\(added.errors)")
    }
    #expect(try await house.expect("member", "list").contains("0 entered"))
  }

  @Test("nothing goes to who has not agreed, has withdrawn, or wants none; what they confirm by its code goes")
  func consents() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server), entering: ["b"])
    let asked = try await house.expect(
      "member", "add", "a", "--name", "Ann", "--address", "mail=a@example.org", "--frequency", "daily", "--lang", "en")
    let code = try #require(asked.split(separator: "code ").last?.prefix(32)).description
    try await house.expect("member", "consent", "b", "channel:mail", "--withdraw")
    #expect(try await house.send("--once").output.contains("1 sent"))
    let first = try await server.mails()
    #expect(
      first.map(\.envelopeTo) == [["a@example.org"]]
        && first[0].headers["subject"] == "Please confirm: messages from Hollow House eG")
    #expect(first[0].body.text?.contains(code) == true)
    try await house.expect("member", "consent", "--confirm", code)
    #expect(try await house.run("member", "consent", "--confirm", code).status == 1)
    #expect(try await house.send("--once").output.contains("1 sent"))
    let second = try #require(try await server.mails().last)
    #expect(second.envelopeTo == ["a@example.org"] && second.body.type == "multipart/related")
    // One click ends it.
    let token = try #require(second.headers["list-unsubscribe"]?.split(separator: "/stop/").last?.prefix(32)).description
    let texts = second.body.parts.flatMap(\.parts).compactMap(\.text)
    #expect(texts.count == 2 && texts.allSatisfy { $0.contains("/stop/\(token)") })
    #expect(try await house.expect("member", "consent", "--stop", token).contains("a: gets no more messages"))
    let refused = try await house.run("summary", "send", "--member", "a", "--day", WrittenHouse.day)
    #expect(refused.status == 1 && refused.errors.contains("has not consented"))
    #expect(try await server.mails().count == 2)
  }

  @Test("of a week go on the day for it to who wants one a week, and on other days nothing")
  func weekly() async throws {
    let server = try await MailServer()
    // The day is a Thursday; its summary goes out on Friday.
    let house = try await WrittenHouse(
      channels: WrittenHouse.smtp(server), entering: ["b"], deciding: "weekly_on: friday")
    try await house.expect("member", "add", "a", "--name", "Ann", "--address", "mail=a@example.org", "--lang", "en", "--given")
    #expect(try await house.send("--once").output.contains("2 sent"))
    let mails = try await server.mails()
    let week = try #require(mails.first { $0.envelopeTo == ["a@example.org"] })
    #expect(week.headers["subject"]?.hasSuffix("week from 12 to 18 June") == true, "\(week.headers["subject"] ?? "")")
    #expect(week.body.type == "multipart/related" && week.body.parts.last?.png == true)
    // The six days before the one that is known say so.
    let text = try #require(week.body.parts.first?.parts.first?.text)
    #expect(text.components(separatedBy: "no values").count == 7 && text.contains("  Thu  █"), "\(text)")
    #expect(mails.first { $0.envelopeTo == ["b@example.org"] }?.headers["subject"]?.contains("Woche") == false)
    #expect(try await house.send("--once").output.contains("0 new in the outbox"))
    try await house.expect("summary", "send", "--member", "a", "--week", WrittenHouse.day)
    #expect(try await server.mails().last?.headers["subject"] == week.headers["subject"])
    // On Saturday it is nobody's day; who wants one a day hears that the meter has fallen silent.
    let later = try await house.run("summary", "run", "--day", "2026-06-19", "--once")
    #expect(later.output.contains("1 new in the outbox"), "\(later.output)\(later.errors)")
    #expect(try await house.expect("summary", "outbox", "--day", "2026-06-19", "--member", "a").contains("is empty"))
  }

  /// Quarter hours of the member a, in Wh: 50 from 21 May on, 200 on `unusual` days of June, 2026.
  private static func use(unusual: Set<Int>) -> String {
    let formatter = ISO8601DateFormatter()
    // 21 May 2026, midnight in Berlin; the 18th of June is there already.
    let start = Date(timeIntervalSince1970: 1_779_314_400)
    let rows = (0..<31).filter { $0 != 28 }.flatMap { day in
      (0..<24 * 4).map { quarter in
        let time = start.addingTimeInterval(Double(day * 24 * 4 + quarter) * 900)
        return "\(formatter.string(from: time)),\(unusual.contains(day - 10) ? 200 : 50)"
      }
    }
    return (["time,P-a.energy_import [Wh]"] + rows).joined(separator: "\n") + "\n"
  }

  @Test("unusual use is told to who asked for it and to nobody else, once for all of its days")
  func alerts() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server), entering: [])
    for member in ["a", "b"] {
      try await house.expect(
        "member", "add", member, "--name", "Ann", "--address", "mail=\(member)@example.org", "--lang", "en", "--given")
      try await house.expect("member", "consent", member, "alerts", "--given")
    }
    try house.folder.write(Self.use(unusual: [19, 20]), to: "use.csv")
    try await house.expect("import", house.folder.file("use.csv"))
    // 4.8 kWh a day; 19.2 on Friday and Saturday. Nobody wants a day's summary, and it is not the week's day.
    try await house.expect("summary", "run", "--day", "2026-06-18", "--once")
    #expect(try await server.mails().isEmpty)
    try await house.expect("summary", "run", "--day", "2026-06-19", "--once")
    let mail = try #require(try await server.mails().last)
    #expect(mail.envelopeTo == ["a@example.org"])
    #expect(mail.headers["subject"] == "More electricity than usual, Friday, 19 June")
    let text = (mail.body.parts.flatMap(\.parts) + mail.body.parts).compactMap(\.text).joined()
    #expect(text.contains("19 kWh") && text.contains("4.8 kWh"), "\(text)")
    for day in ["2026-06-19", "2026-06-20"] { try await house.expect("summary", "run", "--day", day, "--once") }
    #expect(try await server.mails().count == 1)
    #expect(try await house.expect("summary", "outbox").contains("alert"))
  }

  @Test("unusual use is not told to who did not ask, nor to who has taken it back")
  func alertsWithoutConsent() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server), entering: [])
    try await house.expect("member", "add", "a", "--name", "Ann", "--address", "mail=a@example.org", "--given")
    try house.folder.write(Self.use(unusual: [19]), to: "use.csv")
    try await house.expect("import", house.folder.file("use.csv"))
    let run = try await house.expect("summary", "run", "--day", "2026-06-19", "--once")
    #expect(run.contains("0 new in the outbox"), "\(run)")
    try await house.expect("member", "consent", "a", "alerts", "--given")
    try await house.expect("member", "consent", "a", "alerts", "--withdraw")
    try await house.expect("summary", "run", "--day", "2026-06-19", "--once")
    #expect(try await server.mails().isEmpty)
  }

  @Test("one is sent anew to one person on purpose, or to somebody else as a test, and shown without being sent")
  func anew() async throws {
    let server = try await MailServer()
    let house = try await WrittenHouse(channels: WrittenHouse.smtp(server), entering: ["a"])
    #expect(try await house.send("--once").status == 0)
    let shown = try await house.expect("summary", "send", "--member", "a", "--day", WrittenHouse.day, "--preview")
    #expect(shown.hasPrefix("To a@example.org by mail\nSubject: ") && shown.contains("Frau Yılmaz"))
    // Who looks before anything is sent sees the words of the same settings.
    #expect(try await house.expect("summary", "show", "--member", "a", "--day", WrittenHouse.day).contains("Hollow House eG"))
    try await house.expect("summary", "send", "--member", "a", "--day", WrittenHouse.day)
    try await house.expect("summary", "send", "--member", "a", "--day", WrittenHouse.day, "--to", "me@example.org")
    let mails = try await server.mails()
    #expect(mails.map(\.envelopeTo) == [["a@example.org"], ["a@example.org"], ["me@example.org"]])
    #expect(mails.map { $0.body.parts.flatMap(\.parts).contains { $0.text?.contains("/stop/") == true } } == [true, true, false])
    #expect(Set(mails.map { $0.headers["message-id"] }).count == 3)
    #expect(try await house.expect("summary", "outbox").contains("2 sent"))
  }
}
