public import CommunityModel
import EnergySystems
public import LinearOptimization
import MarketTime
public import Quantities

/// What to do in the coming steps, and what it comes to.
///
/// Powers are whole milliwatts; a site's grid power is the exact sum of its assets' powers, so every row adds up, and the cost is
/// recomputed from these rows, not taken from the solver.
public struct Plan: Sendable {
  /// How a plan came about.
  public enum Origin: Sendable, Equatable {
    /// Solved; `status` says what is proven, `gap` how far the best bound is away, relative, 0 when optimal.
    case solved(status: SolveStatus, gap: Double, time: Duration)
    /// The standing rule, greedy self-consumption: nobody optimised it.
    case standingRule
    /// The standing rule, because the solver gave nothing; `reason` in its words.
    case fallback(reason: String)
  }

  /// The steps.
  public let horizon: PlanningHorizon
  /// How it came about.
  public internal(set) var origin: Origin
  /// What happens at each site.
  public let sites: [SiteSchedule]
  /// Wishes that are not granted.
  public let breaches: [Breach]
  /// The model's objective in EUR as the solver gave it, breaches priced in; nil for the standing rule.
  public let objective: Double?
  /// What was made best, and how sure that is; empty for the standing rule.
  public let goals: [GoalResult]
  /// What CO2 it causes.
  public let carbon: CarbonAccount
  /// What one more kilowatt-hour would cost in each step; nil where the plan is not proven to be of least cost.
  public internal(set) var marginalPrices: MarginalPrices?

  /// Where a plan of much the same may begin.
  var trace: SolveTrace?

  /// Whether a solver made it, proven or not.
  public var isSolved: Bool {
    if case .solved = origin { true } else { false }
  }

  /// Whether it is proven to be optimal, within the gap that was asked for.
  public var isProven: Bool {
    if case .solved(.optimal, _, _) = origin { true } else { false }
  }

  /// Grid energy, peaks and wear, valued to the same end: stored energy gained counts in its favour. The price of CO2 is left out.
  public var cost: Money { sites.reduce(.zero) { $0 + $1.cost } }
}

/// What happens at one site.
public struct SiteSchedule: Sendable {
  /// The site.
  public let site: Site.ID
  /// What each of its assets does.
  public let assets: [AssetSchedule]
  /// Mean power over the grid connection in each step; positive from the grid.
  public let grid: [Power]
  /// What the site could not give because its connection is full, in each step, zero or positive.
  public let spilled: [Power]
  /// What grid energy costs over the horizon, feed-in deducted, as if nothing were exchanged.
  public let gridCost: Money
  /// What the peak costs beyond the one already paid for.
  public let peakCost: Money
  /// What the site's assets burn, what is sold of fuels deducted.
  public let fuelCost: Money
  /// Of the grid power, what comes from other sites of the community, or goes to them (negative), in each step; empty where sites do not
  /// exchange.
  public internal(set) var shared: [Power] = []
  /// What that costs instead of the grid's price in each step, mostly negative: the charge and the giver's feed-in price, less the own
  /// import price.
  public internal(set) var sharedCosts: [Money] = []

  /// Wear and starts of the site's assets.
  public var ownCost: Money { assets.reduce(.zero) { $0 + $1.ownCost } }
  /// What stored energy is worth more at the end than at the start.
  public var storedValue: Money { assets.reduce(.zero) { $0 + $1.storedValue } }
  /// What exchange costs instead of the grid's prices, mostly negative.
  public var sharedCost: Money { sharedCosts.reduce(.zero, +) }
  /// Grid energy with what is exchanged, peak, fuel and wear, stored energy gained deducted.
  public var cost: Money { gridCost + sharedCost + peakCost + fuelCost + ownCost - storedValue }
}

extension SiteSchedule {
  /// What a solver's rounding may do to the sum of a site's powers.
  private static let tolerance = Power(count: 10)

  /// Adds the schedules of a site's assets up and prices what crosses the grid connection.
  ///
  /// What plants that can be turned down give beyond what the grid's operator allows, and all beyond what the wire carries, is spilled;
  /// `forced` is what the other plants give.
  init(
    conditions: SiteConditions, assets: [AssetSchedule], fuels: [Fuel] = [], forced: [Power]? = nil, over horizon: PlanningHorizon
  ) {
    var grid = [Power](repeating: .zero, count: horizon.count)
    for asset in assets {
      for step in grid.indices { grid[step] += asset.power[step] }
    }
    var spilled = [Power](repeating: .zero, count: horizon.count)
    let exportLimit = conditions.connection.exportLimit
    let room = conditions.exportRoom(over: horizon)
    for step in grid.indices where -grid[step] > room[step] + Self.tolerance {
      let given = assets.reduce(Power.zero) { $1.role == .generation ? $0 - $1.power[step] : $0 }
      let curtailable = max(.zero, given - (forced?[step] ?? .zero))
      spilled[step] = max(min(-grid[step] - room[step], curtailable), -grid[step] - exportLimit, .zero)
      grid[step] += spilled[step]
    }
    let importPrices = horizon.means(of: conditions.importPrice)
    let feedInPrices = horizon.means(of: conditions.feedInPrice)
    var gridCost = Money.zero
    for step in grid.indices {
      let energy = grid[step].energy(over: horizon.duration(of: step))
      gridCost += energy * (energy > .zero ? importPrices[step] : feedInPrices[step])
    }
    let peakCost = conditions.peakCost(of: grid, over: horizon)
    let fuelCost = fuels.reduce(Money.zero) { $0 + $1.cost(of: assets.compactMap(\.fuel), over: horizon) }
    self.init(
      site: conditions.site, assets: assets, grid: grid, spilled: spilled, gridCost: gridCost, peakCost: peakCost,
      fuelCost: fuelCost)
  }

  /// Where the site takes more than its connection carries, or its plants that nothing can turn down, `forced` in each step, give
  /// more; neighbouring steps as one breach.
  func breaches(of conditions: SiteConditions, forced: [Power]?, over horizon: PlanningHorizon) -> [Breach] {
    let beyondImport = grid.map { $0 - conditions.connection.importLimit }
    let orders = orderBreaches(of: conditions, over: horizon)
    guard let forced else { return spans(over: horizon, kind: .importBeyondLimit, excess: beyondImport) + orders }
    // Of what is spilled, plants that can be turned down are turned down first.
    var beyondExport = spilled
    for asset in assets where asset.role == .generation {
      for step in grid.indices { beyondExport[step] += asset.power[step] }
    }
    for step in grid.indices { beyondExport[step] += forced[step] }
    return spans(over: horizon, kind: .importBeyondLimit, excess: beyondImport)
      + spans(over: horizon, kind: .exportBeyondLimit, excess: beyondExport) + orders
  }

  private func spans(over horizon: PlanningHorizon, kind: Breach.Kind, excess: [Power]) -> [Breach] {
    Breach.spans(kind, site.text, excess.map(\.kilowatts), horizon)
  }
}
