public import Logging
import MarketTime
public import Readings
import Synchronization

/// Gathers the readings of all buses and hands them to the store, one transaction a cycle.
///
/// While the store cannot write, readings stay here, up to `limit`; beyond it the oldest go, and that is told.
public final class ReadingRecorder: Sendable {
  private let store: any ReadingStore
  private let journal: (any MeterJournal)?
  private let logger: Logger
  private let limit: Int
  private let state = Mutex(State())

  private struct State {
    var waiting: [Reading] = []
    var kept = 0
    var conflicts = 0
    var dropped = 0
    var isFailing = false
    var events: [MeterEvent] = []
    var quarantined: [Quarantined] = []
    var devices: [String: DeviceState] = [:]
  }

  /// What has become of the readings so far.
  public struct Totals: Sendable, Equatable {
    /// Readings that the store has acknowledged.
    public let kept: Int
    /// Readings refused because another value stands at their series and time.
    public let conflicts: Int
    /// Readings given up because the store could not write for too long.
    public let dropped: Int
    /// Readings not yet stored.
    public let waiting: Int
  }

  /// Of events and of values put aside, so many wait in memory; beyond them the oldest go.
  private static let journalLimit = 10_000

  /// Records into `store`, events and values put aside into `journal`; at most `limit` readings wait in memory.
  public init(store: any ReadingStore, journal: (any MeterJournal)? = nil, logger: Logger, limit: Int = 200_000) {
    self.store = store
    self.journal = journal
    self.logger = logger
    self.limit = limit
  }

  /// Takes readings over; they are durable after the next `commit()`.
  public func take(_ readings: [Reading]) {
    let dropped = state.withLock { state in
      state.waiting += readings
      return dropSurplus(&state)
    }
    tell(dropped: dropped)
  }

  /// Takes over what the door of `device` made of a poll, tells its events, and remembers how the device is doing.
  func take(_ judged: Door.Outcome, of device: String, in condition: DeviceState) {
    for event in judged.events {
      logger.log(
        level: event.isAlarming ? .warning : .notice, "\(event.message)",
        metadata: ["device": "\(device)", "event": "\(event.kind.name)"])
    }
    state.withLock { state in
      state.devices[device] = condition
      guard journal != nil else { return }
      state.events = (state.events + judged.events).suffix(Self.journalLimit)
      state.quarantined = (state.quarantined + judged.quarantined).suffix(Self.journalLimit)
    }
    take(judged.accepted)
  }

  /// How each device is doing, by its short name.
  public var devices: [String: DeviceState] { state.withLock(\.devices) }

  /// The last stored reading of every series, none where the store does not answer.
  func latest(asOf time: Timestamp) -> [SeriesKey: Sample] { (try? store.latest(asOf: time)) ?? [:] }

  /// Gives up the oldest readings beyond the limit, and says how many.
  private func dropSurplus(_ state: inout State) -> Int {
    let surplus = max(0, state.waiting.count - limit)
    state.waiting.removeFirst(surplus)
    state.dropped += surplus
    return surplus
  }

  private func tell(dropped: Int) {
    if dropped > 0 { logger.error("the store has not written for too long: \(dropped) oldest readings were given up") }
  }

  /// Stores what waits, in one transaction. What could not be stored waits for the next commit.
  ///
  /// Events go first: an event without its reading does no harm, a new count without its event would be energy.
  public func commit() {
    guard commitJournal() else { return }
    let batch = state.withLock { state in
      let batch = state.waiting
      state.waiting = []
      return batch
    }
    guard !batch.isEmpty else { return }
    do {
      let outcome = try store.append(batch)
      let wasFailing = state.withLock { state in
        let wasFailing = state.isFailing
        state.isFailing = false
        state.kept += outcome.added + outcome.repeated
        state.conflicts += outcome.conflicting
        return wasFailing
      }
      if wasFailing { logger.notice("the store writes again; \(batch.count) readings were caught up") }
      if outcome.conflicting > 0 {
        logger.warning("\(outcome.conflicting) readings contradict stored ones of the same time; the stored ones stay")
      }
    } catch {
      let dropped = state.withLock { state in
        state.waiting.insert(contentsOf: batch, at: 0)
        return dropSurplus(&state)
      }
      tellFailure(error)
      tell(dropped: dropped)
    }
  }

  /// Stores events and values put aside; false when the store cannot write.
  private func commitJournal() -> Bool {
    guard let journal else { return true }
    let (events, quarantined) = state.withLock { state in
      defer { (state.events, state.quarantined) = ([], []) }
      return (state.events, state.quarantined)
    }
    guard !events.isEmpty || !quarantined.isEmpty else { return true }
    do {
      try journal.keep(events, quarantined)
      return true
    } catch {
      state.withLock { state in
        state.events = (events + state.events).suffix(Self.journalLimit)
        state.quarantined = (quarantined + state.quarantined).suffix(Self.journalLimit)
      }
      tellFailure(error)
      return false
    }
  }

  private func tellFailure(_ error: ReadingStoreError) {
    let wasFailing = state.withLock { state in
      defer { state.isFailing = true }
      return state.isFailing
    }
    if !wasFailing { logger.error("\(error); readings wait in memory and are tried again") }
  }

  /// The figures so far.
  public var totals: Totals {
    state.withLock { Totals(kept: $0.kept, conflicts: $0.conflicts, dropped: $0.dropped, waiting: $0.waiting.count) }
  }
}
