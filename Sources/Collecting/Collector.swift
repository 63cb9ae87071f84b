public import Logging
public import MarketTime
public import ModbusIO
import Readings
public import ServiceLifecycle

/// The polling service: one task a bus, and one that commits.
///
/// A device, a bus or the store that fails is told once in the log and tried again; none of them stops the others, and starting
/// with every device off is nothing special. On graceful shutdown the buses are let go, a bus that hangs is left behind after 5 s, and
/// what waits is stored. The configuration may change while it runs: `change(to:)`.
public struct Collector: Service {
  private let plan: CollectionPlan
  private let recorder: ReadingRecorder
  private let logger: Logger
  private let commitInterval: Duration
  private let surroundings: Surroundings
  private let started: (time: Timestamp, instant: Duration)
  private let uptime: @Sendable () -> Duration
  private let ledger: HealthLedger
  private let fleet = BusFleet()

  /// How long a bus may take to let go.
  private static let stopLimit: Duration = .seconds(5)
  /// What a commit may take beyond its interval: a slow card, another program that locks the file.
  private static let commitSlack: Duration = .seconds(60)

  /// What the service asks of the world around it.
  public struct Surroundings: Sendable {
    let now: @Sendable () -> Timestamp
    let clock: any Clock<Duration>
    let connect: @Sendable (ModbusLink) -> any RegisterSource
    let jitter: @Sendable () -> Double

    /// The time of day, a clock to wait by, how a bus is opened, and a random share between 0 and 1.
    public init(
      now: @escaping @Sendable () -> Timestamp, clock: any Clock<Duration> = ContinuousClock(),
      connect: @escaping @Sendable (ModbusLink) -> any RegisterSource = { SharedConnections.process.connection(to: $0) },
      jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
      self.now = now
      self.clock = clock
      self.connect = connect
      self.jitter = jitter
    }
  }

  /// A service that reads `plan` and records with `recorder`, committing every `commitInterval`.
  public init(
    plan: CollectionPlan, recorder: ReadingRecorder, commitInterval: Duration = .seconds(10), logger: Logger,
    in surroundings: Surroundings
  ) {
    self.plan = plan
    self.recorder = recorder
    self.commitInterval = commitInterval
    self.logger = logger
    self.surroundings = surroundings
    uptime = recorder.time?.uptime ?? Self.elapsed(on: surroundings.clock)
    started = (surroundings.now(), uptime())
    ledger = HealthLedger(uptime: uptime)
  }

  /// How the service is doing.
  public var health: ServiceHealth {
    ServiceHealth(
      started: started.time, time: surroundings.now(), uptime: uptime() - started.instant, clock: clock,
      buses: ledger.buses(doors: recorder.devices),
      store: recorder.health, commitsAdvance: ledger.commitsAdvance)
  }

  /// Collects until the task is cancelled or graceful shutdown begins; `whenBegun` is called when every bus has its loop.
  public func run(whenBegun: @Sendable () -> Void) async {
    let devices = plan.buses.reduce(0) { $0 + $1.devices.count }
    logger.notice("collecting from \(devices) devices on \(plan.buses.count) buses")
    ledger.list(plan.buses)
    for bus in plan.buses { start(bus) }
    whenBegun()
    let isStoreWell = await cancelWhenGracefulShutdown {
      await withTaskCancellationHandler {
        await commitUntilCancelled()
      } onCancel: {
        fleet.beginStopping()
      }
    }
    let hanging = await fleet.stop(within: Self.stopLimit, on: surroundings.clock)
    if !hanging.isEmpty {
      logger.warning("left behind after \(Self.stopLimit.spoken), waiting for an answer: \(hanging.joined(separator: ", "))")
    }
    if isStoreWell { recorder.commit(at: surroundings.now()) }
    let totals = recorder.totals
    let aside = totals.aside > 0 ? ", \(totals.aside) wait aside until the time is known" : ""
    logger.notice("stopped; \(totals.kept) readings stored, \(totals.waiting) not stored\(aside)")
  }

  /// Collects until the task is cancelled or graceful shutdown begins.
  public func run() async { await run(whenBegun: {}) }

  /// What a change of the configuration came to, by names of buses.
  public struct Change: Sendable, Equatable {
    /// Buses that go on as they were: their connection, their devices' turns and what was learnt about these.
    public let kept: [String]
    /// Buses begun anew because something about them is different, and new ones.
    public let begun: [String]
    /// Buses that are not read any more.
    public let ended: [String]
  }

  /// Goes over to `plan` while it runs: buses of which nothing differs go on untouched.
  public func change(to plan: CollectionPlan) async -> Change {
    let running = fleet.plans
    let kept = plan.buses.filter { running[$0.id] == $0 }.map(\.id)
    let begun = plan.buses.filter { !kept.contains($0.id) }
    let leaving = running.keys.filter { !kept.contains($0) }.sorted()
    let hanging = await fleet.stop(leaving, within: Self.stopLimit, on: surroundings.clock)
    for bus in hanging {
      logger.warning("bus \(bus) hangs in a call and was left behind", metadata: ["bus": "\(bus)"])
    }
    // The loops that begin look up what was read last.
    recorder.commit(at: surroundings.now())
    ledger.list(plan.buses)
    for bus in begun { start(bus) }
    let names = Set(plan.buses.map(\.id))
    return Change(kept: kept, begun: begun.map(\.id), ended: leaving.filter { !names.contains($0) })
  }

  private func start(_ bus: BusPlan) { fleet.start(bus) { await collect(from: bus) } }

  /// What time the service goes by; nil where it was given no clocks to judge.
  public var clock: ClockState? { recorder.time?.clock }

  /// Polls a bus, and serves it to others where the plan says so, until the task is cancelled.
  private func collect(from bus: BusPlan) async {
    let clock = surroundings.clock
    let pacing = DevicePoller.Pacing(
      now: surroundings.now, pause: { duration in try? await clock.sleep(for: duration) },
      uptime: uptime)
    let source = surroundings.connect(bus.link)
    guard let proxy = bus.proxy else {
      return await loop(over: bus, source: source, pacing: pacing).run(on: source.isolation)
    }
    let lent = LentBus(bus, proxy: proxy, source: source, pacing: pacing)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await BusProxy(bus: bus, plan: proxy, lent: lent, logger: logger, pause: pacing.pause).run() }
      await loop(over: bus, source: lent, pacing: pacing, lent: lent).run()
      await lent.end()
      group.cancelAll()
    }
  }

  private func loop(
    over bus: BusPlan, source: any RegisterSource, pacing: DevicePoller.Pacing, lent: LentBus? = nil
  ) -> BusLoop {
    BusLoop(
      bus: bus, source: source, recorder: recorder, pacing: pacing, logger: logger, jitter: surroundings.jitter, lent: lent,
      meter: BusMeter(bus.id, ledger, uptime: uptime))
  }

  /// Tells how much has elapsed on `clock` since this call.
  private static func elapsed(on clock: some Clock<Duration>) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  /// Returns false when a commit failed during which the stop began: another one at once would fail as well, and take as long.
  private func commitUntilCancelled() async -> Bool {
    defer { ledger.commitsComeRound(within: nil) }
    var isGoingWell = true
    while !Task.isCancelled {
      ledger.commitsComeRound(within: commitInterval + Self.commitSlack)
      do { try await surroundings.clock.sleep(for: commitInterval) } catch { return true }
      ledger.commitsComeRound(within: Self.commitSlack)
      isGoingWell = recorder.commit(at: surroundings.now())
    }
    return isGoingWell
  }
}
