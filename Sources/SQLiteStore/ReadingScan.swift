import CommunityModel
import GRDB
import MarketTime
import Readings

/// Questions to the readings of one state of the file.
///
/// Readings lie in the order of time, all series interleaved, so that appending touches few pages. A series' neighbour of an
/// instant may therefore be far away; the ledger bounds every search: an instant either lies in a remembered spell, whose two ends
/// are the neighbours, or within 15 min of one.
struct ReadingScan {
  private let db: Database
  private var ledger: SeriesLedger

  /// Questions to `db`, inside a read transaction.
  init(_ db: Database) throws {
    self.db = db
    ledger = try SeriesLedger(db)
  }

  /// The samples of `keys` within `span` with the nearest on either side; keys without any are absent.
  mutating func samples(of keys: [SeriesKey], in span: Range<Timestamp>) throws -> [SeriesKey: [Sample]] {
    let wanted = Set(keys)
    let numbered = try SeriesNumbers.all(in: db).filter { wanted.contains($0.value) }
    var samples: [Int64: [Sample]] = [:]
    for series in numbered.keys {
      samples[series] = try neighbour(before: span.lowerBound.milliseconds, of: series).map { [$0] } ?? []
    }
    if !span.isEmpty { try walk(span, series: numbered.keys.sorted(), into: &samples) }
    var result: [SeriesKey: [Sample]] = [:]
    for (series, key) in numbered {
      if let next = try neighbour(from: span.upperBound.milliseconds, of: series) { samples[series]?.append(next) }
      if let found = samples[series], !found.isEmpty { result[key] = found }
    }
    return result
  }

  /// Appends to `samples` what the numbers in `series` have within `span`, in one walk.
  ///
  /// Every row within the span is passed in any case; SQLite leaves the others out only where few of many series are asked for,
  /// because its look-up a row costs more than handing the row over.
  private func walk(_ span: Range<Timestamp>, series: [Int64], into samples: inout [Int64: [Sample]]) throws {
    guard let last = series.max() else { return }
    let known = try SeriesNumbers.all(in: db).count
    let isFew = series.count * 4 < known
    let filter = isFew ? " AND series IN (\(databaseQuestionMarks(count: series.count)))" : ""
    let rows = try Row.fetchCursor(
      db, sql: "SELECT time, series, value FROM reading WHERE time >= ? AND time < ?\(filter) ORDER BY time",
      arguments: StatementArguments([span.lowerBound.milliseconds, span.upperBound.milliseconds] + (isFew ? series : [])))
    // Series are numbered from 1 without holes: a place for each beats looking each row's number up.
    var places = [Int](repeating: -1, count: Int(last) + 1)
    var found = [[Sample]](repeating: [], count: series.count)
    for (place, number) in series.enumerated() { places[Int(number)] = place }
    while let row = try rows.next() {
      let number = Int(try row.integer(1))
      guard places.indices.contains(number), places[number] >= 0 else { continue }
      found[places[number]].append(Sample(at: Timestamp(milliseconds: try row.integer(0)), value: try row.integer(2)))
    }
    for (place, number) in series.enumerated() { samples[number, default: []] += found[place] }
  }

  /// The last sample of every series at or before `time`.
  mutating func latest(asOf time: Timestamp) throws -> [SeriesKey: Sample] {
    var awaited = try SeriesNumbers.all(in: db)
    var result: [SeriesKey: Sample] = [:]
    guard let settledUntil = ledger.settledUntil else { return result }
    if time.milliseconds >= settledUntil {
      let statement = try db.cachedStatement(
        sql: "SELECT time, series, value FROM reading WHERE time >= ? AND time <= ? ORDER BY time DESC")
      let rows = try Row.fetchCursor(statement, arguments: [settledUntil, time.milliseconds])
      // The newest come first, so that a few rows are enough unless a series has been silent.
      while !awaited.isEmpty, let row = try rows.next() {
        guard let key = awaited.removeValue(forKey: try row.integer(1)) else { continue }
        result[key] = Sample(at: Timestamp(milliseconds: try row.integer(0)), value: try row.integer(2))
      }
    }
    let later = min(time.milliseconds, settledUntil).addingClamped(1)
    for (series, key) in awaited {
      result[key] = try settledNeighbour(before: later, of: series)
    }
    return result
  }

