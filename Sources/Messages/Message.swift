public import CommunityModel

/// What is told to a member, in every form that a channel may want. It knows no address: that is found with the member when it is sent.
public struct Message: Sendable, Equatable {
  /// Whom it is for.
  public let recipient: Member.ID
  /// Why it is sent.
  public let kind: MessageKind
  /// The language it is written in, as `de` or `en`.
  public let language: String
  /// One line.
  public let subject: String
  /// The whole of it without the pictures.
  public let text: String
  /// The same for mail programs that show HTML; its pictures are `cid:` and their `contentID`.
  public let html: String?
  /// The same in a line or two, for chats and telephones; nil where the text is short enough.
  public let chat: String?
  /// The pictures that the HTML shows.
  public let pictures: [InlinePicture]

  /// A message; see the properties.
  public init(
    recipient: Member.ID, kind: MessageKind, language: String, subject: String, text: String, html: String? = nil,
    chat: String? = nil, pictures: [InlinePicture] = []
  ) {
    self.recipient = recipient
    self.kind = kind
    self.language = language
    self.subject = subject
    self.text = text
    self.html = html
    self.chat = chat
    self.pictures = pictures
  }
}

/// A picture within a message.
public struct InlinePicture: Sendable, Equatable {
  /// Its name within the message, as `day@musterhof`.
  public let contentID: String
  /// The PNG file.
  public let png: [UInt8]

  /// A picture; see the properties.
  public init(contentID: String, png: [UInt8]) {
    self.contentID = contentID
    self.png = png
  }
}

/// Why a message is sent. A member gets one of a kind, day and channel.
public enum MessageKind: String, CaseIterable, Sendable {
  /// The summary of a day.
  case summary
  /// A plant is off or back, which participants must be told.
  case outage
  /// A member's own use stands out of their own last weeks.
  case alert
  /// A month's heat, which users must be told (HeizkostenV section 6a, FFVAV section 4).
  case heat
  /// Asks whether somebody really wants messages.
  case confirmation
  /// Shows somebody of the board what members would get.
  case test

  /// To what the member must have agreed before it goes out by `channel`; a confirmation asks for it, an outage must be told (EnWG s42b(3),
  /// s42c(6)). Heat must be told too, but by which way it reaches somebody is theirs to say.
  public func consents(for channel: String) -> [ConsentPurpose] {
    switch self {
    case .summary, .heat: [.channel(channel)]
    case .alert: [.channel(channel), .alerts]
    case .outage, .confirmation, .test: []
    }
  }
}
