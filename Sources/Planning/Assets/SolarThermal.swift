public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// A field of solar collectors.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | q | heat given to the network | kW |
/// | avail | what the sun allows at the collectors' temperature, data | kW |
///
///     0 <= q <= avail        collectors can stand still or be cooled          optimizer-model, section 8
public struct SolarThermal: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// The network that it feeds.
  public let network: HeatNetwork.ID
  /// What it is expected to be able to give; zero or positive.
  public let available: TimeSeries<Power>

  /// Collectors that can give `available`.
  public init(id: AssetID, site: Site.ID, network: HeatNetwork.ID, available: TimeSeries<Power>) {
    self.id = id
    self.site = site
    self.network = network
    self.available = available
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }
  /// The sun costs nothing: it comes first.
  public var heatRank: Int? { 0 }

  /// See `Asset`: a yield that is not known is not zero.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    try horizon.requireCoverage(by: available.span, of: "yield of asset \(id)")
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let available = draft.horizon.means(of: available).map { max($0, .zero) }
    let idle = draft.horizon.idle
    let place = draft.add(
      Source(id.text, bus: try draft.heat(network, at: site, of: id), available: .steps(available.map(\.kilowatts))))
    return { [id, site, network] system in
      AssetSchedule(
        id: id, site: site, role: .solarThermal, power: idle, available: available,
        heat: HeatFlow(network: network, power: system.sources[place].map { -Power(kilowatts: $0) }))
    }
  }

  /// See `Asset`: what is wanted, as far as the sun allows.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let available = horizon.means(of: available).map { max($0, .zero) }
    let given = zip(available, residual).map { -min($0, max(.zero, $1)) }
    return AssetSchedule(
      id: id, site: site, role: .solarThermal, power: horizon.idle, available: available,
      heat: HeatFlow(network: network, power: given))
  }
}
