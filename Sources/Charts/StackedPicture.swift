import Console

extension StackedChart {
  /// The chart as a picture of `width` by `height` pixels, at least 200 by 120; a legend that needs more lines makes it higher.
  public func picture(width: Int = 560, height: Int = 220) -> Picture {
    let layout = StackedLayout(self, width: max(200, width), height: max(120, height))
    return Picture(
      title: title, alternative: alternative, width: max(200, width), height: layout.height, marks: layout.marks())
  }
}

/// Where the parts of a chart stand on its sheet.
private struct StackedLayout {
  let chart: StackedChart
  let scale: RoundScale
  let rightScale: RoundScale?
  let heading: Heading
  let width: Int
  let height: Int
  let left: Double
  let right: Double
  let top: Double
  let base: Double
  let columns: [[StackedChart.Piece]?]

  init(_ chart: StackedChart, width: Int, height: Int) {
    self.chart = chart
    self.width = width
    columns = chart.columns
    scale = chart.scale(steps: 4)
    rightScale = chart.rightScale(steps: 4)
    let entries =
      chart.parts.map { Heading.Entry(name: $0.name, paint: .ink($0.ink)) }
      + chart.lines.map { Heading.Entry(name: $0.name, paint: .line($0.ink), isLine: true) }
      + (chart.isIncomplete ? [Heading.Entry(name: chart.missing, paint: .missing)] : [])
    heading = Heading(title: chart.title, entries: entries, width: Double(width))
    let bandRoom = chart.bands.isEmpty ? 0.0 : 16
    let room = { (scale: RoundScale) in scale.lines.map { TextMeasure.width(of: chart.label($0, on: scale)) }.max() ?? 0 }
    left = (room(scale) + 9).rounded(.up)
    right = Double(width) - (rightScale.map { (room($0) + 9).rounded(.up) } ?? 14)
    top = heading.height + 8 + bandRoom
    // A legend of many lines does not squeeze the columns.
    self.height = max(height, Int(top) + 40 + 80)
    base = Double(self.height) - 40
  }

  func marks() -> [Mark] {
    heading.marks + bands() + axes() + missingSlots() + stacks() + chart.lines.map(line) + timeAxis()
  }

  private func x(_ slot: Double) -> Double { left + (right - left) * slot / Double(max(1, chart.slots)) }

  private func y(_ value: Double, on scale: RoundScale) -> Double {
    base - (base - top) * (value - scale.lowest) / (scale.highest - scale.lowest)
  }

  private func bands() -> [Mark] {
    chart.bands.flatMap { band -> [Mark] in
      let (from, to) = (x(band.span.lowerBound), x(band.span.upperBound))
      let labelWidth = TextMeasure.width(of: band.label)
      let middle = min(max((from + to) / 2, 4 + labelWidth / 2), Double(width) - 4 - labelWidth / 2)
      return [
        .box(x: from, y: top - 16, width: to - from, height: base - top + 16, .band),
        .text(band.label, x: middle, y: top - 4, .middle, limit: Double(width) - 8),
      ]
    }
  }

  private func axes() -> [Mark] {
    var marks: [Mark] = []
    var rules = ""
    for value in scale.lines {
      let height = y(value, on: scale)
      if value.magnitude > scale.step / 2 { rules += "M\(Path.number(left)) \(Path.number(height))H\(Path.number(right))" }
      marks.append(.text(chart.label(value, on: scale), x: left - 5, y: height + 4, .end))
    }
    for value in rightScale?.lines ?? [] {
      guard let rightScale else { break }
      marks.append(.text(chart.label(value, on: rightScale), x: right + 5, y: y(value, on: rightScale) + 4))
    }
    return [.stroke(rules, .rule, width: 0.6)] + marks
  }

  /// Whether slots are wide enough to stand apart.
  private var standsApart: Bool { (right - left) / Double(max(1, chart.slots)) >= 8 }

  private func span(of slot: Int) -> ClosedRange<Double> {
    let gap = standsApart ? (right - left) / Double(max(1, chart.slots)) * 0.07 : 0
    return (x(Double(slot)) + gap)...(x(Double(slot + 1)) - gap)
  }

