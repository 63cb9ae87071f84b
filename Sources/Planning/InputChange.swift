import CommunityModel
import MarketTime
public import Quantities

/// How much what is known has changed since a plan was made, in the hours that are still to come.
public struct InputChange: Sendable, Equatable {
  /// What can change.
  public enum Part: String, CaseIterable, Sendable {
    /// What is used, and what sun and wind will give.
    case power
    /// Heat that must be delivered.
    case heat
    /// What stores of electricity hold, beside what they would hold by the plan.
    case stored
    /// Prices of grid energy.
    case prices
    /// What there is: assets, sites, limits.
    case community
  }

  /// How much each part has changed: energy as a share of all that is used, prices as a share of themselves. Parts that have not are
  /// absent.
  public let shares: [Part: Fraction]

  /// What has changed most; nil for nothing.
  public var largest: (part: Part, share: Fraction)? {
    Part.allCases.compactMap { part in shares[part].map { (part, $0) } }.max { $0.1 < $1.1 }
  }

  /// From what `plan` was made of, the conditions of `sites` among it, to `problem`.
  ///
  /// - Throws: `PlanningError.contradiction` where the data of `problem` do not fit each other.
  public init(since plan: Plan, of former: PlanningProblem, to problem: PlanningProblem) throws(PlanningError) {
    let expected = try StandingRule.plan(problem)
    let common = plan.horizon.span.clamped(to: problem.horizon.span)
    let before = Expectations(of: plan, in: common)
    let now = Expectations(of: expected, in: common)
    var shares: [Part: Fraction] = [:]
    func note(_ part: Part, _ change: Double, of whole: Double) {
      guard change > 1e-9 else { return }
      // What grew out of nothing has no share; a thousandfold is enough to say so.
      shares[part] = Fraction(min(1000, change / max(1e-9, whole)))
    }
    note(.power, before.net.distance(to: now.net), of: before.used)
    note(.heat, before.heat.distance(to: now.heat), of: before.heat.total)
    let stored = now.opening.reduce(0) { sum, store in
      sum + abs(store.value - (plan.content(of: store.key, at: problem.horizon.start) ?? store.value))
    }
    note(.stored, stored, of: before.used)
    let prices = (former.prices(in: common), problem.prices(in: common))
    note(.prices, prices.0.distance(to: prices.1), of: prices.0.total)
    if !problem.hasSameParts(as: former) { shares[.community] = .one }
    self.shares = shares
  }
}

/// What is expected quarter hour by quarter hour, by the name of what it is of.
private typealias Curves = [String: [Double]]

extension Curves {
  /// What all values are away from those of `others`, added up; what only one of them knows counts as a whole.
  fileprivate func distance(to others: Curves) -> Double {
    Set(keys).union(others.keys).reduce(0) { sum, name in
      let (own, other) = (self[name] ?? [], others[name] ?? [])
      return (0..<Swift.max(own.count, other.count)).reduce(sum) { sum, place in
        sum + abs((place < own.count ? own[place] : 0) - (place < other.count ? other[place] : 0))
      }
    }
  }

  fileprivate var total: Double { values.reduce(0) { $0 + $1.reduce(0) { $0 + abs($1) } } }
}

/// What a plan takes as given.
private struct Expectations {
  /// Use less what sun and wind can give, by site, kWh a quarter hour.
  private(set) var net: Curves = [:]
  /// All use, kWh.
  private(set) var used = 0.0
  /// Heat and cold that must be delivered, by asset, kWh a quarter hour.
  private(set) var heat: Curves = [:]
  /// What batteries hold at the start, kWh.
  private(set) var opening: [String: Double] = [:]

  init(of plan: Plan, in span: Range<QuarterHour>) {
    let steps = plan.horizon.steps.enumerated().flatMap { step, quarters in quarters.map { _ in step } }
    func curve(_ powers: [Power]) -> [Double] {
      span.map { powers[steps[plan.horizon.start.distance(to: $0)]].kilowatts / 4 }
    }
    for site in plan.sites {
      var sum = [Double](repeating: 0, count: span.count)
      for asset in site.assets {
        switch asset.role {
        case .load:
          let use = curve(asset.power)
          used += use.reduce(0, +)
          for place in sum.indices { sum[place] += use[place] }
        case .generation:
          for (place, given) in curve(asset.available ?? asset.power.map { -$0 }).enumerated() { sum[place] -= given }
        case .heatLoad, .coolingLoad:
          if let flow = asset.heat { heat[asset.id.text] = curve(flow.power) }
        case .battery:
          if let content = asset.openingContent { opening[asset.id.text] = content.kilowattHours }
        default: break
        }
      }
      net[site.site.text] = sum
    }
  }
}

extension Plan {
  /// What the asset holds at `time` by the plan, kWh; nil where it says nothing of that.
  fileprivate func content(of asset: String, at time: QuarterHour) -> Double? {
    guard let schedule = sites.flatMap(\.assets).first(where: { $0.id.text == asset }) else { return nil }
    if time == horizon.start { return schedule.openingContent?.kilowattHours }
    guard let step = horizon.steps.firstIndex(where: { $0.upperBound == time }) else { return nil }
    return schedule.content?[step].kilowattHours
  }
}

extension PlanningProblem {
  /// The prices of grid energy at each site, EUR/kWh.
  fileprivate func prices(in span: Range<QuarterHour>) -> Curves {
    sites.reduce(into: [:]) { curves, site in
      for (name, prices) in [("import", site.importPrice), ("feed-in", site.feedInPrice)] {
        curves["\(site.site) \(name)"] = span.map { prices[$0]?.eurosPerKilowattHour ?? 0 }
      }
    }
  }

  /// Whether the same things stand at the same places behind the same connections.
  fileprivate func hasSameParts(as other: PlanningProblem) -> Bool {
    assets.map(\.id) == other.assets.map(\.id) && assets.map(\.site) == other.assets.map(\.site)
      && sites.map(\.site) == other.sites.map(\.site) && sites.map(\.connection) == other.sites.map(\.connection)
      && networks.map(\.network) == other.networks.map(\.network)
  }
}
