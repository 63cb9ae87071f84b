import CommunityModel
import Quantities

/// What a site can take from the grid and give to it in each step at the most, whatever its assets do, kW.
///
/// Tight bounds where taking and giving must be kept apart: a connection carries far more than most sites use.
struct GridReach: Sendable {
  /// What fixed loads take less what sun and wind can give; below zero where these are more.
  var standing: [Double]
  /// Fixed loads and all that chooses what it takes; infinite where that is not known.
  var taken: [Double]
  /// What sun, wind, stores and engines can give beyond the fixed loads, at least zero.
  var given: [Double]

  /// The reach of each site of `problem`.
  static func ofSites(in problem: PlanningProblem) -> [Site.ID: GridReach] {
    let (loads, plants) = (problem.fixedLoads, problem.sunAndWind)
    // A pump takes as much as heat flows in its pipe.
    let pumping = Set(problem.networks.flatMap(\.pipes).filter { $0.pumpShare != nil }.map(\.from))
    var reaches: [Site.ID: GridReach] = [:]
    for conditions in problem.sites {
      let site = conditions.site
      let assets = problem.assets.filter { $0.site == site }
      let chosen = assets.reduce(Power.zero) { $0 + $1.mostTaken }
      let stored = assets.reduce(Power.zero) { $0 + $1.storedPower + $1.enginePower }
      var reach = GridReach(standing: [], taken: [], given: [])
      for step in problem.horizon.steps.indices {
        let (load, plant) = (loads[site]?[step] ?? .zero, plants[site]?[step] ?? .zero)
        reach.standing.append((load + plant).kilowatts)
        reach.taken.append(pumping.contains(site) ? .infinity : (load + chosen).kilowatts)
        reach.given.append(max(.zero, stored - plant - load).kilowatts)
      }
      reaches[site] = reach
    }
    return reaches
  }
}