  private func stacks() -> [Mark] {
    chart.parts.indices.compactMap { part in
      let pieces = columns.enumerated().map { slot, pieces in (slot, pieces?.first { $0.part == part }) }
      let path = standsApart ? apart(pieces) : joined(pieces)
      return path.isEmpty ? nil : .area(path, .ink(chart.parts[part].ink))
    }
  }

  private func apart(_ pieces: [(Int, StackedChart.Piece?)]) -> String {
    Path.columns(
      pieces.compactMap { slot, piece in
        piece.map { (span(of: slot), y($0.to, on: scale), y($0.from, on: scale)) }
      })
  }

  /// Neighbouring slots as one area: along the outer edge, and back along the inner one.
  private func joined(_ pieces: [(Int, StackedChart.Piece?)]) -> String {
    var path = ""
    for run in pieces.split(whereSeparator: { $0.1 == nil }) {
      guard let first = run.first else { continue }
      let outer = run.map { slot, piece in (slot, Path.number(y(piece?.to ?? 0, on: scale))) }
      let inner = run.map { slot, piece in (slot, Path.number(y(piece?.from ?? 0, on: scale))) }
      path += "M\(Path.number(x(Double(first.0)))) \(inner[0].1)"
      path += edge(outer.map { ($0.1, Path.number(x(Double($0.0 + 1)))) })
      path += edge(inner.reversed().map { ($0.1, Path.number(x(Double($0.0)))) }) + "z"
    }
    return path
  }

  /// Steps to each height and on to each place; level ones as one.
  private func edge(_ steps: [(height: String, to: String)]) -> String {
    var path = ""
    var height: String?
    for (index, step) in steps.enumerated() {
      if step.height != height {
        path += "V" + step.height
        height = step.height
      }
      if index + 1 == steps.count || steps[index + 1].height != step.height { path += "H" + step.to }
    }
    return path
  }

  private func missingSlots() -> [Mark] {
    let runs = columns.enumerated().split(whereSeparator: { $0.element != nil })
    return runs.compactMap { run in
      guard let first = run.first, let last = run.last else { return nil }
      let (from, to) = (x(Double(first.offset)), x(Double(last.offset + 1)))
      return .box(x: from, y: top, width: to - from, height: base - top, .missing)
    }
  }

  private func line(_ line: StackedChart.Line) -> Mark {
    let scale = line.isOnRight ? rightScale ?? self.scale : self.scale
    var path = ""
    var isBroken = true
    for (slot, value) in line.values.enumerated() {
      guard let value, value.isFinite else {
        isBroken = true
        continue
      }
      let height = Path.number(y(value, on: scale))
      if line.isStepped {
        path += (isBroken ? "M\(Path.number(x(Double(slot)))) \(height)" : "V\(height)") + "H\(Path.number(x(Double(slot + 1))))"
      } else {
        // A single value between gaps is a dot.
        path += (isBroken ? "M" : "L") + "\(Path.number(x(Double(slot) + 0.5))) \(height)" + (isBroken ? "h.1" : "")
      }
      isBroken = false
    }
    return .stroke(path, .line(line.ink), width: 2, isDashed: line.isOnRight, isCased: true)
  }

  private func timeAxis() -> [Mark] {
    let zero = Path.number(y(0, on: scale))
    let labels = chart.ticks.map { tick -> Mark in
      let half = TextMeasure.width(of: tick.label) / 2
      let place = min(max(x(tick.position), half), Double(width) - half)
      return .text(tick.label, x: place, y: base + 15, .middle)
    }
    var units: [Mark] = [.text(chart.unit, x: 4, y: Double(height) - 8)]
    if rightScale != nil { units.append(.text(chart.rightUnit, x: Double(width) - 4, y: Double(height) - 8, .end)) }
    return [.stroke("M\(Path.number(left)) \(zero)H\(Path.number(right))", .axis, width: 1)] + labels + units
  }
}
