public import CommunityModel
public import Quantities

/// The CO2 of a plan: of power from the grid and of what is burnt. Power into the grid is not credited.
///
///     kg = sum dt (factor of the grid x import + factor of the fuel x burnt)         optimizer-model, section 11
public struct CarbonAccount: Sendable, Equatable {
  /// What the plan causes; nil where a factor is not known.
  public let emissions: Mass?
  /// What that costs at the community's price of CO2; zero where it has none.
  public let cost: Money
  /// Sites whose power from the grid has no known factor.
  public let unknownSites: [Site.ID]
  /// Fuels that assets burn and that have no known factor.
  public let unknownFuels: [Fuel.ID]
  /// The known factors of what assets burn.
  public let fuelFactors: [Fuel.ID: EmissionFactor]

  /// The CO2 of the `sites` of a plan for `problem`.
  init(of sites: [SiteSchedule], in problem: PlanningProblem) {
    let horizon = problem.horizon
    unknownSites = problem.sitesWithoutEmissions
    unknownFuels = problem.fuelsWithoutEmissions
    fuelFactors = Dictionary(
      problem.burntFuels.compactMap { fuel in fuel.emissions.map { (fuel.id, $0) } }, uniquingKeysWith: { first, _ in first })
    guard unknownSites.isEmpty, unknownFuels.isEmpty else {
      (emissions, cost) = (nil, .zero)
      return
    }
    var sum = Mass.zero
    for (conditions, site) in zip(problem.sites, sites) {
      let factors = conditions.emissions.map { horizon.means(of: $0) } ?? []
      for (step, factor) in factors.enumerated() {
        // What other sites give does not come from the grid's power plants.
        let shared = site.shared.isEmpty ? Power.zero : max(.zero, site.shared[step])
        sum += max(.zero, (site.grid[step] - shared).energy(over: horizon.duration(of: step))) * factor
      }
      let uses = site.assets.compactMap(\.fuel)
      for fuel in problem.burntFuels {
        let factor = fuelFactors[fuel.id] ?? .zero
        for energy in fuel.bought(for: uses, over: horizon) { sum += max(.zero, energy) * factor }
      }
    }
    emissions = sum
    cost = sum * problem.carbonPrice
  }
}

extension PlanningProblem {
  /// What assets burn.
  var burntFuels: [Fuel] {
    let burnt = Set(assets.compactMap(\.burnt))
    return fuels.filter { burnt.contains($0.id) }
  }

  /// Sites whose power from the grid has no known CO2.
  var sitesWithoutEmissions: [Site.ID] { sites.filter { $0.emissions == nil }.map(\.site) }

  /// What assets burn and has no known CO2; what cannot be bought has none of its own.
  var fuelsWithoutEmissions: [Fuel.ID] { burntFuels.filter { $0.price != nil && $0.emissions == nil }.map(\.id) }

  /// Refuses a problem in which CO2 counts and is not known everywhere: unknown is not zero.
  ///
  /// - Throws: `PlanningError.contradiction` about `subject`, what makes it count.
  func requireEmissions(for subject: String) throws(PlanningError) {
    let missing = sitesWithoutEmissions.map { "power from the grid at site \($0)" } + fuelsWithoutEmissions.map { "fuel \($0)" }
    guard !missing.isEmpty else { return }
    throw .contradiction(
      subject: subject,
      reason:
        "needs to know all CO2, and none is known of \(missing.joined(separator: ", ")); give 'co2' there in its tariff or fuel")
  }
}
