import Foundation
import Testing

/// The other side is Python's http.server.
@Suite("Summaries by other channels")
struct ChatTests {
  private static func channels(_ server: MailServer, failing status: String = "") -> String {
    let base = "http://127.0.0.1:\(server.httpPort)\(status)"
    return """
        - {id: mail, maildir: box}
        - {id: push, ntfy: {server: "\(base)", token_file: secret}}
        - {id: room, matrix: {server: "\(base)", token_file: secret}}
        - {id: chat, telegram: {server: "\(base)", token_file: secret}}
        - id: hook
          webhook: {url: "\(base)/in", template: '{"who": "{member}", "to": "{address}", "text": "{chat}"}', token_file: secret}
      """
  }

  private static let addresses = ["push=hollow-a", "room=!abc:example.org", "chat=-1001234", "hook=x\"y"]

  private func house(_ channels: String) async throws -> WrittenHouse {
    let house = try await WrittenHouse(channels: channels, retries: "{first: 1 h, longest: 1 h, expiry: 24 h}", entering: [])
    var add = ["member", "add", "a", "--name", "Ann", "--lang", "en", "--frequency", "daily", "--given"]
    for address in Self.addresses { add += ["--address", address] }
    let added = try await house.run(add)
    #expect(added.status == 0, "\(added.errors)")
    return house
  }

  @Test("reach ntfy, Matrix, Telegram and other programs once, each in its own form, with the short text")
  func forms() async throws {
    let server = try await MailServer()
    let house = try await house(Self.channels(server))
    for _ in 1...2 {
      let sent = try await house.send("--once")
      #expect(sent.status == 0 && !(sent.output + sent.errors).contains("hunter2"), "\(sent.errors)")
    }
    let requests = try server.requests()
    #expect(requests.count == 4)
    func body(_ request: MailServer.Request) throws -> [String: String] {
      try JSONDecoder().decode([String: String].self, from: Data(request.body.utf8))
    }
    let push = try #require(requests.first { $0.path == "/" })
    #expect(push.method == "POST" && push.headers["authorization"] == "Bearer hunter2")
    let note = try body(push)
    #expect(note["topic"] == "hollow-a" && note["title"]?.isEmpty == false)
    let text = try #require(note["message"])
    #expect((10...200).contains(text.count))
    let room = try #require(requests.first { $0.method == "PUT" })
    #expect(room.path.hasPrefix("/_matrix/client/v3/rooms/%21abc%3Aexample.org/send/m.room.message/"))
    #expect(try body(room) == ["msgtype": "m.text", "body": text] && room.headers["authorization"] == "Bearer hunter2")
    let chat = try #require(requests.first { $0.path == "/bothunter2/sendMessage" })
    #expect(try body(chat) == ["chat_id": "-1001234", "text": text])
    let hook = try #require(requests.first { $0.path == "/in" })
    #expect(try body(hook) == ["who": "a", "to": "x\"y", "text": text] && hook.headers["idempotency-key"]?.count == 32)
  }

  @Test(
    "what a server answers decides: 404 is for good, 503 passes, 401 is about the token, which is in no word of it",
    arguments: [(404, "0 sent, 0 waiting, 4 failed"), (503, "0 sent, 4 waiting, 0 failed"), (401, "0 sent, 4 waiting, 0 failed")])
  func answers(status: Int, tally: String) async throws {
    let server = try await MailServer()
    let house = try await house(Self.channels(server, failing: "/status/\(status)"))
    let sent = try await house.send("--once")
    let outbox = try await house.expect("summary", "outbox")
    #expect(sent.output.contains(tally), "\(sent.output)\(sent.errors)")
    #expect(outbox.contains("HTTP \(status)"))
    #expect(!(sent.output + sent.errors + outbox).contains("hunter2"))
  }
}
