public import CommunityModel
import EnergySystems
public import Quantities

/// Heat that comes with something else and may be used; what no network takes is cooled away.
public struct WasteHeat: Sendable, Equatable {
  /// The network that takes it.
  public let network: HeatNetwork.ID
  /// Usable heat for each unit of what the asset takes in.
  public let efficiency: Fraction

  /// Waste heat; see the properties.
  public init(to network: HeatNetwork.ID, efficiency: Fraction) {
    self.network = network
    self.efficiency = efficiency
  }
}

extension SystemDraft {
  /// The modes of a converter that gives `outputs` at any time and, where it can, `heat` with them.
  ///
  /// - Throws: `PlanningError.contradiction` about `asset` where its network does not reach the site.
  mutating func modes(
    _ outputs: [Converter.Output], with heat: WasteHeat?, at site: Site.ID, of asset: AssetID
  ) throws(PlanningError) -> [Converter.Mode] {
    guard let heat else { return [.init(outputs)] }
    let warm = Converter.Output(try self.heat(heat.network, at: site, of: asset), .constant(heat.efficiency.value))
    return [.init(outputs + [warm]), .init(outputs)]
  }
}

extension WasteHeat {
  /// What the network gets of a converter that takes `input` (kW) in the mode with heat.
  func flow(of input: [Double]) -> HeatFlow {
    HeatFlow(network: network, power: input.map { -Power(kilowatts: $0 * efficiency.value) })
  }
}
