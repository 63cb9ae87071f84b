public import CommunityModel
import GRDB
import Glibc
public import MarketTime
import Quantities
public import Readings
import Synchronization

/// The readings of a site's box, in `readings.sqlite`: written by the collector alone, read by anyone.
///
/// Layout, durability and limits are in `docs/formats/store.md`. All methods block while they work on the file; they may be called
/// from any thread.
public final class ReadingsDatabase: ReadingStore {
  let file: DatabaseFile
  private let gapLimit: Duration
  let now: @Sendable () -> Timestamp
  let folder: SegmentFolder
  /// Nil where it is opened for reading.
  let reserve: ReserveFile?
  /// Nil where it is opened for reading.
  let mark: LogMark?
  /// What was found at the start.
  let findings: [StoreWarning]
  private let memory = Mutex(WriterMemory())
  private let catalog = Mutex<SeriesCatalog?>(nil)
  private let limits = Mutex(Retention.everything)

  /// How long what it holds is kept; everything for ever unless set. With readings that come, what is older is dropped by and by, a
  /// month at a time.
  public var retention: Retention {
    get { limits.withLock { $0 } }
    set { limits.withLock { $0 = newValue } }
  }

  /// Opens `path` for writing, makes it where it is absent and brings an older layout up to date.
  ///
  /// - Parameters:
  ///   - gapLimit: spells longer than this count as gaps in the inventory; less than 15 min count as 15 min, the shortest spell that
  ///     the file remembers.
  ///   - now: the clock that tells when a conflicting reading was received.
  /// - Throws: `writtenByAnother`, `tooNew` or `cannotOpen`, also where the database is missing and its sealed readings are there;
  ///   nothing is touched then. `diskFull`, `readOnly` or `locked` where it can be opened as soon as that has passed.
  public init(
    writing path: String, gapLimit: Duration = .seconds(900), now: @escaping @Sendable () -> Timestamp
  ) throws(ReadingStoreError) {
    try Self.refuseOrphans(at: path)
    let resolvedPath = try resolved(path)
    let mark = LogMark(besideDatabase: resolvedPath)
    var lostLog: String?
    let begin = {
      lostLog = mark.findLog(now: now()) ?? lostLog
      mark.expectNoLog()
    }
    do { file = try DatabaseFile(writing: path, layout: .readings, whenLocked: begin) } catch .diskFull {
      // Opening brings the log that was left into the file: what is held free is for that.
      unlink(resolvedPath + ReserveFile.suffix)
      file = try DatabaseFile(writing: path, layout: .readings, whenLocked: begin)
    }
    folder = SegmentFolder(besideDatabase: resolvedPath)
    reserve = ReserveFile(besideDatabase: resolvedPath)
    self.mark = mark
    self.gapLimit = gapLimit
    self.now = now
    findings = Self.findings(in: file, folder, mark, lostLog)
    if !findings.contains(where: { $0.kind == .damaged }) { keepOutline() }
  }

  /// Writes down beside the database what a salvage needs, where it has changed.
  func keepOutline() {
    guard let outline = try? file.read({ db in try StoreOutline(of: db) }) else { return }
    outline.keep(at: file.resolvedPath + StoreOutline.suffix)
  }

  /// What somebody should know who opens the file for writing.
  private static func findings(
    in file: DatabaseFile, _ folder: SegmentFolder, _ mark: LogMark, _ lostLog: String?
  ) -> [StoreWarning] {
    var damage = file.quickLook()
    var hole: String?
    do throws(ReadingStoreError) {
      hole = mark.findHole(until: try lastTime(in: file, folder))
    } catch {
      damage = damage ?? StoreCheck.reason(error)
    }
    return [lostLog, hole].compactMap { $0.map { StoreWarning(.missingReadings, "\(file.path): \($0)") } }
      + [damage].compactMap { $0.map { StoreWarning(.damaged, "\(ReadingStoreError.damaged(path: file.path, reason: $0))") } }
  }

  deinit { mark?.expectNoLog() }

  /// Lets the next start miss no readings, whatever is taken out now.
  func forgetMark() { mark?.forgetReadings() }

  /// When the last reading was taken, ms; nil where there is none.
  private static func lastTime(in file: DatabaseFile, _ folder: SegmentFolder) throws(ReadingStoreError) -> Int64? {
    try file.read { db in
      var ledger = try SeriesLedger(db)
      return try ledger.lastTimes(folder).max().flatMap { $0 == .min ? nil : $0 }
    }
  }

