public import CommunityModel
import EnergySystems
public import Quantities

/// A chiller that heat drives: of waste, sun or an engine.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | h | heat taken from the heat network | kW |
/// | q | cold given to the cold network | kW |
/// | r | heat ratio | - |
///
///     q = r h,   0 <= q <= Q                                                 optimizer-model, section 8: a converter
public struct AbsorptionChiller: Asset {
  /// What it is.
  public struct Parameters: Sendable, Equatable {
    /// The network whose heat drives it.
    public let heatSource: HeatNetwork.ID
    /// The most cold that it gives, above zero.
    public let coldPower: Power
    /// Cold for each unit of heat, 0.6 to 0.8 for most.
    public let heatRatio: Fraction

    /// Parameters; see the properties.
    public init(heatSource: HeatNetwork.ID, coldPower: Power, heatRatio: Fraction) {
      self.heatSource = heatSource
      self.coldPower = coldPower
      self.heatRatio = heatRatio
    }
  }

  /// Its short name.
  public let id: AssetID
  /// Where it stands.
  public let site: Site.ID
  /// The cold network that it feeds.
  public let network: HeatNetwork.ID
  /// What it is.
  public let parameters: Parameters

  /// A chiller; see the properties.
  public init(id: AssetID, site: Site.ID, network: HeatNetwork.ID, parameters: Parameters) {
    self.id = id
    self.site = site
    self.network = network
    self.parameters = parameters
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }
  /// Without a plan it comes after chillers that take power.
  public var heatRank: Int? { 2 }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let place = draft.add(
      Converter(
        id.text, input: try draft.heat(parameters.heatSource, at: site, of: id),
        modes: [.init([.init(try draft.heat(network, at: site, of: id), .constant(parameters.heatRatio.value))])],
        maxInput: .constant(parameters.coldPower.kilowatts / parameters.heatRatio.value)))
    let idle = draft.horizon.idle
    return { [self] system in schedule(taking: system.converters[place].input.map { Power(kilowatts: $0) }, idle: idle) }
  }

  private func schedule(taking heat: [Power], idle: [Power]) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .absorptionChiller, power: idle,
      heat: HeatFlow(network: network, power: heat.map { -Power(kilowatts: $0.kilowatts * parameters.heatRatio.value) }),
      drivingHeat: HeatFlow(network: parameters.heatSource, power: heat))
  }

  /// See `Asset`: what cold is wanted, as far as its power allows.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let taken = residual.map {
      Power(kilowatts: min(parameters.coldPower, max(.zero, $0)).kilowatts / parameters.heatRatio.value)
    }
    return schedule(taking: taken, idle: horizon.idle)
  }
}
