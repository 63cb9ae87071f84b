import GRDB
import MarketTime
import Readings
import SealedColumns

/// What a writer remembers from one append to the next, so that it need not look everything up.
struct WriterMemory: Sendable {
  /// The numbers of the series that were met so far.
  var numbers: [SeriesKey: Int64] = [:]
  /// When the last reading of each series was taken, ms; `Int64.min` for those without any; nil while nobody has looked.
  var lastTimes: [Int64]?
  /// The chain that the next batch goes on with.
  var encoder = BatchEncoder()
  /// When the last corrected reading of each series that has any was taken, ms; nil while nobody has looked.
  var corrected: [Int64: Int64]?
  /// Whether chunks may be waiting to be merged into longer ones.
  var mayMerge = true
  /// What has been dropped; nil while nobody has looked.
  var dropped: DroppedSpans?
  /// Whether the transaction has dropped something.
  var hasDropped = false

  /// What is still sure when a transaction has failed: whatever it wrote may turn up later or not.
  var afterFailure: WriterMemory { WriterMemory(numbers: numbers) }
}

/// Readings that are being inserted in one transaction: each once, whatever is there stays, and the ledger follows.
///
/// Nearly all readings are later than the last of their series: they are new, and nothing is looked up. They go to the journal.
struct ReadingInsertion {
  private struct Entry {
    let time: Int64
    let series: Int64
    let value: Int64
  }

  private let db: Database
  private let folder: SegmentFolder
  private let received: Int64
  private(set) var ledger: SeriesLedger
  private var lastTimes: [Int64]
  /// When the last corrected reading of each series that has any was taken, ms.
  private let corrected: [Int64: Int64]
  private let dropped: DroppedSpans
  private let retention: Retention
  private let isSalvage: Bool
  /// What goes straight into chunks; all of it lies before `end`, ms.
  private var columns: (blocks: [SealableBlock], end: Int64) = ([], .min)
  private var outcome = AppendOutcome()
  private var times: [Int64] = []
  private var batch: [Entry] = []
  /// The readings before this transaction, and the values in `batch` by series and time; nil as long as all readings are in order.
  private var known: (stored: StoredReadings, batch: [Int64: [Int64: Int64]])?

  /// Into `db`; `received` is when they came, for conflicts. What `retention` does not keep is dropped by and by.
  ///
  /// - Parameter isSalvage: whether they are what dropping has left, which has its place in dropped months.
  init(
    _ db: Database, _ folder: SegmentFolder, received: Timestamp, memory: WriterMemory, keeping retention: Retention,
    isSalvage: Bool = false
  ) throws {
    self.db = db
    self.folder = folder
    self.retention = retention
    self.isSalvage = isSalvage
    dropped = try isSalvage ? DroppedSpans() : memory.dropped ?? DroppedSpans(db)
    self.received = received.milliseconds
    ledger = try SeriesLedger(db)
    corrected = try memory.corrected ?? CorrectionTable(db).lastTimes()
    if let known = memory.lastTimes { lastTimes = known } else { lastTimes = try ledger.lastTimes(folder) }
  }

  /// Inserts a value at `time` in ms of UTC. Of two values for one series and time the first stays, the second becomes a conflict. Where
  /// the reading has been corrected, that stays, and the value is kept as what was received. What has been dropped does not come back.
  ///
  /// - Parameter isCorrection: whether it is the corrected value itself, of a reading that is not there.
  mutating func insert(_ value: Int64, at time: Int64, of series: Int64, isCorrection: Bool = false) throws {
    if dropped.contains(time, of: series) { return outcome.dropped += 1 }
    times.append(time)
    if !corrected.isEmpty, !isCorrection, try receiveCorrected(value, at: time, of: series) { return }
    let place = Int(series)
    if place >= lastTimes.count { lastTimes.append(contentsOf: repeatElement(.min, count: place + 1 - lastTimes.count)) }
    if time > lastTimes[place] {
      lastTimes[place] = time
    } else if let former = try self.value(of: series, at: time) {
      guard former != value else { return outcome.repeated += 1 }
      return try keepConflict(value, at: time, of: series)
    }
    outcome.added += 1
    if let settledUntil = ledger.settledUntil, time < settledUntil {
      try LateReadings(db).insert(value, at: time, of: series)
      return try ledger.enter(time, of: series)
    }
    batch.append(Entry(time: time, series: series, value: value))
    known?.batch[series, default: [:]][time] = value
  }

