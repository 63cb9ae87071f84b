public import Quantities

/// What a heat pump is known by before temperatures are forecast.
public struct HeatPumpDescription: Sendable, Equatable {
  /// Where it takes its heat.
  public enum Source: Sendable, Equatable {
    /// The air outside.
    case air
    /// Ground or water of this temperature.
    case constant(Temperature)
  }

  /// The most power that it takes, above zero.
  public let power: Power
  /// Where it takes its heat.
  public let source: Source
  /// The share of what nature allows, see `HeatPump.performance`.
  public let quality: Fraction
  /// How it may be run.
  public let rules: OperatingRules

  /// A description; see the properties.
  public init(power: Power, source: Source, quality: Fraction, rules: OperatingRules = .none) {
    self.power = power
    self.source = source
    self.quality = quality
    self.rules = rules
  }
}

/// What a boiler is known by.
public struct BoilerDescription: Sendable, Equatable {
  /// What it burns.
  public let fuel: Fuel.ID
  /// The most heat that it gives, above zero.
  public let heatPower: Power
  /// Heat for each unit of fuel, above zero.
  public let efficiency: Fraction
  /// How it may be run.
  public let rules: OperatingRules

  /// A description; see the properties.
  public init(fuel: Fuel.ID, heatPower: Power, efficiency: Fraction, rules: OperatingRules = .none) {
    self.fuel = fuel
    self.heatPower = heatPower
    self.efficiency = efficiency
    self.rules = rules
  }
}

/// What an engine that makes power and heat is known by.
public struct EngineDescription: Sendable, Equatable {
  /// What it burns.
  public let fuel: Fuel.ID
  /// The most power that it gives with all its heat taken, above zero.
  public let power: Power
  /// Power for each unit of fuel, above zero.
  public let powerEfficiency: Fraction
  /// Heat for each unit of fuel, above zero.
  public let heatEfficiency: Fraction
  /// Power for each unit of fuel without heat; nil where heat comes in any case.
  public let condensingEfficiency: Fraction?
  /// How it may be run.
  public let rules: OperatingRules

  /// A description; see the properties.
  public init(
    fuel: Fuel.ID, power: Power, powerEfficiency: Fraction, heatEfficiency: Fraction, condensingEfficiency: Fraction? = nil,
    rules: OperatingRules = .none
  ) {
    self.fuel = fuel
    self.power = power
    self.powerEfficiency = powerEfficiency
    self.heatEfficiency = heatEfficiency
    self.condensingEfficiency = condensingEfficiency
    self.rules = rules
  }
}

/// What a tank is known by.
public struct HeatStoreDescription: Sendable, Equatable {
  /// Usable energy from lowest usable temperature to full, above zero.
  public let capacity: Energy
  /// Most heat in and out; nil for no limit.
  public let power: Power?
  /// Share of the content lost per hour.
  public let loss: LossRate
  /// What it holds, as a share; nil where nobody says.
  public let charge: Fraction?

  /// A description; see the properties.
  public init(capacity: Energy, power: Power? = nil, loss: LossRate = .zero, charge: Fraction? = nil) {
    self.capacity = capacity
    self.power = power
    self.loss = loss
    self.charge = charge
  }

  /// The same tank with nothing in it.
  var emptied: HeatStoreDescription { HeatStoreDescription(capacity: capacity, power: power, loss: loss, charge: .zero) }
}
