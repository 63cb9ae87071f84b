extension TextTable {
  /// The table in Markdown: header, rule, rows; blank rows and rules are left out.
  public func markdown() -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let header = line(columns.map { $0.title.inMarkdown })
    let rule = "|" + columns.map { $0.alignment == .right ? "---:|" : "---|" }.joined()
    let body = texts.map { cells in line(columns.indices.map { $0 < cells.count ? cells[$0].inMarkdown : "" }) }
    return [header, rule] + body
  }
}

extension String {
  /// The text with what Markdown would take for markup made plain.
  public var inMarkdown: String {
    reduce(into: "") { text, character in
      if "\\`*_[]<>|#".contains(character) { text.append("\\") }
      text.append(character)
    }
  }
}