  private mutating func keepConflict(_ value: Int64, at time: Int64, of series: Int64) throws {
    outcome.conflicting += 1
    let keep = try db.cachedStatement(
      sql: "INSERT INTO reading_conflict (time, series, value, received) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
    try keep.execute(arguments: [time, series, value, received])
  }

  /// Keeps what a device says of a reading that has been corrected.
  ///
  /// - Returns: whether it has been.
  private mutating func receiveCorrected(_ value: Int64, at time: Int64, of series: Int64) throws -> Bool {
    let table = CorrectionTable(db)
    guard time <= lastCorrection(of: series), try table.holds(series, at: time) else { return false }
    switch try table.original(of: series, at: time) {
    case nil:
      try table.keepOriginal(value, of: series, at: time)
      outcome.added += 1
    case value: outcome.repeated += 1
    case .some: try keepConflict(value, at: time, of: series)
    }
    return true
  }

  /// When the last corrected reading of `series` was taken, ms; `Int64.min` where there is none.
  func lastCorrection(of series: Int64) -> Int64 { corrected[series] ?? .min }

  /// Inserts a block before `end` of series none of which has a reading from its first to its last.
  ///
  /// - Parameter end: ms, a whole hour; the same for all blocks of the transaction, and none before what is sealed.
  mutating func insert(_ block: SealableBlock, sealingUntil end: Int64) {
    guard let first = block.times.first, let last = block.times.last else { return }
    times += [first, last]
    for column in block.columns {
      let place = Int(column.series)
      if place >= lastTimes.count { lastTimes.append(contentsOf: repeatElement(.min, count: place + 1 - lastTimes.count)) }
      lastTimes[place] = max(lastTimes[place], last)
      outcome.added += column.values.count
    }
    columns.blocks.append(block)
    columns.end = end
  }

  /// Whether readings of `series` from `first` to `last`, ms, both included, are sure to be new: they are later than all there are, or
  /// lie in a spell without any that is over.
  mutating func isFree(_ series: Int64, from first: Int64, through last: Int64) throws -> Bool {
    guard lastTimes.indices.contains(Int(series)), lastTimes[Int(series)] >= first else { return true }
    guard let settledUntil = ledger.settledUntil, last < settledUntil else { return false }
    return try ledger.isFree(series, from: first, through: last)
  }

  /// Whether some of what `series` measured from `first` to `last`, ms, has been dropped.
  func isDropped(_ first: Int64, through last: Int64, of series: Int64) -> Bool {
    dropped.overlaps(first, through: last, of: series)
  }

  /// The value of `series` at exactly `time`; nil where there is none.
  private mutating func value(of series: Int64, at time: Int64) throws -> Int64? {
    if known == nil {
      let stored = StoredReadings(db, folder, settledUntil: ledger.settledUntil, points: try SeriesNumbers.points(in: db))
      known = (stored, batch.reduce(into: [:]) { $0[$1.series, default: [:]][$1.time] = $1.value })
    }
    if let value = known?.batch[series]?[time] { return value }
    do {
      return try known?.stored.first(of: series, from: time, through: time)?.value
    } catch is SegmentError {
      // Nobody knows what stands in a damaged chunk; what comes now is kept rather than refused.
      return try known?.stored.tail([series], from: time, through: time)[series]?.first?.value
    }
  }

  /// Writes them, seals what has become old, brings the ledger up to date, and says what became of them.
  mutating func finished(_ memory: inout WriterMemory) throws -> AppendOutcome {
    if let last = batch.lazy.map(\.time).max() {
      let isFirst = memory.encoder.isAtChainStart
      try Journal(db).append(memory.encoder.encode(groups()), last: last, isFirst: isFirst)
    }
    memory.dropped = isSalvage ? nil : dropped
    let former = ledger.start(of: times)
    let target = max(ledger.target(of: times) ?? .min, columns.end)
    if let former, target > former {
      // Before anything changes: what is unused now has been so since a former transaction.
      try ChunkTable(db, folder).deleteUnused()
      try Sealing(db, folder).seal(from: former, to: target) { series, samples in try ledger.settle(samples, of: series) }
      // What is left of a chain that was begun stays readable without the rest.
      memory.encoder.beginChain()
      try sealColumns()
      try ledger.finish(settledUntil: target)
      memory.mayMerge = true
    } else {
      try sealColumns()
      try ledger.finish(settledUntil: former)
      if columns.blocks.isEmpty { try merge(&memory) } else { memory.mayMerge = true }
    }
    memory.lastTimes = lastTimes
    memory.corrected = corrected
    return outcome
  }

  private mutating func sealColumns() throws {
    guard !columns.blocks.isEmpty else { return }
    try Sealing(db, folder).seal(columns.blocks, before: columns.end)
    for block in columns.blocks {
      // Quarter hours of the point may have been made of its other series.
      try StaleDays(db).add(around: block.times, of: block.point)
      try ledger.settle(block.times, of: block.columns.map(\.series))
    }
  }

  /// How many bytes of chunks an append merges at most, about: some 50 ms of work on a small box.
  private static let mergedAtOnce = 1 << 18
  /// For how many points' days an append makes the quarter hours at most.
  private static let rolledUpAtOnce = 4

  /// Merges some chunks into longer ones where any wait, then makes some quarter hours.
  private func merge(_ memory: inout WriterMemory) throws {
    guard memory.mayMerge, let settledUntil = ledger.settledUntil else { return }
    memory.mayMerge =
      try Merging(db, folder, settledUntil: settledUntil).step(budget: Self.mergedAtOnce)
      || RollUps(db, folder, settledUntil: settledUntil).step(limit: Self.rolledUpAtOnce)
    guard !memory.mayMerge, retention != .everything, try Dropping.isSure(of: received, in: db) else { return }
    let now = Timestamp(milliseconds: min(received, settledUntil))
    if try Dropping(db, folder, settledUntil: settledUntil, retention, at: now).step() != nil {
      memory.mayMerge = true
      memory.hasDropped = true
      memory.dropped = nil
    }
  }

  /// The batch as polls: by time, each with its series in order.
  private func groups() -> [BatchGroup] {
    var groups: [BatchGroup] = []
    for entry in batch.sorted(by: { ($0.time, $0.series) < ($1.time, $1.series) }) {
      if groups.last?.time != entry.time { groups.append(BatchGroup(time: entry.time, series: [], values: [])) }
      groups[groups.count - 1].series.append(entry.series)
      groups[groups.count - 1].values.append(entry.value)
    }
    return groups
  }
}
