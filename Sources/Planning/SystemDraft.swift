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
  public internal(set) var system: EnergySystem
  /// Wishes that cannot be granted whatever the plan is, found while drafting.
  public private(set) var breaches: [Breach] = []

  /// What sites could gain by exchanging energy; nil where they do not.
  let margins: ExchangeMargins?
  private let conditions: [Site.ID: SiteConditions]
  private let forcedPower: [Site.ID: [Power]]
  private let storedPower: [Site.ID: Power]
  private let reaches: [Site.ID: GridReach]
  private let enginePower: [Site.ID: Power]
  private let networks: [HeatNetwork.ID: HeatNetworkConditions]
  private let fuels: [Fuel.ID: Fuel]
  private var buses: Set<String> = []

  init(_ problem: PlanningProblem) {
    horizon = problem.horizon
    system = EnergySystem(hours: horizon.steps.indices.map { problem.horizon.hours(of: $0) }, buses: [])
    system.carbonPrice = problem.carbonPrice.eurosPerKilogram
    margins = problem.exchange.map { ExchangeMargins($0, between: problem.sites, over: problem.horizon) }
    forcedPower = problem.forcedPower
    reaches = GridReach.ofSites(in: problem)
    storedPower = problem.assets.reduce(into: [:]) { $0[$1.site, default: .zero] += $1.storedPower }
    enginePower = problem.assets.reduce(into: [:]) { $0[$1.site, default: .zero] += $1.enginePower }
    networks = Dictionary(problem.networks.map { ($0.network, $0) }, uniquingKeysWith: { first, _ in first })
    fuels = Dictionary(problem.fuels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    conditions = Dictionary(problem.sites.map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Makes `goals` what is best.
  mutating func aim(at goals: PlanGoals) { system.objective = goals.objective }

  /// Notes a wish that no plan can grant.
  public mutating func note(_ breach: Breach) { breaches.append(breach) }
}

// MARK: - Buses and parts

extension SystemDraft {
  /// The wires of `site`, behind its grid connection.
  public mutating func electricity(at site: Site.ID) -> String { bus(Self.wires(of: site)) }

  /// The pipes of `network` at `site`; of a network without pipes, the one place where its heat meets.
  ///
  /// - Throws: `PlanningError.contradiction` about `asset` where there is no such network, or none of its pipes ends at the site.
  public mutating func heat(_ network: HeatNetwork.ID, at site: Site.ID, of asset: AssetID) throws(PlanningError) -> String {
    guard let conditions = networks[network] else {
      throw .contradiction(
        subject: "asset \(asset)", reason: "is in the heat network \(network), which the problem does not have")
    }
    guard conditions.pipes.isEmpty || conditions.pipes.contains(where: { $0.from == site || $0.to == site }) else {
      throw .contradiction(subject: "asset \(asset)", reason: "stands at site \(site), where no pipe of \(network) ends")
    }
    return heat(conditions, at: site)
  }

  /// The same for a network that is known to reach the site.
  mutating func heat(_ network: HeatNetworkConditions, at site: Site.ID) -> String {
    let name = Self.pipes(of: network, at: network.pipes.isEmpty ? nil : site)
    return bus(name, canDump: network.canDump, penalty: HeatNetworkConditions.breachPrice)
  }

  /// The stock of `fuel`: what is bought, sold, made and burnt of it meets there.
  ///
  /// - Throws: `PlanningError.contradiction` about `asset` where there is no such fuel.
  public mutating func fuel(_ fuel: Fuel.ID, of asset: AssetID) throws(PlanningError) -> String {
    guard let fuel = fuels[fuel] else {
      throw .contradiction(subject: "asset \(asset)", reason: "burns \(fuel), which the problem does not have")
    }
    let name = Self.stock(of: fuel.id)
    guard !buses.contains(name) else { return name }
    _ = bus(name)
    if let sale = fuel.salePrice {
      add(Offtake("sold \(name)", bus: name, price: .constant(sale.eurosPerKilowattHour), isGrid: false))
    }
    guard let price = fuel.price?.eurosPerKilowattHour else { return name }
    let emissions = Series.constant(fuel.emissions?.kilogramsPerKilowattHour ?? 0)
    add(Supply("bought \(name)", bus: name, price: .constant(price), emissions: emissions, isGrid: false))
    if let stock = fuel.stock {
      system.energyLimits.append(EnergyLimit("stock of \(fuel.id)", flow: "bought \(name)", most: stock.kilowattHours))
    }
    return name
  }

  /// Whether there is always somebody who takes `fuel` and pays for it, or takes it for nothing.
  func canSell(_ fuel: Fuel.ID) -> Bool { (fuels[fuel]?.salePrice).map { $0 >= .zero } ?? false }

  /// The bus called `name`, there from its first mention on.
  private mutating func bus(_ name: String, canDump: Bool = false, penalty: Double? = nil) -> String {
    if buses.insert(name).inserted { system.buses.append(Bus(name, canDump: canDump, penalty: penalty)) }
    return name
  }

  /// Adds `demand`.
  public mutating func add(_ demand: Demand) { system.demands.append(demand) }

  /// Adds `source`; its schedule is at the place given back.
  public mutating func add(_ source: Source) -> Int { Self.append(source, to: &system.sources) }

  /// Adds `converter`; its schedule is at the place given back.
  public mutating func add(_ converter: Converter) -> Int { Self.append(converter, to: &system.converters) }

  /// Adds `link`; its schedule is at the place given back.
  mutating func add(_ link: Link) -> Int { Self.append(link, to: &system.links) }

  /// Adds `store`; its schedule is at the place given back.
  public mutating func add(_ store: Store) -> Int { Self.append(store, to: &system.stores) }

  /// Adds `use`; its schedule is at the place given back.
  public mutating func add(_ use: FlexibleUse) -> Int { Self.append(use, to: &system.flexibleUses) }

  /// Adds `point`; its schedule is at the place given back.
  public mutating func add(_ point: ChargingSessions) -> Int { Self.append(point, to: &system.chargingPoints) }

  /// Adds `supply`.
  mutating func add(_ supply: Supply) { system.supplies.append(supply) }

  /// Adds `offtake`.
  mutating func add(_ offtake: Offtake) { system.offtakes.append(offtake) }

  /// Adds `charge`.
  mutating func add(_ charge: PeakCharge) { system.peakCharges.append(charge) }

  /// Adds `limit`.
  mutating func add(_ limit: FlowLimit) { system.flowLimits.append(limit) }

  /// Adds `pool`.
  mutating func add(_ pool: PooledExchange) { system.pools.append(pool) }

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

  /// What fixed loads leave of the power from grid, sun and wind at `site` in each step, kW, at least zero.
  func spareImport(at site: Site.ID) -> [Double] {
    guard let conditions = conditions[site] else { return Array(repeating: .infinity, count: horizon.count) }
    let room = conditions.importRoom(over: horizon)
    guard let reach = reaches[site] else { return room.map(\.kilowatts) }
    return zip(room, reach.standing).map { max(0, $0.kilowatts - $1) }
  }

  /// What `site` can take from the grid and give to it at the most, whatever its assets do.
  func reach(at site: Site.ID) -> GridReach? { reaches[site] }

  /// Whether more may be given at `site` than its grid allows, whatever is turned down.
  func canOverflow(at site: Site.ID) -> Bool { forcedPower[site] != nil || enginePower(at: site) > .zero }

  /// The most power that engines at `site` give for the sake of their heat.
  func enginePower(at site: Site.ID) -> Power { enginePower[site] ?? .zero }

  /// The least that a kilowatt-hour at `site` can be worth in each step, in EUR: negative where the grid pays for taking it,
  /// where a plant that cannot be curtailed must pay for giving it, or where that plant's power finds no way out at all.
  public func leastMarginalValues(at site: Site.ID) -> [Double] {
    guard let conditions = conditions[site] else { return Array(repeating: 0, count: horizon.count) }
    let importPrices = horizon.means(of: conditions.importPrice).enumerated().map { step, price in
      min(price.eurosPerKilowattHour, margins?.leastPrice(in: step) ?? .infinity)
    }
    let engine = enginePower(at: site)
    guard forcedPower[site] != nil || engine > .zero else { return importPrices }
    let room = conditions.exportRoom(over: horizon)
    let excess = horizon.steps.indices.map { step in
      max(.zero, (forcedPower[site]?[step] ?? .zero) + engine - room[step]).kilowatts
    }
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
    let room = conditions.exportRoom(over: horizon)
    return horizon.means(of: conditions.feedInPrice).enumerated().map { step, price in
      price >= .zero && stored + enginePower(at: site) + (forcedPower[site]?[step] ?? .zero) <= room[step]
    }
  }
}
