import GRDB
import MarketTime
import Readings
import SealedColumns

/// The readings of one state of the file, wherever they lie: sealed in chunks, in the journal, or in `reading`, where late ones wait
/// to be sealed. Each reading counts in one place only.
///
/// The journal is read once, when it is needed first; it holds an hour or two.
struct StoredReadings {
  private let db: Database
  private let chunks: ChunkTable
  private let settledUntil: Int64?
  /// The point of each series: the smallest number among its series.
  private let points: [Int64: Int64]
  /// The series whose samples are asked for; nil for all.
  private let wanted: Set<Int64>?
  private var journal: [Int64: [Sample]]?

  /// The readings in `db`, inside a transaction.
  ///
  /// - Parameters:
  ///   - settledUntil: before this time, in ms, readings of the journal have been sealed.
  ///   - wanted: the series that will be asked for; nil for all.
  ///   - points: the point of each series of the file.
  init(_ db: Database, _ folder: SegmentFolder, settledUntil: Int64?, points: [Int64: Int64], wanted: Set<Int64>? = nil) {
    self.db = db
    self.settledUntil = settledUntil
    self.wanted = wanted
    self.points = points
    chunks = ChunkTable(db, folder)
  }

  /// The samples of `series` from `first` to `last` (ms, both included), in the order of time; series without any are absent.
  mutating func samples(of series: Set<Int64>, from first: Int64, through last: Int64) throws -> [Int64: [Sample]] {
    guard first <= last else { return [:] }
    var found = try sealed(series, from: first, through: last)
    for (number, samples) in try tail(series, from: first, through: last) { found[number, default: []].merge(samples) }
    return found
  }

  /// What `samples` gives, of those that are not sealed.
  mutating func tail(_ series: Set<Int64>, from first: Int64, through last: Int64) throws -> [Int64: [Sample]] {
    var found = try LateReadings(db).samples(from: first, through: last, of: series.contains)
    guard let settledUntil, last >= settledUntil else { return found }
    let journal = try readJournal()
    // Few of many, or many of few.
    for number in series.count < journal.count ? Array(series) : Array(journal.keys) where series.contains(number) {
      guard let samples = journal[number] else { continue }
      let begin = samples.firstIndex(from: first)
      let end = last == .max ? samples.endIndex : samples.firstIndex(from: last + 1)
      if begin < end { found[number, default: []].merge(samples[begin..<end]) }
    }
    return found
  }

  /// The last sample of every series among those that are not sealed, up to `last`, by the series' number; nothing is kept of the
  /// others.
  func latestOfTail(of series: some Collection<Int64>, through last: Int64) throws -> [Sample?] {
    let first = settledUntil ?? .min
    var latest = try Journal(db).latest(of: series, from: first, through: last)
    for (number, samples) in try LateReadings(db).samples(from: first, through: last, of: { latest.indices.contains(Int($0)) }) {
      guard let sample = samples.last else { continue }
      if let known = latest[Int(number)], known.time >= sample.time { continue }
      latest[Int(number)] = sample
    }
    return latest
  }

  /// The last sample of `series` from `first` to `last`.
  mutating func last(of series: Int64, from first: Int64, through last: Int64) throws -> Sample? {
    try samples(of: [series], from: first, through: last)[series]?.last
  }

  /// The first sample of `series` from `first` to `last`.
  mutating func first(of series: Int64, from first: Int64, through last: Int64) throws -> Sample? {
    try samples(of: [series], from: first, through: last)[series]?.first
  }

  /// The numbers of all series.
  var everySeries: Set<Int64> { Set(points.keys) }

  /// Hands out the chunks of the points of `series` that overlap `first` to `last`, with all that is in them.
  func forEachPart(
    of series: Set<Int64>, from first: Int64, through last: Int64, _ body: (ChunkTable.Part) throws -> Void
  ) throws {
    try chunks.forEach(of: Set(series.compactMap { points[$0] }), from: first, through: last) { _, part in try body(part) }
  }

  /// Hands out the chunks of roll-ups of the points of `series` that overlap `first` to `last`.
  func forEachRollUp(
    of series: Set<Int64>, from first: Int64, through last: Int64, _ body: (_ point: Int64, ChunkTable.Part) throws -> Void
  ) throws {
    try chunks.forEach(of: Set(series.compactMap { points[$0] }), from: first, through: last, rollUps: true, body)
  }

  private func sealed(_ series: Set<Int64>, from first: Int64, through last: Int64) throws -> [Int64: [Sample]] {
    var found: [Int64: [Sample]] = [:]
    try forEachPart(of: series, from: first, through: last) { part in
      let (times, columns) = try part.columns(series.contains)
      for column in columns {
        var samples = column.samples(at: times)[...]
        if let time = samples.first?.time.milliseconds, time < first { samples = samples[samples.firstIndex(from: first)...] }
        if let time = samples.last?.time.milliseconds, time > last { samples = samples[..<samples.firstIndex(from: last + 1)] }
        // Two parts may hold a series each, or chunks of another length; mostly there is one.
        found[column.series, default: []].merge(samples)
      }
    }
    return found
  }

  /// The journal's samples that are not sealed, each series in the order of time.
  private mutating func readJournal() throws -> [Int64: [Sample]] {
    if let journal { return journal }
    let samples = try Journal(db).samples(from: settledUntil ?? .min) { wanted?.contains($0) ?? true }
    journal = samples
    return samples
  }
}

extension SealedColumns.Column {
  /// The values as samples at the chunk's `times`.
  func samples(at times: [Int64]) -> [Sample] {
    if gaps.isEmpty { return zip(times, values).map { Sample(at: Timestamp(milliseconds: $0), value: $1) } }
    var found: [Sample] = []
    found.reserveCapacity(values.count)
    var place = 0
    var rest = values[...]
    for gap in gaps + [times.count..<times.count] {
      let length = gap.lowerBound - place
      for (time, value) in zip(times[place..<gap.lowerBound], rest.prefix(length)) {
        found.append(Sample(at: Timestamp(milliseconds: time), value: value))
      }
      rest = rest.dropFirst(length)
      place = gap.upperBound
    }
    return found
  }
}

extension RandomAccessCollection<Sample> where Index == Int {
  /// The first one at or after `time` in ms, of ordered ones.
  func firstIndex(from time: Int64) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].time.milliseconds < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension [Sample] {
  /// Whether each is later than the one before.
  var isOrdered: Bool { zip(self, dropFirst()).allSatisfy { $0.time < $1.time } }

  /// Adds ordered `others` in the order of time; of two for one moment those of `self` stay.
  mutating func merge(_ others: some Collection<Sample>) {
    guard let first = others.first else { return }
    guard let last, last.time >= first.time else { return append(contentsOf: others) }
    var merged: [Sample] = []
    merged.reserveCapacity(count + others.count)
    var rest = others[...]
    for sample in self {
      while let other = rest.first, other.time < sample.time { merged.append(rest.removeFirst()) }
      if let other = rest.first, other.time == sample.time { rest.removeFirst() }
      merged.append(sample)
    }
    merged.append(contentsOf: rest)
    self = merged
  }
}
