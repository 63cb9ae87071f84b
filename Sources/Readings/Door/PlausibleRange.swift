/// The least and the greatest value that a quantity can have, in whole numbers of its channel's unit, both included.
public struct PlausibleRange: Hashable, Sendable {
  /// The least value.
  public let least: Int64
  /// The greatest value.
  public let greatest: Int64
  /// Whether zero is possible, too, where it lies outside: the frequency of a device that sees no grid.
  public let includesZero: Bool

  /// From `least` to `greatest`; one that is left out does not limit.
  public init(least: Int64 = .min, greatest: Int64 = .max, includesZero: Bool = false) {
    self.least = least
    self.greatest = greatest
    self.includesZero = includesZero
  }

  /// Whether `value` lies within.
  public func contains(_ value: Int64) -> Bool { (least <= value && value <= greatest) || (value == 0 && includesZero) }
}

extension Channel {
  /// What no value of the channel can be outside of, whatever the device; a profile may know better.
  ///
  /// Low voltage ends at 1000 V AC and 1500 V DC (IEC 60038, Directive 2014/35/EU); an idle DC input may measure a little below
  /// zero. Frequencies of 50 and 60 Hz grids, off-grid inverters included, stay within 40-70 Hz; a device without grid shows 0.
  /// Counters never show less than zero.
  public var plausibleRange: PlausibleRange {
    if isCounter { return PlausibleRange(least: 0, greatest: 1 << 62) }
    switch unit {
    case .millivolt:
      return rawValue.hasPrefix("dc_")
        ? PlausibleRange(least: -50_000, greatest: 1_500_000) : PlausibleRange(least: 0, greatest: 1_000_000)
    case .millihertz: return PlausibleRange(least: 40_000, greatest: 70_000, includesZero: true)
    case .millidegree: return PlausibleRange(least: -60_000, greatest: 1_200_000)
    case .millionth:
      if rawValue.hasPrefix("power_factor") { return PlausibleRange(least: -1_010_000, greatest: 1_010_000) }
      // Compressors may run above their rated speed.
      return PlausibleRange(least: 0, greatest: self == .relativePower ? 1_500_000 : 1_000_000)
    case .ratio: return PlausibleRange(least: 0, greatest: 100_000_000)
    case .pascal: return PlausibleRange(least: -100_000, greatest: 100_000_000)
    case .milliwattHour, .second: return PlausibleRange(least: 0)
    case .number: return self == .phases ? PlausibleRange(least: 0, greatest: 3) : PlausibleRange()
    default: return self == .currentLimit || self == .powerLimit ? PlausibleRange(least: 0) : PlausibleRange()
    }
  }

  /// Whether the channel is an electrical power or its counter, which a device's rated power limits.
  var isElectric: Bool { isElectricPower || isElectricEnergy }

  /// Whether a momentary value is an electrical power.
  var isElectricPower: Bool {
    (unit == .milliwatt || unit == .millivoltampere || unit == .millivar) && self != .heatPower && self != .powerLimit
  }

  private var isElectricEnergy: Bool {
    (unit == .milliwattHour || unit == .millivarHour || unit == .millivoltampereHour) && isCounter && self != .heatEnergy
      && self != .coolingEnergy
  }

  /// How many phases' currents an alternating current may add up; nil for other quantities.
  var phasesInCurrent: Int64? {
    switch self {
    case .current: 3
    case .currentL1, .currentL2, .currentL3, .currentNeutral: 1
    default: nil
    }
  }
}
