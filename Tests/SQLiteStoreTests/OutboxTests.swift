import CommunityModel
import GRDB
import MarketTime
import Messages
import Readings
import Testing

@testable import SQLiteStore

@Suite("The outbox in the store")
struct OutboxTests {
  private let folder: TemporaryFolder
  private let database: CommunityDatabase
  private let day = LocalDay(number: 20_622)
  private let everybody: Set<Member.ID> = ["a", "b"]

  init() throws {
    folder = try TemporaryFolder()
    database = try CommunityDatabase(writing: folder.file("community.sqlite"))
    for member in ["a", "b"] {
      try database.keep(
        Recipient(
          member: Member.ID(member), name: "Name \(member)", language: "de", addresses: ["mail": "\(member)@example.org"]),
        stopToken: "stop-\(member)", at: at(0))
      try database.give([.channel("mail")], of: Member.ID(member), textVersion: "7", means: "paper", at: at(0))
    }
  }

  private func letter(_ member: Member.ID, due: Int = 10) -> OutboxLetter {
    OutboxLetter(
      key: DeliveryKey(member: member, day: day, channel: "mail", kind: .summary),
      message: Message(
        recipient: member, kind: .summary, language: "de", subject: "to \(member)", text: "text of \(member)",
        pictures: [InlinePicture(contentID: "x@y", png: [1, 2, 3])]), due: at(due))
  }

  private func claim(_ seconds: Int) throws -> ClaimedDelivery? {
    try database.claim(at: at(seconds), members: everybody, channels: ["mail"])
  }

  @Test("takes a letter once, hands it out when it is due with its own member's address, and not again while it is handed over")
  func once() throws {
    #expect(try database.enqueue([letter("a"), letter("b")], in: "hollow", at: at(1)) == 2)
    #expect(try database.enqueue([letter("b"), letter("a")], in: "hollow", at: at(2)) == 0)
    #expect(try claim(9) == nil)
    let claimed = [try #require(try claim(10)), try #require(try claim(10))]
    #expect(claimed.map(\.address) == ["a@example.org", "b@example.org"] && claimed.map(\.name) == ["Name a", "Name b"])
    #expect(
      claimed.map(\.stopToken) == ["stop-a", "stop-b"] && claimed.map(\.message) == [letter("a").message, letter("b").message])
    #expect(try claim(11) == nil)
    try database.conclude(claimed[0].entry, .sent, due: nil, result: .delivered("250 ok"), at: at(12))
    try database.conclude(claimed[1].entry, .waiting, due: at(20), result: .passing("451"), at: at(12))
    #expect(try claim(19) == nil)
    #expect(try claim(20)?.entry.attempts == 1)
    #expect(try database.outbox(of: "a").map(\.state) == [.sent])
    #expect(StoreCheck().community(at: folder.file("community.sqlite")).findings == [])
  }

  @Test("gives back what a killed pass was handing over, as one that may have arrived")
  func interrupted() throws {
    _ = try database.enqueue([letter("a")], in: "hollow", at: at(1))
    _ = try claim(10)
    #expect(try database.takeBackUnfinished(at: at(11)) == 1)
    let again = try #require(try claim(11))
    #expect(again.entry.doubtful == 1 && again.entry.mark == letter("a").key.mark(in: "hollow"))
  }

  @Test("hands out an alert only while the consent to alerts holds, beside that to the channel")
  func alerts() throws {
    func alert(_ member: Member.ID) -> OutboxLetter {
      OutboxLetter(
        key: DeliveryKey(member: member, day: day, channel: "mail", kind: .alert),
        message: Message(recipient: member, kind: .alert, language: "de", subject: "x", text: "y"), due: at(10))
    }
    for member: Member.ID in ["a", "b"] {
      try database.give([.alerts], of: member, textVersion: "7", means: "paper", at: at(1))
    }
    _ = try database.enqueue([alert("a"), alert("b"), letter("a")], in: "hollow", at: at(2))
    try database.withdraw([.alerts], of: "a", at: at(3))
    let claimed = [try claim(10), try claim(10)].compactMap(\.self).map(\.entry.key)
    #expect(Set(claimed) == [letter("a").key, alert("b").key])
    #expect(try claim(10) == nil)
    #expect(try database.outbox(of: "a").filter { $0.key.kind == .alert }.map(\.state) == [.withdrawn])
  }

  @Test("hands out a month's heat only while the consent to the channel holds")
  func heat() throws {
    func heat(_ member: Member.ID) -> OutboxLetter {
      OutboxLetter(
        key: DeliveryKey(member: member, day: day, channel: "mail", kind: .heat),
        message: Message(recipient: member, kind: .heat, language: "de", subject: "x", text: "y"), due: at(10))
    }
    _ = try database.enqueue([heat("a"), heat("b"), letter("b")], in: "hollow", at: at(2))
    #expect(try database.enqueue([heat("b")], in: "hollow", at: at(2)) == 0)
    try database.withdraw([.channel("mail")], of: "a", at: at(3))
    let claimed = [try claim(10), try claim(10)].compactMap(\.self).map(\.entry.key)
    #expect(Set(claimed) == [letter("b").key, heat("b").key])
    #expect(try claim(10) == nil)
  }

