public import MarketTime
public import Readings

/// What a reading should have been, as somebody said later. It is kept beside what was received, and never changed itself.
public struct Correction: Hashable, Sendable {
  /// Of which series.
  public let series: SeriesKey
  /// When the reading was taken, or would have been.
  public let time: Timestamp
  /// The right value in the channel's unit; nil where the reading is wrong and nobody knows the right one.
  public let value: Int64?
  /// When the store was told. Of several corrections of a reading the one received last counts, of those received in the same
  /// millisecond the one whose author and reason come last in the alphabet.
  public let received: Timestamp
  /// Who said so.
  public let author: String
  /// Why.
  public let reason: String

  /// A correction; see the properties.
  public init(_ series: SeriesKey, at time: Timestamp, value: Int64?, received: Timestamp, author: String, reason: String) {
    self.series = series
    self.time = time
    self.value = value
    self.received = received
    self.author = author
    self.reason = reason
  }
}

/// A reading of which there is more than one version.
public struct CorrectedReading: Hashable, Sendable {
  /// Of which series.
  public let series: SeriesKey
  /// When it was taken.
  public let time: Timestamp
  /// What was received from the device, in the channel's unit; nil where nothing was.
  public let original: Int64?
  /// What was said later, the one that counts last; at least one.
  public let corrections: [Correction]

  /// What counts, in the channel's unit; nil where the reading was withdrawn.
  public var value: Int64? { corrections.last?.value }
}

/// What became of corrections.
public struct CorrectionOutcome: Hashable, Sendable {
  /// Corrections that were new.
  public var added = 0
  /// Corrections that were there already.
  public var repeated = 0
  /// Readings that show another value now.
  public var changed = 0
  /// Readings that do not count any longer.
  public var withdrawn = 0
  /// Readings that were not there before.
  public var inserted = 0

  /// Nothing.
  public init() {}
}
