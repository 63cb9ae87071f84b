import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Synchronization

/// Where the buses' loops write down how they are doing, and where status and watchdog read it.
///
/// An entry costs a lock and a few additions. What is kept is bounded by the number of buses, devices and causes.
final class HealthLedger: Sendable {
  private let uptime: @Sendable () -> Duration
  private let state = Mutex(State())

  private struct State {
    var order: [String] = []
    var buses: [String: Bus] = [:]
    /// When the commits must have come round; nil before the first and behind the last one.
    var commitDue: Duration?
  }

  private struct Bus {
    var plan: BusPlan
    var total = RequestTally()
    var causes: [FailureCause: Int] = [:]
    var window = RateWindow()
    var complaint: (device: String, text: String)?
    /// When the loop must have come round; nil before it begins and behind its end.
    var due: Duration?
    var devices: [String: Device] = [:]
  }

  private struct Device {
    var polls = 0
    var failedPolls = 0
    var answers = 0
    var latency = Duration.zero
    var offlineSince: Timestamp?
    var backoff: Duration?
    var complaint: String?
    var pace: Pace?
  }

  /// A ledger that measures spells with `uptime`, a clock that nobody sets.
  init(uptime: @escaping @Sendable () -> Duration) { self.uptime = uptime }

  /// The buses in their order; what is known of one that stays is kept, as of its devices that stay.
  func list(_ buses: [BusPlan]) {
    state.withLock { state in
      let former = state.buses
      state.order = buses.map(\.id)
      state.buses = buses.reduce(into: [:]) { entries, plan in
        var entry = former[plan.id] ?? Bus(plan: plan)
        entry.plan = plan
        let devices = Set(plan.devices.map(\.id))
        entry.devices = entry.devices.filter { devices.contains($0.key) }
        if let complaint = entry.complaint, !devices.contains(complaint.device) { entry.complaint = nil }
        entries[plan.id] = entry
      }
    }
  }

  /// The bus has come round, and will again within `time`.
  func comesRound(_ bus: String, within time: Duration) {
    let due = uptime() + time
    state.withLock { $0.buses[bus]?.due = due }
  }

  /// The bus's loop has ended.
  func ends(_ bus: String) { state.withLock { $0.buses[bus]?.due = nil } }

  /// The commits have come round, and will again within `time`; nil when there are none any more.
  func commitsComeRound(within time: Duration?) {
    let due = time.map { uptime() + $0 }
    state.withLock { $0.commitDue = due }
  }

  /// A request was answered, or failed for a cause.
  func ended(_ bus: String, _ device: String, after latency: Duration, cause: FailureCause?) {
    let now = uptime()
    state.withLock { state in
      guard var entry = state.buses.removeValue(forKey: bus) else { return }
      entry.total.requests += 1
      if let cause {
        entry.total.errors += 1
        entry.causes[cause, default: 0] += 1
      } else {
        entry.devices[device, default: Device()].answers += 1
        entry.devices[device, default: Device()].latency += latency
      }
      entry.window.count(failed: cause != nil, at: now)
      state.buses[bus] = entry
    }
  }

  /// A poll ended; `backoff` is how long the device is left alone after a failure, `pace` how often it is read.
  func polled(
    _ bus: String, _ device: String, failure: PollFailure?, at time: Timestamp, backoff: Duration?, pace: Pace
  ) {
    let complaint = failure.map { "\($0)" }
    state.withLock { state in
      guard var entry = state.buses.removeValue(forKey: bus) else { return }
      var own = entry.devices[device] ?? Device()
      own.polls += 1
      own.complaint = complaint
      own.backoff = backoff
      own.pace = pace
      if let complaint {
        own.failedPolls += 1
        own.offlineSince = own.offlineSince ?? time
        entry.complaint = (device, complaint)
      } else {
        own.offlineSince = nil
      }
      entry.devices[device] = own
      if complaint == nil, entry.complaint?.device == device {
        entry.complaint = entry.devices.first { $0.value.complaint != nil }.flatMap { other in
          other.value.complaint.map { (other.key, $0) }
        }
      }
      state.buses[bus] = entry
    }
  }

  /// How the buses are doing; `doors` is what the devices' doors have seen.
  func buses(doors: [String: DeviceState]) -> [BusHealth] {
    let now = uptime()
    return state.withLock { state in
      state.order.compactMap { id in
        guard var bus = state.buses[id] else { return nil }
        return BusHealth(
          id: id, link: "\(bus.plan.link)", total: bus.total, causes: bus.causes,
          lastFiveMinutes: bus.window.tally(minutes: 5, at: now), lastHour: bus.window.tally(minutes: 60, at: now),
          complaint: bus.complaint.map { bus.plan.devices.count > 1 ? "\($0.device): \($0.text)" : $0.text },
          advances: bus.due.map { now <= $0 } ?? true,
          devices: bus.plan.devices.map { Self.health(of: $0, bus.devices[$0.id] ?? Device(), doors[$0.id] ?? DeviceState()) })
      }
    }
  }

  /// Whether the commits have come round in time.
  var commitsAdvance: Bool {
    let now = uptime()
    return state.withLock { $0.commitDue.map { now <= $0 } ?? true }
  }

  private static func health(of plan: DevicePlan, _ device: Device, _ door: DeviceState) -> DeviceHealth {
    let condition: DeviceHealth.Condition =
      if device.polls == 0 {
        .starting
      } else if device.offlineSince != nil {
        .offline
      } else if door.isFrozen {
        .frozen
      } else if door.isStale {
        .stale
      } else if door.disagreements > 0 {
        .disagreeing
      } else {
        door.held > 0 ? .held : .ok
      }
    return DeviceHealth(
      id: plan.id, unit: plan.unit, profile: "\(plan.profile.maker) \(plan.profile.model)", condition: condition,
      offlineSince: device.offlineSince,
      readings: door, polls: device.polls, failedPolls: device.failedPolls,
      meanLatency: device.answers == 0 ? nil : device.latency / device.answers, backoff: device.backoff,
      complaint: device.complaint, interval: plan.interval, achievedInterval: device.pace?.achieved,
      isStretched: device.pace?.isStretched ?? false)
  }
}
