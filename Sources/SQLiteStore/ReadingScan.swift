import CommunityModel
import GRDB
import MarketTime
import Readings

/// Questions to the readings of one state of the file.
///
/// A series' neighbour of an instant may be far away; the ledger bounds every search: an instant either lies in a remembered spell,
/// whose two ends are the neighbours, or within 15 min of one.
struct ReadingScan {
  let db: Database
  var ledger: SeriesLedger
  var stored: StoredReadings
  let catalog: SeriesCatalog
  /// The series that are asked about.
  let keys: [Int64: SeriesKey]

  /// Questions to `db`, inside a read transaction, about `keys`, about all series unless told.
  init(_ db: Database, _ folder: SegmentFolder, _ catalog: SeriesCatalog, about keys: [SeriesKey]? = nil) throws {
    self.db = db
    self.catalog = catalog
    ledger = try SeriesLedger(db)
    if let keys {
      let numbers = Set(keys).compactMap { key in catalog.numbers[key].map { ($0, key) } }
      self.keys = Dictionary(uniqueKeysWithValues: numbers)
    } else {
      self.keys = catalog.keys
    }
    stored = StoredReadings(
      db, folder, settledUntil: ledger.settledUntil, points: catalog.points, wanted: keys == nil ? nil : Set(self.keys.keys))
  }

  /// The samples within `span` with the nearest on either side; keys without any are absent.
  mutating func samples(in span: Range<Timestamp>) throws -> [SeriesKey: [Sample]] {
    let found = try samples(
      of: Set(keys.keys), from: span.lowerBound.milliseconds, to: span.upperBound.milliseconds)
    var result: [SeriesKey: [Sample]] = [:]
    for (series, samples) in found { if let key = keys[series] { result[key] = samples } }
    return result
  }

  /// The samples of `series` from `first` to before `end` (ms) with the nearest on either side; series without any are absent.
  mutating func samples(of series: Set<Int64>, from first: Int64, to end: Int64) throws -> [Int64: [Sample]] {
    let within = first < end ? try stored.samples(of: series, from: first, through: end - 1) : [:]
    var result: [Int64: [Sample]] = [:]
    for number in series {
      var found = try neighbour(before: first, of: number).map { [$0] } ?? []
      found += within[number] ?? []
      if let next = try neighbour(from: end, of: number) { found.append(next) }
      if !found.isEmpty { result[number] = found }
    }
    return result
  }

  /// What the series' readings in each quarter hour of `span` add up to; series without any are absent.
  mutating func sums(in span: Range<QuarterHour>) throws -> [SeriesKey: TimeSeries<ReadingSum>] {
    let instants = span.lowerBound.start.milliseconds..<span.upperBound.start.milliseconds
    guard !instants.isEmpty else { return [:] }
    let dropped = try DroppedSpans(db, of: Set(keys.keys))
    var tally = QuarterHourTally(of: Set(keys.keys), over: span, without: dropped)
    try stored.forEachPart(of: tally.series, from: instants.lowerBound, through: instants.upperBound - 1) { try tally.add($0) }
    for (series, samples) in try stored.tail(tally.series, from: instants.lowerBound, through: instants.upperBound - 1) {
      tally.add(samples, of: series)
    }
    // Of what has been dropped there are quarter hours.
    let series = dropped.series.filter {
      dropped.overlaps(instants.lowerBound, through: instants.upperBound - 1, of: $0)
    }
    if !series.isEmpty {
      try stored.forEachRollUp(of: series, from: instants.lowerBound, through: instants.upperBound - 1) { _, part in
        try tally.addRollUp(part, of: series)
      }
    }
    return tally.sums { keys[$0] }
  }

  /// The last sample of every series at or before `time`.
  mutating func latest(asOf time: Timestamp) throws -> [SeriesKey: Sample] {
    guard let settledUntil = ledger.settledUntil else { return [:] }
    var tail: [Sample?] = []
    if time.milliseconds >= settledUntil {
      tail = try stored.latestOfTail(of: catalog.points.keys, through: time.milliseconds)
      // Mostly all are there, and then the keys need not be hashed anew.
      if let all = try? catalog.numbers.mapValues({ try Self.found($0, in: tail) }) { return all }
    }
    let later = min(time.milliseconds, settledUntil).addingClamped(1)
    var result: [SeriesKey: Sample] = [:]
    for (series, key) in keys {
      result[key] = try (try? Self.found(series, in: tail)) ?? settledNeighbour(before: later, of: series)
    }
    return result
  }

