import MarketTime
import Readings

/// Readings that are not stored yet, in the order in which they came: a ring of bounded length, 24 bytes a reading.
///
/// They lie in blocks, which are handed to the store one after the other; a block that the store refuses is put back.
struct WaitingReadings: Sendable {
  /// Readings that were taken within one spell, in their order.
  struct Block: Sendable {
    fileprivate var entries: ArraySlice<Entry> = []

    /// How many they are.
    var count: Int { entries.count }
  }

  fileprivate struct Entry {
    let time: Timestamp
    let value: Int64
    let series: UInt32
  }

  /// Readings that were given up: how many, and when they were taken.
  struct Loss: Sendable, Equatable {
    let count: Int
    let times: ClosedRange<Timestamp>

    /// Both losses.
    func joined(with other: Loss?) -> Loss {
      guard let other else { return self }
      let first = min(times.lowerBound, other.times.lowerBound)
      return Loss(count: count + other.count, times: first...max(times.upperBound, other.times.upperBound))
    }
  }

  /// Bytes that a reading takes here.
  static let bytesOfReading = MemoryLayout<Entry>.stride
  /// Readings of a block at most: what the store is given at once.
  static let lengthOfBlock = 1 << 15

  private var blocks: [Block] = []
  private var numbers: [SeriesKey: UInt32] = [:]
  private var series: [SeriesKey] = []
  /// How many wait.
  private(set) var count = 0

  /// When the oldest one was taken.
  var first: Timestamp? { blocks.first?.entries.first?.time }

  /// Adds `readings` at the end.
  mutating func append(_ readings: some Sequence<Reading>) {
    for reading in readings {
      if blocks.last.map({ $0.count >= Self.lengthOfBlock }) ?? true { blocks.append(Block()) }
      blocks[blocks.count - 1].entries.append(
        Entry(time: reading.time, value: reading.value, series: number(of: reading.series)))
      count += 1
    }
  }

  private mutating func number(of key: SeriesKey) -> UInt32 {
    if let number = numbers[key] { return number }
    let number = UInt32(series.count)
    numbers[key] = number
    series.append(key)
    return number
  }

  /// Takes out the oldest readings; nil where none waits.
  mutating func takeBlock() -> Block? {
    guard !blocks.isEmpty else { return nil }
    let block = blocks.removeFirst()
    count -= block.count
    return block
  }

  /// What a block holds.
  func readings(of block: Block) -> [Reading] {
    block.entries.map { Reading(series[Int($0.series)], at: $0.time, value: $0.value) }
  }

  /// Puts a block back in front.
  mutating func putBack(_ block: Block) {
    blocks.insert(block, at: 0)
    count += block.count
  }

  /// Gives up the oldest ones beyond `limit`; nil where there are no more.
  mutating func dropSurplus(beyond limit: Int) -> Loss? {
    var loss: Loss?
    while count > limit, let block = blocks.first {
      let surplus = block.entries.prefix(count - limit)
      if let first = surplus.map(\.time).min(), let last = surplus.map(\.time).max() {
        loss = Loss(count: surplus.count, times: first...last).joined(with: loss)
      }
      count -= surplus.count
      if surplus.count == block.count { blocks.removeFirst() } else { blocks[0].entries.removeFirst(surplus.count) }
    }
    return loss
  }
}

/// How many readings come in a second, from the last ten minutes or what there is of them.
struct IntakeRate: Sendable {
  private static let length = 11
  private static let period: Duration = .seconds(60)
  private var marks: [(instant: Duration, total: Int)] = []

  /// `total` readings have come up to `now`, on a clock that nobody sets.
  mutating func note(_ total: Int, at now: Duration) {
    if let last = marks.last, now - last.instant < Self.period, marks.count > 1 { return }
    marks.append((now, total))
    if marks.count > Self.length { marks.removeFirst() }
  }

  /// How long it takes until `count` readings have come, when `total` have come up to `now`; nil where that cannot be told yet.
  func time(for count: Int, total: Int, at now: Duration) -> Duration? {
    guard let first = marks.first, total > first.total, now > first.instant else { return nil }
    return (now - first.instant) * (Double(count) / Double(total - first.total))
  }
}
