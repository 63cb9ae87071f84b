public import Console

extension HeatMap {
  /// The map in characters, for a terminal: a row an hour, as many days in a column as the width asks for, by their mean. `?` stands where
  /// nothing is known.
  public func text(on terminal: Terminal) -> String {
    let steps = steps
    let labelWidth = rowTicks.map(\.label.displayWidth).max() ?? 0
    let room = max(1, terminal.width - labelWidth - 1)
    let merging = max(1, (columns.count + room - 1) / room)
    var lines = title.wrapped(toWidth: terminal.width).map { terminal.styled($0, .bold) }
    for row in 0..<rows {
      let label = rowTicks.first { Int($0.position) == row }?.label ?? ""
      let cells = stride(from: 0, to: columns.count, by: merging).map { start in
        character(of: columns[start..<min(columns.count, start + merging)], row: row, steps, on: terminal)
      }
      lines.append(String(repeating: " ", count: labelWidth - label.displayWidth) + label + " " + cells.joined())
    }
    lines.append(String(repeating: " ", count: labelWidth + 1) + ticks(merging: merging, room: room))
    return (lines + legend(steps, on: terminal)).map { $0 + "\n" }.joined()
  }

  private func character(of days: ArraySlice<[Cell]>, row: Int, _ steps: Steps, on terminal: Terminal) -> String {
    let cells = days.map { row < $0.count ? $0[row] : .absent }
    let values = cells.flatMap(\.values)
    guard !values.isEmpty else { return cells.allSatisfy { $0 == .absent } ? " " : "?" }
    let colour = colour(of: steps.step(of: values.reduce(0, +) / Double(values.count)), steps)
    let text = String(HeatScale.characters[colour])
    return colour >= HeatScale.count - 2 ? terminal.styled(text, .yellow) : text
  }

  private func ticks(merging: Int, room: Int) -> String {
    var line = ""
    for tick in columnTicks {
      let place = Int(tick.position) / merging
      guard place >= line.displayWidth + (line.isEmpty ? 0 : 1), place + tick.label.displayWidth <= room else { continue }
      line += String(repeating: " ", count: place - line.displayWidth) + tick.label
    }
    return line
  }

  private func legend(_ steps: Steps, on terminal: Terminal) -> [String] {
    let numbers = numbers.with(decimals: steps.decimals)
    var entries = (0..<steps.count).map { step in
      "\(HeatScale.characters[colour(of: step, steps)])\u{A0}\(numbers.text(steps.borders[step]))–\(numbers.text(steps.borders[step + 1]))"
    }
    entries[entries.count - 1] += "\u{A0}" + unit
    if columns.contains(where: { $0.contains(where: \.isMissing) }) { entries.append("?\u{A0}" + missing) }
    return entries.joined(separator: " ").wrapped(toWidth: terminal.width)
  }
}
