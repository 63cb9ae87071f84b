/// What an optimum is sought of: buses, and the parts that give to them, take from them and join them.
///
/// All figures are kW (mean over a step), kWh, EUR and kg of CO2; flows are never negative. At every bus and in every step
///
///     what comes in - what goes out = demand                                 optimizer-model, section 1 (B)
///
/// It is a plain value: planning makes one of a community's assets, `energy-opt solve` reads one from a file. `SystemModel` makes a
/// linear model of it, `SystemCheck` recomputes what came out without looking at that model.
public struct EnergySystem: Sendable, Equatable {
  /// How long each step lasts, in hours, above zero.
  public var hours: [Double]
  /// Where flows meet; their names differ.
  public var buses: [Bus]
  /// What can be bought.
  public var supplies: [Supply] = []
  /// What can be sold or got rid of at a price.
  public var offtakes: [Offtake] = []
  /// What must be served.
  public var demands: [Demand] = []
  /// Sun, wind and whatever else comes when it comes.
  public var sources: [Source] = []
  /// Heat pumps, boilers, combined heat and power, electrolysers.
  public var converters: [Converter] = []
  /// Batteries, tanks, caverns.
  public var stores: [Store] = []
  /// Pipes, cables, exchange within the community.
  public var links: [Link] = []
  /// Charging points with their cars.
  public var chargingPoints: [ChargingSessions] = []
  /// Use that may choose its time.
  public var flexibleUses: [FlexibleUse] = []
  /// Prices on the highest power.
  public var peakCharges: [PeakCharge] = []
  /// Least amounts that are paid for, taken or not.
  public var contracts: [TakeOrPay] = []
  /// Limits that several flows share.
  public var flowLimits: [FlowLimit] = []
  /// Most amounts over all steps.
  public var energyLimits: [EnergyLimit] = []
  /// Connections that take or give, but not both.
  public var oneWayConnections: [OneWayConnection] = []
  /// Surplus that members use up together.
  public var sharings: [SurplusSharing] = []
  /// Energy that places exchange instead of selling and buying it.
  public var pools: [PooledExchange] = []
  /// What parts did by an earlier schedule.
  public var guides: [Guide] = []
  /// What a kilogram of CO2 costs, in EUR.
  public var carbonPrice = 0.0
  /// What is best.
  public var objective = Objective.cost

  /// A system without parts.
  public init(hours: [Double], buses: [Bus]) {
    self.hours = hours
    self.buses = buses
  }

  /// How many steps there are.
  public var count: Int { hours.count }
}

/// A part of a system that has a name.
public protocol SystemPart: Sendable {
  /// Its name; no two parts have the same.
  var id: String { get }
}

extension Supply: SystemPart {}
extension Offtake: SystemPart {}
extension Source: SystemPart {}
extension Converter: SystemPart {}
extension Store: SystemPart {}
extension Link: SystemPart {}
extension ChargingSessions: SystemPart {}
extension FlexibleUse: SystemPart {}
extension PeakCharge: SystemPart {}
extension TakeOrPay: SystemPart {}
extension FlowLimit: SystemPart {}
extension EnergyLimit: SystemPart {}
extension OneWayConnection: SystemPart {}
extension SurplusSharing: SystemPart {}

/// Where flows meet and must add up in each step: the wires of a house, a heat network, a fuel.
public struct Bus: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Whether what is too much may be got rid of at no cost: heat over a cooler, not power.
  public var canDump: Bool
  /// What a kWh that is missing or too much counts as a penalty, in EUR, so that there is always a schedule; nil where the balance must
  /// hold.
  public var penalty: Double?

  /// A bus; see the properties.
  public init(_ name: String, canDump: Bool = false, penalty: Double? = nil) {
    self.name = name
    self.canDump = canDump
    self.penalty = penalty
  }
}

/// What is best, one thing after the other.
public struct Objective: Sendable, Equatable {
  /// What can be counted, each in its own unit.
  public enum Measure: String, CaseIterable, Sendable {
    /// EUR, the price of CO2 left out.
    case cost
    /// kg of CO2.
    case emissions
    /// kWh bought from the public grid.
    case gridEnergy = "grid_energy"
    /// kW: the highest mean power that all together take from the public grid in a step, what they give there at the same time deducted;
    /// never below zero.
    case peak
    /// EUR for what is missing or too much at buses that allow it.
    case penalty
    /// kWh that guided parts take or give otherwise than by the earlier schedule.
    case deviation
  }

  /// What is made small first, then second, ...: weights of measures.
  public var levels: [[Measure: Double]]
  /// By how much a later level may make an earlier one worse, as a share of that (of 1 unit where it is smaller).
  public var slack: Double
  /// Whether the price of CO2 counts as cost.
  public var countsCarbonPrice: Bool

  /// An objective; see the properties.
  public init(levels: [[Measure: Double]], slack: Double = 1e-7, countsCarbonPrice: Bool = false) {
    self.levels = levels
    self.slack = slack
    self.countsCarbonPrice = countsCarbonPrice
  }

  /// Whether a level counts `measure`.
  public func counts(_ measure: Measure) -> Bool { levels.contains { ($0[measure] ?? 0) != 0 } }

  /// Least cost, that of CO2 included.
  public static let cost = Objective(levels: [[.cost: 1, .penalty: 1]], countsCarbonPrice: true)
  /// Least CO2.
  public static let emissions = Objective(levels: [[.emissions: 1, .penalty: 1]])
}
