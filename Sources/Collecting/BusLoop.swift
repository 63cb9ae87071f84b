import DeviceProfiles
import Logging
import MarketTime
import ModbusIO

/// Polls the devices of one bus, each at its own interval: the one task that owns the bus.
///
/// Devices are read when UTC is a multiple of their interval, so that readings stand at the quarter hours' ends. A device that
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

  private static let firstBackoff: Duration = .seconds(5)
  private static let longestBackoff: Duration = .seconds(300)

  private struct Turn {
    var poller: DevicePoller
    var watch: DeviceWatch
    var due: Timestamp
    var backoff: Duration?
    var complaint: String?
    var refused: [DeviceProfiles.RegisterBlock] = []

    /// The longest that a device of this state may have to wait.
    var longestWait: Duration { max(poller.device.interval, (backoff ?? .zero) * 2) }
  }

  init(
    bus: BusPlan, source: any RegisterSource, recorder: ReadingRecorder, pacing: DevicePoller.Pacing, logger: Logger,
    jitter: @escaping @Sendable () -> Double
  ) {
    self.bus = bus
    self.source = source
    self.recorder = recorder
    self.pacing = pacing
    self.logger = logger
    self.jitter = jitter
  }

  /// Polls until the task is cancelled, on the bus's own thread where `isolation` is the source's.
  func run(on isolation: isolated (any Actor)? = #isolation) async {
    var turns = bus.devices.map {
      Turn(poller: DevicePoller($0), watch: DeviceWatch($0, at: pacing.uptime()), due: pacing.now())
    }
    let latest = recorder.latest(asOf: pacing.now())
    for index in turns.indices { turns[index].watch.resume(from: latest, now: pacing.now(), at: pacing.uptime()) }
    await source.rest(afterConnecting: bus.silenceAfterConnecting)
    while !Task.isCancelled {
      let now = pacing.now()
      // The clock was set back: nobody waits until it is where it was.
      for index in turns.indices where turns[index].due - now > turns[index].longestWait {
        turns[index].due = Self.nextDue(after: now, every: turns[index].poller.device.interval)
      }
      guard let next = turns.indices.min(by: { turns[$0].due < turns[$1].due }) else { break }
      if turns[next].due > now {
        if bus.closesBetweenPolls { await source.close() }
        await pacing.pause(turns[next].due - now)
        continue
      }
      let outcome = await turns[next].poller.poll(source, pacing: pacing)
      let judged = turns[next].watch.judge(outcome, at: pacing.uptime())
      recorder.take(judged, of: turns[next].poller.device.id, in: turns[next].watch.state)
      if Task.isCancelled { break }
      schedule(&turns[next], after: outcome)
    }
    await source.close()
  }

  private func schedule(_ turn: inout Turn, after outcome: PollOutcome) {
    let device = turn.poller.device
    let now = pacing.now()
    if outcome.failure == nil, outcome.refused != turn.refused {
      turn.refused = outcome.refused
      tellRefusals(of: turn)
    }
    guard let failure = outcome.failure else {
      if turn.complaint != nil { logger.notice("\(device.id) answers again", metadata: ["device": "\(device.id)"]) }
      turn.complaint = nil
      turn.backoff = nil
      turn.due = Self.nextDue(after: now, every: device.interval)
      return
    }
    let backoff = min(turn.backoff.map { $0 * 2 } ?? Self.firstBackoff, Self.longestBackoff)
    turn.backoff = backoff
    turn.due = now + max(backoff + backoff * (jitter() / 4), .zero)
    let complaint = "\(failure)"
    if complaint != turn.complaint {
      logger.warning("\(device.id) does not answer: \(complaint)", metadata: ["device": "\(device.id)", "bus": "\(bus.id)"])
      turn.complaint = complaint
    }
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
