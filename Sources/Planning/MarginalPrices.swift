public import CommunityModel
import EnergySystems
public import Quantities

/// What one more kilowatt-hour would cost the plan, in each step: the price that what uses, makes and stores energy answers to.
///
/// Where power comes from the grid it is the import price, where it goes there the feed-in price, and between them whatever the next
/// kilowatt-hour is worth elsewhere in time or in a heat network. On and off of units count as decided.
/// Where one more costs another price than one less saves (nothing crosses the connection), it is one of the two or between them.
public struct MarginalPrices: Sendable, Equatable {
  /// Of power at each site.
  public let power: [Site.ID: [EnergyPrice]]
  /// Of heat at each place, in the order of the networks.
  public let heat: [HeatPlace]
  /// Of each fuel that assets use.
  public let fuels: [Fuel.ID: [EnergyPrice]]

  /// Heat at one place of a network.
  public struct HeatPlace: Sendable, Equatable {
    /// The network.
    public let network: HeatNetwork.ID
    /// The site where its pipes pass; nil for a network whose heat meets in one place.
    public let site: Site.ID?
    /// What a kilowatt-hour of heat costs there in each step.
    public let price: [EnergyPrice]
  }

  /// Of heat of `network` where an asset at `site` gives or takes it; nil where the network is not known.
  public func heat(of network: HeatNetwork.ID, at site: Site.ID) -> [EnergyPrice]? {
    heat.first { $0.network == network && ($0.site == nil || $0.site == site) }?.price
  }
}

extension SystemDraft {
  /// The name of the bus of a site's wires.
  static func wires(of site: Site.ID) -> String { "site \(site)" }

  /// The name of the bus of a network's heat or cold at `site`; nil where all of it meets in one place.
  static func pipes(of network: HeatNetworkConditions, at site: Site.ID?) -> String {
    "\(network.carries.rawValue) \(network.network)" + (site.map { " at \($0)" } ?? "")
  }

  /// `prices` of the buses as those of sites and networks.
  func marginalPrices(_ prices: [[Double]], of problem: PlanningProblem) -> MarginalPrices {
    let byName = Dictionary(zip(system.buses.map(\.name), prices)) { first, _ in first }
    func price(at bus: String) -> [EnergyPrice]? { byName[bus]?.map { EnergyPrice(eurosPerKilowattHour: $0) } }
    let power = problem.sites.compactMap { conditions in
      price(at: Self.wires(of: conditions.site)).map { (conditions.site, $0) }
    }
    let heat = problem.networks.flatMap { conditions in
      conditions.places.compactMap { site in
        price(at: Self.pipes(of: conditions, at: site)).map {
          MarginalPrices.HeatPlace(network: conditions.network, site: site, price: $0)
        }
      }
    }
    let fuels = problem.fuels.compactMap { fuel in price(at: Self.stock(of: fuel.id)).map { (fuel.id, $0) } }
    return MarginalPrices(
      power: Dictionary(power) { first, _ in first }, heat: heat, fuels: Dictionary(fuels) { first, _ in first })
  }
}

extension HeatNetworkConditions {
  /// The sites where its pipes begin and end, from where heat comes in; one place without a site where there are no pipes.
  var places: [Site.ID?] {
    guard !pipes.isEmpty else { return [nil] }
    var found: [Site.ID] = []
    for site in pipes.flatMap({ [$0.from, $0.to] }) where !found.contains(site) { found.append(site) }
    return found
  }
}
