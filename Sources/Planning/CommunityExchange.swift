public import CommunityModel
import EnergySystems
public import MarketTime
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
///
/// By a rule with fixed keys a site takes at most its key of what all feed in, t[i] <= k[i] sum x; by one with daily caps at most its cap a
/// local day. By any other rule all that is fed in can be used up, and the plan gives it to who saves most; what that leaves out is in
/// docs/decisions/0025-sharing-in-the-plan.md.
public struct CommunityExchange: Sendable, Equatable {
  /// What is paid for a kilowatt-hour exchanged.
  public let charge: EnergyPrice
  /// The keys that are agreed; nil where all may take what there is.
  public let keys: Keys?
  /// The most that sites may take over some time.
  public let caps: [Cap]

  /// Fixed keys.
  public struct Keys: Sendable, Equatable {
    /// The key of each site, together at most 1; who is not named has none.
    public let shares: [Site.ID: Fraction]
    /// Whether they are keys of what can be used at all, where that is less than what is fed in.
    public let areOfUse: Bool

    /// Keys; see the properties.
    public init(shares: [Site.ID: Fraction], areOfUse: Bool = false) {
      self.shares = shares
      self.areOfUse = areOfUse
    }
  }

  /// The most that a site may take over some time, such as a local day.
  public struct Cap: Sendable, Equatable {
    /// The site.
    public let site: Site.ID
    /// The time.
    public let span: Range<QuarterHour>
    /// The most.
    public let most: Energy

    /// A cap; see the properties.
    public init(site: Site.ID, span: Range<QuarterHour>, most: Energy) {
      self.site = site
      self.span = span
      self.most = most
    }

    /// The steps that begin in its time.
    fileprivate func steps(of horizon: PlanningHorizon) -> Range<Int> {
      let first = horizon.steps.firstIndex { $0.lowerBound >= span.lowerBound } ?? horizon.count
      let end = horizon.steps.firstIndex { $0.lowerBound >= span.upperBound } ?? horizon.count
      return first..<Swift.max(first, end)
    }
  }

  /// An exchange at `charge`, without keys and caps unless told.
  public init(charge: EnergyPrice, keys: Keys? = nil, caps: [Cap] = []) {
    self.charge = charge
    self.keys = keys
    self.caps = caps
  }

  /// Lets the grid connections of `sites` exchange.
  func add(to draft: inout SystemDraft, between sites: [SiteConditions]) {
    var pool = PooledExchange(
      "exchange", supplies: sites.map { GridExchange.supply(of: $0.site) },
      offtakes: sites.map { GridExchange.offtake(of: $0.site) },
      charge: .constant(charge.eurosPerKilowattHour))
    if let keys {
      pool.keys = sites.map { keys.shares[$0.site]?.value ?? 0 }
      pool.areKeysOfUse = keys.areOfUse
    }
    pool.caps = caps.filter { cap in sites.contains { $0.site == cap.site } }.map { cap in
      .init(supply: GridExchange.supply(of: cap.site), steps: cap.steps(of: draft.horizon), most: cap.most.kilowattHours)
    }
    draft.add(pool)
  }
}

/// What is left of the caps on an exchange while its steps are settled one after the other.
private struct CapBook {
  private var rests: [(site: Site.ID, steps: Range<Int>, energy: Energy)]

  init(_ exchange: CommunityExchange, over horizon: PlanningHorizon) {
    rests = exchange.caps.map { ($0.site, $0.steps(of: horizon), $0.most) }
  }

  /// The most that `site` may take in `step`, which lasts so long; nil where nothing holds it.
  func most(of site: Site.ID, in step: Int, lasting duration: Duration) -> Power? {
    let hours = Double(duration.components.seconds) / 3600
    return rests.filter { $0.site == site && $0.steps.contains(step) }.map {
      Power(count: Int64(Double($0.energy.count) / hours))
    }.min()
  }

  mutating func take(_ energy: Energy, by site: Site.ID, in step: Int) {
    for place in rests.indices where rests[place].site == site && rests[place].steps.contains(step) {
      rests[place].energy = max(.zero, rests[place].energy - energy)
    }
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
    var caps = CapBook(exchange, over: horizon)
    for step in 0..<horizon.count {
      let duration = horizon.duration(of: step)
      let (used, offered) = reduce((Power.zero, Power.zero)) { sum, site in
        (sum.0 + Swift.max(.zero, site.grid[step]), sum.1 + Swift.max(.zero, .zero - site.grid[step]))
      }
      /// The most that the site at `place` may take by key and cap.
      func most(at place: Int) -> Power {
        var most = self[place].grid[step]
        if let keys = exchange.keys {
          let key = keys.shares[sites[place].site] ?? .zero
          let whole = keys.areOfUse ? Swift.min(used, offered) : offered
          most = Swift.min(most, Power(count: Int64(Int128(whole.count) * Int128(key.count) / Int128(Fraction.one.count))))
        }
        return caps.most(of: sites[place].site, in: step, lasting: duration).map { Swift.min(most, $0) } ?? most
      }
      var takers = indices.filter { self[$0].grid[step] > .zero }.sorted { (imports[$1][step], $0) < (imports[$0][step], $1) }[
        ...]
      var givers = indices.filter { self[$0].grid[step] < .zero }.sorted { (feedIns[$0][step], $0) < (feedIns[$1][step], $1) }[
        ...]
      while let taker = takers.first, let giver = givers.first {
        let price = exchange.charge + feedIns[giver][step]
        guard price < imports[taker][step] else { break }
        let wanted = most(at: taker) - self[taker].shared[step]
        let offered = self[giver].shared[step] - self[giver].grid[step]
        let amount = Swift.min(wanted, offered)
        self[taker].shared[step] += amount
        self[giver].shared[step] -= amount
        self[taker].sharedCosts[step] += amount.energy(over: duration) * (price - imports[taker][step])
        if amount == wanted { takers.removeFirst() }
        if amount == offered { givers.removeFirst() }
      }
      for place in indices where self[place].shared[step] > .zero {
        caps.take(self[place].shared[step].energy(over: duration), by: sites[place].site, in: step)
      }
    }
  }
}
