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
    let part = Int64(truncatingIfNeeded: sum)
    let (total, isTooMuch) = self.sum.addingReportingOverflow(part)
    self.sum = isTooMuch || Int128(part) != sum ? Int64(clamping: Int128(self.sum) + sum) : total
    self.count = Int32(clamping: Int(self.count) &+ count)
  }
}

/// Adds readings up by quarter hours, straight from the chunks and in any order.
struct QuarterHourTally {
  /// The series that are added up.
  let series: Set<Int64>
  private let span: Range<QuarterHour>
  private let dropped: DroppedSpans
  /// Where the tally of each series is, by its number, which are counted from 1 on; not wanted, or not yet met.
  private var places: [Int]
  private var tallies: [[ReadingSum]] = []
  private var numbers: [Int64] = []
  private var times: [Int64] = []
  /// The times to which `ends` and `quarters` belong.
  private var grouped: [Int64] = []
  private var ends: [Int] = []
  private var quarters: [Int] = []

  /// Of `series`, over `span`; of readings in `dropped` months those left do not count, only the quarter hours that were made of them.
  init(of series: Set<Int64>, over span: Range<QuarterHour>, without dropped: DroppedSpans) {
    (self.series, self.span, self.dropped) = (series, span, dropped)
    places = Array(repeating: Self.unwanted, count: Int(series.max() ?? 0) + 1)
    for number in series where number >= 0 { places[Int(number)] = Self.unmet }
  }

  private static let unwanted = -2
  private static let unmet = -1

  /// Adds what a chunk holds of the series within the span.
  ///
  /// - Throws: `SegmentError` where it is damaged.
  mutating func add(_ part: ChunkTable.Part) throws {
    guard part.chunk.columns.contains(where: { isWanted($0.series) }) else { return }
    try part.read { chunk throws(SealedColumnError) in try chunk.readTimes(into: &times) }
    // Mostly the points of a site are read at the same moments, one chunk after the other.
    if times != grouped {
      swap(&times, &grouped)
      group()
    }
    for (column, entry) in part.chunk.columns.enumerated() where isWanted(entry.series) {
      let months = dropped[entry.series]
      let place = place(of: entry.series)
      try tallies[place].withUnsafeMutableBufferPointer { [ends, quarters, span] tally throws(SegmentError) in
        try part.read { chunk throws(SealedColumnError) in
          try chunk.addUp(column, endingBefore: ends) { group, sum, count in
            // The first group lies before the span.
            guard group > 0 else { return }
            let quarter = quarters[group - 1]
            guard months.isEmpty || !Self.isWithin(months, quarter, of: span) else { return }
            tally[quarter].add(sum, count: count)
          }
        }
      }
    }
  }

  private func isWanted(_ number: Int64) -> Bool {
    places.indices.contains(Int(number)) && places[Int(number)] != Self.unwanted
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

  /// Finds the quarter hours of `grouped`: where each ends.
  private mutating func group() {
    ends.removeAll(keepingCapacity: true)
    quarters.removeAll(keepingCapacity: true)
    let start = span.lowerBound.start.milliseconds
    let end = span.upperBound.start.milliseconds
    let length = QuarterHour.milliseconds
    var place = grouped.firstIndex(from: start, startingAt: 0)
    ends.append(place)
    while place < grouped.count, grouped[place] < end {
      let quarter = (grouped[place] - start) / length
      let limit = start + (quarter + 1) * length
      while place < grouped.count, grouped[place] < limit { place += 1 }
      ends.append(place)
      quarters.append(Int(quarter))
    }
  }

  private mutating func place(of series: Int64) -> Int {
    let known = places[Int(series)]
    guard known < 0 else { return known }
    places[Int(series)] = tallies.count
    numbers.append(series)
    tallies.append([ReadingSum](repeating: ReadingSum(), count: span.count))
    return tallies.count - 1
  }
}
