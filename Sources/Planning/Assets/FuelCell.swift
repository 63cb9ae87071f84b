public import CommunityModel
import EnergySystems
public import Quantities

/// Makes power of hydrogen, and heat beside it.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | h | hydrogen used up, by its lower heating value | kW |
/// | p, q | power given to the site, heat given to the network | kW |
/// | eta, eta_q | power and usable heat for each unit of hydrogen | - |
///
///     p = eta h,   0 <= q <= eta_q h,   0 <= p <= P                          optimizer-model, section 8
///     rules of running (least load, least times, starts, ramp): see `OperatingRules`
public struct FuelCell: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it gives its power.
  public let site: Site.ID
  /// What it uses up.
  public let fuel: Fuel.ID
  /// The most power that it gives, above zero.
  public let power: Power
  /// Power for each unit of hydrogen, above 0 up to 1.
  public let efficiency: Fraction
  /// Its waste heat; nil where that is of no use.
  public let wasteHeat: WasteHeat?
  /// How it may be run.
  public let rules: OperatingRules

  /// A fuel cell; see the properties.
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
  public var burnt: Fuel.ID? { fuel }
  /// What it can give of what the tank holds.
  public var storedPower: Power { power }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .fuelConverter }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let fuelPower = power.kilowatts / efficiency.value
    let most = [Double](repeating: fuelPower, count: horizon.count)
    let output = Converter.Output(draft.electricity(at: site), .constant(efficiency.value))
    let place = draft.add(
      Converter(
        id.text, input: try draft.fuel(fuel, of: id), modes: try draft.modes([output], with: wasteHeat, at: site, of: id),
        maxInput: .steps(most), ramp: rules.ramp(of: fuelPower, over: horizon), commitment: rules.commitment(most: most)))
    return { [self] system in
      let part = system.converters[place]
      return schedule(taking: part.input, warming: part.inputs[0], starts: rules.startCosts(of: part.on))
    }
  }

  /// The schedule at `input`, of which `warming` is with heat for the network, kW of hydrogen.
  private func schedule(taking input: [Double], warming: [Double], starts: Money) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .fuelCell, power: input.map { -Power(kilowatts: $0 * efficiency.value) }, ownCost: starts,
      heat: wasteHeat?.flow(of: warming), fuel: FuelUse(fuel: fuel, power: input.map { Power(kilowatts: $0) }))
  }

  /// See `Asset`: without a plan hydrogen rests.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let none = [Double](repeating: 0, count: horizon.count)
    return schedule(taking: none, warming: none, starts: .zero)
  }
}

/// What a fuel cell is known by.
public struct FuelCellDescription: Sendable, Equatable {
  /// What it uses up.
  public let fuel: Fuel.ID
  /// The most power that it gives, above zero.
  public let power: Power
  /// Power for each unit of hydrogen, above zero.
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
