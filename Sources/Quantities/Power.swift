import Glibc

/// Electrical or thermal power; smallest unit 1 mW. Positive for consumption where a sign has a meaning (see `Channel`).
public struct Power: Quantity {
  /// Milliwatts.
  public let count: Int64
  /// `count` milliwatts.
  public init(count: Int64) { self.count = count }
  /// `watts` watts, exactly.
  public init(watts: Int) { count = Int64(watts) * 1000 }
  /// The nearest milliwatt to `kilowatts`, half away from zero. `kilowatts` is finite.
  public init(kilowatts: Double) { count = Int64((kilowatts * 1e6).rounded()) }

  /// In kilowatts, for formulas and print.
  public var kilowatts: Double { Double(count) / 1e6 }

  /// W, kW, kWp, MW, mW.
  public static let units = [
    UnitOfMeasure("kW", 1_000_000), UnitOfMeasure("W", 1000), UnitOfMeasure("MW", 1_000_000_000),
    UnitOfMeasure("kWp", 1_000_000), UnitOfMeasure("mW", 1),
  ]
  /// For messages.
  public static let name = "a power"

  /// The energy of this mean power over `duration`: `E = P t`, to the nearest milliwatt-hour. `duration` in whole milliseconds.
  public func energy(over duration: Duration) -> Energy {
    Energy(count: scaled(count, by: duration.milliseconds, over: 3_600_000))
  }

  /// What so much power costs, to the nearest micro-euro.
  public static func * (power: Power, price: PowerPrice) -> Money {
    Money(count: scaled(power.count, by: price.count, over: 1_000_000))
  }
}

extension Duration {
  /// Whole milliseconds, cut toward zero.
  package var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
