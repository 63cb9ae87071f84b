import MarketTime
public import ModbusIO
import Readings

/// Collects a recorded day in seconds: real requests over real sockets to simulated devices, with the day's own time.
///
/// The devices show the table's values at a moment, every device that is due then is polled, the cycle is committed, and the
/// clock moves on. Nothing waits.
public struct Rehearsal: Sendable {
  private let plan: CollectionPlan
  private let site: SimulatedSite
  private let recorder: ReadingRecorder

  /// A rehearsal of `plan` with `site`, recorded by `recorder`.
  public init(_ plan: CollectionPlan, site: SimulatedSite, recorder: ReadingRecorder) {
    self.plan = plan
    self.site = site
    self.recorder = recorder
  }

  /// What a rehearsal did.
  public struct Outcome: Sendable {
    /// Polls that brought readings.
    public internal(set) var polls = 0
    /// Readings brought.
    public internal(set) var readings = 0
    /// Failed polls by device, with the last reason.
    public internal(set) var failures: [String: String] = [:]
  }

  /// Runs from the first to the last sample of the table.
  ///
  /// - Parameters:
  ///   - connect: opens the bus of this name.
  ///   - progress: told after each moment which share of the span is done, 0 to 1.
  /// - Throws: `SimulatedSite.Failure` when a value does not fit into a register.
  public func run(
    connect: (BusPlan) -> any RegisterSource, progress: (Double) -> Void = { _ in }
  ) async throws(SimulatedSite.Failure) -> Outcome {
    guard let span = site.span else { return Outcome() }
    var outcome = Outcome()
    var buses = plan.buses.map { BusTurn($0, source: connect($0), begin: span.lowerBound) }
    var now = span.lowerBound
    while now <= span.upperBound {
      try site.show(at: now)
      buses = await Self.poll(buses, at: now)
      for bus in buses {
        for (device, polled) in bus.polled {
          recorder.take(polled.readings)
          outcome.readings += polled.readings.count
          if let failure = polled.failure { outcome.failures[device] = "\(failure)" } else { outcome.polls += 1 }
        }
      }
      recorder.commit()
      progress(
        Double(now.milliseconds - span.lowerBound.milliseconds)
          / Double(max(1, span.upperBound.milliseconds - span.lowerBound.milliseconds)))
      guard let next = buses.compactMap({ $0.due.min() }).min() else { break }
      now = next
    }
    for bus in buses { await bus.source.close() }
    return outcome
  }

  /// A bus with what its devices are at.
  private struct BusTurn: Sendable {
    let source: any RegisterSource
    var pollers: [DevicePoller]
    var due: [Timestamp]
    var polled: [(device: String, outcome: PollOutcome)] = []

    init(_ bus: BusPlan, source: any RegisterSource, begin: Timestamp) {
      self.source = source
      pollers = DevicePoller.pollers(of: bus.devices)
      due = bus.devices.map { _ in begin }
    }

    /// Polls every device that is due at `now`.
    func polled(at now: Timestamp) async -> BusTurn {
      var turn = self
      turn.polled = []
      let pacing = DevicePoller.Pacing(now: { now }, pause: { _ in })
      for device in pollers.indices where due[device] <= now {
        turn.polled.append((pollers[device].device.id, await turn.pollers[device].poll(source, pacing: pacing)))
        turn.due[device] = BusLoop.nextDue(after: now, every: pollers[device].device.interval)
      }
      return turn
    }
  }

  /// Polls what is due, the buses side by side as in the service.
  private static func poll(_ buses: [BusTurn], at now: Timestamp) async -> [BusTurn] {
    await withTaskGroup(of: (Int, BusTurn).self) { group in
      for (position, bus) in buses.enumerated() {
        group.addTask { (position, await bus.polled(at: now)) }
      }
      var turns = buses
      for await (position, turn) in group { turns[position] = turn }
      return turns
    }
  }
}
