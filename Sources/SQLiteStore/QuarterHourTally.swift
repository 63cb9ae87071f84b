import MarketTime
import Readings
import SealedColumns

/// The readings of one quarter hour, added up.
public struct ReadingSum: Hashable, Sendable {
  // In halves: 12 bytes instead of 16. Of thousands of series over a month, asking for memory is what takes longest.
  private var low: UInt32 = 0
  private var high: Int32 = 0
  /// How many there are; 0 where nothing was read.
  public private(set) var count: Int32 = 0

  /// Their sum, in the channel's unit; held at the ends of its range. 0 for none.
  public private(set) var sum: Int64 {
    get { Int64(high) << 32 | Int64(low) }
    set { (low, high) = (UInt32(truncatingIfNeeded: newValue), Int32(truncatingIfNeeded: newValue >> 32)) }
  }

  /// No readings.
  public init() {}

  /// Their mean in the channel's unit; nil where there are none.
  public var mean: Double? { count > 0 ? Double(sum) / Double(count) : nil }

  /// Adds `count` readings whose sum is `sum`.
  mutating func add(_ sum: Int128, count: Int) {
    self.sum = Int64(clamping: Int128(self.sum) + sum)
    self.count = Int32(clamping: Int(self.count) + count)
  }
}

/// Adds readings up by quarter hours, straight from the chunks and in any order.
struct QuarterHourTally {
  /// The series that are added up.
  let series: Set<Int64>
  private let span: Range<QuarterHour>
  private let dropped: DroppedSpans
  private var places: [Int64: Int] = [:]
  private var tallies: [[ReadingSum]] = []
  private var numbers: [Int64] = []
  private var times: [Int64] = []
  private var ends: [Int] = []
  private var quarters: [Int] = []

  /// Of `series`, over `span`; of readings in `dropped` months those left do not count, only the quarter hours that were made of them.
  init(of series: Set<Int64>, over span: Range<QuarterHour>, without dropped: DroppedSpans) {
    (self.series, self.span, self.dropped) = (series, span, dropped)
  }

  /// Adds what a chunk holds of the series within the span.
  ///
  /// - Throws: `SegmentError` where it is damaged.
  mutating func add(_ part: ChunkTable.Part) throws {
    let wanted = part.chunk.columns.indices.filter { series.contains(part.chunk.columns[$0].series) }
    guard !wanted.isEmpty else { return }
    try part.read { chunk throws(SealedColumnError) in try chunk.readTimes(into: &times) }
    group()
    for column in wanted {
      let sums = try part.read { [ends] chunk throws(SealedColumnError) in try chunk.sums(of: column, endingBefore: ends) }
      let number = part.chunk.columns[column].series
      let months = dropped[number]
      let place = place(of: number)
      tallies[place].withUnsafeMutableBufferPointer { [quarters, span] tally in
        // The first group lies before the span.
        for (sum, quarter) in zip(sums.dropFirst(), quarters)
        where sum.count > 0 && (months.isEmpty || !Self.isWithin(months, quarter, of: span)) {
          tally[quarter].add(sum.sum, count: sum.count)
        }
      }
    }
  }

  private static func isWithin(_ months: [Range<Int64>], _ quarter: Int, of span: Range<QuarterHour>) -> Bool {
    let start = span.lowerBound.advanced(by: quarter).start.milliseconds
    return months.contains { $0.contains(start) }
  }

  /// Adds what a chunk of roll-ups says of those of `wanted` whose readings have been dropped.
  ///
  /// - Throws: `SegmentError` where it is damaged.
  mutating func addRollUp(_ part: ChunkTable.Part, of wanted: Set<Int64>) throws {
    let (times, columns) = try part.columns { $0 % 4 > 1 && wanted.contains(RollUpColumn.series(of: $0)) }
    let samples = columns.reduce(into: [:]) { $0[$1.series] = $1.samples(at: times) }
    for number in Set(columns.map { RollUpColumn.series(of: $0.series) }) {
      let column = RollUpColumn(series: number)
      guard let sums = samples[column.sum], let counts = samples[column.count] else { continue }
      let months = dropped[number]
      let place = place(of: number)
      for (sum, count) in zip(sums, counts) where sum.time == count.time {
        let quarter = span.lowerBound.distance(to: QuarterHour(containing: sum.time))
        guard tallies[place].indices.contains(quarter), Self.isWithin(months, quarter, of: span) else { continue }
        tallies[place][quarter].add(Int128(sum.value), count: Int(count.value))
      }
    }
  }

  /// Adds `samples`, of the span.
  mutating func add(_ samples: [Sample], of series: Int64) {
    let place = place(of: series)
    for sample in samples {
      let quarter = span.lowerBound.distance(to: QuarterHour(containing: sample.time))
      if tallies[place].indices.contains(quarter) { tallies[place][quarter].add(Int128(sample.value), count: 1) }
    }
  }

  /// What has been added up, of the series to which `key` gives a name.
  func sums(_ key: (Int64) -> SeriesKey?) -> [SeriesKey: TimeSeries<ReadingSum>] {
    var sums: [SeriesKey: TimeSeries<ReadingSum>] = [:]
    for (number, tally) in zip(numbers, tallies) {
      if let key = key(number) { sums[key] = TimeSeries(start: span.lowerBound, values: tally) }
    }
    return sums
  }

  /// Finds the quarter hours of `times`: where each ends.
  private mutating func group() {
    ends.removeAll(keepingCapacity: true)
    quarters.removeAll(keepingCapacity: true)
    let start = span.lowerBound.start.milliseconds
    let end = span.upperBound.start.milliseconds
    var place = times.firstIndex(from: start, startingAt: 0)
    ends.append(place)
    while place < times.count, times[place] < end {
      let quarter = (times[place] - start) / QuarterHour.milliseconds
      let limit = start + (quarter + 1) * QuarterHour.milliseconds
      while place < times.count, times[place] < limit { place += 1 }
      ends.append(place)
      quarters.append(Int(quarter))
    }
  }

  private mutating func place(of series: Int64) -> Int {
    if let place = places[series] { return place }
    places[series] = tallies.count
    numbers.append(series)
    tallies.append([ReadingSum](repeating: ReadingSum(), count: span.count))
    return tallies.count - 1
  }
}
