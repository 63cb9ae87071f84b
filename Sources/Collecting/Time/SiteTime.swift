public import Logging
public import MarketTime
import Quantities
public import Readings
import Synchronization

/// The site's time as the service goes by it: a `SiteClock` that looks at the clocks of the machine, remembers in the store what it
/// knows, and tells in the log what happens to it.
public final class SiteTime: Sendable {
  /// The clocks of the machine.
  public struct Clocks: Sendable {
    let boot: String
    let hasBattery: Bool
    let uptime: @Sendable () -> Duration
    let system: @Sendable () -> Timestamp
    let isSynchronised: @Sendable () -> Bool

    /// The clocks of a machine.
    ///
    /// - Parameters:
    ///   - boot: the name of this run of the system, never used twice.
    ///   - hasBattery: whether a clock with a battery has set the system's clock when the system started.
    ///   - uptime: since the start of the system, suspension included; never set.
    ///   - system: the system's time of day.
    ///   - isSynchronised: whether the system's time of day is synchronised.
    public init(
      boot: String, hasBattery: Bool, uptime: @escaping @Sendable () -> Duration, system: @escaping @Sendable () -> Timestamp,
      isSynchronised: @escaping @Sendable () -> Bool
    ) {
      self.boot = boot
      self.hasBattery = hasBattery
      self.uptime = uptime
      self.system = system
      self.isSynchronised = isSynchronised
    }
  }

  private let clocks: Clocks
  private let journal: (any TimeJournal)?
  private let logger: Logger?
  private let state: Mutex<State>

  private struct State {
    var clock: SiteClock
    /// What the store knows of this run of the system.
    var remembered: BootRecord?
    /// Whether an earlier run of the system may have left something without time.
    var mayHaveLeftovers = false
  }

  /// A reading later than this is from the future.
  private static let futureLimit: Duration = .seconds(3600)
  /// The store is told of a clock that has moved by more than this.
  private static let memoryLimit: Duration = .milliseconds(500)
  /// A look at two clocks takes less than this, or the process was stopped in between.
  private static let glanceLimit: Duration = .milliseconds(20)

  /// Goes on from what `journal` knows: places what an earlier run of the system left without time, goes on from the last stored
  /// reading where no clock is to be trusted, and tells what it goes by. A store that may come back by itself is asked later.
  ///
  /// - Throws: `ReadingStoreError` when the store cannot be read or written.
  public init(_ clocks: Clocks, resuming journal: any TimeJournal, logger: Logger) throws(ReadingStoreError) {
    self.clocks = clocks
    self.journal = journal
    self.logger = logger
    let plausible = SiteClock.plausibleTimes
    var known: (lastStored: Timestamp?, boot: BootRecord?)
    var mayHaveLeftovers = true
    do throws(ReadingStoreError) {
      try Self.placeLeftovers(besides: clocks.boot, in: journal, logger)
      mayHaveLeftovers = false
      known = (try journal.lastTime(before: plausible.upperBound), try journal.boot(clocks.boot))
    } catch {
      guard error.mayPass else { throw error }
    }
    let clock = SiteClock(
      at: Self.surelyLook(at: clocks), hasBattery: clocks.hasBattery, lastStored: known.lastStored, known: known.boot,
      plausible: plausible)
    state = Mutex(State(clock: clock, mayHaveLeftovers: mayHaveLeftovers))
    do throws(ReadingStoreError) { try remember() } catch { guard error.mayPass else { throw error } }
    tellStart()
    do throws(ReadingStoreError) { try tellFuture() } catch { guard error.mayPass else { throw error } }
  }

  /// A time that goes along with `now` whatever it does, for worlds in which `now` is right by definition; nothing is remembered.
  init(trusting now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration) {
    clocks = Clocks(boot: "", hasBattery: true, uptime: uptime, system: now, isSynchronised: { true })
    journal = nil
    logger = nil
    state = Mutex(
      State(
        clock: SiteClock(
          at: Self.surelyLook(at: clocks), hasBattery: true, lastStored: nil,
          plausible: Timestamp(milliseconds: .min)..<Timestamp(milliseconds: .max))))
  }

  /// Since the start of the system.
  var uptime: @Sendable () -> Duration { clocks.uptime }

  /// What time it is; provisional where nobody knows.
  @Sendable public func now() -> Timestamp { utc(at: clocks.uptime()) }

  /// What there is to be shown.
  public var clock: ClockState {
    let instant = clocks.uptime()
    return state.withLock { $0.clock.state(at: instant) }
  }

  /// Whether the time is known.
  var isTrusted: Bool { state.withLock { $0.clock.source.isTrusted } }
  /// How often the time was set.
  var steps: Int { state.withLock(\.clock.steps) }
  /// The UTC at a monotonic instant; provisional where nobody knows.
  func utc(at instant: Duration) -> Timestamp { state.withLock { $0.clock.utc(at: instant) } }
  /// The UTC of a time that counts from the start of the system.
  func utc(of instant: Timestamp) -> Timestamp { utc(at: .milliseconds(instant.milliseconds)) }

