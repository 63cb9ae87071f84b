public import CommunityModel
import GRDB
public import MarketTime
import Quantities
public import Readings

/// A community's imported history, in `community.sqlite`: energies of quarter hours and prices, and which file they came from.
/// Written by `energy-opt` alone, read by anyone.
///
/// Layout, durability and limits are in `docs/formats/store.md`. All methods block while they work on the file; they may be called
/// from any thread.
public final class CommunityDatabase: Sendable {
  let file: DatabaseFile

  /// Opens `path` for writing, makes it where it is absent and brings an older layout up to date.
  ///
  /// - Throws: `writtenByAnother`, `tooNew` or `cannotOpen`; the file is untouched then.
  public init(writing path: String) throws(ReadingStoreError) {
    file = try DatabaseFile(writing: path, layout: .community)
  }

  /// Opens an existing `path` for reading, whether or not someone is writing it; nothing is changed, nothing checkpointed.
  ///
  /// - Throws: `tooNew` or `cannotOpen`.
  public init(readingOnly path: String) throws(ReadingStoreError) {
    file = try DatabaseFile(readingOnly: path, layout: .community)
  }

  /// Closes the file and lets another writer in; whatever is called afterwards throws. Happens by itself at the end of life.
  ///
  /// - Throws: `failed`; the file stays locked then.
  public func close() throws(ReadingStoreError) { try file.close() }

  /// Keeps the energies of `intervals`, all or none, durable through a power cut when this returns.
  ///
  /// A different value for a quarter hour takes the place of the older one, which is kept in the history; a missing one says
  /// nothing and changes nothing. A large file may come in batches: those with the same `source` and `received` are one import.
  ///
  /// - Parameters:
  ///   - source: the name of the file that they come from, for people.
  ///   - size: the file's size in bytes, where known.
  ///   - received: when the file was received.
  /// - Throws: `ReadingStoreError.failed`; nothing of this batch is kept then.
  @discardableResult
  public func store(
    _ intervals: [SeriesKey: TimeSeries<IntervalEnergy>], from source: String, size: Int? = nil, at received: Timestamp
  ) throws(ReadingStoreError) -> ImportOutcome {
    try store([ImportBatch(source: source, size: size, intervals: intervals)], at: received)[0]
  }

  /// Keeps the energies of all `batches`, all or none, as `store(_:from:size:at:)` does; what became of each, in their order.
  ///
  /// - Throws: `ReadingStoreError.failed`; nothing of any is kept then.
  @discardableResult
  public func store(_ batches: [ImportBatch], at received: Timestamp) throws(ReadingStoreError) -> [ImportOutcome] {
    try file.write { db in
      var outcomes: [ImportOutcome] = []
      for batch in batches { outcomes.append(try Self.keep(batch, received, in: db)) }
      return outcomes
    }
  }

  private static func keep(_ batch: ImportBatch, _ received: Timestamp, in db: Database) throws -> ImportOutcome {
    let run = try RunningImport(db, source: batch.source, size: batch.size, received: received)
    var numbers = SeriesNumbers(db)
    var outcome = ImportOutcome()
    var columns: [(series: Int64, values: TimeSeries<IntervalEnergy>)] = []
    for (key, values) in batch.intervals.sorted(by: { $0.key < $1.key }) where values.values.contains(where: { $0 != .missing }) {
      columns.append((try numbers.number(of: key), values))
    }
    let starts = columns.map(\.values.span.lowerBound)
    let ends = columns.map(\.values.span.upperBound)
    if let first = starts.min(), let end = ends.max() {
      // By quarter hour, the order of the table, so that a long import touches each page once.
      for quarter in first..<end {
        for (series, values) in columns {
          guard let value = values[quarter], let energy = value.delivered else { continue }
          let row = [energy.count, Int64(value.quality.rawValue)]
          try IntervalTable.energies.keep(row, of: series, in: quarter, run: run, outcome: &outcome)
        }
      }
    }
    try run.add(outcome.count)
    return outcome
  }

  /// Every series with its first and last interval, how many there are, and its spells without one, in the order of their keys.
  /// A single missing quarter hour between two others is a gap.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in all values of the file.
  public func inventory() throws(ReadingStoreError) -> [SeriesSummary] {
    try file.read { db in
      struct Tally {
        var first: Int64, last: Int64, count = 1, gaps = 0, longest: Int64 = 0
      }
      var tallies: [Int64: Tally] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT quarter, series FROM interval_energy ORDER BY quarter")
      while let row = try rows.next() {
        let quarter = try row.integer(0)
        let series = try row.integer(1)
        guard var tally = tallies[series] else {
          tallies[series] = Tally(first: quarter, last: quarter)
          continue
        }
        let absent = quarter - tally.last - 1
        if absent > 0 { tally.gaps += 1 }
        tally.longest = max(tally.longest, absent)
        tally.last = quarter
        tally.count += 1
        tallies[series] = tally
      }
      return try SeriesNumbers.all(in: db).sorted { $0.value < $1.value }.compactMap { series, key in
        guard let tally = tallies[series] else { return nil }
        return SeriesSummary(
          series: key, first: QuarterHour(index: tally.first).start, last: QuarterHour(index: tally.last).end, count: tally.count,
          gaps: tally.gaps, longestGap: QuarterHour.duration * Int(tally.longest))
      }
    }
  }

  /// Every series of the file, in the order of their keys.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func series() throws(ReadingStoreError) -> [SeriesKey] {
    try file.read { db in try SeriesNumbers.all(in: db).values.sorted() }
  }
}

/// Energies that came together, and where they came from.
public struct ImportBatch: Sendable {
  /// The name of the file, or of the rule that made them.
  public let source: String
  /// The file's size in bytes, where known.
  public let size: Int?
  /// Each series by quarter hour.
  public let intervals: [SeriesKey: TimeSeries<IntervalEnergy>]

  /// A batch; see the properties.
  public init(source: String, size: Int? = nil, intervals: [SeriesKey: TimeSeries<IntervalEnergy>]) {
    self.source = source
    self.size = size
    self.intervals = intervals
  }
}
