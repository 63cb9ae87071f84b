import CommunityModel
import GRDB
import MarketTime
import Readings

/// What the file remembers of each series so that nothing has to be scanned for it: first and last reading, how many, and every
/// spell of more than 15 min without one.
///
/// Keeping this current with each commit would double what a memory card has to write, so it covers only the readings before
/// `settledUntil`, which are sealed in chunks; those from there on, the tail, are few and are read when somebody asks. An append that
/// finds `settledUntil` more than two hours behind its readings moves it to a whole hour, in the same transaction. A reading that
/// arrives late, before `settledUntil`, is entered at once. So the ledger and the tail together are exact at any time, whatever the order of arrival.
struct SeriesLedger {
  /// The settled readings of one series; times in ms of UTC.
  struct Entry {
    var first: Int64
    var last: Int64
    var count: Int
  }

  /// The spells that the file remembers are longer than this: 15 min, in ms. It is a fact of the layout.
  static let gapLimit: Int64 = 900_000

  private let db: Database
  /// Readings before this time are settled, ms; nil in a file without readings.
  private(set) var settledUntil: Int64?
  private var entries: [Int64: Entry?] = [:]
  private var changed: Set<Int64> = []

  /// The ledger as it stands in `db`.
  init(_ db: Database) throws {
    self.db = db
    settledUntil = try Row.fetchOne(db.cachedStatement(sql: "SELECT settled_until FROM ledger WHERE id = 1"))?.integer(0)
  }

  /// The settled readings of `series`; nil where there are none.
  mutating func entry(of series: Int64) throws -> Entry? {
    if let known = entries[series] { return known }
    let entry = try Self.entry(of: series, in: db)
    entries[series] = .some(entry)
    return entry
  }

