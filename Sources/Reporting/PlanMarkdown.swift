import Console

extension PlanReport {
  /// The first screen in Markdown, its tables as Markdown tables; ends in a newline.
  public func markdown(_ language: Language) -> String {
    PlanPage(report: self, language: language, width: .max, isMarkdown: true).lines().joined(separator: "\n") + "\n"
  }
}

extension PlanPage {
  /// The lines of `table`.
  func render(_ table: TextTable) -> [String] { isMarkdown ? table.markdown() : table.lines(width: width) }

  /// A line under a table.
  func footnote(_ text: String) -> [String] {
    isMarkdown ? ["", text.inMarkdown] : text.wrapped(toWidth: width - 2).map { "  " + $0 }
  }

  /// A paragraph with its title before it.
  func section(_ title: String, _ text: String) -> [String] {
    if isMarkdown { return ["- " + (title.isEmpty ? "" : "**\(title)** ") + text.inMarkdown] }
    let margin = 8
    return text.wrapped(toWidth: width - margin).enumerated().map { number, line in
      let label = number == 0 ? title : ""
      return label + String(repeating: " ", count: max(1, margin - label.count)) + line
    }
  }
}
