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
      let points = loadPoints(fields)
      let heat = wasteHeat(fields)
      let rules = rules(fields)
      let standby = standby(fields, rules)
      guard let fuel, let power, let points else { return nil }
      let place = fields.place(of: fields.has("part_load") ? "part_load" : "efficiency")
      checkWhole(points.map(\.efficiency).max() ?? .zero, heat, at: place)
      return .electrolyser(
        ElectrolyserDescription(fuel: fuel, power: power, points: points, wasteHeat: heat, rules: rules, standby: standby))
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

  /// Efficiency by load, or the one at any load; nil where something is wrong.
  private func loadPoints(_ fields: Fields) -> [ElectrolyserPoint]? {
    guard fields.has("part_load") else {
      return fields.quantity("efficiency", in: Self.efficiencies, like: "65 %").map { [.init(load: .one, efficiency: $0)] }
    }
    for (key, reason) in [("efficiency", "stands in 'part_load'"), ("least_load", "is the first load of 'part_load'")]
    where fields.has(key) {
      problems.add("'\(key)' \(reason); delete one of them", at: fields.place(of: key))
      _ = fields.node(key)
    }
    let example = "at least two points such as `{load: 20 %, efficiency: 66 %}`, the last at 100 %"
    let nodes = fields.items("part_load", expected: example)
    let points = nodes.compactMap { node -> ElectrolyserPoint? in
      let point = Fields(node, subject: "'part_load' of \(fields.subject)", problems: problems)
      defer { point.finish() }
      let load = point.quantity("load", in: Self.efficiencies, like: "20 %")
      let efficiency = point.quantity("efficiency", in: Self.efficiencies, like: "66 %")
      guard let load, let efficiency else { return nil }
      return ElectrolyserPoint(load: load, efficiency: efficiency)
    }
    let loads = points.map(\.load)
    guard points.count == nodes.count else { return nil }
    guard points.count > 1, loads.last == .one, zip(loads, loads.dropFirst()).allSatisfy({ $0 < $1 }) else {
      problems.add("the loads of 'part_load' must rise to 100 %, two at least", at: fields.place(of: "part_load"))
      return nil
    }
    return points
  }

  /// What it takes in stand-by; nil where it has none.
  private func standby(_ fields: Fields, _ rules: OperatingRules) -> Power? {
    guard fields.has("standby_power") else { return nil }
    if rules.rampPerHour != nil {
      problems.add("'standby_power' cannot go with 'ramp'; delete one of them", at: fields.place(of: "standby_power"))
    }
    if rules.startCost == .zero, rules.minDown == .zero {
      problems.add(
        "'standby_power' is for a unit that does not like to be off; give 'start_cost' or 'min_down', or delete it",
        at: fields.place(of: "standby_power"))
    }
    return fields.quantity("standby_power", in: Power.zero...Power(kilowatts: 1_000_000), like: "2 kW")
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
