public import CommunityModel
import EnergySystems
public import Quantities

/// An engine or turbine that makes power and heat of a fuel.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | f | fuel burnt | kW |
/// | p, q | power given to the site, heat given to the network | kW |
/// | eta_e, eta_q | efficiencies | - |
/// | eta_c | of power when no heat is taken, of a turbine that can | - |
///
///     p = eta_e f,  q = eta_q f                  back-pressure: a fixed ratio          optimizer-model, section 8
///     p + q (eta_c - eta_e) / eta_q = eta_c f,   p >= q eta_e / eta_q                  extraction
///     rules of running (least load, least times, starts, ramp): see `OperatingRules`
public struct CombinedHeatAndPower: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it gives its power.
  public let site: Site.ID
  /// The network that it feeds.
  public let network: HeatNetwork.ID
  /// What it burns.
  public let fuel: Fuel.ID
  /// The most fuel that it burns, above zero.
  public let fuelPower: Power
  /// Power for each unit of fuel, with all heat taken.
  public let powerEfficiency: Fraction
  /// Heat for each unit of fuel.
  public let heatEfficiency: Fraction
  /// Power for each unit of fuel when no heat is taken; nil where heat comes whether it is wanted or not.
  public let condensingEfficiency: Fraction?
  /// How it may be run.
  public let rules: OperatingRules

  /// A unit; see the properties.
  public init(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, fuel: Fuel.ID, fuelPower: Power, powerEfficiency: Fraction,
    heatEfficiency: Fraction, condensingEfficiency: Fraction? = nil, rules: OperatingRules = .none
  ) {
    self.id = id
    self.site = site
    self.network = network
    self.fuel = fuel
    self.fuelPower = fuelPower
    self.powerEfficiency = powerEfficiency
    self.heatEfficiency = heatEfficiency
    self.condensingEfficiency = condensingEfficiency
    self.rules = rules
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }
  /// See `Asset`.
  public var burnt: Fuel.ID? { fuel }
  /// See `Asset`.
  public var enginePower: Power {
    Power(kilowatts: fuelPower.kilowatts * max(powerEfficiency, condensingEfficiency ?? .zero).value)
  }
  /// Without a plan it follows the heat, before boilers.
  public var heatRank: Int? { 2 }

  /// See `Asset`: a turbine that may do without heat gives up power for it.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy {
    let most = Power(kilowatts: fuelPower.kilowatts * heatEfficiency.value)
    let power = ((condensingEfficiency ?? .zero).value - powerEfficiency.value) / heatEfficiency.value
    return .heatSource(
      most: horizon.idle.map { _ in most }, power: horizon.idle.map { _ in power },
      fuel: condensingEfficiency == nil ? 1 / heatEfficiency.value : 0)
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let most = [Double](repeating: fuelPower.kilowatts, count: horizon.count)
    let power = draft.electricity(at: site)
    var modes = [
      Converter.Mode([
        .init(power, .constant(powerEfficiency.value)),
        .init(try draft.heat(network, at: site, of: id), .constant(heatEfficiency.value)),
      ])
    ]
    if let condensingEfficiency { modes.append(.init([.init(power, .constant(condensingEfficiency.value))])) }
    let place = draft.add(
      Converter(
        id.text, input: try draft.fuel(fuel, of: id), modes: modes, maxInput: .steps(most),
        ramp: rules.ramp(of: fuelPower.kilowatts, over: horizon), commitment: rules.commitment(most: most)))
    return { [self] system in
      let part = system.converters[place]
      return schedule(heating: part.inputs[0], condensing: part.inputs.dropFirst().first, starts: rules.startCosts(of: part.on))
    }
  }

  private func schedule(heating: [Double], condensing: [Double]?, starts: Money) -> AssetSchedule {
    let other = condensing ?? [Double](repeating: 0, count: heating.count)
    let given = zip(heating, other).map { heating, other in
      -Power(kilowatts: powerEfficiency.value * heating + (condensingEfficiency ?? .zero).value * other)
    }
    return AssetSchedule(
      id: id, site: site, role: .combinedHeatAndPower, power: given, ownCost: starts,
      heat: HeatFlow(network: network, power: heating.map { -Power(kilowatts: $0 * heatEfficiency.value) }),
      fuel: FuelUse(fuel: fuel, power: zip(heating, other).map { Power(kilowatts: $0 + $1) }))
  }

  /// See `Asset`: follows the heat that is wanted.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let burnt = residual.map { min(fuelPower.kilowatts, max(0, $0.kilowatts) / heatEfficiency.value) }
    return schedule(heating: burnt, condensing: nil, starts: .zero)
  }
}
