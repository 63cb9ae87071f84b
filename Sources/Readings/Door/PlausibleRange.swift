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
      return rawValue.hasPrefix("power_factor")
        ? PlausibleRange(least: -1_010_000, greatest: 1_010_000) : PlausibleRange(least: 0, greatest: 1_000_000)
    default: return PlausibleRange()
    }
  }

  /// Whether the channel is an electrical quantity that a device's rated power limits.
  var isElectric: Bool { self != .heatPower && self != .heatEnergy && self != .coolingEnergy && unit != .millilitre }

  /// Whether a momentary value is an electrical power.
  var isElectricPower: Bool {
    isElectric && (unit == .milliwatt || unit == .millivoltampere || unit == .millivar)
  }
}
