public import MarketTime

/// Where readings are kept: appended once, never lost, read back by series and time.
///
/// Two conformers exist, `InMemoryReadingStore` for tests and rehearsals and the SQLite store of a site's box; the same
/// conformance suite runs on both.
public protocol ReadingStore: Sendable {
  /// Keeps `readings`, all or none, and returns when they are as durable as the store promises.
  ///
  /// A reading already there is passed over when it is equal and counted as a conflict, the old value kept, when it is not.
  ///
  /// - Throws: `ReadingStoreError`; then none of `readings` counts as kept.
  @discardableResult
  func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome

  /// The samples of one series within `span`, and the nearest one on either side of it, in order of time.
  ///
  /// The neighbours let a counter be read at the span's ends.
  func samples(of series: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample]

  /// The last sample of every series at or before `time`.
  func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample]

  /// Every series with its first and last reading and how many there are, in the order of their keys.
  func inventory() throws(ReadingStoreError) -> [SeriesSummary]

  /// What somebody should look at although the store does what it is asked; empty when there is nothing.
  var warnings: [StoreWarning] { get }
}

extension ReadingStore {
  /// Nothing.
  public var warnings: [StoreWarning] { [] }
}

/// Something about a store that somebody should look at.
public struct StoreWarning: Hashable, Sendable {
  /// What it is about; the raw value is for programs.
  public enum Kind: String, Sendable, CaseIterable {
    /// The disk is full: what was held free for that is in use, for events and checkpoints.
    case reserveUsed = "reserve_used"
    /// A reader keeps the write-ahead log from being cleared, and it grows.
    case longLog = "long_log"
    /// Readings that were acknowledged are missing, as after a lost write-ahead log.
    case missingReadings = "missing_readings"
    /// A look at the start found the database damaged.
    case damaged
  }

  /// What it is about.
  public let kind: Kind
  /// A sentence: what, where, what to do next.
  public let message: String

  /// A warning; see the properties.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// What became of an append.
public struct AppendOutcome: Hashable, Sendable {
  /// Readings that were new.
  public var added = 0
  /// Readings that were there already with the same value.
  public var repeated = 0
  /// Readings whose series and time were there with another value; the stored one stays.
  public var conflicting = 0
  /// Readings that were passed over because what their series measured at that time has been dropped.
  public var dropped = 0

  /// Nothing appended.
  public init() {}
}

/// A series as the store knows it.
public struct SeriesSummary: Hashable, Sendable {
  /// Where and what.
  public let series: SeriesKey
  /// When the first value was taken.
  public let first: Timestamp
  /// When the last value was taken; for interval values, when the last interval ended.
  public let last: Timestamp
  /// How many values there are.
  public let count: Int
  /// How many spells longer than the store's gap limit hold no value.
  public let gaps: Int
  /// The longest such spell.
  public let longestGap: Duration

  /// A summary; see the properties.
  public init(series: SeriesKey, first: Timestamp, last: Timestamp, count: Int, gaps: Int, longestGap: Duration) {
    self.series = series
    self.first = first
    self.last = last
    self.count = count
    self.gaps = gaps
    self.longestGap = longestGap
  }
}

/// Why a store could not do what was asked.
public enum ReadingStoreError: Error, Sendable, Equatable {
  /// The file cannot be opened or made; `reason` is the system's.
  case cannotOpen(path: String, reason: String)
  /// Another process writes this file; only one may.
  case writtenByAnother(path: String)
  /// The file was written by a newer version of this software.
  case tooNew(path: String, version: Int, known: Int)
  /// Reading or writing failed; nothing of the operation was kept.
  case failed(path: String, reason: String)
  /// What the file holds is damaged; nothing of the operation was kept.
  case damaged(path: String, reason: String)
  /// The disk is full; nothing of the operation was kept.
  case diskFull(path: String)
  /// The file system has become read-only; nothing of the operation was kept.
  case readOnly(path: String)
  /// Another program has locked the file for longer than is waited; nothing of the operation was kept.
  case locked(path: String)
}

extension ReadingStoreError {
  /// What it is called in figures and JSON.
  public var name: String {
    switch self {
    case .cannotOpen: "cannot_open"
    case .writtenByAnother: "written_by_another"
    case .tooNew: "too_new"
    case .failed: "failed"
    case .damaged: "damaged"
    case .diskFull: "disk_full"
    case .readOnly: "read_only"
    case .locked: "locked"
    }
  }

  /// All names.
  public static let names = [
    "cannot_open", "written_by_another", "too_new", "failed", "damaged", "disk_full", "read_only", "locked",
  ]

  /// Whether the store goes on by itself when its surroundings are right again, so that waiting is better than giving up.
  public var mayPass: Bool {
    switch self {
    case .diskFull, .readOnly, .locked: true
    case .cannotOpen, .writtenByAnother, .tooNew, .failed, .damaged: false
    }
  }
}

extension ReadingStoreError: CustomStringConvertible {
  /// What happened, where, and what to do next.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      return "\(path): cannot be opened (\(reason)); check that the folder exists and that this user may write there"
    case .writtenByAnother(let path):
      return "\(path): another process is writing this file; one writer is allowed, so stop the other one first"
    case .tooNew(let path, let version, let known):
      return "\(path): has layout \(version), this program knows up to \(known); install the newer version, the file is unharmed"
    case .failed(let path, let reason):
      return "\(path): \(reason); nothing of this step was stored, what was stored before is unharmed"
    case .damaged(let path, let reason):
      return """
        \(path): is damaged (\(reason)); stop the collector, keep a copy of the file, see with `energy-opt store check` what is \
        affected, and put a backup in its place with `energy-opt store restore`, or save what can be read with `energy-opt store repair`
        """
    case .diskFull(let path):
      return "\(path): the disk is full; make room (`df`, `du`), the rest goes on by itself. What was stored before is unharmed"
    case .readOnly(let path):
      return """
        \(path): the file system is read-only, as after an error of the disk; see `dmesg`, make it writable again or change the \
        disk. What was stored before is unharmed
        """
    case .locked(let path):
      return "\(path): another program has locked it; end that one (`fuser \(path)`), the rest goes on by itself"
    }
  }
}
