import DeviceProfiles
import Logging
import MarketTime
import ModbusIO

/// Polls the devices of one bus, each at its own interval: the one task that owns the bus.
///
/// Turns go by the monotonic clock, placed so that devices are read when UTC is a multiple of their interval and readings stand at
/// the quarter hours' ends; whatever happens to the time of day, nobody waits for it and nothing is caught up. A device that
/// does not answer is asked again after 5 s, then twice as long each time up to 5 min, and never holds up the others by more than
/// its own deadline (while a SunSpec device's map is not found yet, by one deadline for each base where it may begin).
struct BusLoop {
  let bus: BusPlan
  let source: any RegisterSource
  let recorder: ReadingRecorder
  let pacing: DevicePoller.Pacing
  let logger: Logger
  /// A share between 0 and 1 by which a pause is lengthened, so that devices do not come back in step.
  let jitter: @Sendable () -> Double
  /// The same bus as `source`, where others may ask while nothing is due.
  let lent: LentBus?
  let meter: BusMeter

  private static let firstBackoff: Duration = .seconds(5)
  private static let longestBackoff: Duration = .seconds(300)
  /// While the serial adapter is not there: looking for it holds nobody up, and it may be plugged in again at any moment.
  private static let adapterBackoff: Duration = .seconds(5)
  /// So often the clocks are looked at, however long nothing is due.
  private static let longestPause: Duration = .seconds(300)
  /// While nobody knows the time, a device may have been off for so long.
  private static let longestAbsence: Duration = .seconds(10 * 365 * 86_400)

  private struct Turn {
    var poller: DevicePoller
    var watch: DeviceWatch
    /// When it is read next, by the monotonic clock.
    var due: Duration
    /// The multiple of its interval that `due` stands for; nil for the first poll and after failures.
    var slot: Timestamp?
    /// When it was read last, by the monotonic clock.
    var polled: Duration?
    var backoff: Duration?
    var complaint = Complaint()
    var pace: Pace
    var refused: [DeviceProfiles.RegisterBlock] = []

    /// Of two that are due at once, the one that was read longer ago comes first: a bus that is too slow is slow for all alike.
    func isBefore(_ other: Turn) -> Bool {
      due == other.due ? (polled ?? .zero) < (other.polled ?? .zero) : due < other.due
    }
  }

  init(
    bus: BusPlan, source: any RegisterSource, recorder: ReadingRecorder, pacing: DevicePoller.Pacing, logger: Logger,
    jitter: @escaping @Sendable () -> Double, lent: LentBus? = nil, meter: BusMeter? = nil
  ) {
    self.bus = bus
    self.source = source
    self.recorder = recorder
    self.pacing = pacing
    self.logger = logger
    self.jitter = jitter
    self.lent = lent
    self.meter = meter ?? BusMeter(bus.id, HealthLedger(uptime: pacing.uptime), uptime: pacing.uptime)
  }

  /// Polls until the task is cancelled, on the bus's own thread where `isolation` is the source's.
  func run(on isolation: isolated (any Actor)? = #isolation) async {
    meter.begins()
    defer { meter.ends() }
    let time = recorder.time ?? SiteTime(trusting: pacing.now, uptime: pacing.uptime)
    let monotonic = pacing.onMonotonicClock
    var turns = begin(at: time)
    var steps = time.steps
    var isBehind = false
    await source.rest(afterConnecting: bus.silenceAfterConnecting)
    while !Task.isCancelled {
      recorder.lookAtClocks(time)
      let now = pacing.uptime()
      if time.steps != steps {
        steps = time.steps
        for index in turns.indices { realign(&turns[index], to: time, now: now) }
      }
      guard let next = turns.indices.min(by: { turns[$0].isBefore(turns[$1]) }) else { break }
      if turns[next].due > now {
        if bus.closesBetweenPolls { await source.close() }
        let end = min(turns[next].due, now + Self.longestPause)
        meter.waits(end - now)
        await lent?.lend(until: end)
        // Lending may have taken its time: whoever lends a bus is as punctual as who does not.
        await pacing.pause(max(end - pacing.uptime(), .zero))
        await lent?.takeBack()
        continue
      }
      turns[next].polled = now
      let outcome = await turns[next].poller.poll(meter.metered(source, for: turns[next].poller.device), pacing: monotonic)
      let judged = turns[next].watch.judge(outcome, at: pacing.uptime())
      recorder.take(judged, of: turns[next].poller.device.id, in: turns[next].watch.state, at: time)
      if Task.isCancelled { break }
      schedule(&turns[next], after: outcome, by: time)
      if turns[next].pace.polled(at: now, isAnswered: outcome.failure == nil) { tellPace(of: turns, from: &isBehind) }
      meter.polled(
        turns[next].poller.device.id, outcome, at: time.utc(at: now), backoff: turns[next].backoff, pace: turns[next].pace)
    }
    await source.close()
  }

  private func begin(at time: SiteTime) -> [Turn] {
    let instant = pacing.uptime()
    let now = time.utc(at: instant)
    let latest = recorder.latest(asOf: now)
    return DevicePoller.pollers(of: bus.devices).map { poller in
      let device = poller.device
      var turn = Turn(
        poller: poller, watch: DeviceWatch(device, at: instant), due: instant, pace: Pace(every: device.interval))
      turn.watch.resume(from: latest, now: time.isTrusted ? now : now + Self.longestAbsence, at: instant)
      return turn
    }
  }

