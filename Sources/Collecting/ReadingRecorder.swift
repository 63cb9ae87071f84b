public import Logging
public import Readings
import Synchronization

/// Gathers the readings of all buses and hands them to the store, one transaction a cycle.
///
/// While the store cannot write, readings stay here, up to `limit`; beyond it the oldest go, and that is told.
public final class ReadingRecorder: Sendable {
  private let store: any ReadingStore
  private let logger: Logger
  private let limit: Int
  private let state = Mutex(State())

  private struct State {
    var waiting: [Reading] = []
    var kept = 0
    var conflicts = 0
    var dropped = 0
    var isFailing = false
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

  /// Records into `store`; at most `limit` readings wait in memory.
  public init(store: any ReadingStore, logger: Logger, limit: Int = 200_000) {
    self.store = store
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
  public func commit() {
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
      let (wasFailing, dropped) = state.withLock { state in
        state.waiting.insert(contentsOf: batch, at: 0)
        let wasFailing = state.isFailing
        state.isFailing = true
        return (wasFailing, dropSurplus(&state))
      }
      if !wasFailing { logger.error("\(error); readings wait in memory and are tried again") }
      tell(dropped: dropped)
    }
  }

  /// The figures so far.
  public var totals: Totals {
    state.withLock { Totals(kept: $0.kept, conflicts: $0.conflicts, dropped: $0.dropped, waiting: $0.waiting.count) }
  }
}
