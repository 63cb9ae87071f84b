import Console
public import Messages

/// A topic of an ntfy server (docs.ntfy.sh, "Publish as JSON"). The address is the topic.
public struct NtfyChannel: DeliveryChannel {
  private let server: String
  private let exchange: HTTPExchange

  /// Through the server at `server`, `https://ntfy.example.org`.
  public init(server: String, token: Secret?, certificates: String? = nil, timeout: Duration = .seconds(30)) {
    self.server = server
    exchange = HTTPExchange(secret: token, certificates: certificates, timeout: timeout)
  }

  /// What is wrong with a topic: it is a word of at most 64 letters, digits, `-` and `_`.
  public func objection(to address: String) -> String? {
    let isTopic =
      (1...64).contains(address.utf8.count)
      && address.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
    return isTopic ? nil : "a topic is a word of letters, digits, - and _"
  }

  /// Publishes the short text under the subject.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let body = JSONValue.object([
      ("topic", .string(parcel.address)), ("title", .string(parcel.message.subject)), ("message", .string(parcel.chat)),
    ])
    let token = exchange.secret.map { ["Authorization: Bearer \($0.value)"] } ?? []
    return exchange.send(.init(url: server, headers: ["Content-Type: application/json"] + token, body: body.text()))
  }
}

/// A room of a Matrix server (client-server API v1.11, `PUT /rooms/{roomId}/send`). The address is the room's id. The mark is the transaction: a
/// server takes the same one once.
public struct MatrixChannel: DeliveryChannel {
  private let server: String
  private let exchange: HTTPExchange

  /// Through the homeserver at `server`, as whoever has `token`.
  public init(server: String, token: Secret, certificates: String? = nil, timeout: Duration = .seconds(30)) {
    self.server = server
    exchange = HTTPExchange(secret: token, certificates: certificates, timeout: timeout)
  }

  /// What is wrong with a room's id.
  public func objection(to address: String) -> String? {
    address.hasPrefix("!") && address.contains(":") && !address.contains(" ") ? nil : "a room's id is like !abc123:example.org"
  }

  /// Sends the short text.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let body = JSONValue.object([("msgtype", .string("m.text")), ("body", .string(parcel.chat))])
    let path = "/_matrix/client/v3/rooms/\(percentEncoded(parcel.address))/send/m.room.message/\(parcel.mark)"
    let token = exchange.secret?.value ?? ""
    return exchange.send(
      .init(
        method: "PUT", url: server + path, headers: ["Content-Type: application/json", "Authorization: Bearer \(token)"],
        body: body.text()), refusesRecipient: true, after: { retryAfter(in: $0, "retry_after_ms", unit: .milliseconds(1)) })
  }
}

/// A bot of Telegram (Bot API, `sendMessage`). The address is the number of the chat. Telegram can read what it carries.
public struct TelegramChannel: DeliveryChannel {
  private let server: String
  private let exchange: HTTPExchange
  /// Characters of a message, at most.
  private static let longestText = 4096

  /// As the bot that has `token`.
  public init(
    server: String = "https://api.telegram.org", token: Secret, certificates: String? = nil, timeout: Duration = .seconds(30)
  ) {
    self.server = server
    exchange = HTTPExchange(secret: token, certificates: certificates, timeout: timeout)
  }

  /// What is wrong with a chat's number.
  public func objection(to address: String) -> String? { Int64(address) == nil ? "a chat is a whole number" : nil }

  /// Sends the short text.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let body = JSONValue.object([
      ("chat_id", .string(parcel.address)), ("text", .string(shortened(parcel.chat, to: Self.longestText))),
    ])
    return exchange.send(
      .init(
        url: "\(server)/bot\(exchange.secret?.value ?? "")/sendMessage", headers: ["Content-Type: application/json"],
        body: body.text()), refusesRecipient: true, after: { retryAfter(in: $0, "retry_after", unit: .seconds(1)) })
  }
}

/// The whole number behind `key` in an answer, as a time.
private func retryAfter(in answer: String, _ key: String, unit: Duration) -> Duration? {
  guard let rest = answer.split(separator: "\"\(key)\"", maxSplits: 1).dropFirst().first else { return nil }
  let digits = rest.drop { $0 == ":" || $0 == " " }.prefix(while: \.isNumber)
  return Int(digits).map { unit * min($0, 86_400_000) }
}
