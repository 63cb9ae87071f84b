import MarketTime
public import ModbusIO
import Readings

/// Collects a recorded day in seconds: real requests over real sockets to simulated devices, with the day's own time.
///
/// The devices show the table's values at a moment, every device that is due then is polled, the cycle is committed, and the clock moves
/// on. Nothing waits.
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
    let sources = plan.buses.map { connect($0) }
    var pollers = plan.buses.map { $0.devices.map { DevicePoller($0) } }
    var due = plan.buses.map { $0.devices.map { _ in span.lowerBound } }
    var now = span.lowerBound
    while now <= span.upperBound {
      try site.show(at: now)
      let instant = now
      let pacing = DevicePoller.Pacing(now: { instant }, pause: { _ in })
      for bus in plan.buses.indices {
        for device in plan.buses[bus].devices.indices where due[bus][device] <= now {
          let polled = await pollers[bus][device].poll(sources[bus], pacing: pacing)
          recorder.take(polled.readings)
          outcome.readings += polled.readings.count
          if let failure = polled.failure {
            outcome.failures[plan.buses[bus].devices[device].id] = "\(failure)"
          } else {
            outcome.polls += 1
          }
          due[bus][device] = BusLoop.nextDue(after: now, every: plan.buses[bus].devices[device].interval)
        }
      }
      recorder.commit()
      progress(
        Double(now.milliseconds - span.lowerBound.milliseconds)
          / Double(max(1, span.upperBound.milliseconds - span.lowerBound.milliseconds)))
      guard let next = due.joined().min() else { break }
      now = next
    }
    for source in sources { await source.close() }
    return outcome
  }
}
