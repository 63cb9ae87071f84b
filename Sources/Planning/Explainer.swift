import CommunityModel
import MarketTime
import Quantities

/// Finds the reasons of a plan in its schedule, its marginal prices and the limits that bind.
///
/// It explains what the plan did, after the fact; nothing here takes part in planning.
public struct Explainer: Sendable {
  let plan: Plan
  let problem: PlanningProblem
  let prices: MarginalPrices
  let economies: [AssetID: AssetEconomy]

  /// What a mean price may be off and still count as the same: a hundredth of a cent.
  static let samePrice = EnergyPrice(count: 100)
  /// Powers below this are none.
  static let rest = Power(watts: 1)

  /// An explainer of `plan`, which was made of `problem`; nil where the plan is not proven, so that nothing is known of its prices.
  public init?(_ plan: Plan, of problem: PlanningProblem) {
    guard let prices = plan.marginalPrices else { return nil }
    self.plan = plan
    self.problem = problem
    self.prices = prices
    economies = Dictionary(problem.assets.map { ($0.id, $0.economy(over: problem.horizon)) }) { first, _ in first }
  }

  /// Why each asset does what it does and each connection is held where it is, in the order of time.
  public func explanations() -> [Explanation] {
    let found = problem.sites.indices.flatMap { place -> [Explanation] in
      let conditions = problem.sites[place]
      let schedule = plan.sites[place]
      let market = Market(conditions, prices.power[conditions.site] ?? [], over: plan.horizon)
      return schedule.assets.flatMap { explanations(of: $0, at: schedule, market) } + held(schedule, conditions, market)
    }
    return found.enumerated().sorted { left, right in
      (left.element.steps.lowerBound, left.element.steps.upperBound, left.offset)
        < (right.element.steps.lowerBound, right.element.steps.upperBound, right.offset)
    }.map(\.element)
  }

  /// The `count` of `explanations` that weigh most, in the order of time; no more than two of a kind, so that all kinds have their say.
  public static func weightiest(_ count: Int, of explanations: [Explanation]) -> [Explanation] {
    var perKind: [AssetSchedule.Role?: Int] = [:]
    let chosen = explanations.indices.sorted { (explanations[$1].weight, $0) < (explanations[$0].weight, $1) }.filter { place in
      perKind[explanations[place].role, default: 0] += 1
      return perKind[explanations[place].role, default: 0] <= 2
    }
    return chosen.prefix(count).sorted().map { explanations[$0] }
  }

  private func explanations(of asset: AssetSchedule, at site: SiteSchedule, _ market: Market) -> [Explanation] {
    switch economies[asset.id] ?? .fixed {
    case .fixed: return []
    case .store(let roundTrip, let wear): return stored(by: asset, roundTrip: roundTrip, wear: wear, market)
    case .heatSource: return heated(by: asset, market)
    case .fuelConverter: return converted(by: asset, market)
    case .placed(let windows): return placed(asset, in: windows, market)
    case .plant: return curtailed(asset, at: site, market)
    }
  }
}

extension Explanation {
  /// What kind of asset it is about; nil for a connection.
  public var role: AssetSchedule.Role? {
    switch subject {
    case .asset(_, let role): role
    case .connection: nil
    }
  }
}

// MARK: - What explanations are made of

extension Explainer {
  /// What power costs at a site.
  struct Market {
    let conditions: SiteConditions
    let marginal: [EnergyPrice]
    let imported: [EnergyPrice]
    let fedIn: [EnergyPrice]

    init(_ conditions: SiteConditions, _ marginal: [EnergyPrice], over horizon: PlanningHorizon) {
      self.conditions = conditions
      self.marginal = marginal
      imported = horizon.means(of: conditions.importPrice)
      fedIn = horizon.means(of: conditions.feedInPrice)
    }
  }

  /// Energy of `power` in `steps`, whatever its sign.
  func energy(of power: [Power], in steps: Range<Int>) -> Energy {
    steps.reduce(.zero) { $0 + power[$1].magnitude.energy(over: plan.horizon.duration(of: $1)) }
  }

  /// The mean of `price` over `steps`, by what flows in them; by time where nothing does.
  func mean(_ price: [EnergyPrice], by power: [Power], in steps: Range<Int>) -> EnergyPrice {
    let flows = steps.map { power[$0].magnitude.energy(over: plan.horizon.duration(of: $0)).kilowattHours }
    let hours = steps.map { plan.horizon.hours(of: $0) }
    let weights = flows.contains { $0 > 0 } ? flows : hours
    let sum = zip(steps, weights).reduce(0.0) { $0 + price[$1.0].eurosPerKilowattHour * $1.1 }
    return EnergyPrice(eurosPerKilowattHour: sum / weights.reduce(0, +))
  }

  /// What sets the marginal price in `steps`.
  func source(_ market: Market, by power: [Power], in steps: Range<Int>) -> Explanation.PowerSource {
    let price = mean(market.marginal, by: power, in: steps)
    if (price - mean(market.imported, by: power, in: steps)).magnitude <= Self.samePrice { return .grid }
    return (price - mean(market.fedIn, by: power, in: steps)).magnitude <= Self.samePrice ? .feedIn : .elsewhere
  }

  /// Neighbouring steps of the same `activity`, which is 0 where nothing happens; pauses of less than an hour are no end.
  func runs<Activity: Equatable>(_ activity: (Int) -> Activity?) -> [(activity: Activity, steps: Range<Int>)] {
    var found: [(activity: Activity, steps: Range<Int>)] = []
    for step in plan.horizon.steps.indices {
      guard let now = activity(step) else { continue }
      if let last = found.last, last.activity == now,
        (last.steps.upperBound..<step).reduce(0, { $0 + plan.horizon.hours(of: $1) }) < 1
      {
        found[found.count - 1].steps = last.steps.lowerBound..<step + 1
      } else {
        found.append((now, step..<step + 1))
      }
    }
    return found
  }
}

extension Energy {
  /// What it is worth at `price`, never below nothing: a weight.
  func weight(at price: EnergyPrice) -> Money { max(.zero, self * price) }
}
