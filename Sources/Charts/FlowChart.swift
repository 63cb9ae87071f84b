public import Console

/// Where energy comes from and where it goes, as ribbons as broad as the amounts (after Sankey): sources on the left, uses on the right.
public struct FlowChart: Sendable {
  /// A place on either side.
  public struct Node: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// How it is painted.
    public let ink: Ink

    /// A node.
    public init(_ name: String, _ ink: Ink) {
      self.name = name
      self.ink = ink
    }
  }

  /// An amount from a source to a use.
  public struct Flow: Hashable, Sendable {
    /// The source, by its place among the sources.
    public let source: Int
    /// The use, by its place among the uses.
    public let use: Int
    /// How much, in the chart's unit; what is not above zero is not drawn.
    public let amount: Double

    /// A flow.
    public init(from source: Int, to use: Int, _ amount: Double) {
      self.source = source
      self.use = use
      self.amount = amount
    }
  }

  /// What the picture shows, in a line.
  public var title: String
  /// What it says, for whoever cannot see it.
  public var alternative: String
  /// The unit of the amounts.
  public var unit: String
  /// On the left, from above.
  public var sources: [Node]
  /// On the right, from above.
  public var uses: [Node]
  /// What goes from where to where.
  public var flows: [Flow]
  /// How amounts are written, with these decimals.
  public var numbers: NumberStyle

  /// A flow picture; flows that name no node are left out.
  public init(
    title: String, alternative: String, unit: String, sources: [Node], uses: [Node], flows: [Flow], numbers: NumberStyle
  ) {
    self.title = title
    self.alternative = alternative
    self.unit = unit
    self.sources = sources
    self.uses = uses
    self.flows = flows.filter {
      sources.indices.contains($0.source) && uses.indices.contains($0.use) && $0.amount > 0 && $0.amount.isFinite
    }
    self.numbers = numbers
  }

  /// What a source gives in all.
  func given(by source: Int) -> Double { flows.reduce(0) { $1.source == source ? $0 + $1.amount : $0 } }

  /// What a use takes in all.
  func taken(by use: Int) -> Double { flows.reduce(0) { $1.use == use ? $0 + $1.amount : $0 } }

  func amount(_ value: Double) -> String { numbers.text(value) + "\u{A0}" + unit }
}

extension FlowChart {
  /// The flows as a picture of `width` by `height` pixels, at least 240 by 120.
  public func picture(width: Int = 560, height: Int = 220) -> Picture {
    let layout = FlowLayout(self, width: max(240, width), height: max(120, height))
    return Picture(
      title: title, alternative: alternative, width: max(240, width), height: layout.height, marks: layout.marks())
  }
}

/// Where nodes and ribbons stand on a flow picture's sheet.
private struct FlowLayout {
  /// A node that gives or takes something: its bar from `top` to `bottom`.
  private struct Bar {
    let node: FlowChart.Node
    let amount: Double
    var top: Double
    var bottom: Double
  }

  private static let gap = 12.0
  /// No bar stands closer to the next than its two lines of text need.
  private static let labelHeight = 30.0

  let chart: FlowChart
  let heading: Heading
  let width: Int
  let height: Int
  private let left: Double
  private let right: Double
  private let scale: Double
  private let sources: [Int: Bar]
  private let uses: [Int: Bar]

