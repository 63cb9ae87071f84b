import CommunityModel
import EnergySystems
import MarketTime
public import Quantities

/// Energy that one site feeds in and another takes in the same quarter hour, over the public grid.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | t[i], s[j] | exchanged part of what site i takes and site j feeds in | kW |
///
///     t[i] <= g[i],  s[j] <= x[j],  sum t = sum s,  cost = charge t dt instead of (pi_imp t - pi_exp s) dt      `PooledExchange`
///
/// Who feeds in earns his feed-in price as ever, from whom takes it: he pays that and the charge. So nobody loses by it, and what is gained
/// is gained by who takes. What prices members agree on between them does not change the plan (optimizer-model, section 5).
public struct CommunityExchange: Sendable, Equatable {
  /// What is paid for a kilowatt-hour exchanged.
  public let charge: EnergyPrice

  /// An exchange at `charge`.
  public init(charge: EnergyPrice) { self.charge = charge }

  /// Lets the grid connections of `sites` exchange.
  func add(to draft: inout SystemDraft, between sites: [SiteConditions]) {
    draft.add(
      PooledExchange(
        "exchange", supplies: sites.map { GridExchange.supply(of: $0.site) },
        offtakes: sites.map { GridExchange.offtake(of: $0.site) },
        charge: .constant(charge.eurosPerKilowattHour)))
  }
}

/// What could be gained by taking from one site and giving to another, in each step, EUR/kWh.
struct ExchangeMargins: Sendable {
  private let charge: Double
  /// The highest import price of all sites.
  private let dearest: [Double]
  /// The lowest feed-in price of all sites.
  private let cheapest: [Double]

  init(_ exchange: CommunityExchange, between sites: [SiteConditions], over horizon: PlanningHorizon) {
    charge = exchange.charge.eurosPerKilowattHour
    let imports = sites.map { horizon.means(of: $0.importPrice).map(\.eurosPerKilowattHour) }
    let feedIns = sites.map { horizon.means(of: $0.feedInPrice).map(\.eurosPerKilowattHour) }
    dearest = horizon.steps.indices.map { step in imports.map { $0[step] }.max() ?? 0 }
    cheapest = horizon.steps.indices.map { step in feedIns.map { $0[step] }.min() ?? 0 }
  }

  /// Whether a site would gain by taking and giving at once: what it takes for others, or what others feed in to be fed in by it.
  func invitesCircles(in step: Int, importPrice: Double, feedInPrice: Double) -> Bool {
    importPrice + charge < dearest[step] || charge + cheapest[step] < feedInPrice
  }

  /// What a kilowatt-hour from the others costs at the least in `step`.
  func leastPrice(in step: Int) -> Double { charge + cheapest[step] }
}

extension [SiteSchedule] {
  /// Settles what the sites exchange in each step: first who gains most by it, from whom earns least otherwise, as the optimum does.
  mutating func settle(_ exchange: CommunityExchange, of sites: [SiteConditions], over horizon: PlanningHorizon) {
    let imports = sites.map { horizon.means(of: $0.importPrice) }
    let feedIns = sites.map { horizon.means(of: $0.feedInPrice) }
    for place in indices {
      self[place].shared = horizon.idle
      self[place].sharedCosts = Array<Money>(repeating: .zero, count: horizon.count)
    }
    for step in 0..<horizon.count {
      var takers = indices.filter { self[$0].grid[step] > .zero }.sorted { (imports[$1][step], $0) < (imports[$0][step], $1) }[
        ...]
      var givers = indices.filter { self[$0].grid[step] < .zero }.sorted { (feedIns[$0][step], $0) < (feedIns[$1][step], $1) }[
        ...]
      while let taker = takers.first, let giver = givers.first {
        let price = exchange.charge + feedIns[giver][step]
        guard price < imports[taker][step] else { break }
        let wanted = self[taker].grid[step] - self[taker].shared[step]
        let offered = self[giver].shared[step] - self[giver].grid[step]
        let amount = Swift.min(wanted, offered)
        self[taker].shared[step] += amount
        self[giver].shared[step] -= amount
        self[taker].sharedCosts[step] += amount.energy(over: horizon.duration(of: step)) * (price - imports[taker][step])
        if amount == wanted { takers.removeFirst() }
        if amount == offered { givers.removeFirst() }
      }
    }
  }
}
