import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import SealedColumns

/// One look at all that a database of readings holds, inside one read transaction. Whatever cannot be read becomes a finding, and the
/// look goes on with the rest.
struct ReadingsCheck {
  let db: Database
  let folder: SegmentFolder
  let path: String
  let progress: StoreCheck.Progress
  var report: CheckReport
  /// Every series by its number.
  let keys: [Int64: SeriesKey]
  /// The point of each series.
  let points: [Int64: Int64]
  /// The series of each point.
  let seriesOfPoint: [Int64: Set<Int64>]
  /// Whether the table of series can be read; else chunks and appends are held against their checksums only.
  let knowsSeries: Bool
  let settledUntil: Int64?
  var tallies: [Int64: SeriesTally] = [:]
  /// Series of which something cannot be read, so that nothing is expected of their counts.
  var unsure: Set<Int64> = []
  /// Readings of the journal that must have been sealed, by series and time.
  var sealedOfJournal: [Int64: [Int64: Int64]] = [:]
  var segments: [Int64: SegmentCheck] = [:]
  /// When the readings of each series were taken, ms, of the month and point that are looked at.
  var timesOfMonth: [Int64: [Int64]] = [:]
  /// Where the last finding about each point's chunks stands in the report, so that neighbours share one.
  var lastFinding: [Int64: Int] = [:]

  init(_ db: Database, _ folder: SegmentFolder, path: String, progress: @escaping StoreCheck.Progress) {
    self.db = db
    self.folder = folder
    self.path = path
    self.progress = progress
    report = CheckReport(path)
    keys = (try? SeriesNumbers.all(in: db)) ?? [:]
    let points = try? SeriesNumbers.points(in: db)
    knowsSeries = points != nil
    self.points = points ?? [:]
    seriesOfPoint = self.points.reduce(into: [:]) { $0[$1.value, default: []].insert($1.key) }
    settledUntil = (try? SeriesLedger(db).settledUntil) ?? nil
  }

  /// Looks at everything.
  mutating func run() {
    let rows = RowCheck(db, path: path)
    for finding in rows.findings(of: RowCheck.readings) + rows.findings(of: RowSums.readings, keys) { report.add(finding) }
    step("series") { check in try check.checkSeries() }
    step("reading, gap") { check in try check.beginTallies() }
    step("journal") { check in try check.checkJournal() }
    step("segment") { check in try check.openSegments() }
    step("chunk") { check in try check.checkChunks() }
    step("series, ledger, gap") { check in try check.compareLedger() }
  }

  /// Takes a step; where its tables cannot be read, that is a finding.
  private mutating func step(_ tables: String, _ body: (inout ReadingsCheck) throws -> Void) {
    do { try body(&self) } catch {
      report.add(CheckFinding(.row, at: "\(path), table \(tables)", "it cannot be read: \(error)"))
    }
  }

  /// The series of `numbers`, as far as they are known.
  func series(_ numbers: some Sequence<Int64>) -> [SeriesKey] { numbers.compactMap { keys[$0] } }

  private mutating func checkSeries() throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT id, point, channel FROM series")
    while let row = try rows.next() {
      let number = try row.integer(0)
      guard keys[number] == nil else { continue }
      let reason =
        SeriesNumbers.isNumber(number)
        ? "channel '\(try row.text(2))' of \(try row.text(1)) is not known; it is damaged, or a newer program wrote it"
        : "\(try row.text(2)) of \(try row.text(1)) has a number that no series can have"
      report.add(CheckFinding(.row, at: "\(path), table series, row \(number)", reason))
    }
    if let settledUntil, ChunkSpan.hour.start(of: settledUntil) != settledUntil {
      report.add(CheckFinding(.ledger, at: "\(path), table ledger", "\(settledUntil) is no whole hour"))
    }
    if let until = try Int64.fetchOne(db, sql: "SELECT rolled_until FROM ledger WHERE rolled_until IS NOT NULL"),
      until % RollUps.dayLength != 0 || until >= settledUntil ?? .min
    {
      report.add(CheckFinding(.ledger, at: "\(path), table ledger", "quarter hours cannot have been made until \(until)"))
    }
  }

  private mutating func beginTallies() throws {
    var gaps: [Int64: [GapRun]] = [:]
    try GapTable(db).forEach { series, run in
      gaps[series, default: []].append(run)
    } isBroken: { series, begin in
      report.add(
        CheckFinding(
          .ledger, at: "\(path), table gap, row \(series), \(begin)", "its end or count means nothing",
          series: self.series([series])))
    }
    var late: [Int64: [Int64]] = [:]
    if let settledUntil {
      for (series, samples) in try LateReadings(db).samples(from: .min, through: settledUntil - 1) {
        late[series] = samples.map(\.time.milliseconds)
        report.values += samples.count
      }
    }
    for series in points.keys { tallies[series] = SeriesTally(late: late[series] ?? [], gaps: gaps[series] ?? []) }
  }

  /// Holds what was counted against the ledger, series by series.
  private mutating func compareLedger() throws {
    guard knowsSeries else { return }
    noteMissingOfJournal()
    var ledger = try SeriesLedger(db)
    for series in points.keys.sorted() where !unsure.contains(series) {
      guard var tally = tallies[series] else { continue }
      tally.finish()
      let place = "\(path), table series, row \(series)"
      let known = self.series([series])
      func wrong(_ reason: String) { report.add(CheckFinding(.ledger, at: place, reason, series: known)) }
      let entry = try ledger.entry(of: series)
      if entry?.count ?? 0 != tally.count {
        wrong("the ledger counts \(entry?.count ?? 0) settled readings, \(tally.count) are there")
      } else if entry?.first != tally.first || entry?.last != tally.last {
        wrong("the ledger's first or last reading is not the first or last that is there")
      }
      if let time = tally.disorder {
        wrong("readings stand twice or out of order, the first at \(Timestamp(milliseconds: time))")
      }
      if let gap = tally.firstWrongGap {
        let what = gap.isRemembered ? "remembered without being there" : "not remembered"
        wrong(
          "\(tally.wrongGaps) spells are wrong in table gap, the first, \(what), begins \(Timestamp(milliseconds: gap.begin))")
      }
    }
  }

  /// What the journal has from before `settledUntil` has been sealed, or waits among the late readings.
  private mutating func noteMissingOfJournal() {
    for (series, missing) in sealedOfJournal.sorted(by: { $0.key < $1.key }) where !unsure.contains(series) {
      guard let first = missing.keys.min(), let last = missing.keys.max() else { continue }
      report.add(
        CheckFinding(
          .ledger, at: "\(path), table ledger", "\(missing.count) readings of the journal count as sealed and are in no chunk",
          series: self.series([series]), span: Timestamp(milliseconds: first)..<Timestamp(milliseconds: last.addingClamped(1))))
    }
  }
}