  init(_ chart: FlowChart, width: Int, height: Int) {
    self.chart = chart
    self.width = width
    heading = Heading(title: chart.title, entries: [], width: Double(width))
    let given = chart.sources.indices.map { ($0, chart.sources[$0], chart.given(by: $0)) }.filter { $0.2 > 0 }
    let taken = chart.uses.indices.map { ($0, chart.uses[$0], chart.taken(by: $0)) }.filter { $0.2 > 0 }
    let most = max(given.count, taken.count)
    let top = heading.height + 10
    let gaps = Double(max(0, most - 1)) * Self.gap
    let total = chart.flows.reduce(0) { $0 + $1.amount }
    let free = Double(height) - top - 10 - gaps - Double(most) * Self.labelHeight / 2
    let scale = total > 0 ? max(40, free) / total : 0
    let needed = [given, taken].map { side in side.reduce(gaps) { $0 + max($1.2 * scale, Self.labelHeight) } }.max() ?? 0
    self.height = max(height, Int((top + needed).rounded(.up)) + 10)
    self.scale = scale
    let room = Double(self.height) - top - 10
    let label = { (node: FlowChart.Node, amount: Double) in
      max(TextMeasure.width(of: node.name), TextMeasure.width(of: chart.amount(amount), isBold: true))
    }
    let limit = Double(width) * 0.36
    left = min(limit, (given.map { label($0.1, $0.2) }.max() ?? 0) + 12)
    right = Double(width) - min(limit, (taken.map { label($0.1, $0.2) }.max() ?? 0) + 12)
    sources = Self.bars(given, scale: scale, top: top, room: room)
    uses = Self.bars(taken, scale: scale, top: top, room: room)
  }

  /// Bars below each other, each with room for its label, in the middle of the room.
  private static func bars(
    _ nodes: [(Int, FlowChart.Node, Double)], scale: Double, top: Double, room: Double
  ) -> [Int: Bar] {
    let slots = nodes.map { max($0.2 * scale, labelHeight) }
    let used = slots.reduce(0, +) + Double(max(0, nodes.count - 1)) * gap
    var y = top + max(0, (room - used) / 2)
    var bars: [Int: Bar] = [:]
    for ((index, node, amount), slot) in zip(nodes, slots) {
      let middle = y + slot / 2
      bars[index] = Bar(node: node, amount: amount, top: middle - amount * scale / 2, bottom: middle + amount * scale / 2)
      y += slot + gap
    }
    return bars
  }

  func marks() -> [Mark] {
    heading.marks + ribbons() + nodes(sources, at: left, isSource: true) + nodes(uses, at: right, isSource: false)
  }

  private func ribbons() -> [Mark] {
    var leaving = sources.mapValues(\.top)
    var arriving = uses.mapValues(\.top)
    return chart.flows.sorted { ($0.source, $0.use) < ($1.source, $1.use) }.compactMap { flow in
      guard let from = leaving[flow.source], let to = arriving[flow.use] else { return nil }
      let breadth = flow.amount * scale
      leaving[flow.source] = from + breadth
      arriving[flow.use] = to + breadth
      let (start, end) = (left + 10, right - 10)
      let middle = Path.number((start + end) / 2)
      func curve(_ y: Double, to x: Double, _ target: Double) -> String {
        "C\(middle) \(Path.number(y)) \(middle) \(Path.number(target)) \(Path.number(x)) \(Path.number(target))"
      }
      let path =
        "M\(Path.number(start)) \(Path.number(from))" + curve(from, to: end, to) + "v\(Path.number(breadth))"
        + curve(to + breadth, to: start, from + breadth) + "z"
      return .area(path, .veil(chart.sources[flow.source].ink))
    }
  }

  private func nodes(_ bars: [Int: Bar], at x: Double, isSource: Bool) -> [Mark] {
    bars.sorted { $0.key < $1.key }.flatMap { _, bar -> [Mark] in
      let middle = (bar.top + bar.bottom) / 2
      let (place, anchor): (Double, Mark.Anchor) = isSource ? (x - 5, .end) : (x + 5, .start)
      let limit = (isSource ? x : Double(width) - x) - 9
      return [
        .box(x: isSource ? x : x - 10, y: bar.top, width: 10, height: max(0.5, bar.bottom - bar.top), .ink(bar.node.ink)),
        .text(bar.node.name, x: place, y: middle - 3, anchor, limit: limit),
        .text(chart.amount(bar.amount), x: place, y: middle + 12, anchor, isBold: true, limit: limit),
      ]
    }
  }
}
