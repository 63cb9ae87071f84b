public import MarketTime

/// What a database of readings takes on the disk, what it holds, and what waits in it. What is not known is nil, never zero.
public struct ReadingsStatus: Hashable, Sendable {
  /// A file of sealed readings.
  public struct Segment: Hashable, Sendable {
    /// The month of UTC that it holds, such as `2026-03`; `stray` for stamps of a broken clock.
    public let month: String
    /// What it holds: readings of `hours`, `days`, `sparse-days` or `months`, or quarter hours made of them, `quarter-days` or `quarters`.
    public let kind: String
    /// The file's name.
    public let name: String
    /// The file's bytes.
    public let bytes: Int64
  }

  /// The database's path, as its user names it.
  public let path: String
  /// The bytes of the database and of its write-ahead log.
  public let size: DatabaseSize
  /// The files of sealed readings, by month.
  public let segments: [Segment]
  /// How many series have a reading.
  public let series: Int
  /// How many readings there are, wherever they lie.
  public let readings: Int
  /// When the first reading was taken.
  public let first: Timestamp?
  /// When the last reading was taken.
  public let last: Timestamp?
  /// Readings before this time are sealed; nil where none is.
  public let sealedUntil: Timestamp?
  /// When readings were sealed last: when a file of sealed readings was written last.
  public let lastSealing: Timestamp?
  /// What waits in the journal to be sealed.
  public let journal: JournalStatus
  /// Readings that have been dropped, since they need not be kept any longer.
  public let dropped: DroppedStatus?
  /// Readings that came late and wait to be added to their sealed hours.
  public let lateReadings: Int
  /// Readings that came a second time with another value.
  public let conflicts: Int
  /// Values put aside as impossible.
  public let quarantined: Int
  /// What happened to devices and counters.
  public let events: Int
  /// Readings whose time is not known yet.
  public let unplaced: Int
  /// Bytes of sealed readings that a day brings, from the last seven days; nil where less than a day is sealed.
  public let bytesPerDay: Int64?
  /// The disk that all of it lies on.
  public let disk: DiskSpace?
  /// Who writes it.
  public let writer: WriterPresence

  /// All bytes on the disk.
  public var totalBytes: Int64 { size.total + segments.reduce(0) { $0 + $1.bytes } }

  /// Thousandths of a byte on the disk for each reading; nil without readings.
  public var milliBytesPerReading: Int64? { readings > 0 ? totalBytes * 1000 / Int64(readings) : nil }

  /// Days until the disk is full if it goes on like this and nothing else writes to it; nil where that cannot be told.
  public var daysUntilFull: Int64? {
    guard let disk, let bytesPerDay, bytesPerDay > 0 else { return nil }
    return disk.free / bytesPerDay
  }
}

/// What has been dropped from a database of readings.
public struct DroppedStatus: Hashable, Sendable {
  /// Of how many series.
  public let series: Int
  /// How many readings.
  public let readings: Int
  /// Nothing has been dropped from here on.
  public let until: Timestamp
}

/// What the journal of a database of readings holds.
public struct JournalStatus: Hashable, Sendable {
  /// Appends kept in it.
  public let batches: Int
  /// Their bytes.
  public let bytes: Int
  /// Readings in it that are not sealed yet.
  public let waiting: Int
}

/// What a community's database takes on the disk and what it holds.
public struct CommunityStatus: Hashable, Sendable {
  /// The database's path, as its user names it.
  public let path: String
  /// The bytes of the database and of its write-ahead log.
  public let size: DatabaseSize
  /// How many series have energies.
  public let series: Int
  /// How many energies of quarter hours there are.
  public let quarterHours: Int
  /// When the first quarter hour begins.
  public let first: Timestamp?
  /// When the last quarter hour ends.
  public let last: Timestamp?
  /// Energies that a newer import replaced; they are kept.
  public let replaced: Int
  /// How many price curves there are.
  public let priceCurves: Int
  /// How many prices of quarter hours there are.
  public let prices: Int
  /// How many files were imported.
  public let imports: Int
  /// When the last one was received.
  public let lastImport: Timestamp?
  /// The disk that it lies on.
  public let disk: DiskSpace?
  /// Who writes it.
  public let writer: WriterPresence
}

/// The bytes of a database's own files.
public struct DatabaseSize: Hashable, Sendable {
  /// Of the file itself.
  public let database: Int64
  /// Of the write-ahead log beside it; 0 where there is none.
  public let writeAheadLog: Int64

  /// Both.
  public var total: Int64 { database + writeAheadLog }
}

/// The room on a disk.
public struct DiskSpace: Hashable, Sendable {
  /// Bytes that this user may still write.
  public let free: Int64
  /// All bytes.
  public let total: Int64
}

/// Who holds the lock of a database for writing.
public enum WriterPresence: Hashable, Sendable {
  /// Nobody.
  case none
  /// The process of this number.
  case process(Int)
  /// The system does not tell.
  case unknown
}
