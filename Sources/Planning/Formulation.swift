public import CommunityModel
public import LinearOptimization
import Quantities

/// Where flows must add up in each step.
public enum Balance: Hashable, Sendable {
  /// The wires of a site, behind its grid connection.
  case electricity(Site.ID)
  /// The pipes of a heat network.
  case heat(HeatNetwork.ID)
}

/// A model under construction: assets add variables and rows of their own, and terms to shared balances.
///
/// Inside the model powers are kW (mean over a step), energies kWh, money EUR: coefficients then lie where solvers work well
/// (optimizer-model, pitfall 7).
public struct Formulation: Sendable {
  /// The steps.
  public let horizon: PlanningHorizon
  /// Variables, rows and costs so far.
  public var model = LinearModel()
  /// Wishes that cannot be granted whatever the plan is, found while formulating.
  public private(set) var breaches: [Breach] = []

  private let conditions: [Site.ID: SiteConditions]
  private var balances: [Balance: Int] = [:]
  private var owners: [Owner] = []
  private var terms: [[Term]] = []
  private var demands: [Double] = []

  /// What a kilowatt-hour of a discouraged flow seems to cost, in EUR: far less than prices differ.
  private static let discouragement = 1e-6
  private var discouraged: [Term] = []

  private let forcedPower: [Site.ID: [Power]]
  private let storedPower: [Site.ID: Power]

  init(_ problem: PlanningProblem) {
    let conditions = problem.sites
    horizon = problem.horizon
    forcedPower = problem.forcedPower
    storedPower = problem.assets.reduce(into: [:]) { $0[$1.site, default: .zero] += $1.storedPower }
    self.conditions = Dictionary(conditions.map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The grid and prices of `site`; nil for a site that the problem does not have.
  public func conditions(of site: Site.ID) -> SiteConditions? { conditions[site] }

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

  /// Adds `coefficient * variable` (kW, positive takes from the balance) to `balance` in `step`.
  public mutating func take(_ coefficient: Double, _ variable: Variable, from balance: Balance, step: Int) {
    terms[row(of: balance) + step].append(Term(coefficient, variable))
  }

  /// Adds a fixed demand in kW to `balance` in `step`; negative feeds in.
  public mutating func demand(_ kilowatts: Double, from balance: Balance, step: Int) {
    demands[row(of: balance) + step] += kilowatts
  }

  /// Of plans of equal cost, prefers the one in which `variable` (kW over `hours`) is smaller; no plan's objective counts this.
  public mutating func discourage(_ variable: Variable, hours: Double) {
    discouraged.append(Term(Self.discouragement * hours, variable))
    model.addCost(Self.discouragement * hours, to: variable)
  }

  /// What `solution` comes to in EUR, without what only broke ties.
  func objective(of solution: Solution) -> Double {
    discouraged.reduce(solution.objective) { $0 - $1.coefficient * solution[$1.variable] }
  }

  /// Notes a wish that no plan can grant.
  public mutating func note(_ breach: Breach) { breaches.append(breach) }

  /// Turns the collected terms into one row a balance and step: what is taken and what is given add up to zero.
  mutating func closeBalances() {
    for balance in balances.sorted(by: { $0.value < $1.value }) {
      let owner = owners[balance.value / horizon.count]
      for step in 0..<horizon.count {
        model.label = Label(owner: owner, step: step)
        model.addConstraint(.equal(-demands[balance.value + step]), terms[balance.value + step])
      }
    }
    terms = []
    demands = []
  }

  private mutating func row(of balance: Balance) -> Int {
    if let row = balances[balance] { return row }
    let row = terms.count
    balances[balance] = row
    terms += Array(repeating: [], count: horizon.count)
    demands += Array(repeating: 0, count: horizon.count)
    switch balance {
    case .electricity(let site): owners.append(model.owner(named: "site \(site)"))
    case .heat(let network): owners.append(model.owner(named: "heat network \(network)"))
    }
    return row
  }
}
