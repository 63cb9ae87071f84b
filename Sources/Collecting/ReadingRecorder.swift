public import Logging
public import MarketTime
public import Readings
import Synchronization

/// Gathers the readings of all buses and hands them to the store, one transaction a cycle.
///
/// While the store cannot write, readings stay here, up to a limit; beyond it the oldest go, and that is told. Events come first.
public final class ReadingRecorder: Sendable {
  private let store: any ReadingStore
  private let journal: (any MeterJournal)?
  /// The site's time; nil where readings come with times that nobody doubts.
  let time: SiteTime?
  private let logger: Logger
  private let limit: Int
  private let uptime: @Sendable () -> Duration
  private let state = Mutex(State())

  private struct State {
    var waiting = WaitingReadings()
    /// Readings that came so far.
    var taken = 0
    var rate = IntakeRate()
    /// Handed to the store, which has not answered yet.
    var underWay = 0
    var kept = 0
    var conflicts = 0
    var dropped = 0
    var trouble = Complaint()
    var failure: ReadingStoreError?
    /// What was given up since the store wrote last.
    var loss: WaitingReadings.Loss?
    /// What was given up since the start.
    var losses: WaitingReadings.Loss?
    var warnings: [StoreWarning] = []
    var lastCommit: Timestamp?
    var repeated = Repetition()
    var events: [MeterEvent] = []
    var quarantined: [Quarantined] = []
    var devices: [String: DeviceState] = [:]
    /// Read while nobody knew the time, not yet durable.
    var aside: [Unplaced] = []
    var keptAside = 0
    /// Stamps that proved wrong, not yet told for each device.
    var corrections: [(span: ClosedRange<Timestamp>, error: Duration)] = []
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
    /// Readings that are durable, but wait aside until the time is known.
    public let aside: Int
  }

  /// Of events and of values put aside, so many wait in memory; beyond them the oldest go.
  private static let journalLimit = 10_000

  /// A commit that catches up stops after this, and the next one goes on.
  private static let catchUpLimit: Duration = .seconds(20)

  /// How many readings wait in `bytes` of memory, at least one.
  public static func limit(ofBytes bytes: Int) -> Int { max(1, bytes / WaitingReadings.bytesOfReading) }

  /// Records into `store`, events and values put aside into `journal`; at most `limit` readings wait in memory. While `time` is not
  /// known, what comes is kept aside. `uptime` is a clock that nobody sets, for how often the same is told.
  public init(
    store: any ReadingStore, journal: (any MeterJournal)? = nil, time: SiteTime? = nil, logger: Logger,
    limit: Int = ReadingRecorder.limit(ofBytes: 32 << 20),
    uptime: @escaping @Sendable () -> Duration = ReadingRecorder.timer()
  ) {
    self.store = store
    self.journal = journal
    self.time = time
    self.logger = logger
    self.limit = limit
    self.uptime = uptime
    state.withLock { $0.rate.note(0, at: uptime()) }
  }

