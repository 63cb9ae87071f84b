public import CommunityModel
public import Quantities

/// A charging point for cars that only charges: each session's energy must be in the car by its departure.
///
/// Equations: see `WindowedUse`; with charging alone the content of the car is not needed, one row a session is enough
/// (optimizer-model, section 4).
public struct ChargingPoint: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// Largest charging power, above zero.
  public let power: Power
  /// Share of the drawn energy that arrives in the car, above 0 up to 1.
  public let efficiency: Fraction
  /// The sessions, each with the energy wanted in the car.
  public let sessions: [EnergyWindow]

  /// A charging point; see the properties.
  public init(id: AssetID, site: Site.ID, power: Power, efficiency: Fraction = .one, sessions: [EnergyWindow]) {
    self.id = id
    self.site = site
    self.power = power
    self.efficiency = efficiency
    self.sessions = sessions
  }

  /// All of its power.
  public var mostTaken: Power { power }

  private var use: WindowedUse {
    WindowedUse(
      id: id, site: site, role: .charging, power: power, efficiency: efficiency, windows: sessions,
      breachKind: .chargingUnreachable)
  }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .placed(sessions) }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader { use.add(to: &draft) }

  /// See `Asset`: cars charge at once when they arrive.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    use.standingSchedule(over: horizon)
  }
}

/// What a charging point or shiftable load is known by, with windows on the wall clock.
public struct FlexibleUseDescription: Sendable, Equatable {
  /// Largest power, above zero.
  public let power: Power
  /// Share of the drawn energy that does its work, above 0 up to 1.
  public let efficiency: Fraction
  /// When how much is due.
  public let windows: [DailyWindow]

  /// A description; see the properties.
  public init(power: Power, efficiency: Fraction = .one, windows: [DailyWindow]) {
    self.power = power
    self.efficiency = efficiency
    self.windows = windows
  }
}