  /// Every series with its first and last reading, how many there are, and its spells longer than `gapLimit` (ms, at least that of
  /// the ledger).
  mutating func inventory(gapLimit: Int64) throws -> [SeriesSummary] {
    var spells: [Int64: (count: Int, longest: Int64)] = [:]
    func note(_ gap: SeriesLedger.Gap) {
      guard gap.length > gapLimit else { return }
      let former = spells[gap.series] ?? (0, 0)
      spells[gap.series] = (former.count + 1, max(former.longest, gap.length))
    }
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT series, last_before, first_after FROM gap"))
    while let row = try rows.next() {
      note(SeriesLedger.Gap(series: try row.integer(0), lastBefore: try row.integer(1), firstAfter: try row.integer(2)))
    }
    for gap in try ledger.addTail() { note(gap) }
    return try SeriesNumbers.all(in: db).sorted { $0.value < $1.value }.compactMap { series, key in
      guard let entry = try ledger.entry(of: series) else { return nil }
      let gaps = spells[series] ?? (0, 0)
      return SeriesSummary(
        series: key, first: Timestamp(milliseconds: entry.first), last: Timestamp(milliseconds: entry.last), count: entry.count,
        gaps: gaps.count, longestGap: .milliseconds(gaps.longest))
    }
  }

  /// The last sample of `series` before `time`.
  private mutating func neighbour(before time: Int64, of series: Int64) throws -> Sample? {
    guard let settledUntil = ledger.settledUntil else { return nil }
    if time > settledUntil {
      let statement = try db.cachedStatement(
        sql: "SELECT time, value FROM reading WHERE time >= ? AND time < ? AND series = ? ORDER BY time DESC LIMIT 1")
      if let sample = try Self.sample(statement, [settledUntil, time, series]) { return sample }
    }
    return try settledNeighbour(before: time, of: series)
  }

  /// The last settled sample of `series` before `time`.
  private mutating func settledNeighbour(before time: Int64, of series: Int64) throws -> Sample? {
    guard let entry = try ledger.entry(of: series), entry.first < time else { return nil }
    if entry.last < time { return try sample(of: series, at: entry.last) }
    if let gap = try ledger.lastGap(before: time, of: series), gap.firstAfter >= time {
      return try sample(of: series, at: gap.lastBefore)
    }
    let statement = try db.cachedStatement(
      sql: "SELECT time, value FROM reading WHERE time >= ? AND time < ? AND series = ? ORDER BY time DESC LIMIT 1")
    return try Self.sample(statement, [time.subtractingClamped(SeriesLedger.gapLimit), time, series])
  }

  /// The first sample of `series` at or after `time`.
  private mutating func neighbour(from time: Int64, of series: Int64) throws -> Sample? {
    guard let settledUntil = ledger.settledUntil else { return nil }
    if let entry = try ledger.entry(of: series), time <= entry.last {
      if time <= entry.first { return try sample(of: series, at: entry.first) }
      if let gap = try ledger.lastGap(before: time, of: series), gap.firstAfter >= time {
        return try sample(of: series, at: gap.firstAfter)
      }
      let statement = try db.cachedStatement(
        sql: "SELECT time, value FROM reading WHERE time >= ? AND time <= ? AND series = ? ORDER BY time LIMIT 1")
      return try Self.sample(statement, [time, time.addingClamped(SeriesLedger.gapLimit), series])
    }
    let statement = try db.cachedStatement(
      sql: "SELECT time, value FROM reading WHERE time >= ? AND series = ? ORDER BY time LIMIT 1")
    return try Self.sample(statement, [max(time, settledUntil), series])
  }

  /// The sample of `series` at exactly `time`.
  private func sample(of series: Int64, at time: Int64) throws -> Sample? {
    let statement = try db.cachedStatement(sql: "SELECT time, value FROM reading WHERE time = ? AND series = ?")
    return try Self.sample(statement, [time, series])
  }

  private static func sample(_ statement: Statement, _ arguments: StatementArguments) throws -> Sample? {
    guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nil }
    return Sample(at: Timestamp(milliseconds: try row.integer(0)), value: try row.integer(1))
  }
}
