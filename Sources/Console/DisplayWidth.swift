extension StringProtocol {
  /// How many columns of a terminal the text takes: `ä`, `€` and `→` one, `日` and `🔋` two, a combining accent none.
  ///
  /// Follows Unicode's East Asian Width (UAX 11): wide and full-width characters take two columns, ambiguous ones (`→`, `°`)
  /// one, as terminals do outside East Asia.
  public var displayWidth: Int { reduce(0) { $0 + columns(of: $1) } }

  /// The text in at most `width` columns, its end cut and replaced by `…` where it is longer; empty for a width below 1.
  public func shortened(toWidth width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    guard width > 0 else { return "" }
    var result = ""
    var used = 0
    for character in self {
      let next = columns(of: character)
      guard used + next < width else { break }
      result.append(character)
      used += next
    }
    while result.last == " " { result.removeLast() }
    return result + "…"
  }

  /// The text with a blank for every control character and none at its end: a name from a file may hold an escape sequence.
  public var withoutControls: String {
    var clean = String(map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 })
    while clean.last == " " { clean.removeLast() }
    return clean
  }

  /// The text in lines of at most `width` columns, broken at blanks; a longer word stands alone and is not cut.
  ///
  /// A unit stays with its number: no break between a digit and a word that does not begin with one. Lines after the first begin
  /// with `indent` blanks, which count.
  public func wrapped(toWidth width: Int, indent: Int = 0) -> [String] {
    var words: [String] = []
    for word in split(separator: " ") {
      if let last = words.last, last.last?.isNumber == true, word.first?.isNumber == false {
        words[words.count - 1] = last + " " + word
      } else {
        words.append(String(word))
      }
    }
    var lines: [String] = []
    var line = ""
    for word in words {
      if line.isEmpty {
        line = word
      } else if line.displayWidth + 1 + word.displayWidth <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      }
    }
    return lines + [line]
  }
}

/// The columns of one character as people see it, by its first scalar.
private func columns(of character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  if (0x20..<0x7F).contains(first.value) { return 1 }
  switch first.properties.generalCategory {
  case .control, .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  return wideRanges.contains { $0.contains(first.value) } ? 2 : 1
}

/// Wide and full-width scalars of UAX 11 (Unicode 15), in blocks; emoji come from their own property.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
  0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
]
