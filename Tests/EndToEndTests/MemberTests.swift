import Foundation
import Testing

@Suite("Members as people")
struct MemberTests {
  private static let maildir = "  - {id: mail, maildir: box}"

  private struct Export: Decodable {
    let member: String
    let contact: Contact?
    let messages: [Message]
    let meteringPoints: [String]

    struct Contact: Decodable {
      let name: String
      let addresses: [String: String]
      let consents: [Consent]
    }

    struct Consent: Decodable {
      let purpose: String
      let textVersion: String
      let given: String?
      let withdrawn: String?
    }

    struct Message: Decodable { let text: String? }
  }

  @Test("get a copy of all their own rows, and of nobody else's")
  func export() async throws {
    let house = try await WrittenHouse(channels: Self.maildir)
    try await house.expect("member", "consent", "a", "money", "--given")
    try await house.expect("member", "consent", "a", "money", "--withdraw")
    try await house.expect("summary", "run", "--day", WrittenHouse.day, "--once")
    let folder = house.folder.file("a-data")
    try await house.expect("member", "export", "a", "--to", folder)
    let files = try ["member.json", "values.csv", "shares.csv"].map { try Checkout.text("\(folder)/\($0)") }
    let export = try Export.read(files[0])
    #expect(export.member == "a" && export.meteringPoints == ["P-a"] && export.messages.count == 1)
    #expect(export.contact?.name == "Frau Yılmaz" && export.contact?.addresses == ["mail": "a@example.org"])
    let consents = try #require(export.contact?.consents)
    #expect(
      consents.map(\.purpose) == ["channel:mail", "money"] && consents.allSatisfy { $0.given != nil && $0.textVersion == "1" })
    #expect(consents.map { $0.withdrawn != nil } == [false, true])
    // 50 Wh a quarter hour, all day, of P-a alone.
    let values = try CSVTable(files[1])
    #expect(
      values.rows.count == 24 * 4
        && Set(values.rows.map { $0.dropFirst().joined(separator: ",") }) == ["P-a,energy_import,50,measured"])
    // a 50, b 60, c 70, d 80 Wh: 260 of 500 Wh; so a has all of its 50 Wh in 32 quarter hours, else nothing.
    let shares = try CSVTable(files[2])["share [Wh]"]
    #expect(shares.filter { $0 == "50" }.count == 32 && shares.filter { $0 == "0" }.count == shares.count - 32)
    for text in files {
      for other in ["b", "c", "d"] {
        #expect(
          !text.contains("P-\(other)") && !text.contains("\(other)@example.org")
            && !text.contains(WrittenHouse.names[other] ?? "?"))
      }
    }
  }

  @Test("are erased without a trace in database and log; what stays is told, and the others are untouched")
  func erase() async throws {
    let house = try await WrittenHouse(channels: Self.maildir, entering: ["b", "c", "d"])
    try await house.expect(
      "member", "add", "a", "--name", "CANARY-4711", "--address", "mail=canary4711@example.org", "--frequency", "daily", "--given"
    )
    try await house.expect("summary", "run", "--day", WrittenHouse.day, "--once")
    func traces(_ text: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: house.folder.path).filter { name in
        name.hasPrefix("community.sqlite")
          && (try? Data(contentsOf: URL(fileURLWithPath: house.folder.file(name))))?.range(of: Data(text.utf8)) != nil
      }
    }
    #expect(try !traces("CANARY-4711").isEmpty && !traces("canary4711").isEmpty)
    let told = try await house.expect("member", "erase", "a")
    #expect(told.contains("would go: 1 addresses") && told.contains("nothing was deleted"))
    #expect(try !traces("CANARY-4711").isEmpty)
    let erased = try await house.expect("member", "erase", "a", "--yes")
    #expect(
      erased.contains("deleted: 1 addresses, 1 records of consents, 1 messages") && erased.contains("96 values of P-a"),
      "\(erased)")
    for text in ["CANARY-4711", "canary4711"] { #expect(try traces(text) == [], "\(text)") }
    let known = try await house.expect("store")
    #expect(known.contains("P-b") && !known.contains("P-a"))
    #expect(try await house.run("store", "check").status == 0)
    #expect(try await house.expect("member", "list").contains("3 entered, 1 members without an entry"))
    #expect(try await house.expect("summary", "outbox").contains("3 sent"))
  }
}
