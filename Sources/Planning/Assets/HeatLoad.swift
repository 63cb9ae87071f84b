public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// Heat that must be delivered: houses, warm water, a school.
///
///     demand[t] = data
public struct HeatLoad: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// The network that serves it.
  public let network: HeatNetwork.ID
  /// What it is expected to take; zero or positive.
  public let demand: TimeSeries<Power>
  /// What it is, for tables and words.
  public let role: AssetSchedule.Role

  /// A load that takes `demand`.
  public init(id: AssetID, site: Site.ID, network: HeatNetwork.ID, demand: TimeSeries<Power>) {
    self.init(id: id, site: site, network: network, demand: demand, role: .heatLoad)
  }

  init(id: AssetID, site: Site.ID, network: HeatNetwork.ID, demand: TimeSeries<Power>, role: AssetSchedule.Role) {
    self.id = id
    self.site = site
    self.network = network
    self.demand = demand
    self.role = role
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }

  /// See `Asset`: a demand that is not known is not zero.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    try horizon.requireCoverage(by: demand.span, of: "heat demand of asset \(id)")
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let schedule = standingSchedule(over: draft.horizon, residual: [])
    let bus = try draft.heat(network, at: site, of: id)
    draft.add(Demand(bus: bus, power: .steps(schedule.heat?.power.map(\.kilowatts) ?? [])))
    return { _ in schedule }
  }

  /// See `Asset`.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: role, power: horizon.idle, heat: HeatFlow(network: network, power: horizon.means(of: demand))
    )
  }

  /// See `Asset`: nobody wants heat for a while.
  public func interrupted(in span: Range<QuarterHour>) -> any Asset {
    HeatLoad(id: id, site: site, network: network, demand: demand.interrupted(in: span), role: role)
  }
}
