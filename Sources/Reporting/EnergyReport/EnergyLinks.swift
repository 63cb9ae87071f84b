public import CommunityModel
public import Quantities

/// Energy that went from one part of a scope to another over a period: an arrow of a flow picture.
public struct EnergyLink: Sendable, Equatable {
  /// Where arrows begin and end.
  public enum Node: Hashable, Sendable {
    /// Plants of a source.
    case plant(EnergySource)
    case battery
    case grid
    case consumption
    /// What batteries lost and hold more at the end.
    case lostOrStored
    /// A heat network.
    case network
    /// Customers of a heat network.
    case customers
    /// What a heat network lost.
    case lost
  }

  /// Where it came from.
  public let from: Node
  /// Where it went.
  public let to: Node
  /// How much, above zero.
  public let energy: Energy
}

extension EnergyReport {
  /// Where the community's electricity went, all sites as one; what comes into a node goes out of it, batteries' losses and stock told
  /// apart. Plants' parts are in proportion to what each source made over the period.
  public var powerLinks: [EnergyLink] {
    guard let figures = figures(of: .community(.virtualSum)) else { return [] }
    let (flows, use) = (figures.flows, figures.use)
    var made: [EnergySource: Energy] = [:]
    for step in curve.steps { made.merge(step.generation, uniquingKeysWith: +) }
    let charged = flows.generation - use.direct - use.generationExport
    let delivered = use.storedGreen + use.storedGrey + use.storedBefore
    let plants: [(EnergyLink.Node, Energy)] = [(.consumption, use.direct), (.battery, charged), (.grid, use.generationExport)]
    var links: [EnergyLink] = []
    func add(_ from: EnergyLink.Node, _ to: EnergyLink.Node, _ energy: Energy) {
      if energy > .zero { links.append(EnergyLink(from: from, to: to, energy: energy)) }
    }
    for (source, part) in made.sorted(by: { $0.key < $1.key }) where flows.generation > .zero {
      for (node, energy) in plants {
        add(.plant(source), node, Energy(count: scaled(energy.count, by: part.count, over: flows.generation.count)))
      }
    }
    add(.grid, .consumption, flows.consumption - use.direct - delivered)
    add(.grid, .battery, use.chargedFromGrid)
    add(.battery, .consumption, delivered)
    add(.battery, .grid, use.batteryExport)
    add(.battery, .lostOrStored, charged + use.chargedFromGrid - delivered - use.batteryExport)
    return links
  }
}

extension EnergyReport {
  /// Where the heat of `network` came from and went; what is not known of it is left out.
  public func heatLinks(of network: HeatNetwork.ID) -> [EnergyLink] {
    guard let group = group(.heatNetwork(network)), case .energy(let fed)? = group.figure(.heatFed)?.value else { return [] }
    var links = group.figures.compactMap { figure -> EnergyLink? in
      guard figure.name == .heatShare, case .share(let share)? = figure.value, share > .zero,
        let source = figure.part.flatMap(EnergySource.init(rawValue:))
      else { return nil }
      return EnergyLink(from: .plant(source), to: .network, energy: fed * share)
    }
    if case .energy(let delivered)? = group.figure(.heatDelivered)?.value, delivered > .zero, delivered <= fed {
      links.append(EnergyLink(from: .network, to: .customers, energy: delivered))
      if delivered < fed { links.append(EnergyLink(from: .network, to: .lost, energy: fed - delivered)) }
    }
    return links
  }
}
