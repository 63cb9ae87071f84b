/// Readings of one span of time, of series that were read at the same moments: a device's polls.
public struct Chunk: Hashable, Sendable {
  /// The version of the format that `sealed()` writes.
  public static let version: UInt8 = 1
  /// The most samples, and the most columns: 2^20. So much memory is ever asked for on the word of a few bytes.
  public static let largestCount = 1 << 20
  /// Parts of at most so many bytes stand in the directory, which saves their checksums.
  static let shortPart = 16

  /// When each sample was taken, in whole units of the caller's choice (milliseconds), each later than the one before.
  public var times: [Int64]
  /// The series' values, in any order of series, each series once.
  public var columns: [Column]

  /// A chunk of `columns` with a value at each of `times`, gaps apart.
  public init(times: [Int64], columns: [Column]) { (self.times, self.columns) = (times, columns) }
}

/// The values of one series in a chunk.
public struct Column: Hashable, Sendable {
  /// The number that the store gave the series; any.
  public var series: Int64
  /// A value for each sample that is not in `gaps`, in a unit of the caller's choice (mW, mV, mA, mHz, mWh); any sign, any size.
  public var values: [Int64]
  /// The samples at which the series has no value, counted from 0: in order, none empty, none touching the next.
  public var gaps: [Range<Int>]

  /// A column of `values` for all samples but those in `gaps`.
  public init(series: Int64, values: [Int64], gaps: [Range<Int>] = []) {
    (self.series, self.values, self.gaps) = (series, values, gaps)
  }

  /// A column of `samples`, nil where there is no value.
  public init(series: Int64, samples: [Int64?]) {
    var values: [Int64] = []
    var gaps: [Range<Int>] = []
    for (place, sample) in samples.enumerated() {
      if let sample {
        values.append(sample)
      } else if let last = gaps.last, last.upperBound == place {
        gaps[gaps.count - 1] = last.lowerBound..<place + 1
      } else {
        gaps.append(place..<place + 1)
      }
    }
    self.init(series: series, values: values, gaps: gaps)
  }

  /// A value for each sample, nil in the gaps.
  public var samples: [Int64?] {
    var samples: [Int64?] = []
    samples.reserveCapacity(values.count)
    var rest = values[...]
    for gap in gaps {
      let before = rest.prefix(max(0, gap.lowerBound - samples.count))
      samples.append(contentsOf: before.map(Optional.some))
      rest = rest.dropFirst(before.count)
      samples.append(contentsOf: repeatElement(nil, count: gap.count))
    }
    samples.append(contentsOf: rest.map(Optional.some))
    return samples
  }

  /// How many samples are in `gaps`.
  var absent: Int { gaps.reduce(0) { $0 + $1.count } }
}

/// What is known of a column without reading its values. In the values' own unit.
public struct ColumnStatistics: Hashable, Sendable {
  /// How many values there are, at least 1.
  public let count: Int
  /// The first value.
  public let first: Int64
  /// The last value.
  public let last: Int64
  /// The smallest value.
  public let minimum: Int64
  /// The largest value.
  public let maximum: Int64
  /// All values added up; 128 bits hold it whatever they are.
  public let sum: Int128
}