  private struct Absent: Error {}

  private static func found(_ series: Int64, in tail: [Sample?]) throws(Absent) -> Sample {
    guard tail.indices.contains(Int(series)), let sample = tail[Int(series)] else { throw Absent() }
    return sample
  }

  /// The last time before `limit`, of any series.
  mutating func lastTime(before limit: Timestamp) throws -> Timestamp? {
    try keys.keys.compactMap { try neighbour(before: limit.milliseconds, of: $0)?.time }.max()
  }

  /// How many readings there are after `time`, and when the last was taken.
  mutating func count(after time: Timestamp) throws -> (count: Int, last: Timestamp?) {
    let first = time.milliseconds.addingClamped(1)
    let found = try stored.samples(of: Set(keys.keys), from: first, through: .max)
    return (found.values.reduce(0) { $0 + $1.count }, found.values.compactMap { $0.last?.time }.max())
  }

  /// The sample of `key` at exactly `time`.
  mutating func sample(of key: SeriesKey, at time: Timestamp) throws -> Sample? {
    guard let series = catalog.numbers[key] else { return nil }
    return try stored.first(of: series, from: time.milliseconds, through: time.milliseconds)
  }

  /// Every series with its first and last reading, how many there are, and its spells longer than `gapLimit` (ms, at least that of
  /// the ledger).
  mutating func inventory(gapLimit: Int64) throws -> [SeriesSummary] {
    var spells: [Int64: (count: Int64, longest: Int64)] = [:]
    let dropped = try DroppedSpans(db)
    func note(_ series: Int64, _ run: GapRun) {
      guard run.step > gapLimit else { return }
      // What has been dropped is not missing.
      let count = dropped[series].reduce(run.count) {
        $0 - (run.count(endingBefore: $1.upperBound) - run.count(endingBefore: $1.lowerBound))
      }
      guard count > 0 else { return }
      let former = spells[series] ?? (0, 0)
      spells[series] = (former.count.addingClamped(count), max(former.longest, run.step))
    }
    try GapTable(db).forEach(note)
    try ledger.addTail(&stored, note)
    return try keys.sorted { $0.value < $1.value }.compactMap { series, key in
      guard let entry = try ledger.entry(of: series) else { return nil }
      let gaps = spells[series] ?? (0, 0)
      return SeriesSummary(
        series: key, first: Timestamp(milliseconds: entry.first), last: Timestamp(milliseconds: entry.last), count: entry.count,
        gaps: Int(gaps.count), longestGap: .milliseconds(gaps.longest))
    }
  }

  /// The last sample of `series` before `time`.
  private mutating func neighbour(before time: Int64, of series: Int64) throws -> Sample? {
    guard let settledUntil = ledger.settledUntil else { return nil }
    if time > settledUntil, let sample = try stored.tail([series], from: settledUntil, through: time - 1)[series]?.last {
      return sample
    }
    return try settledNeighbour(before: time, of: series)
  }

  /// The last settled sample of `series` before `time`.
  private mutating func settledNeighbour(before time: Int64, of series: Int64) throws -> Sample? {
    guard let entry = try ledger.entry(of: series), entry.first < time else { return nil }
    if entry.last < time { return try stored.last(of: series, from: entry.last, through: entry.last) }
    if let gap = try GapTable(db).last(before: time, of: series), gap.firstAfter >= time {
      return try stored.last(of: series, from: gap.lastBefore, through: gap.lastBefore)
    }
    return try stored.last(of: series, from: time.subtractingClamped(SeriesLedger.gapLimit), through: time - 1)
  }

  /// The first sample of `series` at or after `time`.
  private mutating func neighbour(from time: Int64, of series: Int64) throws -> Sample? {
    guard let settledUntil = ledger.settledUntil else { return nil }
    if let entry = try ledger.entry(of: series), time <= entry.last {
      if time <= entry.first { return try stored.first(of: series, from: entry.first, through: entry.first) }
      if let gap = try GapTable(db).last(before: time, of: series), gap.firstAfter >= time {
        return try stored.first(of: series, from: gap.firstAfter, through: gap.firstAfter)
      }
      return try stored.first(of: series, from: time, through: time.addingClamped(SeriesLedger.gapLimit))
    }
    return try stored.tail([series], from: max(time, settledUntil), through: .max)[series]?.first
  }
}
