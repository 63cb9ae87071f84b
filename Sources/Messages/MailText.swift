public import MarketTime

/// Who a mail comes from, and how one is rid of more of them.
public struct MailSender: Sendable, Equatable {
  /// The sender's name.
  public let name: String
  /// The sender's address.
  public let address: MailAddress
  /// Where answers go; nil for the sender's address.
  public let replyTo: MailAddress?
  /// The name of the list, a domain: `summaries.musterhof.example` (RFC 2919).
  public let listID: String
  /// The address of the page that ends it by one click; the member's token is put behind it (RFC 8058). Begins with https://.
  public let stopPage: String?
  /// The address to which a mail with the token ends it.
  public let stopAddress: MailAddress?

  /// A sender; see the properties.
  public init(
    name: String, address: MailAddress, replyTo: MailAddress? = nil, listID: String? = nil, stopPage: String? = nil,
    stopAddress: MailAddress? = nil
  ) {
    self.name = name
    self.address = address
    self.replyTo = replyTo
    self.listID = listID ?? "summaries.\(address.domain)"
    self.stopPage = stopPage
    self.stopAddress = stopAddress
  }
}

/// To whom one mail goes.
public struct MailEnvelope: Sendable, Equatable {
  /// The recipient's name; nil for none.
  public let name: String?
  /// The recipient's address.
  public let address: MailAddress
  /// The mark of the delivery; see `DeliveryKey.mark(in:)`.
  public let mark: String
  /// By what the recipient ends it; nil where there is no way but an answer.
  public let stopToken: String?
  /// When it is sent.
  public let date: Timestamp

  /// An envelope; see the properties.
  public init(name: String?, address: MailAddress, mark: String, stopToken: String?, date: Timestamp) {
    self.name = name
    self.address = address
    self.mark = mark
    self.stopToken = stopToken
    self.date = date
  }
}

/// A message as mail (RFC 5322, 2045 to 2047, 2387, 8058): ASCII, lines of at most 78 characters, each ended by CRLF.
public struct MailText: Sendable, Equatable {
  /// The whole mail, headers and body.
  public let text: String
  /// What stands in `Message-ID`, with its brackets.
  public let messageID: String

  /// `message` from `sender` in `envelope`.
  ///
  /// - Throws: `MessageProblem` where a name or the subject could begin a header of its own.
  public init(_ message: Message, from sender: MailSender, in envelope: MailEnvelope) throws(MessageProblem) {
    messageID = "<\(envelope.mark)@\(sender.address.domain)>"
    var lines = [
      try HeaderText.mailbox("From", sender.name, sender.address.text),
      try HeaderText.mailbox("To", envelope.name, envelope.address.text),
    ]
    if let replyTo = sender.replyTo { lines.append(try HeaderText.mailbox("Reply-To", nil, replyTo.text)) }
    lines.append(try HeaderText.unstructured("Subject", message.subject))
    lines += [
      "Date: \(Self.date(envelope.date))", "Message-ID: \(messageID)", "MIME-Version: 1.0",
      try HeaderText.unstructured("Content-Language", message.language),
      // No machine shall answer a machine (RFC 3834).
      "Auto-Submitted: auto-generated", try HeaderText.mailbox("List-Id", sender.name, sender.listID),
    ]
    lines += Self.stopLines(sender, envelope.stopToken)
    let body = try Self.body(of: message, boundary: "=_\(envelope.mark.prefix(24))")
    text = (lines + [body.headers]).joined(separator: "\r\n") + "\r\n\r\n" + body.text
  }

  /// As bytes.
  public var bytes: [UInt8] { Array(text.utf8) }

  private static func stopLines(_ sender: MailSender, _ token: String?) -> [String] {
    guard let token else { return [] }
    let page = sender.stopPage.map { "<\($0)\(token)>" }
    let mail = sender.stopAddress.map { "<mailto:\($0)?subject=stop%20\(token)>" }
    let ways = [page, mail].compactMap(\.self)
    guard !ways.isEmpty else { return [] }
    let header = "List-Unsubscribe: " + ways.joined(separator: ",\r\n ")
    return page == nil ? [header] : [header, "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
  }

  // MARK: - Body

  private struct Part {
    let headers: String
    let text: String
  }

  private static func body(of message: Message, boundary: String) throws(MessageProblem) -> Part {
    let plain = textPart("plain", message.text)
    guard let html = message.html else { return plain }
    let both = multipart("alternative", [plain, textPart("html", html)], boundary: boundary + "_a")
    guard !message.pictures.isEmpty else { return both }
    var parts = [both]
    for picture in message.pictures {
      try HeaderText.refuseControls(in: picture.contentID, place: "name of a picture")
      parts.append(
        Part(
          headers: [
            "Content-Type: image/png", "Content-Transfer-Encoding: base64", "Content-ID: <\(picture.contentID)>",
            "Content-Disposition: inline; filename=\"picture\(parts.count).png\"",
          ].joined(separator: "\r\n"), text: Base64.lines(picture.png)))
    }
    return multipart("related", parts, boundary: boundary + "_r", parameter: ";\r\n type=\"multipart/alternative\"")
  }

  private static func textPart(_ subtype: String, _ text: String) -> Part {
    Part(
      headers: "Content-Type: text/\(subtype); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
      text: QuotedPrintable.lines(text))
  }

  /// `boundary` holds "=_", which no encoded part can.
  private static func multipart(_ subtype: String, _ parts: [Part], boundary: String, parameter: String = "") -> Part {
    let texts = parts.map { "--\(boundary)\r\n\($0.headers)\r\n\r\n\($0.text)" }
    return Part(
      headers: "Content-Type: multipart/\(subtype)\(parameter);\r\n boundary=\"\(boundary)\"",
      text: texts.joined(separator: "\r\n") + "\r\n--\(boundary)--\r\n")
  }

  // MARK: - Date

  /// `Thu, 18 Jun 2026 05:00:00 +0000` (RFC 5322, 3.3).
  static func date(_ instant: Timestamp) -> String {
    let seconds = instant.milliseconds.floored(by: 1000)
    let day = LocalDay(number: Int(seconds.floored(by: 86_400)))
    let second = Int(seconds) - day.number * 86_400
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let (year, month, dayOfMonth) = day.components
    let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, to: 2) }.joined(separator: ":")
    return "\(weekdays[day.weekday.rawValue]), \(dayOfMonth) \(months[month - 1]) \(padded(year, to: 4)) \(time) +0000"
  }
}
