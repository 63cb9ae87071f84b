public import CommunityModel
public import EnergySystems
public import Quantities

/// A physical thing that a plan schedules.
///
/// One file an asset kind, with its parameters, its equations, how its schedule is read back, and what it does under the
/// standing rule; no other file knows that it exists, but for its line in `AssetCatalog.swift`.
public protocol Asset: Sendable {
  /// Its short name.
  var id: AssetID { get }
  /// Where it is connected.
  var site: Site.ID { get }
  /// Whether it adapts to what is left at the site, and so acts after the others under the standing rule.
  var followsResidual: Bool { get }

  /// Whether it gives power that nothing can turn down.
  var isForcedToGive: Bool { get }
  /// The greatest power that it can give from a store, at least zero.
  var storedPower: Power { get }

  /// Refuses data that do not fit the steps.
  ///
  /// - Throws: `PlanningError.contradiction` that names the asset.
  func validate(over horizon: PlanningHorizon) throws(PlanningError)

  /// Adds the asset's parts to the system, at the buses that it touches.
  ///
  /// - Returns: how to read the asset's schedule from that of the whole system.
  /// - Throws: `PlanningError` when its data contradict each other.
  func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader

  /// What the asset does without a plan: greedy self-consumption.
  ///
  /// - Parameter residual: the site's net power of each step from the assets before it; positive is taken from the grid.
  func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule
}

/// Names an asset.
public typealias AssetID = Identifier<any Asset>

/// Reads one asset's schedule from that of the system.
public typealias ScheduleReader = @Sendable (SystemSchedule) -> AssetSchedule

extension Asset {
  /// Most assets do not look at what the others leave.
  public var followsResidual: Bool { false }
  /// Most assets can be turned down or do not give.
  public var isForcedToGive: Bool { false }
  /// Most assets store nothing that they could give.
  public var storedPower: Power { .zero }
  /// Most assets have no data of their own for each step.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {}
}

/// What one asset does in each step of a plan.
public struct AssetSchedule: Sendable, Equatable {
  /// What the asset is, for tables and words.
  public enum Role: String, CaseIterable, Sendable {
    /// Use that nobody schedules.
    case load
    /// A plant driven by sun or wind.
    case generation
    /// A store of electricity.
    case battery
    /// Cars being charged.
    case charging
    /// Use that may wait.
    case shiftable
  }

  /// The asset.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// What it is.
  public let role: Role
  /// Mean power of each step; positive takes from the site, negative gives.
  public let power: [Power]
  /// For a plant: what it could give in each step, zero or positive.
  public let available: [Power]?
  /// For a store: its content at the end of each step.
  public let content: [Energy]?
  /// For a store: its content at the start.
  public let openingContent: Energy?
  /// What running the asset itself costs over the horizon (wear); grid energy is not in it.
  public let ownCost: Money
  /// What a kilowatt-hour of content at the end is worth; zero for assets without content.
  public let endValue: EnergyPrice

  /// A schedule; see the properties.
  public init(
    id: AssetID, site: Site.ID, role: Role, power: [Power], available: [Power]? = nil, content: [Energy]? = nil,
    openingContent: Energy? = nil, ownCost: Money = .zero, endValue: EnergyPrice = .zero
  ) {
    self.id = id
    self.site = site
    self.role = role
    self.power = power
    self.available = available
    self.content = content
    self.openingContent = openingContent
    self.ownCost = ownCost
    self.endValue = endValue
  }

  /// What the content at the end is worth more than the content at the start.
  public var storedValue: Money {
    guard let last = content?.last, let openingContent else { return .zero }
    return (last - openingContent) * endValue
  }
}
