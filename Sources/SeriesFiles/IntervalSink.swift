import MarketTime
import Quantities

/// What a column of interval values means to the one who reads the file.
struct IntervalColumn<Meaning> {
  let meaning: Meaning
  /// In which its numbers are counted.
  let unit: UnitOfMeasure
  /// Whether values below zero make sense.
  let mayBeNegative: Bool
}

/// Puts the values of a file of intervals in the order of time.
struct IntervalSink<Meaning>: SeriesSink {
  typealias Interpretation = (SeriesName) throws(SeriesFileError.Fault) -> IntervalColumn<Meaning>

  /// 1 TWh in an interval, 1 TW: no meter shows more, and sums of such values cannot overflow.
  private static var largest: UInt64 { 1_000_000_000_000_000 }

  /// How long the intervals are; to be set before the first row.
  var interval = RowInterval.quarterHour
  /// The columns, in the order of their numbers.
  private(set) var columns: [IntervalColumn<Meaning>] = []
  /// How many rows repeated an earlier one.
  private(set) var repeatedRows = 0

  private let stamp: SeriesFileReader.Stamp
  private let interpret: Interpretation
  /// One grid for all columns (wide form) or one for each.
  private var grids: [IntervalGrid] = []
  private var isWide = false
  /// What a start leaves when divided by the interval; half hours and hours need not begin at the full hour of UTC.
  private var phase: Int64?
  private var position = 0
  private var hasConflict = false

  init(stamp: SeriesFileReader.Stamp, interpret: @escaping Interpretation) {
    self.stamp = stamp
    self.interpret = interpret
  }

  mutating func addSeries(_ name: SeriesName) throws(SeriesFileError.Fault) -> UnitOfMeasure {
    let column = try interpret(name)
    columns.append(column)
    return column.unit
  }

  mutating func beginRow(at time: Timestamp, line: Int, series: Int?) throws(SeriesFileError.Fault) {
    if grids.isEmpty { isWide = series == nil }
    while grids.count < (isWide ? 1 : columns.count) {
      grids.append(IntervalGrid(columns: isWide ? columns.count : 1, interval: interval))
    }
    position = try grids[series ?? 0].position(of: try number(ofIntervalAt: time))
    if grids[series ?? 0].beginRow(at: position, line: line) { repeatedRows += 1 }
    hasConflict = false
  }

  mutating func add(_ count: Int64, to series: Int) throws(SeriesFileError.Fault) {
    // Of a row that contradicts an earlier one, the first value tells enough.
    if hasConflict { return }
    guard count.magnitude <= Self.largest else { throw .row(.outOfRange) }
    if count < 0, !columns[series].mayBeNegative { throw .row(.negative) }
    do throws(SeriesFileError.Fault) {
      try grids[isWide ? 0 : series].put(count, at: position, column: isWide ? series : 0)
    } catch {
      hasConflict = true
      throw error
    }
  }

  private mutating func number(ofIntervalAt time: Timestamp) throws(SeriesFileError.Fault) -> Int64 {
    let length = interval.milliseconds
    let start = time.milliseconds - (stamp == .end ? length : 0)
    let rest = start - start.floored(by: length) * length
    if phase == nil, rest % min(length, QuarterHour.milliseconds) == 0 { phase = rest }
    guard rest == phase else { throw .row(.offGrid(interval: interval)) }
    return start.floored(by: length)
  }

  /// When interval `number` starts.
  private func start(of number: Int64) -> Timestamp { Timestamp(milliseconds: number * interval.milliseconds + (phase ?? 0)) }

  /// From the start of the earliest interval to the end of the latest; nil without rows.
  var instants: (first: Timestamp, last: Timestamp)? {
    let numbers = grids.compactMap(\.numbers)
    guard let first = numbers.map(\.lowerBound).min(), let last = numbers.map(\.upperBound).max() else { return nil }
    return (start(of: first), start(of: last + 1))
  }

