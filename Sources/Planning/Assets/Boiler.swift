public import CommunityModel
import EnergySystems
public import Quantities

/// A boiler that burns something: wood chips, gas, oil.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | f | fuel burnt | kW |
/// | q | heat given to the network | kW |
/// | eta | efficiency | - |
///
///     q = eta f,   0 <= q <= Q                                               optimizer-model, section 8
///     rules of running (least load, least times, starts, ramp): see `OperatingRules`
public struct Boiler: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it stands.
  public let site: Site.ID
  /// The network that it feeds.
  public let network: HeatNetwork.ID
  /// What it burns.
  public let fuel: Fuel.ID
  /// The most heat that it gives, above zero.
  public let heatPower: Power
  /// Heat for each unit of fuel, above 0 up to about 1.1 (condensing boilers, lower heating value).
  public let efficiency: Fraction
  /// How it may be run.
  public let rules: OperatingRules

  /// A boiler; see the properties.
  public init(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, fuel: Fuel.ID, heatPower: Power, efficiency: Fraction,
    rules: OperatingRules = .none
  ) {
    self.id = id
    self.site = site
    self.network = network
    self.fuel = fuel
    self.heatPower = heatPower
    self.efficiency = efficiency
    self.rules = rules
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }
  /// See `Asset`.
  public var burnt: Fuel.ID? { fuel }
  /// What burns comes last.
  public var heatRank: Int? { 3 }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy {
    .heatSource(
      most: horizon.idle.map { _ in heatPower }, power: horizon.idle.map { _ in 0 }, fuel: 1 / efficiency.value)
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let most = [Double](repeating: heatPower.kilowatts / efficiency.value, count: horizon.count)
    let place = draft.add(
      Converter(
        id.text, input: try draft.fuel(fuel, of: id),
        modes: [.init([.init(try draft.heat(network, at: site, of: id), .constant(efficiency.value))])], maxInput: .steps(most),
        ramp: rules.ramp(of: heatPower.kilowatts / efficiency.value, over: horizon), commitment: rules.commitment(most: most)))
    return { [self] system in
      let part = system.converters[place]
      return schedule(burning: part.input.map { Power(kilowatts: $0) }, starts: rules.startCosts(of: part.on), over: horizon)
    }
  }

  private func schedule(burning power: [Power], starts: Money, over horizon: PlanningHorizon) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .boiler, power: horizon.idle, ownCost: starts,
      heat: HeatFlow(network: network, power: power.map { -Power(kilowatts: $0.kilowatts * efficiency.value) }),
      fuel: FuelUse(fuel: fuel, power: power))
  }

  /// See `Asset`: what heat is wanted, as far as its power allows.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let burnt = residual.map { Power(kilowatts: min(heatPower, max(.zero, $0)).kilowatts / efficiency.value) }
    return schedule(burning: burnt, starts: .zero, over: horizon)
  }
}
