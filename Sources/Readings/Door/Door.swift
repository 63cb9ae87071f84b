import CommunityModel
public import MarketTime
import Quantities

/// Where a device's readings are judged before they are stored: what cannot be is put aside, what is doubtful is held until it
/// is clear, and what happens to counters becomes an event.
///
/// A value type without clock or file; one a device. Readings come in order of the monotonic clock, so that a time of day that is set
/// changes nothing here. Held readings live in memory only: after a restart the counter is read again, and no energy is lost.
public struct Door: Sendable {
  /// The device's short name.
  public let device: String
  private let limits: [SeriesKey: SeriesLimits]
  private var gates: [SeriesKey: CounterGate] = [:]
  private var checks: [MeteringPoint.ID: PowerEnergyCheck] = [:]
  private var pulse: PulseWatch
  /// When, in monotonic ms, a series was last told to be put aside for a reason.
  private var told: [Telling: Int64] = [:]
  /// How the device is doing.
  public private(set) var state = DeviceState()

  private struct Telling: Hashable {
    let series: SeriesKey
    let reason: Quarantined.Reason
  }

  private static let day: Int64 = 86_400_000

  /// What became of a poll's readings.
  public struct Outcome: Hashable, Sendable {
    /// To be stored, in order of time for each series.
    public internal(set) var accepted: [Reading] = []
    /// To be put aside.
    public internal(set) var quarantined: [Quarantined] = []
    /// To be remembered and told.
    public internal(set) var events: [MeterEvent] = []

    /// Nothing.
    public init() {}

    /// Adds what was put aside before all else.
    package mutating func prepend(_ former: [Quarantined]) { quarantined = former + quarantined }
    /// Replaces each value put aside, as by one with its registers.
    package mutating func mapQuarantined(_ change: (Quarantined) -> Quarantined) { quarantined = quarantined.map(change) }
  }

  /// The door of `device`.
  ///
  /// - Parameters:
  ///   - limits: what is known of its series; others have their channel's own limits.
  ///   - interval: how often it is read.
  ///   - instant: the monotonic time now.
  public init(device: String, limits: [SeriesKey: SeriesLimits] = [:], interval: Duration, at instant: Duration) {
    self.device = device
    self.limits = limits
    pulse = PulseWatch(interval: interval.milliseconds, start: instant.milliseconds)
  }

  /// Goes on from a counter's last stored reading, taken `age` before the monotonic time `instant`. Counts once a series.
  public mutating func resume(from reading: Reading, age: Duration, at instant: Duration) {
    guard reading.series.channel.isCounter else { return }
    var gate = gates[reading.series] ?? CounterGate(limits(of: reading.series))
    gate.resume(from: reading, since: instant.milliseconds - max(0, age.milliseconds))
    gates[reading.series] = gate
  }

  /// Another device answers, as its serial number says: each counter begins a new count with its next reading.
  public mutating func exchange() -> [Quarantined] {
    var refused: [Quarantined] = []
    for key in gates.keys.sorted() { refused += gates[key]?.exchange() ?? [] }
    state.quarantined += refused.count
    return refused
  }

  /// Judges what a poll brought at the monotonic time `instant`.
  ///
  /// - Parameter unfit: values that were read but do not fit 64 bits.
  public mutating func judge(_ readings: [Reading], unfit: [Quarantined] = [], at instant: Duration) -> Outcome {
    let now = instant.milliseconds
    var outcome = Outcome()
    outcome.quarantined = unfit
    var possible: [Reading] = []
    for reading in readings {
      if limits(of: reading.series).range.contains(reading.value) {
        possible.append(reading)
      } else {
        outcome.quarantined.append(Quarantined(reading, .range))
      }
    }
    let disagreeing = disagreeingSeries()
    for reading in possible {
      let through = reading.series.channel.isCounter ? count(reading, at: now, into: &outcome) : [reading]
      if disagreeing.contains(reading.series) {
        outcome.quarantined += through.map { Quarantined($0, .disagreement) }
      } else {
        outcome.accepted += through
      }
    }
    compare(possible, at: now, into: &outcome)
    if let time = (readings.first?.time ?? unfit.first?.time), let kind = pulse.take(possible, limits: limits, at: now) {
      outcome.events.append(MeterEvent(device: device, at: time, kind))
    }
    finish(&outcome, good: possible.last?.time, at: now)
    return outcome
  }

