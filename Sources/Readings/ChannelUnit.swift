public import Quantities

/// The unit that a channel's whole numbers count, and the units in which people and devices write it.
public enum ChannelUnit: Hashable, Sendable {
  case milliwatt, millivoltampere, millivar, millivolt, milliampere, millionth, millihertz
  case milliwattHour, millivarHour, millivoltampereHour
  case millidegree, millilitrePerHour, millilitre, gram, second, pascal
  /// Millionths of what nobody writes in percent.
  case ratio
  case number

  /// The units that may be written for it, the customary one first; each with its worth in this unit.
  public var symbols: [UnitOfMeasure] {
    switch self {
    case .milliwatt: return Power.units
    case .millivoltampere: return Self.prefixed("VA")
    case .millivar: return Self.prefixed("var")
    case .millivolt: return Self.prefixed("V")
    case .milliampere: return Self.prefixed("A")
    case .millionth: return [UnitOfMeasure("%", 10_000), UnitOfMeasure("1", 1_000_000)]
    case .millihertz: return [UnitOfMeasure("Hz", 1000), UnitOfMeasure("mHz", 1)]
    case .milliwattHour: return Energy.units + [UnitOfMeasure("J", 10, per: 36)]
    case .millivarHour: return Self.prefixed("varh")
    case .millivoltampereHour: return Self.prefixed("VAh")
    case .millidegree: return Temperature.units + [UnitOfMeasure("K", 1000)]
    case .millilitrePerHour: return [UnitOfMeasure("l/h", 1000), UnitOfMeasure("m3/h", 1_000_000)]
    case .millilitre: return [UnitOfMeasure("m3", 1_000_000), UnitOfMeasure("l", 1000)]
    case .gram: return [UnitOfMeasure("kg", 1000), UnitOfMeasure("t", 1_000_000)]
    case .second: return [UnitOfMeasure("s", 1), UnitOfMeasure("min", 60), UnitOfMeasure("h", 3600)]
    case .pascal: return [UnitOfMeasure("bar", 100_000), UnitOfMeasure("mbar", 100), UnitOfMeasure("Pa", 1)]
    case .ratio: return [UnitOfMeasure("1", 1_000_000)]
    case .number: return [UnitOfMeasure("1", 1)]
    }
  }

  /// The symbol in which people read it: `kW` for milliwatts.
  public var customary: UnitOfMeasure { symbols[0] }

  private static func prefixed(_ base: String) -> [UnitOfMeasure] {
    [
      UnitOfMeasure(base, 1000), UnitOfMeasure("k" + base, 1_000_000), UnitOfMeasure("M" + base, 1_000_000_000),
      UnitOfMeasure("m" + base, 1),
    ]
  }
}
