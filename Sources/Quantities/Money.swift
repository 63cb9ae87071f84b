import Glibc

/// An amount of money; smallest unit 1 micro-euro. Cents exist only on a statement's line.
public struct Money: Quantity {
  /// Micro-euros; positive is what the member pays.
  public let count: Int64
  /// `count` micro-euros.
  public init(count: Int64) { self.count = count }
  /// The nearest micro-euro to `euros`, half away from zero. `euros` is finite.
  public init(euros: Double) { count = Int64((euros * 1e6).rounded()) }

  /// In euros, for print.
  public var euros: Double { Double(count) / 1e6 }

  /// EUR, ct.
  public static let units = [UnitOfMeasure("EUR", 1_000_000), UnitOfMeasure("€", 1_000_000), UnitOfMeasure("ct", 10_000)]
  /// For messages.
  public static let name = "an amount of money"
}

/// The price of energy; smallest unit 1 micro-euro per kWh (0.001 EUR/MWh). May be negative.
public struct EnergyPrice: Quantity {
  /// Micro-euros per kilowatt-hour.
  public let count: Int64
  /// `count` micro-euros per kilowatt-hour.
  public init(count: Int64) { self.count = count }
  /// The nearest micro-euro to `eurosPerKilowattHour`. Finite.
  public init(eurosPerKilowattHour: Double) { count = Int64((eurosPerKilowattHour * 1e6).rounded()) }

  /// In EUR/kWh, for formulas and print.
  public var eurosPerKilowattHour: Double { Double(count) / 1e6 }

  /// ct/kWh, EUR/kWh, EUR/MWh.
  public static let units = [
    UnitOfMeasure("ct/kWh", 10_000), UnitOfMeasure("EUR/kWh", 1_000_000), UnitOfMeasure("EUR/MWh", 1000),
    UnitOfMeasure("€/kWh", 1_000_000), UnitOfMeasure("€/MWh", 1000),
  ]
  /// For messages.
  public static let name = "a price of energy"
}

/// The price of a period's peak power (demand charge); smallest unit 1 micro-euro per kW.
public struct PowerPrice: Quantity {
  /// Micro-euros per kilowatt.
  public let count: Int64
  /// `count` micro-euros per kilowatt.
  public init(count: Int64) { self.count = count }

  /// In EUR/kW, for formulas and print.
  public var eurosPerKilowatt: Double { Double(count) / 1e6 }

  /// EUR/kW.
  public static let units = [UnitOfMeasure("EUR/kW", 1_000_000), UnitOfMeasure("€/kW", 1_000_000)]
  /// For messages.
  public static let name = "a price of power"
}
