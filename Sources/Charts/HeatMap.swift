public import Console

/// Values by day and hour as colours: a year at a glance. A column a day, a row an hour of its local clock.
public struct HeatMap: Sendable {
  /// One hour of one day.
  public enum Cell: Hashable, Sendable {
    /// Not known: drawn as missing, never as zero.
    case missing
    /// The day has no such hour: its clock went forward. Left empty.
    case absent
    /// What was measured.
    case value(Double)
    /// The day has this hour twice, its clock went back: the earlier one and the later one, nil where not known.
    case doubled(Double?, Double?)
  }

  /// Which end of the scale is bright.
  public enum Bright: Sendable {
    /// High values are bright yellow, as what the sun gives.
    case high
    /// Low values are, as what comes from the grid.
    case low
  }

  /// What the picture shows, in a line.
  public var title: String
  /// What it says, for whoever cannot see it.
  public var alternative: String
  /// The unit of the values.
  public var unit: String
  /// Columns from left to right, each from its first row down; a column may be shorter than others.
  public var columns: [[Cell]]
  /// Marks below the columns, in columns from the left.
  public var columnTicks: [StackedChart.Tick]
  /// Marks beside the rows, in rows from above.
  public var rowTicks: [StackedChart.Tick]
  /// Which end of the scale is bright.
  public var bright: Bright
  /// What the legend calls missing values.
  public var missing: String
  /// How numbers are written; decimals follow the scale.
  public var numbers: NumberStyle

  /// A heat map.
  public init(
    title: String, alternative: String, unit: String, columns: [[Cell]], columnTicks: [StackedChart.Tick],
    rowTicks: [StackedChart.Tick], bright: Bright, missing: String, numbers: NumberStyle
  ) {
    self.title = title
    self.alternative = alternative
    self.unit = unit
    self.columns = columns
    self.columnTicks = columnTicks
    self.rowTicks = rowTicks
    self.bright = bright
    self.missing = missing
    self.numbers = numbers
  }

  /// Rows of the longest column.
  var rows: Int { columns.map(\.count).max() ?? 0 }
}

extension HeatMap.Cell {
  /// What is known of it.
  var values: [Double] {
    switch self {
    case .missing, .absent: return []
    case .value(let value): return [value].filter(\.isFinite)
    case .doubled(let first, let second): return [first, second].compactMap { $0 }.filter(\.isFinite)
    }
  }

  /// Whether a part of it is not known.
  var isMissing: Bool {
    switch self {
    case .missing: return true
    case .absent: return false
    case .value(let value): return !value.isFinite
    case .doubled(let first, let second): return first == nil || second == nil
    }
  }
}

extension HeatMap {
  /// Steps of equal width with round borders from zero, or the least value where it is below, as many as the scale has colours or fewer.
  struct Steps: Hashable {
    let lowest: Double
    let width: Double
    let count: Int
    let decimals: Int

    init(values: [Double]) {
      let scale = RoundScale(least: values.min() ?? 0, most: values.max() ?? 0, steps: HeatScale.count)
      lowest = scale.lowest
      width = scale.step
      count = max(1, min(HeatScale.count, Int(((scale.highest - scale.lowest) / scale.step).rounded())))
      decimals = scale.decimals
    }

    /// The step that `value` is in, 0..<count.
    func step(of value: Double) -> Int { min(count - 1, max(0, Int(((value - lowest) / width).rounded(.down)))) }

    /// The borders, lowest first.
    var borders: [Double] { (0...count).map { lowest + Double($0) * width } }
  }

  var steps: Steps { Steps(values: columns.joined().flatMap(\.values)) }

  /// The colour of a step, so that a few steps use the whole scale.
  func colour(of step: Int, _ steps: Steps) -> Int {
    let place = steps.count == 1 ? HeatScale.count - 1 : step * (HeatScale.count - 1) / (steps.count - 1)
    return bright == .high ? place : HeatScale.count - 1 - place
  }
}
