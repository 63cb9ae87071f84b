/// Texts as headers of mail want them: ASCII, folded into lines, everything else as encoded words (RFC 2047) of UTF-8 in base64.
enum HeaderText {
  /// Columns of a line, which should have no more (RFC 5322, 2.1.1).
  static let lineLength = 78
  /// Characters of an encoded word, at most (RFC 2047, 2).
  private static let wordLength = 75
  private static let wordStart = "=?utf-8?B?"
  private static let wordEnd = "?="

  /// Whether `scalar` may not stand in a header: controls, separators of lines, and what turns the direction of writing for the rest.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// The header `name` with the free text `text`.
  ///
  /// - Throws: `MessageProblem.control`.
  static func unstructured(_ name: String, _ text: String) throws(MessageProblem) -> String {
    try refuseControls(in: text, place: name.lowercased())
    let fitsPlainly = text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("=?")
    if fitsPlainly, text.first != " ", text.last != " ", let folded = folded(name + ": " + text) { return folded }
    return name + ": " + encodedWords(text, column: name.utf8.count + 2)
  }

  /// The header `name` with an address, and the name of whose it is where there is one.
  ///
  /// - Throws: `MessageProblem.control`.
  static func mailbox(_ name: String, _ person: String?, _ address: String) throws(MessageProblem) -> String {
    guard let person, !person.isEmpty else { return "\(name): <\(address)>" }
    try refuseControls(in: person, place: "name")
    let phrase = phrase(person, column: name.utf8.count + 2)
    let lastLine = phrase.utf8.split(separator: UInt8(ascii: "\n")).last?.count ?? 0
    let fits = (phrase.contains("\n") ? 0 : name.utf8.count + 2) + lastLine + address.utf8.count + 3 <= lineLength
    return "\(name): \(phrase)\(fits ? " " : "\r\n ")<\(address)>"
  }

  /// - Throws: `MessageProblem.control`.
  static func refuseControls(in text: String, place: String) throws(MessageProblem) {
    if text.unicodeScalars.contains(where: isControl) { throw .control(in: place) }
  }

  /// A name before an address: in quotes where it is short ASCII, else encoded.
  static func phrase(_ text: String, column: Int) -> String {
    let isPlain = text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("=?") && column + text.utf8.count + 2 <= lineLength
    guard isPlain else { return encodedWords(text, column: column) }
    return "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }

  /// `text` in encoded words, each on a line of its own, the first beginning in `column`; no character is cut.
  private static func encodedWords(_ text: String, column: Int) -> String {
    var words: [String] = []
    var bytes: [UInt8] = []
    let room = wordLength - wordStart.count - wordEnd.count
    func limit() -> Int { min(room, lineLength - (words.isEmpty ? column : 1) - wordStart.count - wordEnd.count) / 4 * 3 }
    func close() {
      words.append(wordStart + Base64.text(bytes) + wordEnd)
      bytes.removeAll()
    }
    for scalar in text.unicodeScalars {
      let encoded = Array(String(scalar).utf8)
      if bytes.count + encoded.count > limit() { close() }
      bytes += encoded
    }
    close()
    return words.joined(separator: "\r\n ")
  }

  /// `line` broken at blanks into lines that are not too long; nil where a word is too long for that.
  private static func folded(_ line: String) -> String? {
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if current.isEmpty, lines.isEmpty {
        current = String(word)
      } else if current.utf8.count + 1 + word.utf8.count <= lineLength {
        current += " " + word
      } else {
        lines.append(current)
        current = " " + word
      }
    }
    lines.append(current)
    // A line of blanks alone would end the header.
    let areRight = lines.allSatisfy { $0.utf8.count <= lineLength && $0.contains { $0 != " " } }
    return areRight ? lines.joined(separator: "\r\n") : nil
  }
}
