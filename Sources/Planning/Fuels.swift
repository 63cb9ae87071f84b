public import CommunityModel
public import Quantities

/// Something that is burnt: wood chips, biogas, natural gas; or hydrogen, which a site may make itself.
///
/// What a site makes or stores of a fuel stays there: nothing carries it to other sites. Energies are by the lower heating value.
public struct Fuel: Sendable, Equatable {
  /// Names a fuel.
  public typealias ID = Identifier<Fuel>

  /// What it is, as far as reports tell apart where heat comes from.
  public enum Kind: String, CaseIterable, Sendable {
    case woodChips = "wood_chips"
    /// Logs, pellets, straw, vegetable oil.
    case biomass
    case biogas
    /// Natural gas or liquefied gas.
    case gas
    case oil
  }

  /// Its short name.
  public let id: ID
  /// What it is; nil where nobody says.
  public let kind: Kind?
  /// What a kilowatt-hour of it costs; nil where it cannot be bought.
  public let price: EnergyPrice?
  /// What a kilowatt-hour of it brings, at most its price; nil where nobody buys it.
  public let salePrice: EnergyPrice?
  /// CO2 of a kilowatt-hour that is bought; nil where nobody says.
  public let emissions: EmissionFactor?
  /// What there is to buy until the horizon's end; nil for as much as is wanted.
  public let stock: Energy?

  /// A fuel; see the properties.
  public init(
    id: ID, price: EnergyPrice?, salePrice: EnergyPrice? = nil, emissions: EmissionFactor? = nil, stock: Energy? = nil,
    kind: Kind? = nil
  ) {
    self.id = id
    self.kind = kind
    self.price = price
    self.salePrice = salePrice
    self.emissions = emissions
    self.stock = stock
  }
}

/// Fuel that an asset takes in each step: what it burns or stores (positive), what it makes or gives back (negative).
public struct FuelUse: Sendable, Equatable {
  /// The fuel.
  public let fuel: Fuel.ID
  /// Mean of each step.
  public let power: [Power]

  /// A use; see the properties.
  public init(fuel: Fuel.ID, power: [Power]) {
    self.fuel = fuel
    self.power = power
  }
}

extension Fuel {
  /// What `uses` leave to be bought of it in each step (positive), or to be sold (negative).
  func bought(for uses: [FuelUse], over horizon: PlanningHorizon) -> [Energy] {
    var sum = horizon.idle
    for use in uses where use.fuel == id {
      for (step, power) in use.power.enumerated() { sum[step] += power }
    }
    return sum.enumerated().map { $1.energy(over: horizon.duration(of: $0)) }
  }

  /// What `uses` of a site cost over the horizon, sales deducted.
  func cost(of uses: [FuelUse], over horizon: PlanningHorizon) -> Money {
    bought(for: uses, over: horizon).reduce(.zero) { sum, energy in
      sum + energy * ((energy > .zero ? price : salePrice) ?? .zero)
    }
  }
}

extension PlanningProblem {
  /// Refuses fuels that would have to be carried from one site to another, or that are worth more sold than bought.
  func validateFuels() throws(PlanningError) {
    for fuel in fuels {
      if let price = fuel.price, let sale = fuel.salePrice, sale > price {
        throw .contradiction(
          subject: "fuel \(fuel.id)", reason: "brings more than it costs: buying and selling would have no end")
      }
      guard let source = assets.first(where: { $0.keptFuel == fuel.id }) else { continue }
      let users = assets.filter { $0.keptFuel == fuel.id || $0.burnt == fuel.id }
      if let other = users.first(where: { $0.site != source.site }) {
        throw .contradiction(
          subject: "asset \(other.id)",
          reason: "stands at site \(other.site) and uses \(fuel.id), which \(source.id) makes or stores at site \(source.site); "
            + "nothing carries it there, so give each site a fuel of its own")
      }
    }
  }
}

extension SystemDraft {
  /// The name of the bus of a fuel.
  static func stock(of fuel: Fuel.ID) -> String { "fuel \(fuel)" }
}
