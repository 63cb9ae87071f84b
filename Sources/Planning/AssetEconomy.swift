public import Quantities

/// What it depends on whether an asset's schedule pays off: for reasons in words, not for the model.
public enum AssetEconomy: Sendable, Equatable {
  /// There is nothing to decide.
  case fixed
  /// It carries energy to another time: this share comes back, and a kilowatt-hour cycled through wears it by so much.
  case store(roundTrip: Fraction, wear: EnergyPrice)
  /// It makes heat, at most so much in each step; a kilowatt-hour of it takes `power` (below zero it gives) and `fuel`.
  case heatSource(most: [Power], power: [Double], fuel: Double)
  /// It makes a fuel of power, or power of a fuel.
  case fuelConverter
  /// It uses energy at a time of its choice within windows.
  case placed([EnergyWindow])
  /// It gives what sun or wind allow, or less.
  case plant
}
