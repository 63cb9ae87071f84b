public import MarketTime

/// What is known of one run of the system, from its start to its end: where its monotonic clock stands in UTC.
public struct BootRecord: Hashable, Sendable {
  /// The system's own name for it, never used twice.
  public let name: String
  /// The UTC of its monotonic clock's zero; provisional while the source is `none`.
  public let began: Timestamp
  /// Where `began` comes from.
  public let source: ClockSource
  /// Since when, in UTC, the source has been that.
  public let since: Timestamp

  /// A run of the system; see the properties.
  public init(name: String, began: Timestamp, source: ClockSource, since: Timestamp) {
    self.name = name
    self.began = began
    self.source = source
    self.since = since
  }

  /// The UTC at `instant` after the start.
  public func utc(at instant: Duration) -> Timestamp { began + instant }
}

/// Where the time of readings comes from.
public enum ClockSource: String, CaseIterable, Hashable, Sendable {
  /// The system's clock is synchronised, by NTP or another source that says so.
  case synchronised
  /// It was, and goes on by the monotonic clock.
  case held
  /// A clock with a battery, which nobody has confirmed since the start.
  case battery
  /// None: time goes on from the last stored reading until one is found.
  case none

  /// Whether readings may be stored with it.
  public var isTrusted: Bool { self != .none }
}

/// Where runs of the system, and what was read in them while nobody knew the time, are kept beside the readings.
public protocol TimeJournal: Sendable {
  /// What is known of a run of the system; nil for one that was never told.
  ///
  /// - Throws: `ReadingStoreError`.
  func boot(_ name: String) throws(ReadingStoreError) -> BootRecord?

  /// Keeps what is known of a run of the system, in the place of what was known.
  ///
  /// - Throws: `ReadingStoreError`.
  func remember(_ boot: BootRecord) throws(ReadingStoreError)

  /// Keeps what was read in `boot`, in its order, until its time is known; all or none.
  ///
  /// - Throws: `ReadingStoreError`; then none of it counts as kept.
  func keep(_ unplaced: [Unplaced], in boot: BootRecord) throws(ReadingStoreError)

  /// Remembers `boot`, whose time is known now, and moves all that was kept of it to its place; all or none.
  ///
  /// A reading whose place is taken by another value counts as a conflict and is kept as such.
  ///
  /// - Throws: `ReadingStoreError`; then everything stands where it was.
  @discardableResult
  func place(_ boot: BootRecord) throws(ReadingStoreError) -> AppendOutcome

  /// Moves what was kept of all runs of the system but `boot`, at their times as far as they were known, and gives an event
  /// `timeEstimated` for each device whose time never became known; all or none.
  ///
  /// - Throws: `ReadingStoreError`; then everything stands where it was.
  func placeLeftovers(besides boot: String) throws(ReadingStoreError) -> [MeterEvent]

  /// The time of the last reading before `limit`; nil where there is none.
  ///
  /// - Throws: `ReadingStoreError`.
  func lastTime(before limit: Timestamp) throws(ReadingStoreError) -> Timestamp?

  /// How many readings there are later than `time`, and when the last of all was taken.
  ///
  /// - Throws: `ReadingStoreError`.
  func readings(after time: Timestamp) throws(ReadingStoreError) -> (count: Int, last: Timestamp?)
}
