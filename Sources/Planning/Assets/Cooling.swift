public import CommunityModel
public import MarketTime
public import Quantities

// What cools is what heats, in a cold network: a load of cold, a tank of cold water, and a chiller in the place of a heat pump.

/// Cold that must be delivered: rooms, servers, a dairy.
///
///     demand[t] = data
public enum CoolingLoad {
  /// A load that takes `demand` of cold; zero or positive.
  public static func asset(id: AssetID, site: Site.ID, network: HeatNetwork.ID, demand: TimeSeries<Power>) -> HeatLoad {
    HeatLoad(id: id, site: site, network: network, demand: demand, role: .coolingLoad)
  }
}

/// A compression chiller.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | power taken from the site | kW |
/// | q | cold given to the network | kW |
/// | EER | energy efficiency ratio, data of each step | - |
/// | g | share of what nature allows | - |
/// | Tc, To | of the cold water and where the heat goes, kelvins | K |
///
///     q = EER[t] p,   0 <= p <= P                                             optimizer-model, section 8, as a heat pump
///     EER = g Tc / (To - Tc),   To - Tc at least 15 K
///     rules of running (least load, least times, starts): see `OperatingRules`
public enum Chiller {
  /// A chiller that takes at most `power` and gives `performance` of cold for each unit of it.
  public static func asset(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, power: Power, performance: TimeSeries<Fraction>,
    rules: OperatingRules = .none
  ) -> HeatPump {
    HeatPump(
      id: id, site: site, network: network, power: power, performance: performance, rules: rules, blocked: [], forced: [],
      role: .chiller)
  }

  /// The energy efficiency ratio between cold water and where its heat goes.
  ///
  /// - Parameters:
  ///   - quality: g, the share of what nature allows, 0.25 to 0.4 for most.
  ///   - leastLift: A smaller difference counts as this; below it machines gain nothing.
  public static func performance(
    quality: Fraction, water: Temperature, outdoor: Temperature, leastLift: Temperature = Temperature(count: 15_000)
  ) -> Fraction {
    let lift = max(leastLift, outdoor - water).degreesCelsius
    return Fraction(quality.value * (water.degreesCelsius + 273.15) / lift)
  }
}

/// What a chiller is known by before temperatures are forecast.
public struct ChillerDescription: Sendable, Equatable {
  /// The most power that it takes, above zero.
  public let power: Power
  /// Where its heat goes: the temperature of water or ground; nil for the air outside.
  public let sink: Temperature?
  /// The share of what nature allows, see `Chiller.performance`.
  public let quality: Fraction
  /// How it may be run.
  public let rules: OperatingRules

  /// A description; see the properties.
  public init(power: Power, sink: Temperature? = nil, quality: Fraction, rules: OperatingRules = .none) {
    self.power = power
    self.sink = sink
    self.quality = quality
    self.rules = rules
  }
}

/// What a load of cold is known by.
public struct CoolingLoadDescription: Sendable, Equatable {
  /// Cold in a year.
  public let annualConsumption: Energy
  /// What of it is wanted at all times alike: servers, cold stores.
  public let steady: Fraction

  /// A description; see the properties.
  public init(annualConsumption: Energy, steady: Fraction = .zero) {
    self.annualConsumption = annualConsumption
    self.steady = steady
  }
}
