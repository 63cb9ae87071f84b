import GRDB

/// A spell of more than `SeriesLedger.gapLimit` between two neighbouring readings of a series.
struct Gap: Equatable {
  /// When the last reading before it was taken, ms.
  let lastBefore: Int64
  /// When the first reading after it was taken, ms.
  let firstAfter: Int64
}

/// Spells without a reading, each as long as the others and beginning where the one before ends: readings that are taken once an hour
/// make one run of them. Mostly it is one spell.
struct GapRun: Equatable {
  /// When the last reading before the first spell was taken, ms.
  private(set) var lastBefore: Int64
  /// When the first reading after the last spell was taken, ms.
  private(set) var firstAfter: Int64
  /// How many spells, at least 1.
  private(set) var count: Int64

  /// One spell.
  init(lastBefore: Int64, firstAfter: Int64) { (self.lastBefore, self.firstAfter, count) = (lastBefore, firstAfter, 1) }

  /// The run in `row`, as in the table; nil where it is none, as only damage makes it. Layouts before 8 say of each spell for itself.
  init?(_ row: Row) throws {
    lastBefore = try row.integer(1)
    firstAfter = try row.integer(2)
    count = row.count > 3 ? try row.integer(3) : 1
    let (length, overflow) = firstAfter.subtractingReportingOverflow(lastBefore)
    guard count == 1 ? lastBefore < firstAfter : count > 1 && !overflow && length > 0 && length % count == 0 else { return nil }
  }

  /// How long each is, ms; held at the end of the range.
  var step: Int64 { firstAfter.subtractingClamped(lastBefore) / count }

  /// The spell at `place`, counted from 0.
  subscript(place: Int64) -> Gap {
    // The end of the last one is not worked out, since one spell may be longer than any number says.
    Gap(
      lastBefore: lastBefore + place * step, firstAfter: place == count - 1 ? firstAfter : lastBefore + (place + 1) * step)
  }

  /// How many of them begin before `time`.
  func count(before time: Int64) -> Int64 {
    guard time > lastBefore else { return 0 }
    return min(count - 1, (time.subtractingClamped(lastBefore) - 1) / step) + 1
  }

  /// How many of them end before `time`.
  func count(endingBefore time: Int64) -> Int64 { time > firstAfter ? count : max(0, count(before: time) - 1) }

  /// Those from the one at `place` on, at most `count`; nil for none.
  func part(from place: Int64, count: Int64) -> GapRun? {
    guard count > 0 else { return nil }
    var part = self
    part.lastBefore = self[place].lastBefore
    part.firstAfter = self[place + count - 1].firstAfter
    part.count = count
    return part
  }

  /// Takes `next` behind its own.
  ///
  /// - Returns: whether it could: it must begin where this one ends, with spells as long.
  mutating func extend(by next: GapRun) -> Bool {
    guard next.lastBefore == firstAfter, next.step == step,
      !next.firstAfter.subtractingReportingOverflow(lastBefore).overflow
    else { return false }
    firstAfter = next.firstAfter
    count += next.count
    return true
  }
}

extension [GapRun] {
  /// Adds `run`, later than all of them.
  mutating func extend(by run: GapRun) {
    if isEmpty || !self[count - 1].extend(by: run) { append(run) }
  }
}

/// The table `gap`: a row a run, none of which could be one with the next. So the rows depend on the readings alone.
struct GapTable {
  private let db: Database

  /// That of `db`.
  init(_ db: Database) { self.db = db }

  /// The last remembered spell that begins before `time`; it may have ended by then. Nil where there is none.
  func last(before time: Int64, of series: Int64) throws -> Gap? {
    try run(before: time, of: series).map { $0[$0.count(before: time) - 1] }
  }

  /// Hands out all runs, by their series and in the order of time.
  func forEach(_ body: (_ series: Int64, GapRun) throws -> Void) throws {
    try forEach(body) { series, begin in throw Self.damage(series, begin) }
  }

  /// Hands out all runs, by their series and in the order of time.
  ///
  /// - Parameter isBroken: is given the series and beginning of what is no run.
  func forEach(
    _ body: (_ series: Int64, GapRun) throws -> Void, isBroken: (_ series: Int64, _ begin: Int64) throws -> Void
  ) throws {
    // All columns, since there are fewer before layout 8.
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT * FROM gap ORDER BY series, last_before"))
    while let row = try rows.next() {
      let series = try row.integer(0)
      if let run = try GapRun(row) { try body(series, run) } else { try isBroken(series, try row.integer(1)) }
    }
  }

  /// Adds `run`, in whose time there is none, joined to what lies before and behind it.
  func insert(_ run: GapRun, of series: Int64) throws {
    var whole = run
    if let former = try self.run(before: run.lastBefore, of: series) {
      var joined = former
      if joined.extend(by: run) {
        try delete(former, of: series)
        whole = joined
      }
    }
    if let next = try self.run(at: run.firstAfter, of: series), whole.extend(by: next) { try delete(next, of: series) }
    try keep(whole, of: series)
  }

  /// Takes `gap` out of its run.
  func remove(_ gap: Gap, of series: Int64) throws {
    guard let run = try run(before: gap.firstAfter, of: series) else { return }
    let place = run.count(before: gap.firstAfter) - 1
    try delete(run, of: series)
    for rest in [run.part(from: 0, count: place), run.part(from: place + 1, count: run.count - place - 1)] {
      if let rest { try keep(rest, of: series) }
    }
  }

  /// The last run that begins before `time`.
  private func run(before time: Int64, of series: Int64) throws -> GapRun? {
    let statement = try db.cachedStatement(
      sql: "SELECT * FROM gap WHERE series = ? AND last_before < ? ORDER BY last_before DESC LIMIT 1")
    return try Row.fetchOne(statement, arguments: [series, time]).map(Self.run)
  }

  /// The run that begins at `time`.
  private func run(at time: Int64, of series: Int64) throws -> GapRun? {
    let statement = try db.cachedStatement(sql: "SELECT * FROM gap WHERE series = ? AND last_before = ?")
    return try Row.fetchOne(statement, arguments: [series, time]).map(Self.run)
  }

  private static func run(_ row: Row) throws -> GapRun {
    guard let run = try GapRun(row) else { throw damage(try row.integer(0), try row.integer(1)) }
    return run
  }

  private static func damage(_ series: Int64, _ begin: Int64) -> DatabaseError {
    DatabaseError(
      resultCode: .SQLITE_CORRUPT, message: "the file is damaged: the spells of series \(series) from \(begin) ms on mean nothing"
    )
  }

  private func keep(_ run: GapRun, of series: Int64) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO gap (series, last_before, first_after, count) VALUES (?, ?, ?, ?)")
    try insert.execute(arguments: [series, run.lastBefore, run.firstAfter, run.count])
  }

  private func delete(_ run: GapRun, of series: Int64) throws {
    let delete = try db.cachedStatement(sql: "DELETE FROM gap WHERE series = ? AND last_before = ?")
    try delete.execute(arguments: [series, run.lastBefore])
  }
}
