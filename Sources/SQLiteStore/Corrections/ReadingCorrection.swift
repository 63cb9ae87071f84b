import CommunityModel
import GRDB
public import MarketTime
public import Readings

extension ReadingsDatabase {
  /// Keeps `corrections` and lets the readings show what counts now: one transaction, durable when this returns. What was received is
  /// kept, see `correctedReadings`, and quarter hours that depend on them are made anew.
  ///
  /// Where no reading is, one with the right value takes its place, and stays right when a device's own comes later. So corrections
  /// and readings give the same content in whatever order they come, and however often.
  ///
  /// - Throws: `ReadingStoreError`; nothing of it is kept then. Also where the readings to be corrected are damaged, or have been dropped.
  @discardableResult
  public func correct(_ corrections: [Correction]) throws(ReadingStoreError) -> CorrectionOutcome {
    guard !corrections.isEmpty else { return CorrectionOutcome() }
    // A reading that is withdrawn is not missed at the next start.
    if corrections.contains(where: { $0.value == nil }) { mark?.forgetReadings() }
    return try write { db, memory in
      var numbers = SeriesNumbers(db, known: memory.numbers)
      var outcome = CorrectionOutcome()
      try refuseDropped(corrections, in: db, &numbers)
      let touched = try keep(corrections, in: db, &numbers, &outcome)
      memory = WriterMemory(numbers: numbers.known)
      var replacement = try ReadingReplacement(db, folder)
      var missing: [(series: Int64, time: Int64, value: Int64)] = []
      for (series, readings) in touched.sorted(by: { $0.key < $1.key }) {
        let days = Dictionary(grouping: readings) { $0.time.floored(by: RollUps.dayLength) }
        for (_, readings) in days.sorted(by: { $0.key < $1.key }) {
          try apply(readings.sorted { $0.time < $1.time }, of: series, &replacement, &missing, &outcome)
        }
      }
      try replacement.finish()
      guard !missing.isEmpty else { return outcome }
      var insertion = try ReadingInsertion(db, folder, received: now(), memory: memory, keeping: retention)
      for one in missing { try insertion.insert(one.value, at: one.time, of: one.series, isCorrection: true) }
      _ = try insertion.finished(&memory)
      return outcome
    }
  }

  /// The readings of `keys` within `span` of which there is more than one version, by time, then by key.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func correctedReadings(of keys: [SeriesKey], in span: Range<Timestamp>) throws(ReadingStoreError) -> [CorrectedReading] {
    try file.read { db in
      guard try CorrectionTable.isThere(in: db) else { return [] }
      let wanted = Set(keys)
      return try CorrectionTable(db).readings(of: try SeriesNumbers.all(in: db).filter { wanted.contains($0.value) }, in: span)
    }
  }

  /// Puts the values that count of corrected readings into a new store that has the corrections, but none of these readings.
  ///
  /// - Parameter isMeant: of which series and time, ms.
  /// - Returns: how many have a value.
  /// - Throws: `ReadingStoreError`.
  func putCorrected(_ isMeant: (_ series: Int64, _ time: Int64) -> Bool) throws(ReadingStoreError) -> Int {
    try write { db, memory in
      memory = WriterMemory(numbers: memory.numbers)
      let table = CorrectionTable(db)
      var insertion = try ReadingInsertion(db, folder, received: now(), memory: memory, keeping: retention, isSalvage: true)
      for (series, time) in try table.places() where isMeant(series, time) {
        guard let value = try table.value(of: series, at: time) else { continue }
        try insertion.insert(value, at: time, of: series, isCorrection: true)
      }
      return try insertion.finished(&memory).added
    }
  }

  /// Of a month whose readings have been dropped nothing can be made anew, so that a correction would change nothing.
  private func refuseDropped(_ corrections: [Correction], in db: Database, _ numbers: inout SeriesNumbers) throws {
    let dropped = try DroppedSpans(db)
    guard !dropped.isEmpty else { return }
    for correction in corrections {
      guard try dropped.contains(correction.time.milliseconds, of: numbers.number(of: correction.series)) else { continue }
      throw DatabaseError(
        message: """
          the readings of \(correction.series.point) \(correction.series.channel.rawValue) at \(correction.time) have been dropped: they cannot be \
          corrected any more; leave out what lies in that month
          """)
    }
  }

  /// A reading of a series that is corrected, and whether it had no correction before.
  private struct Touched {
    let time: Int64
    let isFirst: Bool
  }

  private func keep(
    _ corrections: [Correction], in db: Database, _ numbers: inout SeriesNumbers, _ outcome: inout CorrectionOutcome
  ) throws -> [Int64: [Touched]] {
    let table = CorrectionTable(db)
    var touched: [Int64: [Int64: Bool]] = [:]
    for correction in corrections {
      let series = try numbers.number(of: correction.series)
      let time = correction.time.milliseconds
      if touched[series]?[time] == nil { touched[series, default: [:]][time] = try !table.holds(series, at: time) }
      if try table.insert(correction, of: series) { outcome.added += 1 } else { outcome.repeated += 1 }
    }
    return touched.mapValues { $0.map { Touched(time: $0.key, isFirst: $0.value) } }
  }

  /// Lets `readings` of `series`, all of one day of UTC and in order, show what counts; those that are not there are added to `missing`.
  private func apply(
    _ readings: [Touched], of series: Int64, _ replacement: inout ReadingReplacement,
    _ missing: inout [(series: Int64, time: Int64, value: Int64)], _ outcome: inout CorrectionOutcome
  ) throws {
    guard let first = readings.first?.time, let last = readings.last?.time else { return }
    let table = CorrectionTable(replacement.db)
    let stored = try replacement.samples(of: series, from: first, through: last)
    var edits: [Int64: Int64?] = [:]
    var isAdding = false
    for reading in readings {
      let place = stored.within.firstIndex(from: reading.time)
      let sample = place < stored.within.count ? stored.within[place] : nil
      let known: Int64? = sample?.time.milliseconds == reading.time ? sample?.value : nil
      let value = try table.value(of: series, at: reading.time)
      if reading.isFirst, let known { try table.keepOriginal(known, of: series, at: reading.time) }
      switch (known, value) {
      case (let known?, let value?) where known != value:
        edits[reading.time] = .some(value)
        outcome.changed += 1
      case (_?, nil):
        edits[reading.time] = .some(nil)
        outcome.withdrawn += 1
      case (nil, let value?):
        missing.append((series, reading.time, value))
        outcome.inserted += 1
        isAdding = true
      case (_?, _?), (nil, nil): break
      }
    }
    guard isAdding || !edits.isEmpty else { return }
    try replacement.remake(series, from: first, through: last, before: stored.before, after: stored.after)
    try replacement.replace(edits, of: series, within: stored.within, before: stored.before, after: stored.after)
  }
}
