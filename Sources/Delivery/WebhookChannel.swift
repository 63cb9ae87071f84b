import CommunityModel
import Console
public import Messages

/// A body with places that a message fills: `{"to": "{address}", "text": "{chat}"}`.
public struct WebhookTemplate: Sendable, Equatable {
  /// What a place can be filled with.
  public static let places = ["address", "chat", "kind", "language", "mark", "member", "name", "subject", "text"]

  private let pieces: [Piece]
  private let isJSON: Bool

  private enum Piece: Sendable, Equatable {
    case text(String)
    case place(String)
  }

  /// Why a text is no template: a place that there is not.
  public struct UnknownPlace: Error, Sendable, Equatable {
    /// Its name.
    public let name: String
  }

  /// The template in `text`; `{word}` is a place, other braces stay.
  public init(_ text: String, isJSON: Bool) throws(UnknownPlace) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      let inner = rest[rest.index(after: open)...].prefix { $0.isLetter || $0 == "_" }
      guard !inner.isEmpty, inner.endIndex < rest.endIndex, rest[inner.endIndex] == "}" else {
        pieces.append(.text(String(rest[...open])))
        rest = rest[rest.index(after: open)...]
        continue
      }
      guard Self.places.contains(String(inner)) else { throw UnknownPlace(name: String(inner)) }
      pieces += [.text(String(rest[..<open])), .place(String(inner))]
      rest = rest[rest.index(after: inner.endIndex)...]
    }
    self.pieces = pieces + [.text(String(rest))]
    self.isJSON = isJSON
  }

  /// The body for `parcel`; in JSON with what it fills in escaped.
  func filled(with parcel: Parcel) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): return text
      case .place(let name):
        let value = Self.value(of: name, in: parcel)
        return isJSON ? String(JSONValue.string(value).text().dropFirst().dropLast()) : value
      }
    }.joined()
  }

  private static func value(of place: String, in parcel: Parcel) -> String {
    switch place {
    case "address": parcel.address
    case "chat": parcel.chat
    case "kind": parcel.message.kind.rawValue
    case "language": parcel.message.language
    case "mark": parcel.mark
    case "member": parcel.message.recipient.text
    case "name": parcel.name
    case "subject": parcel.message.subject
    default: parcel.message.text
    }
  }
}

/// Another program, which takes messages over HTTP. The mark comes as `Idempotency-Key`.
public struct WebhookChannel: DeliveryChannel {
  private let url: String
  private let template: WebhookTemplate
  private let contentType: String
  private let exchange: HTTPExchange

  /// To `url`, with `template` as the body.
  public init(
    url: String, template: WebhookTemplate, contentType: String, token: Secret?, certificates: String? = nil,
    timeout: Duration = .seconds(30)
  ) {
    self.url = url
    self.template = template
    self.contentType = contentType
    exchange = HTTPExchange(secret: token, certificates: certificates, timeout: timeout)
  }

  /// Nothing: only the other program knows.
  public func objection(to address: String) -> String? { nil }

  /// Posts the filled template.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let token = exchange.secret.map { ["Authorization: Bearer \($0.value)"] } ?? []
    return exchange.send(
      .init(
        url: url, headers: ["Content-Type: \(contentType)", "Idempotency-Key: \(parcel.mark)"] + token,
        body: template.filled(with: parcel)))
  }
}
