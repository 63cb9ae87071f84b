import GRDB
import MarketTime
import Readings

/// Holds the quarter hours that have been made against those that the readings give now.
struct QuarterHourCheck {
  private let db: Database
  private let folder: SegmentFolder
  private let path: String
  private let progress: StoreCheck.Progress
  private let catalog: SeriesCatalog

  /// Of the database at `path`, inside a read transaction.
  init(_ db: Database, _ folder: SegmentFolder, path: String, progress: @escaping StoreCheck.Progress) throws {
    (self.db, self.folder, self.path, self.progress) = (db, folder, path, progress)
    catalog = try SeriesCatalog(db)
  }

  /// The days and series whose quarter hours differ. What cannot be read is passed over: a check of the chunks tells that. Days that wait to
  /// be made anew are, too, and those that stay what they are since readings that they were made of have been dropped.
  func findings() throws -> [CheckFinding] {
    guard let settledUntil = try SeriesLedger(db).settledUntil else { return [] }
    var places: Set<ChunkTable.Place> = []
    try ChunkList(db).forEach { if $0.place.kind.isRollUp { places.insert($0.place) } }
    let rollUps = try RollUps(db, folder, settledUntil: settledUntil)
    let filling = ChunkFilling(ChunkTable(db, folder), points: catalog.points)
    let stale = try StaleDays(db).days(in: 0..<Int64.max, catalog.points)
    let events = try ReadingEvents(db).bySeries()
    let dropped = try DroppedSpans(db)
    var findings: [CheckFinding] = []
    for (number, place) in places.sorted().enumerated() {
      progress(.quarterHours, number, places.count)
      guard let kept = try readable({ try filling.together(at: [place]) }) else { continue }
      let series = catalog.points.filter { $0.value == place.point }.map(\.key).sorted()
      let days = Dictionary(grouping: kept.flatMap { column, samples in samples.map { (column, $0) } }) {
        $0.1.time.milliseconds.floored(by: RollUps.dayLength)
      }
      for (day, samples) in days.sorted(by: { $0.key < $1.key }) where stale[place.point]?.contains(day) != true {
        let start = day * RollUps.dayLength
        let open = series.filter { !dropped.isFinal(start, of: $0) }
        guard !open.isEmpty, let made = try readable({ try rollUps.columns(of: open, on: start, events) }) else { continue }
        let columns = Dictionary(grouping: samples, by: \.0).mapValues { $0.map(\.1) }
          .filter { open.contains(RollUpColumn.series(of: $0.key)) }
        if let finding = finding(columns, made, from: start, to: start + RollUps.dayLength) { findings.append(finding) }
      }
    }
    return findings
  }

  /// What `body` gives; nil where a chunk that it reads is damaged.
  private func readable<Value>(_ body: () throws -> Value) throws -> Value? {
    do { return try body() } catch is SegmentError { return nil }
  }

  private func finding(
    _ kept: [Int64: [Sample]], _ made: [Int64: [Sample]], from start: Int64, to end: Int64
  ) -> CheckFinding? {
    let columns = Set(kept.keys).union(made.keys).filter { kept[$0] != made[$0] }
    guard !columns.isEmpty else { return nil }
    let count = Set(columns.flatMap { Set(kept[$0] ?? []).symmetricDifference(made[$0] ?? []) }.map(\.time)).count
    let span = Timestamp(milliseconds: start)..<Timestamp(milliseconds: end)
    return CheckFinding(
      .quarterHours, at: "\(path), quarter hours of \(LocalDay(number: Int(start / RollUps.dayLength)))",
      "\(count) of the day's quarter hours are not what its readings give",
      series: Set(columns.compactMap { catalog.keys[RollUpColumn.series(of: $0)] }).sorted(), span: span)
  }
}