  /// Sealed readings whose database is gone are not to be written over by a new one.
  private static func refuseOrphans(at path: String) throws(ReadingStoreError) {
    let resolvedPath = try resolved(path)
    let folder = SegmentFolder(besideDatabase: resolvedPath).path
    guard !fileExists(resolvedPath), !namesInFolder(folder).isEmpty else { return }
    throw .cannotOpen(
      path: path,
      reason:
        "it is missing, and the sealed readings of \(folder) belong to it; restore both from a backup, or move the folder away")
  }

  /// Opens an existing `path` for reading, whether or not a collector is writing it; nothing is changed, nothing checkpointed.
  ///
  /// - Parameter gapLimit: as for writing.
  /// - Throws: `tooNew` or `cannotOpen`.
  public init(readingOnly path: String, gapLimit: Duration = .seconds(900)) throws(ReadingStoreError) {
    file = try DatabaseFile(readingOnly: path, layout: .readings)
    folder = SegmentFolder(besideDatabase: file.resolvedPath)
    reserve = nil
    mark = nil
    findings = []
    self.gapLimit = gapLimit
    // A store that refuses to append never asks.
    now = { Timestamp(milliseconds: 0) }
  }

  /// Closes the file and lets another writer in; whatever is called afterwards throws. Happens by itself at the end of life.
  ///
  /// - Throws: `failed`; the file stays locked then.
  public func close() throws(ReadingStoreError) {
    mark?.expectNoLog()
    try file.close()
    reserve?.rest()
  }

  /// See `ReadingStore`: one transaction, and durable through a power cut when this returns.
  ///
  /// A value that conflicts is kept beside the readings, see `conflicts()`.
  @discardableResult
  public func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome {
    guard !readings.isEmpty else { return AppendOutcome() }
    let (columns, rest) = readings.count < Self.history ? ([], readings) : ReadingColumns.columns(of: readings)
    let outcome = try append(columns, rest)
    mark?.acknowledged(readings.lazy.map(\.time).max(), now: now())
    return outcome
  }

  /// What may be written on a full disk.
  enum Room {
    /// Little, and wanted first: events and what is known of clocks. It may use up the reserve.
    case withReserve
    /// Readings, which come without end: they wait until the reserve could be made again.
    case whereReserveIsLeft
  }

  /// Runs `body` in one write transaction, with what the writer remembers from the last one. On a full disk the reserve is given up for
  /// a checkpoint, and `body` runs once more where `room` allows it.
  ///
  /// - Throws: `ReadingStoreError`; nothing of it is kept then.
  func write<Value>(
    _ room: Room = .withReserve, _ body: (Database, inout WriterMemory) throws -> Value
  ) throws(ReadingStoreError) -> Value {
    guard let reserve else { return try writeOnce(body) }
    if !reserve.restore(), room == .whereReserveIsLeft { throw .diskFull(path: file.path) }
    do { return try writeOnce(body) } catch .diskFull {
      reserve.release()
      mark?.expectNoLog()
      file.checkpoint()
      if !reserve.restore(), room == .whereReserveIsLeft { throw .diskFull(path: file.path) }
      return try writeOnce(body)
    }
  }

  private func writeOnce<Value>(
    _ body: (Database, inout WriterMemory) throws -> Value
  ) throws(ReadingStoreError) -> Value {
    var value: Value?
    var isOutlineOld = false
    let failure: ReadingStoreError? = memory.withLock { memory in
      var next = memory
      do throws(ReadingStoreError) {
        value = try file.write { db in try body(db, &next) }
        isOutlineOld = next.hasDropped || next.numbers.count != memory.numbers.count
        next.hasDropped = false
        memory = next
        return nil
      } catch {
        memory = memory.afterFailure
        return error
      }
    }
    if isOutlineOld { keepOutline() }
    guard let value else { throw failure ?? .failed(path: file.path, reason: "the transaction came to no end") }
    return value
  }

