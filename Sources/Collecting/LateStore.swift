public import Logging
public import MarketTime
public import Readings
import Synchronization

/// A store on a disk that may be full or read-only when the service starts: it is opened as soon as that is possible, tried with each
/// thing that is to be stored, and until then the service collects into its memory.
public final class LateStore: ReadingStore, MeterJournal, TimeJournal {
  /// What is opened.
  public typealias Store = any ReadingStore & MeterJournal & TimeJournal

  private let open: @Sendable () throws(ReadingStoreError) -> Store
  private let logger: Logger
  private let state: Mutex<State>

  private enum State {
    case opened(Store)
    case refused(ReadingStoreError)
  }

  /// Opens the store by `open`, now or later.
  ///
  /// - Throws: what `open` throws, where waiting does not help.
  public init(logger: Logger, open: @escaping @Sendable () throws(ReadingStoreError) -> Store) throws(ReadingStoreError) {
    self.open = open
    self.logger = logger
    do throws(ReadingStoreError) {
      state = Mutex(.opened(try open()))
    } catch {
      guard error.mayPass else { throw error }
      state = Mutex(.refused(error))
      logger.error(
        "\(error); collecting begins all the same, readings wait in memory until it can be opened",
        metadata: ["event": "store_\(error.name)"])
    }
  }

  /// The store, once it could be opened.
  public var opened: Store? {
    state.withLock { state in if case .opened(let store) = state { store } else { nil } }
  }

  /// The store, tried once more where it could not be opened yet.
  private func writable() throws(ReadingStoreError) -> Store {
    var isLate = false
    let result: Result<Store, ReadingStoreError> = state.withLock { state in
      switch state {
      case .opened(let store): return .success(store)
      case .refused:
        do throws(ReadingStoreError) {
          let store = try open()
          state = .opened(store)
          isLate = true
          return .success(store)
        } catch {
          state = .refused(error)
          return .failure(error)
        }
      }
    }
    if isLate { logger.notice("the store could be opened") }
    return try result.get()
  }

  /// The store for a question, which is not worth a new attempt.
  private func readable() throws(ReadingStoreError) -> Store {
    let result: Result<Store, ReadingStoreError> = state.withLock { state in
      switch state {
      case .opened(let store): .success(store)
      case .refused(let error): .failure(error)
      }
    }
    return try result.get()
  }

  /// See `ReadingStore`.
  public var warnings: [StoreWarning] { opened?.warnings ?? [] }

  /// See `ReadingStore`.
  public func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome { try writable().append(readings) }

  /// See `ReadingStore`.
  public func samples(of series: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample] {
    try readable().samples(of: series, in: span)
  }

  /// See `ReadingStore`.
  public func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample] {
    try readable().latest(asOf: time)
  }

  /// See `ReadingStore`.
  public func inventory() throws(ReadingStoreError) -> [SeriesSummary] { try readable().inventory() }

  /// See `MeterJournal`.
  public func keep(_ events: [MeterEvent], _ quarantined: [Quarantined]) throws(ReadingStoreError) {
    try writable().keep(events, quarantined)
  }

  /// See `MeterJournal`.
  public func events(of series: SeriesKey) throws(ReadingStoreError) -> [MeterEvent] { try readable().events(of: series) }

  /// See `TimeJournal`.
  public func boot(_ name: String) throws(ReadingStoreError) -> BootRecord? { try readable().boot(name) }

  /// See `TimeJournal`.
  public func remember(_ boot: BootRecord) throws(ReadingStoreError) { try writable().remember(boot) }

  /// See `TimeJournal`.
  public func keep(_ unplaced: [Unplaced], in boot: BootRecord) throws(ReadingStoreError) {
    try writable().keep(unplaced, in: boot)
  }

  /// See `TimeJournal`.
  public func place(_ boot: BootRecord) throws(ReadingStoreError) -> AppendOutcome { try writable().place(boot) }

  /// See `TimeJournal`.
  public func placeLeftovers(besides boot: String) throws(ReadingStoreError) -> [MeterEvent] {
    try writable().placeLeftovers(besides: boot)
  }

  /// See `TimeJournal`.
  public func lastTime(before limit: Timestamp) throws(ReadingStoreError) -> Timestamp? {
    try readable().lastTime(before: limit)
  }

  /// See `TimeJournal`.
  public func readings(after time: Timestamp) throws(ReadingStoreError) -> (count: Int, last: Timestamp?) {
    try readable().readings(after: time)
  }
}
