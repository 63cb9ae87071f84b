import CommunityModel
import Planning
import Quantities
import Yams

/// Hydrogen: what makes it, keeps it and makes power of it.
extension CommunityReader {
  private static let powers = Power(count: 1)...Power(kilowatts: 1_000_000)
  private static let shares = Fraction.zero...Fraction.one
  private static let efficiencies = Fraction(count: 1)...Fraction.one

  /// What `kind` is with its fuel; nil where something is wrong.
  mutating func hydrogenAsset(_ kind: AssetKindName, _ fields: Fields) -> AssetDescription.Kind? {
    let fuel = fuelReference(fields)
    switch kind {
    case .electrolyser:
      let power = fields.quantity("power", in: Self.powers, like: "100 kW")
      let efficiency = fields.quantity("efficiency", in: Self.efficiencies, like: "65 %")
      let heat = wasteHeat(fields)
      let rules = rules(fields)
      guard let fuel, let power, let efficiency else { return nil }
      checkWhole(efficiency, heat, at: fields.place(of: "efficiency"))
      return .electrolyser(
        ElectrolyserDescription(fuel: fuel, power: power, efficiency: efficiency, wasteHeat: heat, rules: rules))
    case .fuelCell:
      let power = fields.quantity("power", in: Self.powers, like: "30 kW")
      let efficiency = fields.quantity("power_efficiency", in: Self.efficiencies, like: "50 %")
      let heat = wasteHeat(fields)
      let rules = rules(fields)
      guard let fuel, let power, let efficiency else { return nil }
      checkWhole(efficiency, heat, at: fields.place(of: "power_efficiency"))
      return .fuelCell(FuelCellDescription(fuel: fuel, power: power, efficiency: efficiency, wasteHeat: heat, rules: rules))
    default:
      let most = HydrogenAmount(count: 1)...HydrogenAmount(count: 1_000_000_000_000_000)
      let capacity = fields.quantity("capacity", in: most, like: "300 kg")
      let power = fields.optionalQuantity("power", in: Self.powers, like: "200 kW")
      let compression = fields.optionalQuantity("compression_power", in: Self.shares, like: "6 %") ?? .zero
      let charge = fields.optionalQuantity("state_of_charge", in: Self.shares, like: "50 %")
      guard let fuel, let capacity else { return nil }
      return .hydrogenStore(
        HydrogenStoreDescription(fuel: fuel, capacity: capacity.energy, power: power, compression: compression, charge: charge))
    }
  }

  /// The fuel that an asset names, and where.
  mutating func fuelReference(_ fields: Fields) -> Fuel.ID? {
    if let asset = fields.node("id")?.string { fuelUses.updateValue(fields.node("fuel")?.mark, forKey: AssetID(asset)) }
    return reference("fuel", in: fields, kind: "fuel")
  }

  /// Heat that a network may take; nil where none is named.
  private mutating func wasteHeat(_ fields: Fields) -> WasteHeat? {
    let network: HeatNetwork.ID? = reference("heat_network", in: fields, kind: "heat network", isOptional: true)
    guard let network else { return nil }
    return fields.quantity("heat_efficiency", in: Self.efficiencies, like: "20 %").map { WasteHeat(to: network, efficiency: $0) }
  }

  private func checkWhole(_ efficiency: Fraction, _ heat: WasteHeat?, at mark: Mark?) {
    guard let heat, efficiency + heat.efficiency > .one else { return }
    problems.add("efficiency and heat_efficiency are more than 100 % together; correct one of them", at: mark)
  }

  /// A fuel that cannot be bought is made by an electrolyser; what is made or kept is used at the same site.
  func checkFuels(_ fuels: [Fuel], of assets: [AssetDescription], candidates: [AssetDescription]) {
    for fuel in fuels {
      guard let mark = fuelMarks[fuel.id] else { continue }
      let isMade = assets.contains { asset in
        if case .electrolyser(let unit) = asset.kind { unit.fuel == fuel.id } else { false }
      }
      guard !isMade else { continue }
      problems.add(
        "fuel '\(fuel.id)' has no price and no electrolyser makes it; give it a 'price' such as `3.5 ct/kWh`", at: mark)
    }
    let all = assets + candidates
    for fuel in fuels {
      guard let keeper = all.first(where: { $0.keeps(fuel.id) }) else { continue }
      for user in all where user.uses(fuel.id) && user.site != keeper.site {
        problems.add(
          "asset '\(user.id)' at site '\(user.site)' uses \(fuel.id), which '\(keeper.id)' makes or keeps at site '\(keeper.site)'; "
            + "nothing carries it there, give each site a fuel of its own", at: fuelUses[user.id] ?? nil)
      }
    }
  }
}

extension AssetDescription {
  /// Whether it makes or keeps `fuel`.
  fileprivate func keeps(_ fuel: Fuel.ID) -> Bool {
    switch kind {
    case .electrolyser(let unit): unit.fuel == fuel
    case .hydrogenStore(let tank): tank.fuel == fuel
    default: false
    }
  }

  /// Whether it makes, keeps or burns `fuel`.
  fileprivate func uses(_ fuel: Fuel.ID) -> Bool {
    switch kind {
    case .fuelCell(let cell): cell.fuel == fuel
    case .boiler(_, let boiler): boiler.fuel == fuel
    case .combinedHeatAndPower(_, let engine): engine.fuel == fuel
    default: keeps(fuel)
    }
  }
}
