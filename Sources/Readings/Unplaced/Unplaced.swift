package import MarketTime

/// Something that was read while nobody knew what time it was. It is durable, but stands aside until its place in time is known.
///
/// The times of its content count from the start of the system (the monotonic clock), not from 1970.
public struct Unplaced: Hashable, Sendable {
  /// The device's short name.
  public let device: String
  /// What was read, or what happened.
  public let content: Content

  /// One thing, its time counted from the start of the system.
  public enum Content: Hashable, Sendable {
    /// A value to be kept.
    case reading(Reading)
    /// Something that happened.
    case event(MeterEvent)
    /// A value that was put aside.
    case quarantined(Quarantined)
  }

  /// What `device` brought; see the properties.
  public init(_ content: Content, of device: String) {
    self.device = device
    self.content = content
  }

  /// How long after the start of the system it was read.
  public var instant: Duration { time - Timestamp(milliseconds: 0) }

  private var time: Timestamp {
    switch content {
    case .reading(let reading): reading.time
    case .event(let event): event.time
    case .quarantined(let value): value.time
    }
  }

  /// The same with times of UTC, given when the system was started.
  public func placed(in boot: BootRecord) -> Content { content.atTimes { boot.utc(at: $0 - Timestamp(milliseconds: 0)) } }
}

extension Unplaced.Content {
  /// The same at other times.
  func atTimes(_ change: (Timestamp) -> Timestamp) -> Self {
    switch self {
    case .reading(let reading): .reading(reading.atTime(change(reading.time)))
    case .event(let event): .event(event.atTime(change(event.time)))
    case .quarantined(let value): .quarantined(value.atTime(change(value.time)))
    }
  }
}

extension Door.Outcome {
  /// The same at other times.
  package func atTimes(_ change: (Timestamp) -> Timestamp) -> Door.Outcome {
    var outcome = self
    outcome.accepted = accepted.map { $0.atTime(change($0.time)) }
    outcome.quarantined = quarantined.map { $0.atTime(change($0.time)) }
    outcome.events = events.map { $0.atTime(change($0.time)) }
    return outcome
  }

  /// All of it, to be kept aside; events first, as they are stored.
  package func unplaced(of device: String) -> [Unplaced] {
    events.map { Unplaced(.event($0), of: device) } + quarantined.map { Unplaced(.quarantined($0), of: device) }
      + accepted.map { Unplaced(.reading($0), of: device) }
  }
}

extension DeviceState {
  /// The same with another time of the last good reading.
  package func atTimes(_ change: (Timestamp) -> Timestamp) -> DeviceState {
    var state = self
    state.lastGood = lastGood.map(change)
    return state
  }
}

extension Reading {
  fileprivate func atTime(_ time: Timestamp) -> Reading { Reading(series, at: time, value: value) }
}

extension MeterEvent {
  fileprivate func atTime(_ time: Timestamp) -> MeterEvent {
    MeterEvent(device: device, series: series, at: time, kind, before: before, after: after)
  }
}

extension Quarantined {
  fileprivate func atTime(_ time: Timestamp) -> Quarantined {
    Quarantined(series, at: time, value: value, reason, registers: registers)
  }
}
