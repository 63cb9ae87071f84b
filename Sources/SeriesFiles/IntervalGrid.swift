/// The rows of one column (long form) or of all columns (wide form) in the order of time, one place for each interval.
struct IntervalGrid {
  /// No value. Below every value that a number of at most 18 digits can be.
  static let missing = Int64.min
  /// More intervals than this come from a wrong date, not from a meter: 30 years, and 256 MB of values.
  private let limit: Int

  private let columns: Int
  /// The number of the interval at position 0.
  private var base: Int64 = 0
  private var values: [Int64] = []
  /// The line of each interval's first row; 0 where there is none.
  private var lines: [UInt32] = []

  init(columns: Int, interval: RowInterval) {
    self.columns = columns
    limit = min(30 * 366 * 24 * 60 / interval.rawValue, (1 << 25) / max(1, columns))
  }

  /// The position of interval `number`, making room for it.
  mutating func position(of number: Int64) throws(SeriesFileError.Fault) -> Int {
    if lines.isEmpty { base = number }
    let position = number - base
    if position < 0 {
      // Rows that go back in time: make room for as many again, so that a file in reverse order is not moved row by row.
      try checkRoom(for: Int64(lines.count) - position)
      let room = max(-position, min(Int64(lines.count), Int64(limit - lines.count)))
      values.insert(contentsOf: repeatElement(Self.missing, count: Int(room) * columns), at: 0)
      lines.insert(contentsOf: repeatElement(0, count: Int(room)), at: 0)
      base -= room
      return Int(number - base)
    }
    if position >= lines.count {
      try checkRoom(for: position + 1)
      values.append(contentsOf: repeatElement(Self.missing, count: (Int(position) + 1 - lines.count) * columns))
      lines.append(contentsOf: repeatElement(0, count: Int(position) + 1 - lines.count))
    }
    return Int(position)
  }

  private func checkRoom(for count: Int64) throws(SeriesFileError.Fault) {
    if count > Int64(limit) { throw .row(.tooFarAway) }
  }

  /// Notes that `line` has a row for `position`; whether an earlier line had one.
  mutating func beginRow(at position: Int, line: Int) -> Bool {
    if lines[position] != 0 { return true }
    lines[position] = UInt32(clamping: line)
    return false
  }

  /// Puts a value where none or the same one is.
  mutating func put(_ count: Int64, at position: Int, column: Int) throws(SeriesFileError.Fault) {
    let place = position * columns + column
    if values[place] == Self.missing {
      values[place] = count
    } else if values[place] != count {
      throw .row(.conflict(firstLine: Int(lines[position])))
    }
  }

  /// The numbers of the intervals from the first to the last that has a row; nil when there is none.
  var numbers: ClosedRange<Int64>? {
    guard let first = lines.firstIndex(where: { $0 != 0 }), let last = lines.lastIndex(where: { $0 != 0 }) else { return nil }
    return base + Int64(first)...base + Int64(last)
  }

  /// The value of interval `number`; nil where it is missing or outside.
  func value(of number: Int64, column: Int) -> Int64? {
    let position = Int(number - base)
    guard lines.indices.contains(position) else { return nil }
    let value = values[position * columns + column]
    return value == Self.missing ? nil : value
  }
}
