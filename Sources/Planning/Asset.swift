public import CommunityModel
public import EnergySystems
public import MarketTime
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

  /// The heat network that it gives to or takes from; nil for one that has to do with electricity alone.
  var heatNetwork: HeatNetwork.ID? { get }
  /// What it burns; nil for nothing.
  var burnt: Fuel.ID? { get }
  /// The fuel that it makes or stores at its site; nil for none.
  var keptFuel: Fuel.ID? { get }
  /// Its place among the sources of heat under the standing rule, the lowest first; nil for what is no source.
  var heatRank: Int? { get }
  /// The most power that it gives for the sake of its heat, at least zero.
  var enginePower: Power { get }

  /// Whether it gives power that nothing can turn down.
  var isForcedToGive: Bool { get }
  /// The greatest power that it can give from a store, at least zero.
  var storedPower: Power { get }
  /// The greatest power that it can choose to take, at least zero.
  var mostTaken: Power { get }

  /// Refuses data that do not fit the steps.
  ///
  /// - Throws: `PlanningError.contradiction` that names the asset.
  func validate(over horizon: PlanningHorizon) throws(PlanningError)

  /// What it depends on whether its schedule pays off.
  func economy(over horizon: PlanningHorizon) -> AssetEconomy

  /// Adds the asset's parts to the system, at the buses that it touches.
  ///
  /// - Returns: how to read the asset's schedule from that of the whole system.
  /// - Throws: `PlanningError` when its data contradict each other.
  func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader

  /// What the asset does without a plan: greedy self-consumption.
  ///
  /// - Parameter residual: what the assets before it leave in each step: for a source of heat the heat that its network still wants,
  ///   for others the site's net power; positive is wanted or taken from the grid.
  func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule

  /// The same asset, standing still in `span`.
  func interrupted(in span: Range<QuarterHour>) -> any Asset
}

/// Names an asset.
public typealias AssetID = Identifier<any Asset>

/// Reads one asset's schedule from that of the system.
public typealias ScheduleReader = @Sendable (SystemSchedule) -> AssetSchedule

extension Asset {
  /// Most assets have nothing to do with heat.
  public var heatNetwork: HeatNetwork.ID? { nil }
  /// Most assets burn nothing.
  public var burnt: Fuel.ID? { nil }
  /// Most assets neither make nor store fuel.
  public var keptFuel: Fuel.ID? { nil }
  /// Most assets are no sources of heat.
  public var heatRank: Int? { nil }
  /// Most assets are no engines.
  public var enginePower: Power { .zero }
  /// Most assets do not look at what the others leave.
  public var followsResidual: Bool { false }
  /// Most assets can be turned down or do not give.
  public var isForcedToGive: Bool { false }
  /// Most assets do not choose what they take.
  public var mostTaken: Power { .zero }
  /// Most assets store nothing that they could give.
  public var storedPower: Power { .zero }
  /// Most assets decide nothing.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .fixed }
  /// Most assets have no data of their own for each step.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {}
  /// Most assets keep their equations, with limits of zero for a while.
  public func interrupted(in span: Range<QuarterHour>) -> any Asset { InterruptedAsset(asset: self, span: span) }
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
    /// Heat that must be delivered.
    case heatLoad = "heat_load"
    /// Solar collectors.
    case solarThermal = "solar_thermal"
    /// A heat pump.
    case heatPump = "heat_pump"
    /// An electric boiler.
    case electricBoiler = "electric_boiler"
    /// A boiler that burns something.
    case boiler
    /// An engine that makes power and heat.
    case combinedHeatAndPower = "chp"
    /// A tank of hot water.
    case heatStore = "heat_store"
    /// Pipes and pumps of a heat network.
    case heatNetwork = "heat_network"
    /// Cold that must be delivered.
    case coolingLoad = "cooling_load"
    /// A chiller that takes power.
    case chiller
    /// A chiller that heat drives.
    case absorptionChiller = "absorption_chiller"
    /// A tank of cold water.
    case coldStore = "cold_store"
    /// Makes hydrogen of power.
    case electrolyser
    /// A tank of hydrogen with its compressor.
    case hydrogenStore = "hydrogen_store"
    /// Makes power of hydrogen.
    case fuelCell = "fuel_cell"
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
  public internal(set) var available: [Power]?
  /// For what has to do with heat: what it takes from its network or gives to it.
  public let heat: HeatFlow?
  /// For a chiller that heat drives: that heat.
  public let drivingHeat: HeatFlow?
  /// For what burns, makes or stores a fuel: how much.
  public let fuel: FuelUse?
  /// For a store: its content at the end of each step.
  public let content: [Energy]?
  /// For a store: its content at the start.
  public let openingContent: Energy?
  /// For a battery with a reserve: what it should hold for an emergency at the end of each step.
  public let reserve: [Energy]?
  /// What running the asset itself costs over the horizon (wear, starts); grid energy and fuel are not in it.
  public let ownCost: Money
  /// What a kilowatt-hour of content at the end is worth; zero for assets without content.
  public let endValue: EnergyPrice
  /// For an electrolyser that is on or off: which in each step.
  public internal(set) var states: [ElectrolyserState]?
  /// For an asset whose size is sought: how much of its most is to be built, from 0 to 1; nil for all others.
  public internal(set) var builtShare: Fraction?

  /// A schedule; see the properties.
  public init(
    id: AssetID, site: Site.ID, role: Role, power: [Power], available: [Power]? = nil, content: [Energy]? = nil,
    openingContent: Energy? = nil, ownCost: Money = .zero, endValue: EnergyPrice = .zero, heat: HeatFlow? = nil,
    drivingHeat: HeatFlow? = nil, fuel: FuelUse? = nil, reserve: [Energy]? = nil
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
    self.heat = heat
    self.drivingHeat = drivingHeat
    self.fuel = fuel
    self.reserve = reserve
  }

  /// What the content at the end is worth more than the content at the start.
  public var storedValue: Money {
    guard let last = content?.last, let openingContent else { return .zero }
    return (last - openingContent) * endValue
  }
}