  @Test("calls off what nobody wants any more: consent withdrawn, address gone, no member, come back three times")
  func calledOff() throws {
    _ = try database.enqueue([letter("a"), letter("b")], in: "hollow", at: at(1))
    try database.withdraw([.channel("mail")], of: "a", at: at(2))
    #expect(try database.outbox(of: "a").map(\.state) == [.withdrawn])
    #expect(try database.claim(at: at(10), members: ["a"], channels: ["mail"]) == nil)
    #expect(try database.outbox(of: "b").map(\.result) == ["no member any more"])

    let next = OutboxLetter(
      key: DeliveryKey(member: "b", day: day.advanced(by: 1), channel: "mail", kind: .summary), message: letter("b").message,
      due: at(1))
    for copy in 0..<3 {
      let key = DeliveryKey(member: "b", day: day, channel: "mail", kind: .test, copy: copy)
      _ = try database.enqueue([OutboxLetter(key: key, message: letter("b").message, due: at(1))], in: "hollow", at: at(1))
      #expect(try database.noteBounce(mark: key.mark(in: "hollow"), isPermanent: true, reason: "5.1.1", at: at(3)) == "b")
    }
    _ = try database.enqueue([next], in: "hollow", at: at(1))
    #expect(try claim(10) == nil)
    #expect(try database.outbox(of: "b", day: next.key.day).map(\.result) == ["the address has bounced three times"])
    #expect(try database.noteBounce(mark: "none", isPermanent: true, reason: "", at: at(3)) == nil)
  }

  @Test("keeps messages 30 days and what became of them 12 months")
  func forgetting() throws {
    _ = try database.enqueue([letter("a")], in: "hollow", at: at(0))
    let days = { (count: Int) in at(count * 86_400) }
    #expect(try database.forgetOldMessages(at: days(30)) == (0, 0))
    #expect(try database.forgetOldMessages(at: days(31)) == (1, 0))
    #expect(try database.message(of: try #require(try database.outbox().first)) == nil)
    #expect(try database.forgetOldMessages(at: days(366)) == (0, 1))
    #expect(try database.outbox() == [])
  }

  @Test("keeps consents with time and text, gives them once by their code, and takes all of a channel away by its token")
  func consents() throws {
    try database.request([.money, .comparison], of: "a", textVersion: "8", token: "code", at: at(5))
    #expect(try database.recipients("a").first?.consents(to: .money) == false)
    let confirmed = try #require(try database.confirm(token: "code", at: at(6)))
    #expect(confirmed.member == "a" && confirmed.purposes == [.money, .comparison])
    #expect(try database.confirm(token: "code", at: at(7)) == nil)
    let consents = try #require(try database.recipients("a").first?.consents)
    #expect(consents.map(\.textVersion) == ["7", "8", "8"] && consents.map(\.given) == [at(0), at(6), at(6)])
    #expect(consents.map(\.means) == ["paper", "link", "link"])
    #expect(try database.stop("stop-a", at: at(9)) == "a")
    #expect(try database.stop("stop-x", at: at(9)) == nil)
    let after = try #require(try database.recipients("a").first)
    #expect(!after.consents(to: .channel("mail")) && after.consents(to: .money))
    #expect(after.consents[0].withdrawn == at(9))
  }

  @Test("finds rows that belong to nobody")
  func check() throws {
    try database.file.write { db in
      try db.execute(sql: "DELETE FROM person WHERE member = 'a'")
      try db.execute(sql: "INSERT INTO outbox_message (outbox, language, subject, text) VALUES (9, 'de', '', '')")
    }
    let findings = StoreCheck().community(at: folder.file("community.sqlite")).findings
    #expect(findings.map(\.kind) == [.row, .row, .row], "\(findings)")
  }

  @Test("a file of layout 3 is read as one without people, and brought up")
  func olderLayout() throws {
    let path = folder.file("older.sqlite")
    let present = Layout.community
    let older = Layout(
      contents: present.contents, applicationID: present.applicationID, pageSize: present.pageSize,
      migrations: Array(present.migrations.prefix(3)), oldestReadable: 1,
      sums: RowSums(tables: present.sums.tables.filter { $0.name.hasPrefix("i") || $0.name.hasPrefix("settlement") }))
    try DatabaseFile(writing: path, layout: older).close()
    #expect(try CommunityDatabase(readingOnly: path).recipients() == [])
    #expect(try CommunityDatabase(readingOnly: path).outbox() == [])
    let writing = try CommunityDatabase(writing: path)
    #expect(try writing.recipients() == [])
    #expect(StoreCheck().community(at: path).findings == [])
  }
}
