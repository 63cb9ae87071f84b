public import CommunityModel
public import EnergySystems
import Quantities

/// An energy system under construction: assets add parts of their own, at buses that they share.
///
/// Inside it powers are kW (mean over a step), energies kWh, money EUR: coefficients then lie where solvers work well (optimizer-model,
/// pitfall 7).
public struct SystemDraft: Sendable {
  /// The steps.
  public let horizon: PlanningHorizon
  /// The system so far.
  public private(set) var system: EnergySystem
  /// Wishes that cannot be granted whatever the plan is, found while drafting.
  public private(set) var breaches: [Breach] = []

  private let conditions: [Site.ID: SiteConditions]
  private let forcedPower: [Site.ID: [Power]]
  private let storedPower: [Site.ID: Power]
  private var buses: Set<String> = []

  init(_ problem: PlanningProblem) {
    horizon = problem.horizon
    system = EnergySystem(hours: horizon.steps.indices.map { problem.horizon.hours(of: $0) }, buses: [])
    forcedPower = problem.forcedPower
    storedPower = problem.assets.reduce(into: [:]) { $0[$1.site, default: .zero] += $1.storedPower }
    conditions = Dictionary(problem.sites.map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Notes a wish that no plan can grant.
  public mutating func note(_ breach: Breach) { breaches.append(breach) }
}

// MARK: - Buses and parts

extension SystemDraft {
  /// The wires of `site`, behind its grid connection.
  public mutating func electricity(at site: Site.ID) -> String { bus("site \(site)") }

  /// The bus called `name`, there from its first mention on.
  private mutating func bus(_ name: String) -> String {
    if buses.insert(name).inserted { system.buses.append(Bus(name)) }
    return name
  }

  /// Adds `demand`.
  public mutating func add(_ demand: Demand) { system.demands.append(demand) }

  /// Adds `source`; its schedule is at the place given back.
  public mutating func add(_ source: Source) -> Int { Self.append(source, to: &system.sources) }

  /// Adds `store`; its schedule is at the place given back.
  public mutating func add(_ store: Store) -> Int { Self.append(store, to: &system.stores) }

  /// Adds `use`; its schedule is at the place given back.
  public mutating func add(_ use: FlexibleUse) -> Int { Self.append(use, to: &system.flexibleUses) }

  /// Adds `supply`.
  mutating func add(_ supply: Supply) { system.supplies.append(supply) }

  /// Adds `offtake`.
  mutating func add(_ offtake: Offtake) { system.offtakes.append(offtake) }

  /// Adds `charge`.
  mutating func add(_ charge: PeakCharge) { system.peakCharges.append(charge) }

  /// Adds `connection`.
  mutating func add(_ connection: OneWayConnection) { system.oneWayConnections.append(connection) }

  private static func append<Part>(_ part: Part, to parts: inout [Part]) -> Int {
    parts.append(part)
    return parts.count - 1
  }
}

// MARK: - What is known of a site

extension SystemDraft {
  /// What plants that nothing can turn down give at `site` in each step beyond what its connection carries, zero or positive, in
  /// kW.
  func unavoidableExcess(at site: Site.ID) -> [Double] {
    guard let forced = forcedPower[site], let limit = conditions[site]?.connection.exportLimit else {
      return Array(repeating: 0, count: horizon.count)
    }
    return forced.map { max(.zero, $0 - limit).kilowatts }
  }

  /// The least that a kilowatt-hour at `site` can be worth in each step, in EUR: negative where the grid pays for taking it,
  /// where a plant that cannot be curtailed must pay for giving it, or where that plant's power finds no way out at all.
  public func leastMarginalValues(at site: Site.ID) -> [Double] {
    guard let conditions = conditions[site] else { return Array(repeating: 0, count: horizon.count) }
    let importPrices = horizon.means(of: conditions.importPrice).map(\.eurosPerKilowattHour)
    guard forcedPower[site] != nil else { return importPrices }
    let excess = unavoidableExcess(at: site)
    let feedInPrices = horizon.means(of: conditions.feedInPrice).map(\.eurosPerKilowattHour)
    return importPrices.indices.map { step in
      min(importPrices[step], feedInPrices[step], excess[step] > 0 ? -GridExchange.breachPrice : .infinity)
    }
  }

  /// Whether in each step all that stores and unstoppable plants at `site` can give finds its way into the grid without paying
  /// for it.
  public func feedsInFreely(at site: Site.ID) -> [Bool] {
    guard let conditions = conditions[site] else { return Array(repeating: true, count: horizon.count) }
    let stored = storedPower[site] ?? .zero
    return horizon.means(of: conditions.feedInPrice).enumerated().map { step, price in
      price >= .zero && stored + (forcedPower[site]?[step] ?? .zero) <= conditions.connection.exportLimit
    }
  }
}
