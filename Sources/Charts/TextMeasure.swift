/// How wide text comes out, about: no font is at hand where a picture is laid out.
///
/// Widths are those of DejaVu Sans at 12 pixels, which runs wider than Arial and Helvetica, so that what fits here fits there.
enum TextMeasure {
  static func width(of text: String, isBold: Bool = false) -> Double {
    text.reduce(0) { $0 + width(of: $1) } * (isBold ? 1.12 : 1)
  }

  /// `text` in lines of at most `limit` pixels, broken at blanks; a longer word stands alone.
  static func wrapped(_ text: String, to limit: Double, isBold: Bool = false) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, width(of: last + " " + word, isBold: isBold) <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.isEmpty ? [""] : lines
  }

  private static func width(of character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "\u{202F}", "\u{A0}": return 3.9
    case "f", "r", "t", "(", ")", "/", "-": return 5
    case "m", "M", "W", "w", "%", "@": return 11
    case "0"..."9": return 7.7
    case _ where character.isUppercase: return 8.4
    case _ where character.unicodeScalars.first.map { $0.value > 0x2E7F } == true: return 12
    default: return 7.4
    }
  }
}
