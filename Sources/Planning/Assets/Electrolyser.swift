public import CommunityModel
import EnergySystems
public import Quantities

/// Makes hydrogen of power.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | power taken from the site | kW |
/// | h | hydrogen made, by its lower heating value | kW |
/// | q | waste heat given to the network | kW |
/// | eta, eta_q | hydrogen and usable heat for each unit of power | - |
///
///     h = eta p,   0 <= q <= eta_q p,   0 <= p <= P                          optimizer-model, section 8
///     rules of running (least load, least times, cold starts, ramp): see `OperatingRules`
public struct Electrolyser: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it takes its power.
  public let site: Site.ID
  /// What it makes.
  public let fuel: Fuel.ID
  /// The most power that it takes, above zero.
  public let power: Power
  /// Hydrogen for each unit of power, above 0 up to 1.
  public let efficiency: Fraction
  /// Its waste heat; nil where that is of no use.
  public let wasteHeat: WasteHeat?
  /// How it may be run.
  public let rules: OperatingRules

  /// An electrolyser; see the properties.
  public init(
    id: AssetID, site: Site.ID, fuel: Fuel.ID, power: Power, efficiency: Fraction, wasteHeat: WasteHeat? = nil,
    rules: OperatingRules = .none
  ) {
    self.id = id
    self.site = site
    self.fuel = fuel
    self.power = power
    self.efficiency = efficiency
    self.wasteHeat = wasteHeat
    self.rules = rules
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { wasteHeat?.network }
  /// See `Asset`.
  public var keptFuel: Fuel.ID? { fuel }
  /// All of its power.
  public var mostTaken: Power { power }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .fuelConverter }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let most = [Double](repeating: power.kilowatts, count: horizon.count)
    let hydrogen = Converter.Output(try draft.fuel(fuel, of: id), .constant(efficiency.value))
    let place = draft.add(
      Converter(
        id.text, input: draft.electricity(at: site), modes: try draft.modes([hydrogen], with: wasteHeat, at: site, of: id),
        maxInput: .steps(most), ramp: rules.ramp(of: power.kilowatts, over: horizon), commitment: rules.commitment(most: most)))
    return { [self] system in
      let part = system.converters[place]
      return schedule(taking: part.input, warming: part.inputs[0], starts: rules.startCosts(of: part.on))
    }
  }

  /// The schedule at `input`, of which `warming` is with heat for the network, kW.
  private func schedule(taking input: [Double], warming: [Double], starts: Money) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .electrolyser, power: input.map { Power(kilowatts: $0) }, ownCost: starts,
      heat: wasteHeat?.flow(of: warming),
      fuel: FuelUse(fuel: fuel, power: input.map { -Power(kilowatts: $0 * efficiency.value) }))
  }

  /// See `Asset`: without a plan hydrogen rests.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let none = [Double](repeating: 0, count: horizon.count)
    return schedule(taking: none, warming: none, starts: .zero)
  }
}

/// What an electrolyser is known by.
public struct ElectrolyserDescription: Sendable, Equatable {
  /// What it makes.
  public let fuel: Fuel.ID
  /// The most power that it takes, above zero.
  public let power: Power
  /// Hydrogen for each unit of power, above zero.
  public let efficiency: Fraction
  /// Its waste heat; nil where that is of no use.
  public let wasteHeat: WasteHeat?
  /// How it may be run.
  public let rules: OperatingRules

  /// A description; see the properties.
  public init(
    fuel: Fuel.ID, power: Power, efficiency: Fraction, wasteHeat: WasteHeat? = nil, rules: OperatingRules = .none
  ) {
    self.fuel = fuel
    self.power = power
    self.efficiency = efficiency
    self.wasteHeat = wasteHeat
    self.rules = rules
  }
}
