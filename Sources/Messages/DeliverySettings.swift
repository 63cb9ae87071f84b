/// How a community's messages go out, as `summaries.yaml` has it.
public struct DeliverySettings: Sendable, Equatable {
  /// Who mails come from; nil where nothing is sent as mail.
  public let sender: MailSender?
  /// The page by which people confirm that they want messages; their code is put behind it.
  public let confirmPage: String?
  /// When a delivery is tried again.
  public let retry: RetryRule
  /// The channels, in the order of the file; files of secrets and folders are paths that can be opened.
  public let channels: [ChannelSettings]

  /// Settings; see the properties.
  public init(sender: MailSender? = nil, confirmPage: String? = nil, retry: RetryRule = .usual, channels: [ChannelSettings] = [])
  {
    self.sender = sender
    self.confirmPage = confirmPage
    self.retry = retry
    self.channels = channels
  }
}

/// A channel of `summaries.yaml`.
public struct ChannelSettings: Sendable, Equatable {
  /// By what people's addresses and consents name it.
  public let id: String
  /// What it is.
  public let kind: Kind
  /// For all of one message.
  public let timeout: Duration

  /// A channel; see the properties.
  public init(id: String, kind: Kind, timeout: Duration = .seconds(60)) {
    self.id = id
    self.kind = kind
    self.timeout = timeout
  }

  /// What a channel is. `secret` names a file with a password or token, `certificates` one with those that are trusted instead of the system's.
  public enum Kind: Sendable, Equatable {
    /// A mail server that takes mail from us; `encryption` is `starttls`, `tls` or `none`.
    case smtp(host: String, port: Int, encryption: String, user: String?, secret: String?, certificates: String?)
    /// This machine's mail system.
    case sendmail(program: String)
    /// A folder as mail programs read it.
    case maildir(folder: String)
    /// A folder of files.
    case files(folder: String)
    /// Topics of an ntfy server.
    case ntfy(server: String, secret: String?, certificates: String?)
    /// Rooms of a Matrix server.
    case matrix(server: String, secret: String, certificates: String?)
    /// Chats of a Telegram bot.
    case telegram(server: String, secret: String, certificates: String?)
    /// Another program over HTTP.
    case webhook(url: String, template: String, contentType: String, secret: String?, certificates: String?)
  }

  /// Whether addresses are mail addresses, so that a sender is needed.
  public var isMail: Bool {
    switch kind {
    case .smtp, .sendmail, .maildir, .files: true
    case .ntfy, .matrix, .telegram, .webhook: false
    }
  }
}
