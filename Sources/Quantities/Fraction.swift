import Glibc

/// A share of something; smallest unit one billionth. 1 is the whole.
public struct Fraction: Quantity {
  /// Billionths.
  public let count: Int64
  /// `count` billionths.
  public init(count: Int64) { self.count = count }
  /// The nearest billionth to `value`; 0.95 for 95 %. Finite.
  public init(_ value: Double) { count = Int64((value * 1e9).rounded()) }

  /// The whole.
  public static let one = Fraction(count: 1_000_000_000)
  /// 0.95 for 95 %.
  public var value: Double { Double(count) / 1e9 }

  /// Percent.
  public static let units = [UnitOfMeasure("%", 10_000_000)]
  /// For messages.
  public static let name = "a share"
}

/// A share lost per hour, as a store's self-discharge; smallest unit one billionth per hour.
public struct LossRate: Quantity {
  /// Billionths per hour.
  public let count: Int64
  /// `count` billionths per hour.
  public init(count: Int64) { self.count = count }
  /// The nearest billionth to `perHour`; 0.01 for 1 % an hour. Finite.
  public init(perHour: Double) { count = Int64((perHour * 1e9).rounded()) }

  /// Per hour: 0.01 for 1 % an hour.
  public var perHour: Double { Double(count) / 1e9 }

  /// Percent per hour, day or month (30 days); a longer period's loss is spread evenly.
  public static let units = [
    UnitOfMeasure("%/h", 10_000_000), UnitOfMeasure("%/d", 10_000_000, per: 24), UnitOfMeasure("%/month", 10_000_000, per: 720),
  ]
  /// For messages.
  public static let name = "a loss rate"
}

/// A temperature; smallest unit one thousandth of a degree Celsius.
public struct Temperature: Quantity {
  /// Thousandths of a degree Celsius.
  public let count: Int64
  /// `count` thousandths of a degree Celsius.
  public init(count: Int64) { self.count = count }

  /// In degrees Celsius, for formulas and print.
  public var degreesCelsius: Double { Double(count) / 1000 }

  /// degC.
  public static let units = [UnitOfMeasure("degC", 1000), UnitOfMeasure("°C", 1000)]
  /// For messages.
  public static let name = "a temperature"
}

/// A length of pipe or wire; smallest unit 1 mm.
public struct Length: Quantity {
  /// Millimetres.
  public let count: Int64
  /// `count` millimetres.
  public init(count: Int64) { self.count = count }

  /// m, km, mm.
  public static let units = [UnitOfMeasure("m", 1000), UnitOfMeasure("km", 1_000_000), UnitOfMeasure("mm", 1)]
  /// For messages.
  public static let name = "a length"
}

/// Heat that a metre of one line of pipe loses for each kelvin between it and the ground; smallest unit 1 mW/(m K).
public struct PipeLossFactor: Quantity {
  /// Milliwatts per metre and kelvin.
  public let count: Int64
  /// `count` milliwatts per metre and kelvin.
  public init(count: Int64) { self.count = count }

  /// W/(m K).
  public static let units = [UnitOfMeasure("W/(m K)", 1000), UnitOfMeasure("W/mK", 1000)]
  /// For messages.
  public static let name = "a heat loss of pipe"
}
