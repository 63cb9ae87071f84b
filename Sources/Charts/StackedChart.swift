public import Console

/// Columns of parts over slots of time (hours of a day, months), with lines over them: a day's electricity by source, heat and a buffer's level.
///
/// Parts above zero stand on each other upwards from the zero line, parts below downwards. A slot in which one part is not known (nil) has no
/// column but the mark of missing values: what is missing is never zero.
public struct StackedChart: Sendable {
  /// A part of each column.
  public struct Part: Hashable, Sendable {
    /// What the legend calls it.
    public let name: String
    /// How it is painted.
    public let ink: Ink
    /// A value a slot, in the chart's unit; nil where it is not known.
    public let values: [Double?]

    /// A part.
    public init(_ name: String, _ ink: Ink, _ values: [Double?]) {
      self.name = name
      self.ink = ink
      self.values = values
    }
  }

  /// A line over the columns; it breaks where values are missing.
  public struct Line: Hashable, Sendable {
    /// What the legend calls it.
    public let name: String
    /// Its colour.
    public let ink: Ink
    /// A value a slot, in the unit of its axis; nil where it is not known.
    public let values: [Double?]
    /// Whether a value holds for its whole slot, as a price does; else it stands in the slot's middle.
    public let isStepped: Bool
    /// Whether it has an axis of its own on the right.
    public let isOnRight: Bool

    /// A line.
    public init(_ name: String, _ ink: Ink, _ values: [Double?], isStepped: Bool = false, isOnRight: Bool = false) {
      self.name = name
      self.ink = ink
      self.values = values
      self.isStepped = isStepped
      self.isOnRight = isOnRight
    }
  }

  /// A time that is pointed out, and why.
  public struct Band: Hashable, Sendable {
    /// From where to where, in slots from the left; within 0...slots.
    public let span: Range<Double>
    /// What stands over it.
    public let label: String

    /// A band.
    public init(_ span: Range<Double>, _ label: String) {
      self.span = span
      self.label = label
    }
  }

  /// A mark of the time axis.
  public struct Tick: Hashable, Sendable {
    /// Where, in slots from the left.
    public let position: Double
    /// What stands below.
    public let label: String

    /// A tick.
    public init(_ position: Double, _ label: String) {
      self.position = position
      self.label = label
    }
  }

  /// What the picture shows, in a line.
  public var title: String
  /// What it says, for whoever cannot see it.
  public var alternative: String
  /// The unit of columns, as the axis names it: `kWh je Stunde`.
  public var unit: String
  /// The unit of the right axis.
  public var rightUnit: String
  /// Columns, from the zero line outwards.
  public var parts: [Part]
  /// Lines over them.
  public var lines: [Line]
  /// Times pointed out.
  public var bands: [Band]
  /// Marks of the time axis.
  public var ticks: [Tick]
  /// What the legend calls slots without values.
  public var missing: String
  /// How numbers are written; decimals follow the axis.
  public var numbers: NumberStyle
  /// How high the left axis reaches at least, as 100 for shares; nil where the values say.
  public var reaches: Double?

  /// A chart; `missing` is what slots without values are called, as `keine Werte`.
  public init(
    title: String, alternative: String, unit: String, parts: [Part], lines: [Line] = [], bands: [Band] = [], ticks: [Tick],
    missing: String, numbers: NumberStyle, rightUnit: String = "", reaches: Double? = nil
  ) {
    self.title = title
    self.alternative = alternative
    self.unit = unit
    self.rightUnit = rightUnit
    self.parts = parts
    self.lines = lines
    self.bands = bands
    self.ticks = ticks
    self.missing = missing
    self.numbers = numbers
    self.reaches = reaches
  }

  /// Slots from left to right: the longest row of values.
  public var slots: Int { max(parts.map(\.values.count).max() ?? 0, lines.map(\.values.count).max() ?? 0) }
}

// MARK: What is drawn

extension StackedChart {
  /// One part's piece of a column, from the zero line outwards.
  struct Piece: Hashable {
    let part: Int
    let from: Double
    let to: Double
  }

  /// The pieces of each slot's column; nil where a part is not known.
  var columns: [[Piece]?] {
    guard !parts.isEmpty else { return Array(repeating: [], count: slots) }
    return (0..<slots).map { slot in
      var (above, below) = (0.0, 0.0)
      var pieces: [Piece] = []
      for (index, part) in parts.enumerated() {
        guard slot < part.values.count, let value = part.values[slot], value.isFinite else { return nil }
        if value > 0 {
          pieces.append(Piece(part: index, from: above, to: above + value))
          above += value
        } else if value < 0 {
          pieces.append(Piece(part: index, from: below, to: below + value))
          below += value
        }
      }
      return pieces
    }
  }

  /// Whether a slot has no column.
  var isIncomplete: Bool { columns.contains { $0 == nil } }

  func scale(steps: Int) -> RoundScale {
    let ends = columns.flatMap { ($0 ?? []).map(\.to) } + lines.filter { !$0.isOnRight }.flatMap(\.known)
    return RoundScale(least: ends.min() ?? 0, most: max(ends.max() ?? 0, reaches ?? 0), steps: steps)
  }

  func rightScale(steps: Int) -> RoundScale? {
    let right = lines.filter(\.isOnRight)
    guard !right.isEmpty else { return nil }
    let values = right.flatMap(\.known)
    return RoundScale(least: values.min() ?? 0, most: values.max() ?? 0, steps: steps)
  }

  func label(_ value: Double, on scale: RoundScale) -> String {
    numbers.with(decimals: value.magnitude < scale.step / 2 ? 0 : scale.decimals).text(value)
  }
}

extension StackedChart.Line {
  fileprivate var known: [Double] { values.compactMap { $0 }.filter(\.isFinite) }
}
