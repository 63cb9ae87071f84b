public import MarketTime

/// What a three-phase meter showed in its polls, phase by phase: what `PhaseCheck` and `PhaseOrder` look at.
public struct PhaseReadings: Sendable {
  /// One poll. Lists have three values, L1 first; nil where a phase's value is missing.
  public struct Moment: Hashable, Sendable {
    /// When.
    public let time: Timestamp
    /// Active powers in W, positive for consumption.
    public let power: [Int64]
    /// Voltages in mV.
    public let voltage: [Int64]?
    /// Currents in mA.
    public let current: [Int64]?
    /// Magnitudes of the reactive powers in var, by reactive power, else by apparent power, current or power factor.
    public let reactive: [Int64]?
    /// Reactive powers in var with the meter's sign; nil where it shows none.
    public let signedReactive: [Int64]?
    /// Apparent powers in VA, shown or by power factor; nil where it shows neither.
    public let apparent: [Int64]?
    /// The meter's own total power in W.
    public let total: Int64?
    /// Current of the neutral conductor in mA.
    public let neutral: Int64?
  }

  /// The polls in which all three powers were there, in order of time.
  public let moments: [Moment]

  /// More are not looked at: of a longer list, every second, third ... counts.
  private static let mostMoments = 2000
  /// Beyond 20 MW nothing is real, and squares would not fit.
  private static let mostPower: Int64 = 20_000_000
  private static let powers: [Channel] = [.activePowerL1, .activePowerL2, .activePowerL3]

  /// The polls in `samples`, a meter's channels; those of one poll have one time. Nil for a meter without powers of three phases.
  public init?(_ samples: [Channel: [Sample]]) {
    guard Self.powers.allSatisfy({ samples[$0]?.isEmpty == false }) else { return nil }
    let tables = samples.mapValues { Dictionary($0.map { ($0.time, $0.value) }) { first, _ in first } }
    let times = (samples[.activePowerL1] ?? []).map(\.time)
    let all = times.compactMap { Self.moment(at: $0, tables) }
    let stride = max(1, (all.count + Self.mostMoments - 1) / Self.mostMoments)
    moments = all.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }

  private static func moment(at time: Timestamp, _ tables: [Channel: [Timestamp: Int64]]) -> Moment? {
    func value(_ channel: Channel) -> Int64? { tables[channel]?[time] }
    func three(_ channels: [Channel]) -> [Int64]? {
      let values = channels.compactMap(value)
      return values.count == 3 ? values : nil
    }
    guard let power = three(Self.powers)?.map({ min(max($0 / 1000, -Self.mostPower), Self.mostPower) }) else { return nil }
    let voltage = three([.voltageL1, .voltageL2, .voltageL3])
    let current = three([.currentL1, .currentL2, .currentL3]).map { $0.map { abs($0) } }
    let signed = three([.reactivePowerL1, .reactivePowerL2, .reactivePowerL3])?.map {
      min(max($0 / 1000, -Self.mostPower), Self.mostPower)
    }
    let shown = three([.apparentPowerL1, .apparentPowerL2, .apparentPowerL3])?.map {
      min(abs($0 / 1000), Self.mostPower)
    }
    let factor = three([.powerFactorL1, .powerFactorL2, .powerFactorL3])
    let byFactor = factor.flatMap { factor -> [Int64]? in
      let apparent = zip(power, factor).map { $1 == 0 ? -1 : min(abs($0) * 1_000_000 / abs($1), Self.mostPower) }
      return apparent.allSatisfy { $0 >= 0 } ? apparent : nil
    }
    let product = zip3(voltage, current).map { $0.map { min(abs($0) * $1 / 1_000_000, Self.mostPower) } }
    let sides = shown ?? product ?? byFactor
    let reactive = signed?.map { abs($0) } ?? sides.map { zip($0, power).map { root(max(0, $0 * $0 - $1 * $1)) } }
    return Moment(
      time: time, power: power, voltage: voltage, current: current, reactive: reactive, signedReactive: signed,
      apparent: shown ?? byFactor, total: value(.activePower).map { $0 / 1000 }, neutral: value(.currentNeutral).map { abs($0) })
  }

  private static func zip3(_ left: [Int64]?, _ right: [Int64]?) -> [(Int64, Int64)]? {
    guard let left, let right else { return nil }
    return Array(zip(left, right))
  }
}

/// The whole part of the square root of `square`, at least 0.
func root<Number: BinaryInteger>(_ square: Number) -> Number {
  guard square > 1 else { return max(square, 0) }
  var root = square
  var next = (square + 1) / 2
  while next < root {
    root = next
    next = (root + square / root) / 2
  }
  return root
}

extension [Sample] {
  /// The values at each of `times` (in order), taken from the last sample at most `longestAge` before; nil where there is none.
  func values(at times: [Timestamp], longestAge: Duration) -> [Int64?] {
    var position = 0
    return times.map { time in
      while position < count, self[position].time <= time { position += 1 }
      guard position > 0, time - self[position - 1].time <= longestAge else { return nil }
      return self[position - 1].value
    }
  }
}

/// How far two powers move together, by their changes over about a minute: a load that is switched once, or a sun that rises slowly,
/// is no reason to believe that one follows the other.
struct CommonMovement {
  /// Changes of a power over `lag` moments.
  static func changes(of power: [Int64], lag: Int) -> [Int64] {
    zip(power.dropFirst(lag), power).map { $0 - $1 }
  }

  /// How many moments make about a minute, at least one.
  static func lag(of times: [Timestamp]) -> Int {
    guard let first = times.first, let last = times.last, times.count > 2 else { return 1 }
    let interval = max(1, (last.milliseconds - first.milliseconds) / Int64(times.count - 1))
    return Int(max(1, min(60_000 / interval, Int64(times.count / 3))))
  }

  /// The mean of the products of both changes, W squared.
  static func product(_ left: [Int64], _ right: [Int64]) -> Int128 {
    let count = min(left.count, right.count)
    guard count > 0 else { return 0 }
    return zip(left, right).reduce(Int128(0)) { $0 + Int128($1.0) * Int128($1.1) } / Int128(count)
  }
}
