/// Where the events of devices and the values put aside are kept, beside the readings.
public protocol MeterJournal: Sendable {
  /// Keeps both, all or none; what is there already is passed over. A store may bound how many it keeps for a device and day.
  ///
  /// - Throws: `ReadingStoreError`; then nothing counts as kept.
  func keep(_ events: [MeterEvent], _ quarantined: [Quarantined]) throws(ReadingStoreError)

  /// The events of one series, in order of time.
  ///
  /// - Throws: `ReadingStoreError`.
  func events(of series: SeriesKey) throws(ReadingStoreError) -> [MeterEvent]
}
