public import Logging
public import MarketTime
public import ModbusIO
import Readings
public import ServiceLifecycle

/// The polling service: one task a bus, and one that commits.
///
/// A device, a bus or the store that fails is told once in the log and tried again; none of them stops the others, and starting
/// with every device off is nothing special. On graceful shutdown the buses are let go and what waits is stored.
public struct Collector: Service {
  private let plan: CollectionPlan
  private let recorder: ReadingRecorder
  private let logger: Logger
  private let commitInterval: Duration
  private let surroundings: Surroundings

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
  }

  /// Collects until the task is cancelled or graceful shutdown begins.
  public func run() async {
    let devices = plan.buses.reduce(0) { $0 + $1.devices.count }
    logger.notice("collecting from \(devices) devices on \(plan.buses.count) buses")
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for bus in plan.buses {
          group.addTask { await collect(from: bus) }
        }
        group.addTask { await commitUntilCancelled() }
      }
    }
    recorder.commit()
    let totals = recorder.totals
    let aside = totals.aside > 0 ? ", \(totals.aside) wait aside until the time is known" : ""
    logger.notice("stopped; \(totals.kept) readings stored, \(totals.waiting) not stored\(aside)")
  }

  /// What time the service goes by; nil where it was given no clocks to judge.
  public var clock: ClockState? { recorder.time?.clock }

  /// Polls a bus, and serves it to others where the plan says so, until the task is cancelled.
  private func collect(from bus: BusPlan) async {
    let clock = surroundings.clock
    let pacing = DevicePoller.Pacing(
      now: surroundings.now, pause: { duration in try? await clock.sleep(for: duration) },
      uptime: recorder.time?.uptime ?? elapsed(on: clock))
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
      bus: bus, source: source, recorder: recorder, pacing: pacing, logger: logger, jitter: surroundings.jitter, lent: lent)
  }

  /// Tells how much has elapsed on `clock` since this call.
  private func elapsed(on clock: some Clock<Duration>) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  private func commitUntilCancelled() async {
    while !Task.isCancelled {
      try? await surroundings.clock.sleep(for: commitInterval)
      recorder.commit()
    }
  }
}
