public import Console

extension FlowChart {
  /// The flows in characters, for a terminal: a bar a source, below it one for each use.
  public func text(on terminal: Terminal) -> String {
    let total = flows.reduce(0) { $0 + $1.amount }
    guard total > 0 else { return title + "\n" }
    var rows: [(name: String, amount: Double, ink: Ink)] = []
    for (index, source) in sources.enumerated() where given(by: index) > 0 {
      rows.append((source.name, given(by: index), source.ink))
      for flow in flows where flow.source == index { rows.append(("  → " + uses[flow.use].name, flow.amount, source.ink)) }
    }
    let nameWidth = min(terminal.width / 2, rows.map(\.name.displayWidth).max() ?? 0)
    let amountWidth = rows.map { amount($0.amount).displayWidth }.max() ?? 0
    let room = terminal.width - nameWidth - amountWidth - 3
    let most = rows.map(\.amount).max() ?? total
    let lines = rows.map { row in
      let name = row.name.shortened(toWidth: nameWidth)
      let number = amount(row.amount)
      let length = room < 4 ? 0 : max(1, Int((row.amount / most * Double(room)).rounded()))
      return name + String(repeating: " ", count: nameWidth - name.displayWidth + 1)
        + String(repeating: " ", count: amountWidth - number.displayWidth) + number + " "
        + terminal.styled(String(repeating: row.ink.character, count: length), row.ink.style)
    }
    let head = title.wrapped(toWidth: terminal.width).map { terminal.styled($0, .bold) }
    return (head + lines).map { $0 + "\n" }.joined()
  }
}
