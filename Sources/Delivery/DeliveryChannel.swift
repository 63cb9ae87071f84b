public import MarketTime
public import Messages

/// A way by which messages reach people. A channel tries once and says how that ended; when it is tried again is the outbox's matter.
public protocol DeliveryChannel {
  /// Whether this channel could write to `address`; why not, in words for whoever enters it.
  func objection(to address: String) -> String?

  /// Hands `parcel` over.
  func deliver(_ parcel: Parcel) -> DeliveryResult
}

extension MailAddress {
  /// What is wrong with `text` as a mail address; nil where nothing is.
  static func objection(to text: String) -> String? {
    do {
      _ = try MailAddress(text)
      return nil
    } catch { return "\(error)" }
  }
}

/// A message with whom it goes to.
public struct Parcel: Sendable {
  /// What is sent.
  public let message: Message
  /// How the recipient is called.
  public let name: String
  /// The recipient's address on the channel.
  public let address: String
  /// By what the other side can tell that it has it already; see `DeliveryKey.mark(in:)`.
  public let mark: String
  /// By what the recipient ends it; nil where there is nothing to end.
  public let stopToken: String?
  /// When it is sent.
  public let date: Timestamp

  /// A parcel; see the properties.
  public init(message: Message, name: String, address: String, mark: String, stopToken: String?, date: Timestamp) {
    self.message = message
    self.name = name
    self.address = address
    self.mark = mark
    self.stopToken = stopToken
    self.date = date
  }

  /// What a chat shows.
  var chat: String { message.chat ?? message.text }

  /// The mail of it from `sender`.
  func mail(from sender: MailSender) throws(MessageProblem) -> MailText {
    try MailText(
      message, from: sender,
      in: MailEnvelope(name: name, address: try MailAddress(address), mark: mark, stopToken: stopToken, date: date))
  }
}

/// A password or token. It is in no description, so that no log gets it.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let value: String

  /// The secret `value`.
  public init(_ value: String) { self.value = value }

  /// Nothing of it.
  public var description: String { "(secret)" }
  /// Nothing of it.
  public var debugDescription: String { description }
  /// Nothing of it.
  public var customMirror: Mirror { Mirror(self, children: [:]) }

  /// `text` without the secret, as where a server has repeated it.
  func masked(in text: String) -> String {
    value.isEmpty ? text : text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "(secret)")
  }
}
