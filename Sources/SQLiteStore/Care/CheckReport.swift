public import MarketTime
public import Readings

/// What a check of one database found.
public struct CheckReport: Hashable, Sendable {
  /// The database, as its user names it.
  public let path: String
  /// What is wrong, in the order in which it was found; at most `findingLimit`.
  public internal(set) var findings: [CheckFinding] = []
  /// How many findings more there are.
  public internal(set) var unlisted = 0
  /// Chunks that were read, every byte of them.
  public internal(set) var chunks = 0
  /// Readings, or energies and prices, that were looked at.
  public internal(set) var values = 0
  /// Appends of the journal that were read.
  public internal(set) var batches = 0
  /// Bytes of chunks that were read.
  public internal(set) var bytes: Int64 = 0

  /// So many findings are listed.
  public static let findingLimit = 1000

  init(_ path: String) { self.path = path }

  /// Whether nothing is wrong.
  public var isWhole: Bool { findings.isEmpty }

  mutating func add(_ finding: CheckFinding) {
    if findings.count < Self.findingLimit { findings.append(finding) } else { unlisted += 1 }
  }
}

/// One thing that is wrong in a store.
public struct CheckFinding: Hashable, Sendable {
  /// What kind of thing is wrong. The raw value is its name in JSON.
  public enum Kind: String, CaseIterable, Sendable {
    /// The file cannot be opened or read as a store.
    case unreadable
    /// SQLite finds its own pages damaged.
    case pages
    /// The write-ahead log is damaged: commits behind the damage are lost.
    case writeAheadLog = "write_ahead_log"
    /// A file of sealed readings is missing, too short, or begins with something else.
    case segment
    /// Sealed readings cannot be read.
    case chunk
    /// Sealed readings can be read, and do not belong where they are.
    case misplaced
    /// An append of the journal cannot be read.
    case batch
    /// A row of a table contradicts the others.
    case row
    /// What the ledger remembers of a series is not what is there.
    case ledger
    /// Quarter hours are not what the readings give that they were made of.
    case quarterHours = "quarter_hours"
  }

  /// What kind of thing is wrong.
  public let kind: Kind
  /// Where: the file, and the bytes or row in it.
  public let place: String
  /// What was found, and what was expected; English.
  public let reason: String
  /// How many neighbouring chunks have the same trouble; else 1.
  public internal(set) var count = 1
  /// The series whose readings are affected; empty where nobody can tell, or where none are.
  public let series: [SeriesKey]
  /// When the affected readings were taken: the first instant and one behind the last; nil where nobody can tell, or for all times.
  public internal(set) var span: Range<Timestamp>?

  init(
    _ kind: Kind, at place: String, _ reason: String, series: [SeriesKey] = [], span: Range<Timestamp>? = nil
  ) {
    self.kind = kind
    self.place = place
    self.reason = reason
    self.series = series.sorted()
    self.span = span
  }
}
