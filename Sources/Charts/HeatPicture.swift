import Console

extension HeatMap {
  /// The map as a picture of `width` by `height` pixels, at least 200 by 120.
  public func picture(width: Int = 560, height: Int = 220) -> Picture {
    let layout = HeatLayout(self, width: max(200, width), height: max(120, height))
    return Picture(
      title: title, alternative: alternative, width: max(200, width), height: layout.height, marks: layout.marks())
  }
}

/// Where a heat map's cells and legend stand on its sheet.
private struct HeatLayout {
  let map: HeatMap
  let steps: HeatMap.Steps
  let heading: Heading
  let width: Int
  let height: Int
  let left: Double
  let right: Double
  let top: Double
  let base: Double
  /// Where the row of colours begins.
  let legendBase: Double

  init(_ map: HeatMap, width: Int, height: Int) {
    self.map = map
    self.width = width
    steps = map.steps
    heading = Heading(title: map.title, entries: [], width: Double(width))
    left = ((map.rowTicks.map { TextMeasure.width(of: $0.label) }.max() ?? 0) + 9).rounded(.up)
    right = Double(width) - 8
    top = heading.height + 8
    self.height = max(height, Int(top) + 150)
    base = Double(self.height) - 60
    legendBase = base + 24
  }

  func marks() -> [Mark] { heading.marks + cells() + axes() + legend() }

  private func x(_ column: Double) -> Double { left + (right - left) * column / Double(max(1, map.columns.count)) }
  private func y(_ row: Double) -> Double { top + (base - top) * row / Double(max(1, map.rows)) }

  /// A colour, where missing is one.
  private enum Colour: Hashable {
    case step(Int)
    case missing
  }

  /// A cell's pieces from above: one, or two of half the height, none where the day has no such hour.
  private func pieces(of cell: HeatMap.Cell, row: Int) -> [(colour: Colour, from: Double, to: Double)] {
    let from = Double(row)
    func colour(_ value: Double?) -> Colour {
      value.flatMap { $0.isFinite ? .step(map.colour(of: steps.step(of: $0), steps)) : nil } ?? .missing
    }
    switch cell {
    case .absent: return []
    case .missing: return [(.missing, from, from + 1)]
    case .value(let value): return [(colour(value), from, from + 1)]
    case .doubled(let first, let second):
      return [(colour(first), from, from + 0.5), (colour(second), from + 0.5, from + 1)]
    }
  }

  /// Cells of one colour as one mark; neighbours in a column as one stroke.
  private func cells() -> [Mark] {
    var paths: [Colour: String] = [:]
    for (index, column) in map.columns.enumerated() {
      var run: (colour: Colour, from: Double, to: Double)?
      func close() {
        guard let run else { return }
        if run.colour == .missing {
          // Its hatching must not be stretched.
          let sides = (Path.number(x(Double(index))), Path.number(x(Double(index + 1))))
          let (upper, lower) = (Path.number(y(run.from)), Path.number(y(run.to)))
          paths[.missing, default: ""] += "M\(sides.0) \(upper)H\(sides.1)V\(lower)H\(sides.0)z"
        } else {
          paths[run.colour, default: ""] += "M\(index) \(Path.number(run.from))V\(Path.number(run.to))"
        }
      }
      for piece in column.enumerated().flatMap({ pieces(of: $0.element, row: $0.offset) }) {
        if let open = run, open.colour == piece.colour, open.to == piece.from {
          run = (open.colour, open.from, piece.to)
        } else {
          close()
          run = piece
        }
      }
      close()
    }
    let (width, height) = ((right - left) / Double(max(1, map.columns.count)), (base - top) / Double(max(1, map.rows)))
    let missing = paths[.missing].map { [Mark.area($0, .missing)] } ?? []
    return missing
      + (0..<HeatScale.count).compactMap { step in
        paths[.step(step)].map { .cells($0, .heat(step), x: left, y: top, width: width, height: height) }
      }
  }

  private func axes() -> [Mark] {
    map.rowTicks.map { .text($0.label, x: left - 5, y: y($0.position) + 4, .end) }
      + map.columnTicks.map { tick in
        let room = TextMeasure.width(of: tick.label)
        return .text(tick.label, x: min(x(tick.position), Double(width) - room), y: base + 15)
      }
  }

  private func legend() -> [Mark] {
    let numbers = map.numbers.with(decimals: steps.decimals)
    let lastLabel = numbers.text(steps.borders.last ?? 0)
    let unitWidth = TextMeasure.width(of: map.unit)
    let cell = min(48, max(20, (Double(width) - left - 24 - unitWidth) / Double(steps.count)))
    var marks: [Mark] = (0..<steps.count).map { step in
      .box(
        x: left + Double(step) * cell, y: legendBase, width: cell, height: 10, .heat(map.colour(of: step, steps)))
    }
    let isTight = steps.borders.contains { TextMeasure.width(of: numbers.text($0)) > cell - 4 }
    for (index, border) in steps.borders.enumerated() where !isTight || index == 0 || index == steps.count {
      marks.append(.text(numbers.text(border), x: left + Double(index) * cell, y: legendBase + 23, .middle))
    }
    let end = left + Double(steps.count) * cell
    marks.append(.text(map.unit, x: end + TextMeasure.width(of: lastLabel) / 2 + 6, y: legendBase + 23))
    if map.columns.contains(where: { $0.contains(where: \.isMissing) }) {
      let room = TextMeasure.width(of: map.missing) + 20
      let start = end + 16 + room <= Double(width) ? end + 16 : Double(width) - room
      marks.append(.box(x: start, y: legendBase, width: 11, height: 10, .missing))
      marks.append(.text(map.missing, x: start + 16, y: legendBase + 9))
    }
    return marks
  }
}
