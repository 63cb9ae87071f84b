public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// A plant driven by sun or wind.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | v | given to the site | kW |
/// | avail | what sun or wind allow, data | kW |
///
///     0 <= v <= avail   when it can be curtailed,   v = avail   when not      optimizer-model, section 2
public struct RenewablePlant: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// What it is expected to be able to give; zero or positive.
  public let available: TimeSeries<Power>
  /// Whether it can be turned down.
  public let isCurtailable: Bool

  /// A plant that can give `available`.
  public init(id: AssetID, site: Site.ID, available: TimeSeries<Power>, isCurtailable: Bool = true) {
    self.id = id
    self.site = site
    self.available = available
    self.isCurtailable = isCurtailable
  }

  /// See `Asset`.
  public var isForcedToGive: Bool { !isCurtailable }

  /// See `Asset`: a yield that is not known is not zero.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    try horizon.requireCoverage(by: available.span, of: "yield of asset \(id)")
  }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { isCurtailable ? .plant : .fixed }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let full = standingSchedule(over: draft.horizon, residual: [])
    let available = full.available ?? []
    let bus = draft.electricity(at: site)
    guard isCurtailable else {
      draft.add(Demand(bus: bus, power: .steps(full.power.map(\.kilowatts))))
      return { _ in full }
    }
    let place = draft.add(Source(id.text, bus: bus, available: .steps(available.map(\.kilowatts))))
    return { [id, site] system in
      let power = system.sources[place].map { -Power(kilowatts: $0) }
      return AssetSchedule(id: id, site: site, role: .generation, power: power, available: available)
    }
  }

  /// See `Asset`: everything that sun or wind allow.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let available = horizon.means(of: self.available).map { max($0, .zero) }
    return AssetSchedule(id: id, site: site, role: .generation, power: available.map { -$0 }, available: available)
  }

  /// See `Asset`: sun and wind are there, and the plant gives nothing of them.
  public func interrupted(in span: Range<QuarterHour>) -> any Asset {
    RenewablePlant(id: id, site: site, available: available.interrupted(in: span), isCurtailable: isCurtailable)
  }
}

/// What a plant is known by before its yield is forecast.
public struct PlantDescription: Sendable, Equatable {
  /// What drives a plant.
  public enum Source: String, CaseIterable, Sendable {
    /// Solar modules.
    case pv
    /// A wind turbine.
    case wind
  }

  /// What drives it.
  public let source: Source
  /// Its nominal power, above zero.
  public let peakPower: Power
  /// Whether it can be turned down.
  public let isCurtailable: Bool

  /// A description; see the properties.
  public init(source: Source, peakPower: Power, isCurtailable: Bool) {
    self.source = source
    self.peakPower = peakPower
    self.isCurtailable = isCurtailable
  }
}
