public import Console

extension StackedChart {
  /// The chart in characters, for a terminal: `terminal.width` columns at most, each part in a character of its own, in colours where
  /// they are welcome. Slots that find no column of their own share one, which shows their mean; `?` stands where a value is missing.
  public func text(on terminal: Terminal) -> String { text(on: terminal, rows: 12) }

  /// The same in about `rows` rows.
  public func text(on terminal: Terminal, rows: Int) -> String {
    StackedPlot(self, on: terminal, rows: max(4, rows)).lines().map { $0.trimmed + "\n" }.joined()
  }

  /// The same chart with `size` slots in one.
  fileprivate func merged(by size: Int) -> StackedChart {
    guard size > 1 else { return self }
    func means(_ values: [Double?]) -> [Double?] {
      stride(from: 0, to: slots, by: size).map { start in
        let group = (start..<min(slots, start + size)).map { $0 < values.count ? values[$0] : nil }
        let known = group.compactMap { $0 }
        return known.count == group.count ? known.reduce(0, +) / Double(known.count) : nil
      }
    }
    var chart = self
    chart.parts = parts.map { Part($0.name, $0.ink, means($0.values)) }
    chart.lines = lines.map {
      Line($0.name, $0.ink, means($0.values), isStepped: $0.isStepped, isOnRight: $0.isOnRight)
    }
    return chart
  }
}

extension String {
  /// Without blanks at its end.
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// A chart's columns in characters.
private struct StackedPlot {
  private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let lineMarks: [Character] = ["*", "~", "^"]

  let chart: StackedChart
  let terminal: Terminal
  let columns: [[StackedChart.Piece]?]
  let scale: RoundScale
  let rightScale: RoundScale?
  /// Slots of the chart as it was told for one of this one.
  let merging: Int
  /// Characters a slot.
  let breadth: Int
  let rowsAStep: Int
  let labelWidth: Int
  let rightWidth: Int

  init(_ told: StackedChart, on terminal: Terminal, rows: Int) {
    self.terminal = terminal
    let scale = told.scale(steps: 4)
    labelWidth = scale.lines.map { told.label($0, on: scale).displayWidth }.max() ?? 0
    let right = told.rightScale(steps: 4)
    rightWidth = right.map { scale in (scale.lines.map { told.label($0, on: scale).displayWidth }.max() ?? 0) + 2 } ?? 0
    let room = max(1, terminal.width - labelWidth - 2 - rightWidth)
    let slots = max(1, told.slots)
    merging = (slots + room - 1) / room
    chart = told.merged(by: merging)
    breadth = max(1, min(6, room / max(1, chart.slots)))
    columns = chart.columns
    self.scale = chart.scale(steps: 4)
    rightScale = chart.rightScale(steps: 4)
    rowsAStep = max(2, rows / max(1, self.scale.lines.count - 1))
  }

  private var rowCount: Int { rowsAStep * (scale.lines.count - 1) }
  private var rowHeight: Double { scale.step / Double(rowsAStep) }

  func lines() -> [String] {
    var lines = chart.title.wrapped(toWidth: terminal.width).map { terminal.styled($0, .bold) }
    lines += legend()
    lines += bands()
    lines += (0..<rowCount).map(row)
    let margin = String(repeating: " ", count: labelWidth)
    lines.append(label(scale.lowest) + " └" + String(repeating: "─", count: breadth * max(1, chart.slots)) + rightLabel(rowCount))
    lines.append(margin + "  " + ticks())
    return lines + units()
  }

  private func legend() -> [String] {
    var entries = chart.parts.map { (String(repeating: $0.ink.character, count: 2) + " " + $0.name, Optional($0.ink.style)) }
    entries += chart.lines.enumerated().map { (String(lineMark($0.offset)) + " " + $0.element.name, nil) }
    if columns.contains(where: { $0 == nil }) { entries.append(("? " + chart.missing, nil)) }
    var lines: [(text: String, width: Int)] = []
    for (text, style) in entries {
      let styled =
        style.map { style in
          terminal.styled(String(text.prefix(2)), style) + text.dropFirst(2)
        } ?? text
      if let last = lines.last, last.width + 3 + text.displayWidth <= terminal.width {
        lines[lines.count - 1] = (last.text + "   " + styled, last.width + 3 + text.displayWidth)
      } else {
        lines.append((text.displayWidth > terminal.width ? text.shortened(toWidth: terminal.width) : styled, text.displayWidth))
      }
    }
    return lines.map(\.text)
  }

  private func bands() -> [String] {
    chart.bands.map { band in
      let from = column(of: band.span.lowerBound)
      let count = max(1, column(of: band.span.upperBound) - from)
      let line = String(repeating: " ", count: labelWidth + 2 + from) + String(repeating: "▼", count: count) + " " + band.label
      // Where the label finds no room behind, it stands before.
      guard line.displayWidth > terminal.width else { return line }
      let before = labelWidth + 1 + from
      guard band.label.displayWidth < before else { return line.shortened(toWidth: terminal.width) }
      return String(repeating: " ", count: before - band.label.displayWidth) + band.label + " "
        + String(repeating: "▼", count: count)
    }
  }