  /// A column's values by quarter hour, from its grid's first row to the last; nil without rows.
  ///
  /// Of an interval of several quarter hours, `spread` makes their values from the row's; of shorter ones, `join` makes one from
  /// the rows', which are as many as a quarter hour has.
  func series<Value: Sendable>(
    ofColumn column: Int, missing: Value, spread: (Int64, _ part: Int, _ parts: Int) -> Value, join: ([Int64]) -> Value
  ) -> TimeSeries<Value>? {
    guard grids.indices.contains(isWide ? 0 : column) else { return nil }
    let grid = grids[isWide ? 0 : column]
    let place = isWide ? column : 0
    guard let numbers = grid.numbers else { return nil }
    var values: [Value] = []
    let parts = interval.quarterHours
    if parts > 0 {
      values.reserveCapacity(numbers.count * parts)
      for number in numbers {
        let value = grid.value(of: number, column: place)
        for part in 0..<parts { values.append(value.map { spread($0, part, parts) } ?? missing) }
      }
      return TimeSeries(start: QuarterHour(containing: start(of: numbers.lowerBound)), values: values)
    }
    let count = Int64(interval.perQuarterHour)
    let quarters = numbers.lowerBound.floored(by: count)...numbers.upperBound.floored(by: count)
    for quarter in quarters {
      let rows = (quarter * count..<(quarter + 1) * count).compactMap { grid.value(of: $0, column: place) }
      values.append(rows.count == Int(count) ? join(rows) : missing)
    }
    return TimeSeries(start: QuarterHour(index: quarters.lowerBound), values: values)
  }
}

/// Finds out how far the first two times of a file lie apart.
struct IntervalProbe: SeriesSink {
  private(set) var gap: Int64?
  /// Where the second time stands.
  private(set) var line = 0
  private var first: Timestamp?

  mutating func addSeries(_ name: SeriesName) -> UnitOfMeasure { UnitOfMeasure("", 1) }

  mutating func beginRow(at time: Timestamp, line: Int, series: Int?) {
    guard let first else {
      self.first = time
      return
    }
    guard gap == nil, first != time else { return }
    gap = abs(time.milliseconds - first.milliseconds)
    self.line = line
  }

  mutating func add(_ count: Int64, to series: Int) {}
}

extension SeriesFileReader {
  /// Reads a file of intervals whose columns mean what `interpret` says.
  ///
  /// - Parameter interval: how long the intervals are; nil for the gap between the first two times.
  func intervals<Meaning>(
    from file: CSVFile, interval: RowInterval?, allowed: [RowInterval], progress: Progress?,
    interpret: @escaping IntervalSink<Meaning>.Interpretation
  ) throws(SeriesFileErrors) -> (IntervalSink<Meaning>, SeriesFileReport) {
    var sink = IntervalSink(stamp: stamp, interpret: interpret)
    var stream = try SeriesStream.open(file, options: self, progress: progress, into: &sink)
    let (length, line) = if let interval { (interval.milliseconds, 0) } else { try firstGap(of: file) }
    guard let known = RowInterval(milliseconds: length), allowed.contains(known) else {
      throw refusal(of: file, .unknownInterval(seconds: length / 1000, known: allowed), line: line)
    }
    sink.interval = known
    while stream.nextRow(into: &sink) {}
    try check(stream)
    var report = SeriesFileReport(of: stream)
    report.repeatedRows = sink.repeatedRows
    report.interval = sink.interval
    report.first = sink.instants?.first
    report.last = sink.instants?.last
    return (sink, report)
  }

  /// How many milliseconds the first two times of `file` lie apart, and the line of the second.
  private func firstGap(of file: CSVFile) throws(SeriesFileErrors) -> (milliseconds: Int64, line: Int) {
    guard file.isRereadable else { throw refusal(of: file, .intervalUnknown, line: 0) }
    var options = self
    options.badLines = .skip
    var probe = IntervalProbe()
    var stream = try SeriesStream.open(file, options: options, into: &probe)
    while probe.gap == nil, stream.nextRow(into: &probe) {}
    if let gap = probe.gap { return (gap, probe.line) }
    if !stream.errors.errors.isEmpty { throw stream.errors.failure }
    try options.check(stream)
    throw refusal(of: file, .intervalUnknown, line: 0)
  }

  private func refusal(of file: CSVFile, _ fault: RowFault, line: Int) -> SeriesFileErrors {
    SeriesFileErrors([SeriesFileError(file: file.name, line: line, column: line == 0 ? 0 : 1, fault: .row(fault))])
  }
}
