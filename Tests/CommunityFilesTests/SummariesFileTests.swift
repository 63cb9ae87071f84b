import CommunityFiles
import CommunityModel
import MarketTime
import Messages
import Quantities
import Testing

@Suite("A file of summaries")
struct SummariesFileTests {
  private static func read(_ text: String, file: String = "summaries.yaml") throws -> SummariesFile {
    let hollow = try community(try Documentation("community.md").example()).community
    return try SummariesFile(bytes: Array(text.utf8), file: file, of: hollow)
  }

  private static let head = "version: 1\ncommunity: hollow\n"

  @Test("says what its description's example says")
  func example() throws {
    let file = try Self.read(Documentation("summaries.md").example(), file: "/etc/energy-opt/summaries.yaml")
    func time(_ text: String) throws -> LocalTime { try #require(LocalTime(iso8601: text)) }
    #expect(
      file.settings
        == SummarySettings(
          organisation: "Energiegenossenschaft Musterhof", contact: "rat@musterhof.example", formality: .formal,
          link: "https://musterhof.example/werte", houseQuietHours: DailyHours(from: try time("22:00"), until: try time("06:00")),
          quietHours: DailyHours(from: try time("21:00"), until: try time("07:00")), sendAt: try time("07:00"),
          coverage: Fraction(count: 980_000_000), waitUntil: try time("10:00"), whenIncomplete: .send, weeklyOn: .monday,
          consentText: "2026-11",
          heatUser: AverageHeatUser(
            source: "Vergleichstest 2026",
            months: [1530, 1350, 1170, 720, 360, 120, 120, 120, 270, 720, 1080, 1440].map { Energy(kilowattHours: $0) }),
          publicPage: "https://musterhof.example/haus"))
    let sender = try #require(file.delivery.sender)
    #expect(sender.address.text == "energie@musterhof.example" && sender.stopPage == "https://musterhof.example/stop/")
    #expect(file.delivery.retry == RetryRule(first: .seconds(120), longest: .seconds(3600), expiry: .seconds(86_400)))
    #expect(file.delivery.channels.map(\.id) == ["mail", "local", "box", "letters", "push", "room", "chat", "hook"])
    #expect(
      file.delivery.channels[0].kind
        == .smtp(
          host: "mail.musterhof.example", port: 587, encryption: "starttls", user: "energie",
          secret: "/etc/energy-opt/secrets/smtp", certificates: "/etc/energy-opt/secrets/ca.pem"))
    #expect(
      file.delivery.channels[7].kind
        == .webhook(
          url: "https://hook.musterhof.example/in", template: #"{"to": "{address}", "text": "{chat}"}"#,
          contentType: "application/json", secret: "/etc/energy-opt/secrets/hook", certificates: nil))
  }

  @Test("has every key of its description in its example")
  func keys() throws {
    let documentation = try Documentation("summaries.md")
    let used = Set(try documentation.example().matches(of: /([a-z_]+):/).map { String($0.1) })
    #expect(documentation.keys.count > 25)
    #expect(documentation.keys.subtracting(used) == [])
  }

  @Test("has times and shares that suit most where it says nothing")
  func defaults() throws {
    let settings = try Self.read(Self.head).settings
    #expect("\(settings.sendAt) \(settings.waitUntil)" == "07:00 10:00")
    #expect(settings.coverage == Fraction(count: 980_000_000) && settings.quietHours == nil && settings.weeklyOn == .monday)
  }

  @Test("asks for all twelve months of an average user of heat, and for who says so")
  func heatUser() throws {
    let said = told { _ = try Self.read(Self.head + "average_heat_user: {january: 1530 kWh, febuary: 1 kWh}\n") }
    #expect(said.contains { $0.contains("'source'") } && said.contains { $0.contains("'december'") })
    #expect(said.contains { $0.contains("did you mean 'february'?") })
  }

  @Test("is refused as its description shows")
  func messages() throws {
    let shown = try Documentation("summaries.md").messages(of: "summaries.yaml")
    let caused =
      told { _ = try Self.read(Self.head + "tones: du\n") } + told { _ = try Self.read(Self.head + "\nlink: http://a.example\n") }
      + told { _ = try Self.read(Self.head + "\n\nchannels:\n  - {id: mail, sendmail: /usr/sbin/sendmail}\n") }
    #expect(shown.count == 3 && shown == caused)
  }

  @Test(
    "refuses what would talk in the clear, twice, or nowhere",
    arguments: [
      ("{id: a, smtp: {host: mail.example.org, encryption: none}}", "without encryption only a server on this machine"),
      ("{id: a, smtp: {host: mail.example.org, user: x}}", "'user' and 'password_file' go together"),
      ("{id: a, ntfy: {server: \"http://ntfy.example.org\"}}", "it must begin with https://"),
      ("{id: a, ntfy: {server: \"http://localhost.example.org\"}}", "it must begin with https://"),
      ("{id: a, matrix: {server: \"https://m.example.org\"}}", "'matrix' lacks the key 'token_file'"),
      ("{id: a}", "a channel is one of smtp, sendmail, maildir, files"), ("{id: a, smtp: {hots: x}}", "did you mean 'host'?"),
      ("{id: a b, files: x}", "the id 'a b' may only have letters"),
    ])
  func channels(_ entry: String, _ message: String) {
    let sender = "sender: {name: x, address: x@example.org}\n"
    let problems = told { _ = try Self.read(Self.head + sender + "channels:\n  - \(entry)\n") }
    #expect(problems.contains { $0.contains(message) }, "\(problems)")
  }
}
