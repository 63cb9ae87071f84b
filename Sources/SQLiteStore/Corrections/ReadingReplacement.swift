import GRDB
import MarketTime
import Readings

/// Changes single readings where they stand, or takes them out: in chunks, among late readings and in the journal; ledger and quarter
/// hours follow. Only for corrections, which keep what was there.
struct ReadingReplacement {
  let db: Database
  private let folder: SegmentFolder
  private let catalog: SeriesCatalog
  private var ledger: SeriesLedger
  /// By series and time, ms: what the journal's readings are to show; nil for those that go.
  private var ofJournal: [Int64: [Int64: Int64?]] = [:]
  private var isJournalTouched = false
  /// In which times each counter showed too little, as far as that was told.
  private let disregarded: [Int64: [Range<Timestamp>]]

  /// In `db`, inside a write transaction, with segments in `folder`.
  init(_ db: Database, _ folder: SegmentFolder) throws {
    (self.db, self.folder) = (db, folder)
    catalog = try SeriesCatalog(db)
    ledger = try SeriesLedger(db)
    disregarded = try ReadingEvents(db).all().reduce(into: [:]) { found, each in
      if let span = each.event.disregarded { found[each.series, default: []].append(span) }
    }
  }

  /// The readings of `series` from `first` to `last` (ms, both included) with the nearest on either side.
  func samples(of series: Int64, from first: Int64, through last: Int64) throws -> (
    before: Sample?, within: [Sample], after: Sample?
  ) {
    guard let key = catalog.keys[series] else { return (nil, [], nil) }
    var scan = try ReadingScan(db, folder, catalog, about: [key])
    let found = try scan.samples(of: [series], from: first, to: last.addingClamped(1))[series] ?? []
    let (begin, end) = (found.firstIndex(from: first), last == .max ? found.endIndex : found.firstIndex(from: last + 1))
    return (begin > 0 ? found[begin - 1] : nil, Array(found[begin..<end]), end < found.count ? found[end] : nil)
  }

  /// Has the quarter hours made anew that depend on readings of `series` from `first` to `last`, whose neighbours are `before` and
  /// `after`; all times in ms.
  func remake(_ series: Int64, from first: Int64, through last: Int64, before: Sample?, after: Sample?) throws {
    guard let until = try Int64.fetchOne(db.cachedStatement(sql: "SELECT rolled_until FROM ledger")) else { return }
    let length = RollUps.dayLength
    let begin = min(first, before?.time.milliseconds ?? first).subtractingClamped(length).floored(by: length)
    let end = min(until, after.map { max(last, $0.time.milliseconds).addingClamped(length) } ?? .max)
    // Stamps of a broken clock lie before 1970, where no quarter hours are made.
    var day = max(0, begin) * length
    while day < until, day <= end {
      try StaleDays(db).add(day, of: series)
      day += length
    }
    for span in disregarded[series] ?? [] where first <= span.upperBound.milliseconds && last >= span.lowerBound.milliseconds {
      try StaleDays(db).add(within: span, of: series)
    }
  }

  /// Gives the readings `within`, all that `series` has on a day of UTC from the first to the last of them, the values of `edits` by
  /// their time in ms; those without a value go. `before` and `after` are the neighbours.
  mutating func replace(
    _ edits: [Int64: Int64?], of series: Int64, within: [Sample], before: Sample?, after: Sample?
  ) throws {
    guard let settledUntil = ledger.settledUntil, !edits.isEmpty else { return }
    isJournalTouched = true
    let settled = edits.filter { $0.key < settledUntil }
    for (time, value) in edits where time >= settledUntil { ofJournal[series, default: [:]][time] = .some(value) }
    guard !settled.isEmpty else { return }
    let sealed = try settled.filter { time, value in try !replaceLate(value, at: time, of: series) }
    if !sealed.isEmpty { try replaceSealed(sealed, of: series) }
    let isGone: (Sample) -> Bool = { settled[$0.time.milliseconds].map { $0 == nil } ?? false }
    if within.contains(where: isGone) {
      let later = after.flatMap { $0.time.milliseconds < settledUntil ? $0 : nil }
      let times = within.filter { $0.time.milliseconds < settledUntil }
      try ledger.leave(
        Set(times.filter(isGone).map(\.time.milliseconds)), of: series,
        among: ([before].compactMap { $0 } + times + [later].compactMap { $0 }).map(\.time.milliseconds))
      try ledger.finish(settledUntil: settledUntil)
    }
  }

  /// Writes the journal anew where readings of it have changed. What it still has of sealed readings goes.
  func finish() throws {
    guard isJournalTouched else { return }
    try RewrittenJournal(db).rewrite { time, series, value in
      guard let edit = ofJournal[series]?[time] else { return value }
      return edit
    }
  }

  /// Replaces a late reading that waits to be sealed.
  ///
  /// - Returns: whether it is one.
  private func replaceLate(_ value: Int64?, at time: Int64, of series: Int64) throws -> Bool {
    if let value {
      try db.cachedStatement(sql: "UPDATE reading SET value = ? WHERE time = ? AND series = ?")
        .execute(arguments: [value, time, series])
    } else {
      try db.cachedStatement(sql: "DELETE FROM reading WHERE time = ? AND series = ?").execute(arguments: [time, series])
    }
    return db.changesCount > 0
  }

  /// Replaces sealed readings of one day of UTC.
  private func replaceSealed(_ edits: [Int64: Int64?], of series: Int64) throws {
    let chunks = ChunkTable(db, folder)
    let filling = ChunkFilling(chunks, points: catalog.points)
    let point = catalog.points[series] ?? series
    var left = edits
    for place in Set(edits.keys.flatMap { time in Self.places(of: point, at: time) }).sorted()
    where try chunks.hasParts(at: place) {
      var columns = try filling.together(at: [place])
      guard let found = columns[series], found.contains(where: { left[$0.time.milliseconds] != nil }) else { continue }
      columns[series] = found.compactMap { sample in
        guard let edit = left.removeValue(forKey: sample.time.milliseconds) else { return sample }
        return edit.map { Sample(at: sample.time, value: $0) }
      }
      try chunks.replace([place: try ChunkFilling.parts(of: columns.filter { !$0.value.isEmpty })])
    }
    guard left.isEmpty else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: \(left.count) readings are in no chunk")
    }
  }

  /// Where a sealed reading of `point` at `time` may lie.
  private static func places(of point: Int64, at time: Int64) -> [ChunkTable.Place] {
    let kinds: [SegmentKind] = ChunkSpan.hasDays(time) ? [.months, .sparseDays, .days, .hours] : [.hours]
    return kinds.map { .init(kind: $0, start: $0.span.start(of: time), point: point) }
  }
}
