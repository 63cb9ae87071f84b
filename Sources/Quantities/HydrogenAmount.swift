/// An amount of hydrogen, by mass or by its energy; smallest unit 1 mWh of its lower heating value.
///
/// A kilogram is 33.33 kWh: 119.96 MJ/kg, DIN EN ISO 14687 and most data sheets rounded alike.
public struct HydrogenAmount: Quantity {
  /// Milliwatt-hours by the lower heating value.
  public let count: Int64
  /// `count` milliwatt-hours.
  public init(count: Int64) { self.count = count }

  /// By the lower heating value.
  public var energy: Energy { Energy(count: count) }

  /// kWh, kg, MWh, t.
  public static let units = [
    UnitOfMeasure("kWh", 1_000_000), UnitOfMeasure("kg", 33_330_000), UnitOfMeasure("MWh", 1_000_000_000),
    UnitOfMeasure("t", 33_330_000_000),
  ]
  /// For messages.
  public static let name = "an amount of hydrogen"
}
