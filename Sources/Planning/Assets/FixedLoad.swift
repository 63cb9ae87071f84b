public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// Use that nobody schedules: households, shops, street lights.
///
///     demand[t] = data
public struct FixedLoad: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// What it is expected to use; zero or positive.
  public let demand: TimeSeries<Power>

  /// A load that uses `demand`.
  public init(id: AssetID, site: Site.ID, demand: TimeSeries<Power>) {
    self.id = id
    self.site = site
    self.demand = demand
  }

  /// See `Asset`: a demand that is not known is not zero.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    try horizon.requireCoverage(by: demand.span, of: "demand of asset \(id)")
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let schedule = standingSchedule(over: draft.horizon, residual: [])
    draft.add(Demand(bus: draft.electricity(at: site), power: .steps(schedule.power.map(\.kilowatts))))
    return { _ in schedule }
  }

  /// See `Asset`.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    AssetSchedule(id: id, site: site, role: .load, power: horizon.means(of: demand))
  }

  /// See `Asset`: nobody uses anything for a while.
  public func interrupted(in span: Range<QuarterHour>) -> any Asset {
    FixedLoad(id: id, site: site, demand: demand.interrupted(in: span))
  }
}

/// What a load is known by before its use is forecast.
public struct LoadDescription: Sendable, Equatable {
  /// Its use in a year, for the standard profile.
  public let annualConsumption: Energy
  /// The standard load profile that it follows where no history exists: `H25`, `G0`.
  public let profile: String

  /// The standard profiles there are: those of 2025 and, before them, those of 1999.
  public static let standardProfiles = [
    "H25", "G25", "L25", "P25", "S25", "H0", "G0", "G1", "G2", "G3", "G4", "G5", "G6", "L0", "L1", "L2",
  ]

  /// A description; see the properties.
  public init(annualConsumption: Energy, profile: String) {
    self.annualConsumption = annualConsumption
    self.profile = profile
  }
}
