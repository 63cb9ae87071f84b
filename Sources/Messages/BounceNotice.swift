/// What a mail server says of a mail that it could not deliver later on (RFC 3464).
public struct BounceNotice: Sendable, Equatable {
  /// The marks of our mails that stand in it; see `DeliveryKey.mark(in:)`.
  public let marks: [String]
  /// Whether it is for good: a status of class 5.
  public let isPermanent: Bool
  /// The server's words.
  public let reason: String

  /// The notice in `mail`; nil where the mail is no notice of failure, or of no mail of ours.
  ///
  /// - Parameter domain: the domain of the sender's address, by which our Message-IDs are known.
  public init?(mail: String, domain: String) {
    let lines = mail.split(omittingEmptySubsequences: false) { $0.isNewline }
    func values(of name: String) -> [String] {
      lines.filter { $0.lowercased().hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }
    guard values(of: "action").contains(where: { $0.lowercased().hasPrefix("failed") }) else { return nil }
    let ends = "@\(domain)>"
    let ids = values(of: "message-id").filter { $0.hasPrefix("<") && $0.hasSuffix(ends) }.map {
      $0.dropFirst().dropLast(ends.count)
    }
    marks = ids.map(String.init).filter { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) }
    guard !marks.isEmpty else { return nil }
    isPermanent = values(of: "status").contains { $0.hasPrefix("5") }
    reason = MessageProblem.shown(values(of: "diagnostic-code").first ?? values(of: "status").first ?? "no reason given")
  }
}
