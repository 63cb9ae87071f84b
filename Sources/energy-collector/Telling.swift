import Console

/// Writes a line to standard error; on a terminal in lines that break between words.
func tell(_ line: String) {
  let terminal = Terminal(.standardError)
  ProgressLine.toStandardError(line.lines(for: terminal, indent: 2).map { $0 + "\n" }.joined())
}

/// Prints a line to standard output; on a terminal in lines that break between words.
func say(_ line: String) {
  for part in line.lines(for: Terminal(.standardOutput), indent: 2) { print(part) }
}

extension String {
  /// The text in lines that `terminal` shows whole, those after the first `indent` blanks further in; one line where nobody looks.
  func lines(for terminal: Terminal, indent: Int) -> [String] {
    guard terminal.isTerminal, displayWidth > terminal.width else { return [self] }
    let margin = String(prefix { $0 == " " })
    return dropFirst(margin.count).wrapped(toWidth: terminal.width - margin.count, indent: indent).map { margin + $0 }
  }
}

/// `1 bus`, `2 buses`, `0 requests`; `several` is the plural of a noun that takes no s.
func plural(_ count: Int, _ noun: String, _ several: String? = nil) -> String {
  guard count != 1 else { return "1 \(noun)" }
  return "\(count) \(several ?? noun + (noun.hasSuffix("s") ? "es" : "s"))"
}