// MARK: - The journal

extension ReadingsCheck {
  fileprivate mutating func checkJournal() throws {
    let total = try Int.fetchOne(db, sql: "SELECT count(*) FROM journal") ?? 0
    var decoder = BatchDecoder()
    var chain: Int64?
    // Until a chain begins, nothing can be read any more.
    var isBroken = false
    var before: Int64?
    /// Of all batches so far, when the last reading was taken.
    var latest: Int64?
    let rows = try Row.fetchCursor(db, sql: "SELECT id, chain, last, batch, earlier FROM journal ORDER BY id")
    while let row = try rows.next() {
      let (id, last) = (try row.integer(0), try row.integer(2))
      let beginsChain = try row.integer(1) == id
      if beginsChain, let latest, let earlier = row[4] as Int64?, earlier != latest {
        report.add(
          CheckFinding(
            .batch, at: "\(path), table journal, row \(id)", "the chains before end at \(latest) ms, it says at \(earlier) ms"))
      }
      latest = max(latest ?? last, last)
      if beginsChain {
        (chain, isBroken) = (id, false)
        decoder = BatchDecoder()
      }
      let place = "\(path), table journal, row \(id)"
      let reason: String?
      if isBroken {
        reason = "it goes on from an append that cannot be read"
      } else if try row.integer(1) != chain {
        reason = "its chain does not begin with row \(try row.integer(1))"
      } else {
        reason = try row.withUnsafeData(atIndex: 3) { data in
          guard let data else { return "it has no bytes" }
          return data.withUnsafeBytes { bytes in readBatch(bytes, &decoder, last: last) }
        }
      }
      report.batches += 1
      if report.batches % 100 == 0 { progress(.journal, report.batches, total) }
      if let reason {
        isBroken = true
        let begin = min(before ?? last, last)
        report.add(
          CheckFinding(
            .batch, at: place, reason, span: Timestamp(milliseconds: begin)..<Timestamp(milliseconds: last.addingClamped(1))))
      }
      before = last
    }
    for (series, sealed) in try LateReadings(db).samples(from: .min, through: .max, of: { sealedOfJournal[$0] != nil }) {
      for sample in sealed { sealedOfJournal[series]?[sample.time.milliseconds] = nil }
    }
  }

  /// Reads a batch whose last reading should be of `last`, and says what is wrong with it.
  private mutating func readBatch(
    _ bytes: UnsafeRawBufferPointer, _ decoder: inout BatchDecoder, last: Int64
  ) -> String? {
    var found: [(time: Int64, series: Int64, value: Int64)] = []
    do { try decoder.decode(bytes) { found.append(($0, $1, $2)) } } catch { return "\(error)" }
    guard found.lazy.map(\.time).max() == last else { return "its last reading is not of \(Timestamp(milliseconds: last))" }
    for reading in found {
      guard points[reading.series] != nil || !knowsSeries else {
        return "it has a reading of series \(reading.series), which is not there"
      }
      if let settledUntil, reading.time < settledUntil {
        sealedOfJournal[reading.series, default: [:]][reading.time] = reading.value
      }
    }
    report.values += found.count
    return nil
  }
}