  private func column(of position: Double) -> Int {
    Int((position / Double(merging) * Double(breadth)).rounded())
  }

  private func label(_ value: Double) -> String {
    let text = chart.label(value, on: scale)
    return String(repeating: " ", count: max(0, labelWidth - text.displayWidth)) + text
  }

  private func rightLabel(_ row: Int) -> String {
    guard let rightScale else { return "" }
    let steps = Double(rowCount - row) / Double(rowCount) * (rightScale.highest - rightScale.lowest) / rightScale.step
    guard (steps - steps.rounded()).magnitude < 1e-6 else { return "" }
    return " " + chart.label(rightScale.lowest + steps.rounded() * rightScale.step, on: rightScale)
  }

  /// The row `index` from above: what covers its middle.
  private func row(_ index: Int) -> String {
    let bottom = scale.highest - Double(index + 1) * rowHeight
    let start =
      index % rowsAStep == 0
      ? label(bottom + rowHeight) + " ┤" : String(repeating: " ", count: labelWidth) + " │"
    let cells = (0..<max(1, chart.slots)).map { slot in cell(slot, bottom: bottom) }
    return start + cells.joined() + rightLabel(index)
  }

  private func cell(_ slot: Int, bottom: Double) -> String {
    for (index, line) in chart.lines.enumerated() {
      guard slot < line.values.count, let value = line.values[slot] else { continue }
      var height = value
      if line.isOnRight, let rightScale {
        let share = (value - rightScale.lowest) / (rightScale.highest - rightScale.lowest)
        height = scale.lowest + share * (scale.highest - scale.lowest)
      }
      let isHere = height >= bottom && (height < bottom + rowHeight || (height == scale.highest && bottom + rowHeight >= height))
      if isHere { return fill(lineMark(index), nil) }
    }
    guard slot < columns.count else { return fill(" ", nil) }
    guard let pieces = columns[slot] else { return bottom.magnitude < rowHeight / 2 ? fill("?", nil) : fill(" ", nil) }
    let middle = bottom + rowHeight / 2
    if let piece = pieces.first(where: { min($0.from, $0.to) <= middle && middle < max($0.from, $0.to) }) {
      return fill(character(of: piece, among: pieces, bottom: bottom), chart.parts[piece.part].ink.style)
    }
    // A solid top below the row's middle.
    if let top = pieces.last(where: { $0.to > 0 }), top.to > bottom, top.from <= bottom, bottom >= 0 {
      let character = character(of: top, among: pieces, bottom: bottom)
      if character != chart.parts[top.part].ink.character { return fill(character, chart.parts[top.part].ink.style) }
    }
    return fill(" ", nil)
  }

  /// The part's own character; where a solid part ends within the row, a block as high.
  private func character(of piece: StackedChart.Piece, among pieces: [StackedChart.Piece], bottom: Double) -> Character {
    let own = chart.parts[piece.part].ink.character
    let isTop = piece.to > 0 && piece == pieces.last { $0.to > 0 }
    guard own == "█", isTop, piece.from <= bottom, piece.to < bottom + rowHeight else { return own }
    let eighths = Int(((piece.to - bottom) / rowHeight * 8).rounded())
    return eighths == 0 ? Self.eighths[0] : Self.eighths[min(8, eighths) - 1]
  }

  private func lineMark(_ index: Int) -> Character { Self.lineMarks[index % Self.lineMarks.count] }

  /// A slot's characters; slots of three and more stand apart.
  private func fill(_ character: Character, _ style: TextStyle?) -> String {
    let drawn = breadth > 2 ? breadth - 1 : breadth
    let text = String(repeating: character, count: drawn)
    let styled = style.map { character == " " ? text : terminal.styled(text, $0) } ?? text
    return styled + String(repeating: " ", count: breadth - drawn)
  }

  private func ticks() -> String {
    var line = ""
    for tick in chart.ticks {
      let place = min(column(of: tick.position), max(0, breadth * chart.slots - tick.label.displayWidth))
      guard place >= line.displayWidth + (line.isEmpty ? 0 : 1) else { continue }
      line += String(repeating: " ", count: place - line.displayWidth) + tick.label
    }
    return line
  }

  private func units() -> [String] {
    let right = chart.lines.isEmpty || chart.rightUnit.isEmpty || rightScale == nil ? "" : chart.rightUnit
    let names = right.isEmpty ? chart.unit : chart.unit + " | " + right
    return names.isEmpty ? [] : names.wrapped(toWidth: terminal.width)
  }
}