  /// A poll brought nothing at the monotonic time `instant`, `time` by the clock.
  public mutating func miss(at instant: Duration, time: Timestamp) -> Outcome {
    var outcome = Outcome()
    if let kind = pulse.miss(at: instant.milliseconds) { outcome.events.append(MeterEvent(device: device, at: time, kind)) }
    finish(&outcome, good: nil, at: instant.milliseconds)
    return outcome
  }

  private func limits(of key: SeriesKey) -> SeriesLimits { limits[key] ?? SeriesLimits(key.channel) }

  // MARK: - Counters

  private mutating func count(_ reading: Reading, at now: Int64, into outcome: inout Outcome) -> [Reading] {
    let key = reading.series
    var gate = gates[key] ?? CounterGate(limits(of: key))
    let passage = gate.take(reading, at: now)
    gates[key] = gate
    outcome.quarantined += passage.refused
    outcome.events += passage.catchUps.map {
      MeterEvent(device: device, series: key, at: $0.time, .caughtUp, before: $0.lag, after: $0.value)
    }
    if let event = passage.event {
      outcome.events.append(
        MeterEvent(
          device: device, series: key, at: event.first.time, event.kind, before: event.before?.value, after: event.first.value))
      if case .rollover = event.kind { return passage.accepted }
      if let kind = checks[key.point]?.counterMoved(event.kind, at: now) {
        outcome.events.append(
          MeterEvent(device: device, series: SeriesKey(key.point, .activePower), at: event.first.time, kind))
      }
    }
    return passage.accepted
  }

  // MARK: - Power against energy

  private func disagreeingSeries() -> Set<SeriesKey> {
    var series: Set<SeriesKey> = []
    for (point, check) in checks {
      guard case .disagrees(let channels)? = check.verdict else { continue }
      series.formUnion(channels.map { SeriesKey(point, $0) })
    }
    return series
  }

  private mutating func compare(_ readings: [Reading], at now: Int64, into outcome: inout Outcome) {
    for (point, group) in Dictionary(grouping: readings, by: \.series.point).sorted(by: { $0.key < $1.key }) {
      let power = group.first { $0.series.channel == .activePower }?.value
      guard power != nil || checks[point] != nil else { continue }
      var counts: [Channel: CounterGate.Shown] = [:]
      var isAnyHeld = false
      for reading in group where PowerEnergyCheck.counters.contains(reading.series.channel) {
        guard let gate = gates[reading.series] else { continue }
        counts[reading.series.channel] = gate.shown
        isAnyHeld = isAnyHeld || !gate.held.isEmpty
      }
      var check = checks[point] ?? PowerEnergyCheck()
      let kind = check.take(power: power, counts: counts, isAnyHeld: isAnyHeld, at: now)
      checks[point] = check
      guard let kind, let time = group.last?.time else { continue }
      outcome.events.append(MeterEvent(device: device, series: SeriesKey(point, .activePower), at: time, kind))
    }
  }

  // MARK: - Telling

  /// Adds an event for what was put aside, once a day for each series and reason, and brings the state up to date.
  private mutating func finish(_ outcome: inout Outcome, good time: Timestamp?, at now: Int64) {
    for value in outcome.quarantined {
      let telling = Telling(series: value.series, reason: value.reason)
      if let last = told[telling], now - last < Self.day { continue }
      told[telling] = now
      outcome.events.append(
        MeterEvent(
          device: device, series: value.series, at: value.time, .quarantined(value.reason),
          before: gates[value.series]?.last?.value, after: value.value))
    }
    if let time { state.lastGood = time }
    state.quarantined += outcome.quarantined.count
    state.held = gates.values.reduce(0) { $0 + $1.held.count }
    state.isFrozen = pulse.isFrozen
    state.isStale = pulse.isStale
    state.disagreements = checks.values.count { if case .disagrees? = $0.verdict { true } else { false } }
  }
}
