import Glibc

/// Electrical or thermal energy; smallest unit 1 mWh (market data arrives as fine as 0.00025 kWh).
public struct Energy: Quantity {
  /// Milliwatt-hours.
  public let count: Int64
  /// `count` milliwatt-hours.
  public init(count: Int64) { self.count = count }
  /// `wattHours` watt-hours, exactly.
  public init(wattHours: Int) { count = Int64(wattHours) * 1000 }
  /// The nearest milliwatt-hour to `kilowattHours`, half away from zero. `kilowattHours` is finite.
  public init(kilowattHours: Double) { count = Int64((kilowattHours * 1e6).rounded()) }

  /// In kilowatt-hours, for formulas and print.
  public var kilowattHours: Double { Double(count) / 1e6 }

  /// kWh, Wh, MWh, mWh.
  public static let units = [
    UnitOfMeasure("kWh", 1_000_000), UnitOfMeasure("Wh", 1000), UnitOfMeasure("MWh", 1_000_000_000), UnitOfMeasure("mWh", 1),
  ]
  /// For messages.
  public static let name = "an energy"

  /// The constant power that delivers this energy in `duration`: `P = E / t`, to the nearest milliwatt. `duration` > 0.
  public func meanPower(over duration: Duration) -> Power {
    Power(count: scaled(count, by: 3_600_000, over: duration.milliseconds))
  }

  /// What this energy costs at `price`, to the nearest micro-euro, half away from zero.
  public static func * (energy: Energy, price: EnergyPrice) -> Money {
    Money(count: scaled(energy.count, by: price.count, over: 1_000_000))
  }

  /// `fraction` of this energy, to the nearest milliwatt-hour, half away from zero.
  public static func * (energy: Energy, fraction: Fraction) -> Energy {
    Energy(count: scaled(energy.count, by: fraction.count, over: Fraction.one.count))
  }
}
