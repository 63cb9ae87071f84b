/// CO2 for each unit of energy; smallest unit one milligram a kilowatt-hour.
public struct EmissionFactor: Quantity {
  /// Milligrams a kilowatt-hour.
  public let count: Int64
  /// `count` milligrams a kilowatt-hour.
  public init(count: Int64) { self.count = count }

  /// In kilograms a kilowatt-hour, for formulas and print.
  public var kilogramsPerKilowattHour: Double { Double(count) / 1e6 }

  /// Grams or kilograms a kilowatt-hour.
  public static let units = [UnitOfMeasure("g/kWh", 1000), UnitOfMeasure("kg/kWh", 1_000_000), UnitOfMeasure("kg/MWh", 1000)]
  /// For messages.
  public static let name = "an emission factor"
}

/// A mass of CO2; smallest unit one milligram.
public struct Mass: Quantity {
  /// Milligrams.
  public let count: Int64
  /// `count` milligrams.
  public init(count: Int64) { self.count = count }

  /// In kilograms, for formulas and print.
  public var kilograms: Double { Double(count) / 1e6 }

  /// kg, g, t.
  public static let units = [UnitOfMeasure("kg", 1_000_000), UnitOfMeasure("g", 1000), UnitOfMeasure("t", 1_000_000_000)]
  /// For messages.
  public static let name = "a mass"
}

/// The price of CO2; smallest unit one micro-euro a tonne.
public struct CarbonPrice: Quantity {
  /// Micro-euros a tonne.
  public let count: Int64
  /// `count` micro-euros a tonne.
  public init(count: Int64) { self.count = count }

  /// In EUR/kg, for formulas.
  public var eurosPerKilogram: Double { Double(count) / 1e9 }

  /// EUR/t, EUR/kg.
  public static let units = [
    UnitOfMeasure("EUR/t", 1_000_000), UnitOfMeasure("EUR/kg", 1_000_000_000), UnitOfMeasure("€/t", 1_000_000),
  ]
  /// For messages.
  public static let name = "a price of CO2"
}

extension Energy {
  /// The CO2 of this energy at `factor`, to the nearest milligram, half away from zero.
  public static func * (energy: Energy, factor: EmissionFactor) -> Mass {
    Mass(count: scaled(energy.count, by: factor.count, over: 1_000_000))
  }
}

extension Mass {
  /// What this mass costs at `price`, to the nearest micro-euro, half away from zero.
  public static func * (mass: Mass, price: CarbonPrice) -> Money {
    Money(count: scaled(mass.count, by: price.count, over: 1_000_000_000))
  }
}