  /// A clock that begins now.
  public static func timer() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { start.duration(to: .now) }
  }

  /// Takes readings over; they are durable after the next `commit()`.
  public func take(_ readings: [Reading]) {
    let dropped = state.withLock { state in
      state.waiting.append(readings)
      state.taken += readings.count
      return dropSurplus(&state)
    }
    tell(dropped: dropped)
  }

  /// Takes over what the door of `device` made of a poll, tells its events, and remembers how the device is doing.
  func take(_ judged: Door.Outcome, of device: String, in condition: DeviceState) {
    tell(judged.events)
    state.withLock { state in
      state.devices[device] = condition
      guard journal != nil else { return }
      state.events = (state.events + judged.events).suffix(Self.journalLimit)
      state.quarantined = (state.quarantined + judged.quarantined).suffix(Self.journalLimit)
    }
    take(judged.accepted)
  }

  /// The same for times that count from the start of the system: they are placed in UTC where `time` is known, else all is kept
  /// aside.
  func take(_ judged: Door.Outcome, of device: String, in condition: DeviceState, at time: SiteTime) {
    let condition = condition.atTimes(time.utc(of:))
    guard !time.isTrusted else { return take(judged.atTimes(time.utc(of:)), of: device, in: condition) }
    tell(judged.events)
    let dropped = state.withLock { state in
      state.devices[device] = condition
      state.aside += judged.unplaced(of: device)
      return dropSurplus(&state)
    }
    tell(dropped: dropped)
  }

  private func tell(_ events: [MeterEvent]) {
    for event in events {
      let series = event.series.map { "\($0)" } ?? ""
      guard let more = isDue("\(event.device) \(event.kind.name) \(series)") else { continue }
      logger.log(
        level: event.isAlarming ? .warning : .notice, "\(event.message)\(Self.also(more))",
        metadata: ["device": "\(event.device)", "event": "\(event.kind.name)"])
    }
  }

  /// How each device is doing, by its short name.
  public var devices: [String: DeviceState] { state.withLock(\.devices) }

  /// The last stored reading of every series, none where the store does not answer.
  func latest(asOf time: Timestamp) -> [SeriesKey: Sample] { (try? store.latest(asOf: time)) ?? [:] }

  /// Gives up the oldest readings beyond the limit, and says how many.
  private func dropSurplus(_ state: inout State) -> Int {
    let loss = state.waiting.dropSurplus(beyond: limit)
    if let loss {
      state.loss = loss.joined(with: state.loss)
      state.losses = loss.joined(with: state.losses)
    }
    // They take several times as much memory.
    let surplusAside = max(0, state.aside.count - max(limit / 8, min(limit, 1000)))
    state.aside.removeFirst(surplusAside)
    state.dropped += (loss?.count ?? 0) + surplusAside
    return (loss?.count ?? 0) + surplusAside
  }

  private func tell(dropped: Int) {
    guard dropped > 0, let more = isDue("dropped") else { return }
    logger.error("the store has not written for too long: \(dropped) oldest readings were given up\(Self.also(more))")
  }

  /// Whether the line called `key` is to be told, and how often it was not in the last hour.
  private func isDue(_ key: String) -> Int? {
    let now = uptime()
    return state.withLock { $0.repeated.tell(key, at: now) }
  }

  private static func also(_ more: Int) -> String { more == 0 ? "" : " (and \(more) times more in the hour before)" }

  /// Stores what waits, in one transaction. What could not be stored waits for the next commit.
  ///
  /// Events go first: an event without its reading does no harm, a new count without its event would be energy.
  ///
  /// `time` is what time of day it is, for `health`.
  ///
  /// - Returns: whether the store took all that waited.
  @discardableResult
  public func commit(at time: Timestamp? = nil) -> Bool {
    defer { tellWarnings() }
    guard commitTime(at: time), commitJournal() else { return false }
    let begin = uptime()
    var stored = 0
    while uptime() - begin < Self.catchUpLimit {
      guard let (block, readings) = state.withLock({ state in Self.nextBlock(&state) }) else { break }
      do {
        take(try store.append(readings))
        stored += readings.count
      } catch {
        let dropped = state.withLock { state in
          state.waiting.putBack(block)
          state.underWay = 0
          return dropSurplus(&state)
        }
        tellFailure(error)
        tell(dropped: dropped)
        return false
      }
    }
    if stored > 0 { tellSuccess(stored, at: time) }
    return true
  }

  private static func nextBlock(_ state: inout State) -> (WaitingReadings.Block, [Reading])? {
    guard let block = state.waiting.takeBlock() else { return nil }
    state.underWay = block.count
    return (block, state.waiting.readings(of: block))
  }

  /// Counts what the store has made of a block.
  private func take(_ outcome: AppendOutcome) {
    state.withLock { state in
      state.underWay = 0
      state.kept += outcome.added + outcome.repeated
      state.conflicts += outcome.conflicting
    }
    if outcome.conflicting > 0, let more = isDue("conflicts") {
      logger.warning(
        "\(outcome.conflicting) readings contradict stored ones of the same time; the stored ones stay\(Self.also(more))")
    }
  }

  /// Tells what the store warns of, once each.
  private func tellWarnings() {
    let warnings = store.warnings
    let (new, over) = state.withLock { state in
      defer { state.warnings = warnings }
      let former = Set(state.warnings.map(\.kind))
      let present = Set(warnings.map(\.kind))
      return (warnings.filter { !former.contains($0.kind) }, former.subtracting(present))
    }
    for warning in new {
      logger.error("\(warning.message)", metadata: ["event": "\(warning.kind.rawValue)"])
    }
    for kind in over.sorted(by: { $0.rawValue < $1.rawValue }) {
      logger.notice("the store does not warn of this any more", metadata: ["event": "\(kind.rawValue)"])
    }
  }

  /// Looks at the clocks, and remembers what they prove of earlier stamps.
  func lookAtClocks(_ time: SiteTime) {
    guard case .corrected(let span, let error) = time.look() else { return }
    state.withLock { $0.corrections.append((span, error)) }
  }

  /// Keeps aside what has no time yet, or gives it its time when that is known; false when the store cannot write.
  private func commitTime(at now: Timestamp?) -> Bool {
    guard let time else { return true }
    lookAtClocks(time)
    let isTrusted = time.isTrusted
    let aside = state.withLock { state in
      defer { state.aside = [] }
      return state.aside
    }
    do {
      if isTrusted {
        take(aside.map { $0.placed(in: time.boot) })
      } else if !aside.isEmpty {
        try time.keep(aside)
        let count = aside.count { if case .reading = $0.content { true } else { false } }
        state.withLock { $0.keptAside += count }
        tellSuccess(count, at: now)
      }
    } catch {
      let dropped = state.withLock { state in
        state.aside.insert(contentsOf: aside, at: 0)
        return dropSurplus(&state)
      }
      tellFailure(error)
      tell(dropped: dropped)
      return false
    }
    do {
      try time.remember()
      if isTrusted { state.withLock { $0.keptAside = 0 } }
    } catch {
      tellFailure(error)
      return false
    }
    takeCorrections()
    return true
  }

  /// Takes over what has its time now.
  private func take(_ placed: [Unplaced.Content]) {
    state.withLock { state in
      for content in placed {
        switch content {
        case .reading(let reading): state.waiting.append(CollectionOfOne(reading))
        case .event(let event): if journal != nil { state.events.append(event) }
        case .quarantined(let value): if journal != nil { state.quarantined.append(value) }
        }
      }
    }
  }

  /// Makes events of stamps that proved wrong, one for each device.
  private func takeCorrections() {
    let events = state.withLock { state in
      guard !state.devices.isEmpty else { return [MeterEvent]() }
      let events = state.corrections.flatMap { correction in
        state.devices.keys.sorted().map { MeterEvent(device: $0, estimated: correction.span, wrongBy: correction.error) }
      }
      state.corrections = []
      if journal != nil { state.events += events }
      return events
    }
    tell(events)
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
    let now = uptime()
    let (telling, reach) = state.withLock { state in
      state.failure = error
      state.rate.note(state.taken, at: now)
      return (state.trouble.failed("", at: now), self.reach(state, at: now))
    }
    let room = reach.map { "; there is room for those of \($0.spoken)" } ?? ""
    let metadata: Logger.Metadata = ["event": "store_\(error.name)"]
    switch telling {
    case nil, .changes: break
    case .begins: logger.error("\(error); readings wait in memory and are tried again\(room)", metadata: metadata)
    case .comesAndGoes: logger.error("\(error); it comes and goes, told again after an hour", metadata: metadata)
    case .lasts(let time, let failures):
      logger.error(
        "\(error); for \(time.spoken) now, in \(failures) attempts; \(totals.waiting) readings wait in memory\(room)",
        metadata: metadata)
    }
  }

  private func tellSuccess(_ count: Int, at time: Timestamp?) {
    let now = uptime()
    let (recovery, loss) = state.withLock { state in
      state.failure = nil
      state.lastCommit = time ?? state.lastCommit
      state.rate.note(state.taken, at: now)
      return (state.trouble.succeeded(at: now), state.loss.take())
    }
    switch recovery {
    case nil: break
    case .ends(let time, _): logger.notice("the store writes again after \(time.spoken); \(count) readings were caught up")
    case .isSteady(let time, let failures):
      logger.notice("the store writes steadily again, after \(time.spoken) with \(failures) failures")
    }
    if let loss {
      logger.error(
        "\(loss.count) readings were given up while the store could not write, taken from \(loss.times.lowerBound) to \(loss.times.upperBound)",
        metadata: ["event": "readings_given_up"])
    }
  }

  /// How long the memory for waiting readings lasts from empty to full, as they come at present.
  private func reach(_ state: State, at now: Duration) -> Duration? {
    state.rate.time(for: limit, total: state.taken, at: now)
  }

  /// How the store is doing.
  public var health: StoreHealth {
    let totals = totals
    let now = uptime()
    return state.withLock { state in
      StoreHealth(
        lastCommit: state.lastCommit, totals: totals, failure: state.failure.map { "\($0)" }, cause: state.failure?.name,
        reach: self.reach(state, at: now), givenUp: state.losses?.times, warnings: state.warnings)
    }
  }

  /// The figures so far.
  public var totals: Totals {
    state.withLock { state in
      Totals(
        kept: state.kept, conflicts: state.conflicts, dropped: state.dropped,
        waiting: state.waiting.count + state.underWay + state.aside.count, aside: state.keptAside)
    }
  }
}
