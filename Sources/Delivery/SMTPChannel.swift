import CCurl
public import Messages

/// Mail through a server that takes it from us (submission, RFC 6409), with TLS and login.
public struct SMTPChannel: DeliveryChannel {
  /// The server, and how to talk with it.
  public struct Server: Sendable {
    /// How the talk is kept from others.
    public enum Encryption: String, CaseIterable, Sendable {
      /// TLS from the first byte, port 465.
      case tls
      /// TLS after a word in the clear, port 587; without it nothing is said.
      case starttls
      /// None; only for a server on this machine.
      case none
    }

    let host: String
    let port: Int
    let encryption: Encryption
    let login: (user: String, password: Secret)?
    let certificates: String?
    let timeout: Duration

    /// A server.
    ///
    /// - Parameters:
    ///   - login: who we are there; nil where it does not ask.
    ///   - certificates: a file with the certificates that are trusted instead of the system's.
    ///   - timeout: for all of one mail.
    public init(
      host: String, port: Int, encryption: Encryption, login: (user: String, password: Secret)? = nil,
      certificates: String? = nil, timeout: Duration = .seconds(60)
    ) {
      self.host = host
      self.port = port
      self.encryption = encryption
      self.login = login
      self.certificates = certificates
      self.timeout = timeout
    }
  }

  private let server: Server
  private let sender: MailSender
  private let connection = CurlConnection()

  /// Mail of `sender` through `server`.
  public init(server: Server, sender: MailSender) {
    self.server = server
    self.sender = sender
  }

  /// What is wrong with a mail address.
  public func objection(to address: String) -> String? { MailAddress.objection(to: address) }

  /// Sends it as one mail to one recipient.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let mail: MailText
    do { mail = try parcel.mail(from: sender) } catch { return .permanent("\(error)") }
    guard let recipient = try? MailAddress(parcel.address) else { return .permanent("no mail address") }
    let scheme = server.encryption == .tls ? "smtps" : "smtp"
    let outcome = connection.perform { [server, sender] handle in
      handle.begin("\(scheme)://\(server.host):\(server.port)/\(sender.address.domain)", timeout: server.timeout)
      handle.set(CURLOPT_USE_SSL, Int(server.encryption == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
      if let certificates = server.certificates { handle.set(CURLOPT_CAINFO, certificates) }
      if let login = server.login {
        handle.set(CURLOPT_USERNAME, login.user)
        handle.set(CURLOPT_PASSWORD, login.password.value)
      }
      handle.set(CURLOPT_MAIL_FROM, "<\(sender.address.text)>")
      return handle.perform(uploading: mail.bytes, lists: [(CURLOPT_MAIL_RCPT, ["<\(recipient.text)>"])])
    }
    return Self.result(of: outcome, hiding: server.login?.password)
  }

  /// What `outcome` says: without a reply after all was handed over nobody knows; a reply of the server counts before libcurl's words.
  static func result(of outcome: CurlHandle.Outcome, hiding secret: Secret?) -> DeliveryResult {
    func masked(_ text: String) -> String { secret?.masked(in: text) ?? text }
    let reply = masked(lastReply(in: outcome.answer, of: outcome.status) ?? "")
    guard let trouble = outcome.trouble.map(masked) else { return .delivered(reply) }
    if outcome.isWithoutConnection {
      return .channelDown(reply.hasPrefix("5") || reply.hasPrefix("4") ? "\(trouble): \(reply)" : trouble)
    }
    if outcome.status >= 400, reply.hasPrefix("\(outcome.status)") { return .smtp(code: outcome.status, reply) }
    if outcome.isHandedOver { return .doubtful("\(trouble), after all had been handed over") }
    return .passing(trouble)
  }

  /// The last line that the server said, or the last with that code, without what a terminal would take for its own.
  static func lastReply(in answer: String, of status: Int = 0) -> String? {
    let lines = answer.split(whereSeparator: \.isNewline)
    let line = lines.last { $0.hasPrefix("\(status)") } ?? lines.last
    let plain = line.map { $0.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(300) }
    return plain.map { String(String.UnicodeScalarView($0)) }
  }
}