  /// The settled readings of `series` as they stand in `db`; nil where there are none.
  static func entry(of series: Int64, in db: Database) throws -> Entry? {
    let statement = try db.cachedStatement(sql: "SELECT first, last, count FROM series WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [series]).flatMap { try entry(from: $0, at: 0) }
  }

  /// The entry in the columns first, last, count of `row`, from column `position` on; nil where nothing is settled.
  static func entry(from row: Row, at position: Int) throws -> Entry? {
    guard !(row[position] as DatabaseValue).isNull else { return nil }
    // A count that damage has made is held in bounds, so that it can be added to.
    return Entry(
      first: try row.integer(position), last: try row.integer(position + 1),
      count: Int(max(0, min(try row.integer(position + 2), 1 << 40))))
  }

  /// Enters the reading of `series` at `time` that was just inserted. Costs nothing for those of the tail.
  mutating func enter(_ time: Int64, of series: Int64) throws {
    guard let settledUntil, time < settledUntil else { return }
    try StaleDays(db).add(around: time, of: series)
    try settle([time], of: [series])
  }

  /// Whether no settled reading of `series` lies from `first` to `last`, ms, both included; as far as spells are remembered.
  mutating func isFree(_ series: Int64, from first: Int64, through last: Int64) throws -> Bool {
    guard let entry = try entry(of: series), first <= entry.last, last >= entry.first else { return true }
    return try GapTable(db).last(before: first, of: series).map { $0.firstAfter > last } ?? false
  }

  /// Takes the settled readings of `series` at the times `gone` out, which have just been taken out of their places.
  ///
  /// - Parameter all: when all of its settled readings were taken, those of `gone` included, from the nearest one before the first of
  ///   these to the nearest one behind the last; ms, in order.
  mutating func leave(_ gone: Set<Int64>, of series: Int64, among all: [Int64]) throws {
    guard !gone.isEmpty, var entry = try entry(of: series) else { return }
    changed.insert(series)
    let left = all.filter { !gone.contains($0) }
    let (former, latter) = (Self.spells(between: all), Self.spells(between: left))
    for (before, after) in former where !latter.contains(where: { $0 == (before, after) }) {
      try GapTable(db).remove(Gap(lastBefore: before, firstAfter: after), of: series)
    }
    for (before, after) in latter where !former.contains(where: { $0 == (before, after) }) {
      try insert(GapRun(lastBefore: before, firstAfter: after), of: series)
    }
    guard let first = left.first, let last = left.last else { return entries[series] = .some(nil) }
    entry.count -= gone.count
    if gone.contains(entry.first) { entry.first = first }
    if gone.contains(entry.last) { entry.last = last }
    entries[series] = entry
  }

  /// Those between neighbouring `times` that are long enough to be remembered.
  private static func spells(between times: [Int64]) -> [(Int64, Int64)] {
    zip(times, times.dropFirst()).filter { $1.subtractingClamped($0) > gapLimit }
  }

  /// Forgets `count` readings of `series` within `span`, ms, where those at `left` are all that is left.
  ///
  /// - Parameters:
  ///   - before: when the last reading before `span` was taken, ms; nil where there is none.
  ///   - after: the same of the first settled one behind it.
  mutating func forget(
    _ count: Int, of series: Int64, in span: Range<Int64>, left: [Int64], before: Int64?, after: Int64?
  ) throws {
    guard let entry = try entry(of: series) else { return }
    let gaps = GapTable(db)
    while let gap = try gaps.last(before: span.upperBound, of: series), gap.lastBefore >= before ?? span.lowerBound {
      try gaps.remove(gap, of: series)
    }
    let neighbours = [before].compactMap { $0 } + left + [after].compactMap { $0 }
    // No quarter hour has a neighbour that it had not.
    for run in Self.runs(between: neighbours) { try gaps.insert(run, of: series) }
    changed.insert(series)
    guard let first = neighbours.first, let last = neighbours.last else { return entries[series] = .some(nil) }
    entries[series] = Entry(
      first: before == nil ? first : entry.first, last: after == nil ? last : entry.last, count: entry.count - count)
  }

  /// Keeps `run` where its spells are long enough.
  private func insert(_ run: GapRun, of series: Int64) throws {
    guard run.step > Self.gapLimit else { return }
    if run.step > RollUps.margin {
      // Quarter hours on either side of each now have a neighbour that they had not.
      try StaleDays(db).add(around: run.lastBefore, of: series)
      for place in 0..<run.count { try StaleDays(db).add(around: run[place].firstAfter, of: series) }
      try StaleDays(db).add(between: run.lastBefore, run.firstAfter, of: series)
    }
    try GapTable(db).insert(run, of: series)
  }

  /// Where readings begin that are not settled, in ms, when an append with these `times` comes: in a new file at the hour of the
  /// earliest. Nil where there is nothing.
  func start(of times: [Int64]) -> Int64? { settledUntil ?? times.min().map(ChunkSpan.hour.start) }

  /// Up to when readings can be settled after an append with these `times`: one hour before the middle one.
  ///
  /// The middle one, so that neither a stray stamp of the far future nor a belated reading in each append decides.
  func target(of times: [Int64]) -> Int64? {
    guard !times.isEmpty else { return nil }
    let middle = times.sorted()[times.count / 2]
    return ChunkSpan.hour.start(of: middle.subtractingClamped(3_600_000))
  }

  /// Settles the `samples` of `series`, in the order of time, none of which lies before `settledUntil`.
  mutating func settle(_ samples: [Sample], of series: Int64) throws {
    for run in try add(samples, to: series) { try insert(run, of: series) }
  }

  /// Settles readings of all of `series` at `times`, in order, between which there are none yet.
  mutating func settle(_ times: [Int64], of series: [Int64]) throws {
    guard let first = times.first, let last = times.last else { return }
    let runs = Self.runs(between: times)
    for series in series {
      changed.insert(series)
      var entry = try entry(of: series) ?? Entry(first: first, last: first, count: 0)
      var neighbours: (before: Int64?, after: Int64?)
      if entry.count == 0 {
        neighbours = (nil, nil)
      } else if first > entry.last {
        neighbours = (entry.last, nil)
      } else if last < entry.first {
        neighbours = (nil, entry.first)
      } else if let gap = try GapTable(db).last(before: first, of: series), gap.firstAfter > last {
        try GapTable(db).remove(gap, of: series)
        neighbours = (gap.lastBefore, gap.firstAfter)
      }
      if let before = neighbours.before { try insert(GapRun(lastBefore: before, firstAfter: first), of: series) }
      for run in runs { try insert(run, of: series) }
      if let after = neighbours.after { try insert(GapRun(lastBefore: last, firstAfter: after), of: series) }
      entry = Entry(first: min(entry.first, first), last: max(entry.last, last), count: entry.count + times.count)
      entries[series] = entry
    }
  }

  /// Writes what changed, and up to when readings are settled.
  mutating func finish(settledUntil target: Int64?) throws {
    if target != settledUntil {
      let statement = try db.cachedStatement(
        sql:
          "INSERT INTO ledger (id, settled_until) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET settled_until = excluded.settled_until"
      )
      try statement.execute(arguments: [target])
      settledUntil = target
    }
    let update = try db.cachedStatement(sql: "UPDATE series SET first = ?, last = ?, count = ? WHERE id = ?")
    for series in changed.sorted() {
      let entry = try entry(of: series)
      try update.execute(arguments: [entry?.first, entry?.last, entry?.count ?? 0, series])
    }
    changed.removeAll()
  }

  /// Adds the tail to the entries, without writing, and hands out its spells longer than `gapLimit`. The ledger is no longer good for
  /// anything but reading entries then.
  mutating func addTail(_ stored: inout StoredReadings, _ body: (_ series: Int64, GapRun) -> Void) throws {
    guard let settledUntil else { return }
    for (series, samples) in try stored.tail(stored.everySeries, from: settledUntil, through: .max) {
      for run in try add(samples, to: series) { body(series, run) }
    }
  }

  /// When the last reading of each series was taken, by its number; `Int64.min` for those without any.
  mutating func lastTimes(_ folder: SegmentFolder) throws -> [Int64] {
    let stored = StoredReadings(db, folder, settledUntil: settledUntil, points: try SeriesNumbers.points(in: db))
    let tail = try stored.latestOfTail(of: stored.everySeries, through: .max)
    var times = [Int64](repeating: .min, count: Int(stored.everySeries.max() ?? 0) + 1)
    for series in stored.everySeries {
      let last = tail.indices.contains(Int(series)) ? tail[Int(series)]?.time.milliseconds : nil
      times[Int(series)] = max(try entry(of: series)?.last ?? .min, last ?? .min)
    }
    return times
  }

  /// Adds `samples`, later than all of the entry of `series`, to it, and gives the spells longer than `gapLimit`.
  private mutating func add(_ samples: [Sample], to series: Int64) throws -> [GapRun] {
    guard let first = samples.first?.time.milliseconds, let last = samples.last?.time.milliseconds else { return [] }
    let former = try entry(of: series)
    entries[series] = Entry(first: former?.first ?? first, last: last, count: (former?.count ?? 0) + samples.count)
    changed.insert(series)
    return Self.runs(between: (former.map { [$0.last] } ?? []) + samples.map(\.time.milliseconds))
  }

  /// The spells longer than `gapLimit` between neighbouring `times`, ms, in order.
  private static func runs(between times: [Int64]) -> [GapRun] {
    var runs: [GapRun] = []
    for (before, after) in zip(times, times.dropFirst()) where after.subtractingClamped(before) > gapLimit {
      runs.extend(by: GapRun(lastBefore: before, firstAfter: after))
    }
    return runs
  }
}

extension Row {
  /// The whole number in column `position`.
  ///
  /// - Throws: `DatabaseError` where there is none, as only in a damaged file.
  func integer(_ position: Int) throws -> Int64 {
    // Asked in the way that does not trap where damage has made a text of it.
    guard let value = Int64.fromDatabaseValue(self[position]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a number is missing")
    }
    return value
  }

  /// The whole number in column `position`; nil where there is none, or where damage has made something else of it.
  func integerIfAny(_ position: Int) -> Int64? { Int64.fromDatabaseValue(self[position]) }

  /// The text in column `position`.
  ///
  /// - Throws: `DatabaseError` where there is none, as only in a damaged file.
  func text(_ position: Int) throws -> String {
    guard let value = String.fromDatabaseValue(self[position]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a text is missing")
    }
    return value
  }
}

extension Int64 {
  /// The difference, held at the ends of the range: a time may be any number that a broken device clock came up with.
  func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : difference
  }

  /// The sum, held at the ends of the range.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }

  /// The product, held at the ends of the range; `factor` > 0.
  func multipliedClamped(by factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? (self > 0 ? .max : .min) : product
  }
}
