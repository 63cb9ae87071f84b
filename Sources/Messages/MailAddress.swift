/// A mail address, `ann@example.org`, in ASCII (RFC 5321, 4.1.2, without quoted local parts and address literals).
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
  /// As it is written.
  public let text: String

  /// The address in `text`; blanks around it, as copying brings them, are left out.
  ///
  /// - Throws: `MessageProblem.address`, also where a name stands beside the address.
  public init(_ text: String) throws(MessageProblem) {
    let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    if let reason = Self.objection(to: trimmed) { throw .address(text, reason: reason) }
    self.text = trimmed
  }

  /// What stands behind the @.
  public var domain: String { String(text.drop { $0 != "@" }.dropFirst()) }

  /// As it is written.
  public var description: String { text }

  private static func objection(to text: String) -> String? {
    if text.unicodeScalars.contains(where: HeaderText.isControl) { return "it holds a line break or another control character" }
    guard text.unicodeScalars.allSatisfy(\.isASCII) else {
      return "letters beyond a-z need their ASCII form, domains as xn--"
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return "there must be one @ in it" }
    guard (1...64).contains(parts[0].utf8.count), text.utf8.count <= 254 else {
      return "it is too long, or nothing stands before the @"
    }
    let isLocalPart = parts[0].unicodeScalars.allSatisfy { isPlain($0) || "!#$%&'*+-/=?^_`{|}~.".unicodeScalars.contains($0) }
    guard isLocalPart, !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains("..") else {
      return "before the @ there may be letters, digits, signs such as . - + _ and no blanks"
    }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    let areLabels = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.unicodeScalars.allSatisfy { isPlain($0) || $0 == "-" }
    }
    return areLabels ? nil : "behind the @ there must be a domain such as example.org"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
