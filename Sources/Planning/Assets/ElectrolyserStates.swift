public import Quantities

/// How much hydrogen an electrolyser makes at a load.
public struct ElectrolyserPoint: Sendable, Hashable {
  /// What it takes, as a share of its most, above 0 up to 1.
  public let load: Fraction
  /// Hydrogen for each unit of power at that load, above 0 up to 1.
  public let efficiency: Fraction

  /// A point; see the properties.
  public init(load: Fraction, efficiency: Fraction) {
    self.load = load
    self.efficiency = efficiency
  }
}

/// What an electrolyser does in a step.
public enum ElectrolyserState: String, CaseIterable, Sendable {
  /// It makes hydrogen.
  case on
  /// It is warm, takes power for that, and makes nothing.
  case standby
  /// It is cold, or rests.
  case off
}
