public import MarketTime

/// Something that happened to a device or to one of its series, beside its readings.
public struct MeterEvent: Hashable, Sendable {
  /// The device's short name.
  public let device: String
  /// The series; nil when it is about the whole device.
  public let series: SeriesKey?
  /// When: for counters the time of the first reading of the new count.
  public let time: Timestamp
  /// What.
  public let kind: Kind
  /// What the series showed last before, in the channel's unit; nil where that means nothing. For `caughtUp` and `timeEstimated` see
  /// there.
  public let before: Int64?
  /// What it showed then, in the channel's unit; nil where that means nothing.
  public let after: Int64?

  /// An event; see the properties.
  public init(
    device: String, series: SeriesKey? = nil, at time: Timestamp, _ kind: Kind, before: Int64? = nil, after: Int64? = nil
  ) {
    self.device = device
    self.series = series
    self.time = time
    self.kind = kind
    self.before = before
    self.after = after
  }

  /// What can happen.
  public enum Kind: Hashable, Sendable {
    /// The counter reached its modulus, given in the channel's unit, and went on from zero: nothing is lost.
    case rollover(modulus: Int64)
    /// The counter began again lower: what it counted between the two readings is unknown.
    case reset
    /// The counter goes on far higher than the device can have counted: another meter, or its count was set.
    case jump
    /// Another device answers, as its serial number says: a new count begins.
    case exchange
    /// The counter stood still or showed an old count, and leapt at `time` to what it had counted meanwhile: what it showed in the
    /// `before` milliseconds until then, the ends left out, was too little and does not count.
    case caughtUp
    /// All values stand still although some must move.
    case frozen
    /// The device has brought no good reading for some minutes.
    case stale
    /// Good, moving readings again after `frozen` or `stale`.
    case lively
    /// Power and counted energy do not belong together: one has changed its scale or its word order.
    case powerDisagrees
    /// Power and counted energy belong together again.
    case powerAgrees
    /// Values were put aside; told once a day for each series and reason.
    case quarantined(Quarantined.Reason)
    /// Nobody knew the time when the readings from `time` to `after` (ms of UTC) were taken; `before` is by how many ms their
    /// stamps are too late, nil where that never became known.
    case timeEstimated
  }
}

extension MeterEvent.Kind {
  /// Its name in the store and in messages.
  public var name: String {
    switch self {
    case .rollover: "rollover"
    case .reset: "reset"
    case .jump: "jump"
    case .exchange: "exchange"
    case .caughtUp: "caught_up"
    case .frozen: "frozen"
    case .stale: "stale"
    case .lively: "lively"
    case .powerDisagrees: "power_disagrees"
    case .powerAgrees: "power_agrees"
    case .quarantined(let reason): "quarantined_\(reason.rawValue)"
    case .timeEstimated: "time_estimated"
    }
  }

  /// The kind called `name`; `modulus` belongs to rollovers. Nil for names that this program does not know.
  public init?(name: String, modulus: Int64?) {
    let plain: [Self] = [
      .reset, .jump, .exchange, .caughtUp, .frozen, .stale, .lively, .powerDisagrees, .powerAgrees, .timeEstimated,
    ]
    let known = plain + Quarantined.Reason.allCases.map { .quarantined($0) } + (modulus.map { [.rollover(modulus: $0)] } ?? [])
    guard let kind = known.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

extension MeterEvent {
  /// Between which times what the counter showed does not count, the ends left out; nil for other events than `caughtUp`.
  package var disregarded: Range<Timestamp>? {
    guard kind == .caughtUp, let before, before > 0 else { return nil }
    let (start, overflow) = time.milliseconds.subtractingReportingOverflow(before)
    return overflow ? nil : Timestamp(milliseconds: start)..<time
  }
}

/// A value that cannot be, put aside instead of stored among the readings.
public struct Quarantined: Hashable, Sendable {
  /// Where and what.
  public let series: SeriesKey
  /// When it was read.
  public let time: Timestamp
  /// The value in the channel's unit; nil when it does not even fit 64 bits.
  public let value: Int64?
  /// Why it was put aside.
  public let reason: Reason
  /// The words as they stood on the wire, first register first; empty where nobody kept them.
  public var registers: [UInt16] = []

  /// A value put aside; see the properties.
  public init(_ series: SeriesKey, at time: Timestamp, value: Int64?, _ reason: Reason, registers: [UInt16] = []) {
    self.series = series
    self.time = time
    self.value = value
    self.reason = reason
    self.registers = registers
  }

  init(_ reading: Reading, _ reason: Reason) { self.init(reading.series, at: reading.time, value: reading.value, reason) }

  /// Why values are put aside.
  public enum Reason: String, CaseIterable, Hashable, Sendable {
    /// Outside what the quantity or this device can have.
    case range
    /// A counter fell and came back.
    case drop
    /// A counter rose faster than 1.5 times the rated power, and did not go on from there.
    case growth
    /// Power and counted energy stopped to belong together, and this one had changed.
    case disagreement
  }
}
