/// Finds the characters that have no place in our files: tabs that indent, control characters, anchors and aliases.
///
/// Anchors must be found before the parser runs, because a key made of nested aliases already costs it exponential time. So the
/// check errs on the safe side: a `&` or `*` with a name behind it is refused wherever a value could begin, unless the line
/// shows that it stands in a comment.
struct CharacterCheck {
  private let problems: ProblemList
  private var line = 1
  private var column = 1
  /// Only blanks so far in this line.
  private var isIndent = true
  /// A `#` that may begin a comment stands before this place in the line.
  private var hasHash = false
  /// A quote stands before this place in the line, so that a `#` may be text and what follows may not.
  private var hasQuote = false
  private var previous: Unicode.Scalar = "\n"
  /// A `&` or `*` was the last character, in a place where a value could begin.
  private var isSign = false

  private init(problems: ProblemList) { self.problems = problems }

  /// Notes every such character of `text`.
  static func run(on text: String, problems: ProblemList) {
    var check = CharacterCheck(problems: problems)
    for scalar in text.unicodeScalars { check.take(scalar) }
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    defer { previous = scalar }
    if scalar == "\n", previous == "\r" { return }
    if scalar == "\n" || scalar == "\r" {
      (line, column, isIndent, hasHash, hasQuote, isSign) = (line + 1, 1, true, false, false, false)
      return
    }
    let wasSign = isSign
    isSign = false
    switch scalar {
    case " ": break
    case "\t":
      if isIndent { note("a tab indents this line; YAML wants blanks, two a level") }
      isIndent = false
    case "\"", "'": (isIndent, hasQuote) = (false, true)
    case "#":
      if isIndent || previous == " " || previous == "\t" { hasHash = true }
      isIndent = false
    case "&", "*":
      isSign = previous.isASCII && !Self.isLetterOrDigit(previous) && !(hasHash && !hasQuote)
      isIndent = false
    default:
      if wasSign, Self.isLetterOrDigit(scalar) || scalar == "-" || scalar == "_" {
        note(
          "anchors (&) and aliases (*) are not used here; write the value out, or put a blank behind the sign if it is text",
          columnsBack: 1)
      }
      if Self.isForbidden(scalar) { note("holds the control character U+\(Self.hexadecimal(scalar)); delete it") }
      isIndent = false
    }
    column += 1
  }

  private func note(_ message: String, columnsBack: Int = 0) {
    problems.add(message, line: line, column: column - columnsBack)
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": return true
    default: return false
    }
  }

  /// Control characters, also those that turn the direction of writing or end a line, and the byte order mark inside the text.
  static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value < 0x20 || scalar.value > 0x7E else { return false }
    if scalar.properties.isBidiControl || scalar.properties.isNoncharacterCodePoint || scalar == "\u{FEFF}" { return true }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// At least four digits: `0007`.
  static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
