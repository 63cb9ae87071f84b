public import CommunityModel
public import Quantities

/// Use that may wait: a laundry, a pump, a cold store. Its energy must flow within its windows.
///
/// Equations: see `WindowedUse`.
public struct ShiftableLoad: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// Largest power, above zero.
  public let power: Power
  /// When how much is due.
  public let windows: [EnergyWindow]

  /// A shiftable load; see the properties.
  public init(id: AssetID, site: Site.ID, power: Power, windows: [EnergyWindow]) {
    self.id = id
    self.site = site
    self.power = power
    self.windows = windows
  }

  /// All of its power.
  public var mostTaken: Power { power }

  private var use: WindowedUse {
    WindowedUse(
      id: id, site: site, role: .shiftable, power: power, efficiency: .one, windows: windows, breachKind: .windowTooShort)
  }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .placed(windows) }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader { use.add(to: &draft) }

  /// See `Asset`: runs as soon as its window opens.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    use.standingSchedule(over: horizon)
  }
}
