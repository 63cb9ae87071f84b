import CommunityModel
import DeviceProfiles
import MarketTime
import Readings

/// One device's door, and what it must be told: who answers, and which words a value was made of.
struct DeviceWatch: Sendable {
  private let device: DevicePlan
  private let keys: [SeriesKey: PartChannel]
  private var door: Door
  private var serial: String?
  /// The words of readings that the door holds.
  private var held: [Reading: [UInt16]] = [:]

  init(_ device: DevicePlan, at instant: Duration) {
    self.device = device
    keys = device.seriesKeys
    door = Door(device: device.id, limits: device.seriesLimits, interval: device.interval, at: instant)
  }

  /// How the device is doing.
  var state: DeviceState { door.state }

  /// Goes on from the last stored readings, given what time it is.
  mutating func resume(from latest: [SeriesKey: Sample], now: Timestamp, at instant: Duration) {
    for key in keys.keys {
      guard let sample = latest[key] else { continue }
      door.resume(from: Reading(key, at: sample.time, value: sample.value), age: now - sample.time, at: instant)
    }
  }

  /// Judges what a poll brought at the monotonic time `instant`.
  mutating func judge(_ outcome: PollOutcome, at instant: Duration) -> Door.Outcome {
    var former: [Quarantined] = []
    if let serial = outcome.serial {
      if let known = self.serial, known != serial { former = door.exchange() }
      self.serial = serial
    }
    guard !outcome.readings.isEmpty || !outcome.unfit.isEmpty else {
      var judged = door.miss(at: instant, time: outcome.time)
      judged.prepend(former.map { withWords($0, from: outcome.image) })
      return judged
    }
    let unfit = outcome.unfit.compactMap { key in
      device.points[key.part].map { Quarantined(SeriesKey($0, key.channel), at: outcome.time, value: nil, .range) }
    }
    var judged = door.judge(outcome.readings, unfit: unfit, at: instant)
    remember(outcome, judged)
    judged.prepend(former)
    judged.mapQuarantined { withWords($0, from: outcome.image) }
    forget(judged)
    return judged
  }

  private func withWords(_ value: Quarantined, from image: RegisterImage) -> Quarantined {
    var value = value
    if let count = value.value, let words = held[Reading(value.series, at: value.time, value: count)] {
      value.registers = words
    } else if let key = keys[value.series], let words = device.profile.words(of: key, in: image) {
      value.registers = words
    }
    return value
  }

  /// Keeps the words of readings that are neither accepted nor put aside.
  private mutating func remember(_ outcome: PollOutcome, _ judged: Door.Outcome) {
    guard door.state.held > 0 else { return }
    let accepted = Set(judged.accepted)
    for reading in outcome.readings where reading.series.channel.isCounter && !accepted.contains(reading) {
      held[reading] = keys[reading.series].flatMap { device.profile.words(of: $0, in: outcome.image) }
    }
  }

  /// Forgets the words of what the door has decided.
  private mutating func forget(_ judged: Door.Outcome) {
    guard !held.isEmpty else { return }
    guard door.state.held > 0 else { return held = [:] }
    for reading in judged.accepted { held[reading] = nil }
    for value in judged.quarantined {
      if let count = value.value { held[Reading(value.series, at: value.time, value: count)] = nil }
    }
  }
}

extension DevicePlan {
  /// The series of the device's metering points, as far as its register map knows them.
  var seriesKeys: [SeriesKey: PartChannel] {
    profile.registers.reduce(into: [:]) { keys, field in
      if let point = points[field.part] { keys[SeriesKey(point, field.channel)] = field.key }
    }
  }

  /// One step of energy counters whose steps nobody knows: 100 Wh, as many inverters count.
  private static let coarseStep: Int64 = 100_000

  /// What is known of the device's series before it is read.
  var seriesLimits: [SeriesKey: SeriesLimits] {
    var limits: [SeriesKey: SeriesLimits] = [:]
    for (part, point) in points where profile.sunSpec != nil && part.hasThePlate {
      // How finely SunSpec counters count is not known beforehand, so that no growth is too much for them.
      for channel in Channel.allCases where !channel.isCounter {
        limits[SeriesKey(point, channel)] = SeriesLimits(channel, ratedPower: plate.power, ratedCurrent: plate.current)
      }
    }
    for field in profile.registers {
      guard let point = points[field.part] else { continue }
      let isLimited = field.part.hasThePlate && (!field.channel.isCounter || field.scaleRegister == nil)
      limits[SeriesKey(point, field.channel)] = SeriesLimits(
        field.channel, ratedPower: isLimited ? plate.power : nil, ratedCurrent: isLimited ? plate.current : nil,
        resolution: field.resolution ?? (field.channel.isCounter ? Self.coarseStep : 1), modulus: field.counterModulus)
    }
    return limits
  }

  /// What stands on the device's own plate, as far as anybody says, else on that of the largest variant.
  private var plate: Nameplate {
    Nameplate(power: ratedPower ?? profile.nameplate.power, current: profile.nameplate.current)
  }
}