  /// Runs `body` on one consistent state of the file and its segments.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  func read<Value>(_ body: (Database) throws -> Value) throws(ReadingStoreError) -> Value {
    for _ in 1...2 {
      var isMissing = false
      let value: Value? = try file.read { db in
        do { return try body(db) } catch let error as SegmentError where error.isMissing {
          // The writer may have merged that file into others since this state of the database.
          isMissing = true
          return nil
        }
      }
      if !isMissing, let value { return value }
    }
    return try file.read(body)
  }

  /// Runs `body` with questions about `keys`, about all series unless told.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  func scan<Value>(
    about keys: [SeriesKey]? = nil, _ body: (inout ReadingScan) throws -> Value
  ) throws(ReadingStoreError) -> Value {
    try read { db in
      var scan = try ReadingScan(db, folder, catalog(of: db), about: keys)
      return try body(&scan)
    }
  }

  /// The series of `db`.
  private func catalog(of db: Database) throws -> SeriesCatalog {
    let catalog = try SeriesCatalog(db, known: self.catalog.withLock { $0 })
    self.catalog.withLock { $0 = catalog }
    return catalog
  }

  /// See `ReadingStore`. Reads the series' chunks within `span`, one or two on either side, and the journal where `span` reaches it.
  public func samples(of key: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample] {
    try samples(of: [key], in: span)[key] ?? []
  }

  /// What `samples(of:in:)` gives for each of `keys`, in one walk through the span; keys without any sample are absent.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the readings of the keys' metering points within `span`, and in the journal, which holds an hour or two.
  public func samples(
    of keys: [SeriesKey], in span: Range<Timestamp>
  ) throws(ReadingStoreError) -> [SeriesKey: [Sample]] {
    try scan(about: keys) { scan in try scan.samples(in: span) }
  }

  /// The energies that the counters among `keys` counted in each quarter hour of `span`; counters without a reading are absent.
  ///
  /// A quarter hour's energy depends on the readings of its day of UTC, a day on either side and the nearest beyond; so it is the same
  /// whatever span is asked for, in whatever order the readings came, and whether it was made before (a roll-up) or now.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func energies(
    of keys: [SeriesKey], in span: Range<QuarterHour>, by meter: IntervalMeter = IntervalMeter()
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    try scan(about: keys) { scan in try scan.energies(in: span, meter, try ReadingEvents(scan.db).bySeries()) }
  }

  /// What `energies` gives for counters of anything but energy, such as volumes, in the channel's unit.
  func amounts(
    of keys: [SeriesKey], in span: Range<QuarterHour>, by meter: IntervalMeter
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    try scan(about: keys) { scan in try scan.energies(in: span, meter, try ReadingEvents(scan.db).bySeries(), ofOthers: true) }
  }

  /// What the readings of each of `keys` add up to in each quarter hour of `span`; keys without any are absent.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the readings of the keys within `span`; 150 million a second on a small computer, since none becomes
  ///   a sample. Takes 16 bytes a quarter hour and key.
  public func sums(
    of keys: [SeriesKey], in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<ReadingSum>] {
    try scan(about: keys) { scan in try scan.sums(in: span) }
  }

  /// See `ReadingStore`. Walks the newest appends, more of the journal where a series is silent, and one chunk for each series
  /// silent since.
  public func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample] {
    try scan { scan in try scan.latest(asOf: time) }
  }

  /// See `ReadingStore`. Walks the journal, an hour or two; everything before is remembered.
  public func inventory() throws(ReadingStoreError) -> [SeriesSummary] {
    try scan { [gapLimit] scan in try scan.inventory(gapLimit: max(gapLimit.milliseconds, SeriesLedger.gapLimit)) }
  }

  /// Every series that has a reading, in the order of their keys.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func series() throws(ReadingStoreError) -> [SeriesKey] {
    try file.read { db in try SeriesNumbers.all(in: db).values.sorted() }
  }

  /// The readings that came a second time with another value, in the order of time.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func conflicts() throws(ReadingStoreError) -> [ReadingConflict] {
    try read { db in
      let catalog = try catalog(of: db)
      let rows = try Row.fetchCursor(
        db,
        sql: "SELECT time, series, value, received FROM reading_conflict ORDER BY time, series, received")
      var scan = try ReadingScan(db, folder, catalog)
      var conflicts: [ReadingConflict] = []
      while let row = try rows.next() {
        let time = Timestamp(milliseconds: try row.integer(0))
        guard let key = catalog.keys[try row.integer(1)], let kept = try scan.sample(of: key, at: time) else { continue }
        conflicts.append(
          ReadingConflict(
            kept: Reading(key, at: time, value: kept.value), refused: try row.integer(2),
            received: Timestamp(milliseconds: try row.integer(3))))
      }
      return conflicts
    }
  }
}

/// Two values for one series and time.
public struct ReadingConflict: Hashable, Sendable {
  /// The reading that came first and counts.
  public let kept: Reading
  /// The value that came later, in the channel's unit.
  public let refused: Int64
  /// When it was received first.
  public let received: Timestamp
}