  /// What this run of the system is known by.
  var boot: BootRecord { state.withLock { $0.clock.record(of: clocks.boot) } }

  /// Looks at the clocks, tells what has changed, and returns it.
  @discardableResult
  func look() -> SiteClock.Change? {
    // Under one lock, so that looks are taken in the order of their instants.
    let change = state.withLock { state in Self.look(at: clocks).flatMap { state.clock.take($0) } }
    if let change { tell(change) }
    return change
  }

  /// Makes the store know what is known here, and places what it kept aside once the time is known.
  ///
  /// - Throws: `ReadingStoreError`; then it is to be tried again.
  func remember() throws(ReadingStoreError) {
    guard let journal else { return }
    if state.withLock(\.mayHaveLeftovers) {
      try Self.placeLeftovers(besides: clocks.boot, in: journal, logger)
      state.withLock { $0.mayHaveLeftovers = false }
    }
    let (record, remembered) = state.withLock { ($0.clock.record(of: clocks.boot), $0.remembered) }
    if let remembered, remembered.source == record.source,
      abs((remembered.began - record.began).milliseconds) < Self.memoryLimit.milliseconds
    {
      return
    }
    if record.source.isTrusted, remembered?.source.isTrusted != true {
      let placed = try journal.place(record)
      let count = placed.added + placed.repeated + placed.conflicting
      if count > 0 { logger?.notice("\(count) readings that waited for the time were stamped and stored") }
    } else {
      try journal.remember(record)
    }
    state.withLock { $0.remembered = record }
  }

  /// Places what earlier runs of the system left without time, and tells whose times are estimates.
  private static func placeLeftovers(
    besides boot: String, in journal: any TimeJournal, _ logger: Logger?
  ) throws(ReadingStoreError) {
    for event in try journal.placeLeftovers(besides: boot) {
      logger?.warning("\(event.message)", metadata: ["device": "\(event.device)", "event": "\(event.kind.name)"])
    }
  }

  /// Keeps aside what was read while nobody knows the time.
  ///
  /// - Throws: `ReadingStoreError`; then nothing of it is kept.
  func keep(_ unplaced: [Unplaced]) throws(ReadingStoreError) { try journal?.keep(unplaced, in: boot) }

  /// What the clocks show; nil where the process was stopped while it looked.
  private static func look(at clocks: Clocks) -> SiteClock.Look? {
    let before = clocks.uptime()
    let look = SiteClock.Look(instant: before, system: clocks.system(), isSynchronised: clocks.isSynchronised())
    return clocks.uptime() - before < glanceLimit ? look : nil
  }

  private static func surelyLook(at clocks: Clocks) -> SiteClock.Look {
    for _ in 0..<20 {
      if let look = look(at: clocks) { return look }
    }
    return SiteClock.Look(instant: clocks.uptime(), system: clocks.system(), isSynchronised: false)
  }
}

// MARK: - Telling

extension SiteTime {
  private func tellStart() {
    let clock = clock
    switch clock.source {
    case .synchronised: logger?.notice("time: synchronised, \(clock.now)")
    case .held: logger?.notice("time: was synchronised since the system started, goes on from there, \(clock.now)")
    case .battery: logger?.notice("time: kept by the clock's battery, not yet synchronised, \(clock.now)")
    case .none:
      logger?.warning(
        """
        time: unknown; the clock is neither synchronised nor kept by a battery, or it is before the last stored reading. Readings \
        wait aside, stamped provisionally from \(clock.now) on, until it is synchronised; see docs/time.md
        """)
    }
  }

  /// Tells of readings stamped later than now, as an earlier clock gone wrong leaves them.
  private func tellFuture() throws(ReadingStoreError) {
    guard let journal, isTrusted else { return }
    let (count, last) = try journal.readings(after: now() + Self.futureLimit)
    guard count > 0, let last else { return }
    logger?.warning("\(count) stored readings are stamped later than now, up to \(last); they stay, and hold up nothing")
  }

  private func tell(_ change: SiteClock.Change) {
    let now = now()
    switch change {
    case .trusted(let by):
      logger?.notice("time: synchronised, \(now); it is \(Self.shown(by)) than it was taken to be")
    case .ignoredJump(let by):
      logger?.warning(
        """
        time: the system's clock was set \(Self.shown(by)) while nothing says that it is synchronised; readings go on with \
        \(now), and follow once it is
        """)
    case .followedJump(let by):
      logger?.notice("time: the system's clock was set \(Self.shown(by)), synchronised; followed, \(now)")
    case .corrected(let span, let error):
      logger?.warning(
        """
        time: synchronised, \(now); the clock before was wrong: what was stored as \(span.lowerBound) to \(span.upperBound) is \
        stamped \(Self.shown(error)) than it was read
        """)
    }
  }

  private static func shown(_ difference: Duration) -> String {
    let milliseconds = difference.milliseconds
    return "\(ClockText.seconds(milliseconds)) \(milliseconds < 0 ? "earlier" : "later")"
  }
}