  /// After the time was set: the next multiple of the interval, but no sooner than half an interval after the last poll.
  private func realign(_ turn: inout Turn, to time: SiteTime, now: Duration) {
    guard turn.slot != nil else { return }
    let interval = turn.poller.device.interval
    let earliest = max(now, (turn.polled ?? now) + interval / 2)
    let slot = Self.nextDue(after: time.utc(at: earliest), every: interval)
    turn.slot = slot
    turn.due = earliest + (slot - time.utc(at: earliest))
  }

  private func schedule(_ turn: inout Turn, after outcome: PollOutcome, by time: SiteTime) {
    let device = turn.poller.device
    let now = pacing.uptime()
    if outcome.failure == nil, outcome.refused != turn.refused {
      turn.refused = outcome.refused
      tellRefusals(of: turn)
    }
    guard let failure = outcome.failure else {
      tellRecovery(turn.complaint.succeeded(at: now), of: device)
      turn.backoff = nil
      // The time may have been a little less than the slot's, while a difference is made up for: not the same one again.
      let utc = time.utc(at: now)
      let slot = Self.nextDue(after: max(utc, turn.slot ?? utc), every: device.interval)
      turn.slot = slot
      turn.due = now + (slot - utc)
      return
    }
    let longest = failure.isMissingAdapter ? Self.adapterBackoff : Self.longestBackoff
    let backoff = min(turn.backoff.map { $0 * 2 } ?? Self.firstBackoff, longest)
    turn.backoff = backoff
    turn.slot = nil
    turn.due = now + max(backoff + backoff * (jitter() / 4), .zero)
    let cause = FailureCause(failure)?.name ?? "cancelled"
    tell(turn.complaint.failed(cause, at: now), failure, cause, of: device)
  }

  private func tell(_ telling: Complaint.Failure?, _ failure: PollFailure, _ cause: String, of device: DevicePlan) {
    let words: String
    switch telling {
    case nil: return
    case .begins, .changes: words = "does not answer"
    case .comesAndGoes: words = "answers now and then only; told again after an hour"
    case .lasts(let time, let failures): words = "has not answered well for \(time.spoken), \(failures) polls failed"
    }
    logger.warning(
      "\(device.id) \(words): \(failure)", metadata: ["device": "\(device.id)", "bus": "\(bus.id)", "cause": "\(cause)"])
  }

  private func tellRecovery(_ telling: Complaint.Recovery?, of device: DevicePlan) {
    let words: String
    switch telling {
    case nil: return
    case .ends(let time, _): words = "answers again after \(time.spoken)"
    case .isSteady(let time, let failures): words = "answers steadily again, after \(time.spoken) with \(failures) failed polls"
    }
    logger.notice("\(device.id) \(words)", metadata: ["device": "\(device.id)", "bus": "\(bus.id)"])
  }

  /// Tells once that the bus cannot keep its devices' intervals, by the one that is the furthest behind, and once that it can again.
  private func tellPace(of turns: [Turn], from isBehind: inout Bool) {
    let late = turns.filter(\.pace.isStretched)
    guard late.isEmpty == isBehind else { return }
    isBehind = !late.isEmpty
    guard let worst = late.max(by: { $0.pace.shortfall < $1.pace.shortfall }), let achieved = worst.pace.achieved else {
      return logger.notice("bus \(bus.id) reads all devices as often as wanted again", metadata: ["bus": "\(bus.id)"])
    }
    let device = worst.poller.device
    logger.warning(
      """
      bus \(bus.id) is too slow for its devices: \(device.id) is read every \(achieved.spokenInterval), not every \
      \(device.interval.spokenInterval); ask less often, or put devices on another bus ('status' shows each device)
      """, metadata: ["bus": "\(bus.id)", "device": "\(device.id)"])
  }

  private func tellRefusals(of turn: Turn) {
    let device = turn.poller.device.id
    if turn.refused.isEmpty {
      logger.notice("\(device) answers all registers now", metadata: ["device": "\(device)", "bus": "\(bus.id)"])
    } else {
      let registers = turn.refused.map(\.description).joined(separator: ", ")
      logger.warning(
        "\(device) refuses \(registers); the others are read, these are asked again every hour; check profile and model",
        metadata: ["device": "\(device)", "bus": "\(bus.id)"])
    }
  }

  /// The next multiple of `interval` after `now`: what was missed is not caught up.
  static func nextDue(after now: Timestamp, every interval: Duration) -> Timestamp {
    let length = max(1, interval.components.seconds * 1000 + interval.components.attoseconds / 1_000_000_000_000_000)
    return Timestamp(milliseconds: (now.milliseconds / length + 1) * length)
  }
}

extension PollFailure {
  /// Whether the serial adapter's device file cannot be opened.
  fileprivate var isMissingAdapter: Bool {
    guard case .bus(.unreachable(let request, _)) = self, case .serial = request.link else { return false }
    return true
  }
}
