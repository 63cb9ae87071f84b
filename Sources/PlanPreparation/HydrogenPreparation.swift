import CommunityModel
import Planning
import Quantities

extension Preparation {
  /// The electrolyser, tank or fuel cell that `asset` describes.
  ///
  /// - Throws: `PlanInputError.contradiction` for an asset of another kind.
  mutating func hydrogen(
    _ asset: AssetDescription, among all: [AssetDescription], fuels: [Fuel]
  ) throws(PlanInputError) -> any Asset {
    switch asset.kind {
    case .electrolyser(let unit):
      return Electrolyser(
        id: asset.id, site: asset.site, fuel: unit.fuel, power: unit.power, points: unit.points, wasteHeat: unit.wasteHeat,
        rules: unit.rules, standby: unit.standby)
    case .fuelCell(let unit):
      return FuelCell(
        id: asset.id, site: asset.site, fuel: unit.fuel, power: unit.power, efficiency: unit.efficiency,
        wasteHeat: unit.wasteHeat,
        rules: unit.rules)
    case .hydrogenStore(let tank):
      sources.append(tank.charge.map { .givenCharge(asset.id, $0) } ?? .assumedHeat(asset.id))
      return HydrogenStore(
        id: asset.id, site: asset.site, fuel: tank.fuel, capacity: tank.capacity, power: tank.power,
        compression: tank.compression,
        opening: tank.capacity * (tank.charge ?? Fraction(0.5)), endValue: worth(of: tank.fuel, at: asset.site, among: all, fuels)
      )
    default: throw .contradiction("asset \(asset.id) has nothing to do with hydrogen")
    }
  }

  /// What a kilowatt-hour of `fuel` left at the end is worth, later being less sure than now: nine tenths of what it brings, sold or
  /// in the site's fuel cells and engines at the mean price of the cheaper quarter of hours, but no more than it costs to buy. Beside a
  /// plant it may as well be made of what would be fed in: the mean of both, as for batteries.
  private func worth(of fuel: Fuel.ID, at site: Site.ID, among all: [AssetDescription], _ fuels: [Fuel]) -> EnergyPrice {
    let known = fuels.first { $0.id == fuel }
    let power = cheapPower(at: site)
    let uses = all.compactMap { asset -> Double? in
      switch asset.kind {
      case .fuelCell(let cell) where cell.fuel == fuel: cell.efficiency.value * power
      case .combinedHeatAndPower(_, let engine) where engine.fuel == fuel: engine.powerEfficiency.value * power
      default: nil
      }
    }
    let brings = max(known?.salePrice?.eurosPerKilowattHour ?? 0, uses.max() ?? 0)
    let value = 0.9 * min(brings, known?.price?.eurosPerKilowattHour ?? .infinity)
    guard let refill = refill(of: fuel, at: site, among: all), value > refill else {
      return EnergyPrice(eurosPerKilowattHour: value)
    }
    return EnergyPrice(eurosPerKilowattHour: (value + refill) / 2)
  }

  /// What a kilowatt-hour of `fuel` costs that an electrolyser makes of what a plant at `site` would feed in, at least nothing, in EUR; nil
  /// where there is none of both.
  private func refill(of fuel: Fuel.ID, at site: Site.ID, among all: [AssetDescription]) -> Double? {
    let here = all.filter { $0.site == site }
    let makers = here.compactMap { asset -> Double? in
      if case .electrolyser(let unit) = asset.kind, unit.fuel == fuel { unit.efficiency.value } else { nil }
    }
    let hasPlant = here.contains { if case .plant = $0.kind { true } else { false } }
    guard hasPlant, let best = makers.max(), let place = community.sites.first(where: { $0.id == site }),
      let tariff = community.tariff(of: place), let feedIn = try? curve(tariff.feedInPrice), !feedIn.isEmpty
    else { return nil }
    return max(0, feedIn.map(\.eurosPerKilowattHour).reduce(0, +) / Double(feedIn.count)) / best
  }

  /// The mean price of the cheaper quarter of hours from the grid at `site`, at least zero, in EUR/kWh.
  private func cheapPower(at site: Site.ID) -> Double {
    guard let place = community.sites.first(where: { $0.id == site }), let tariff = community.tariff(of: place),
      let prices = try? importCurve(of: tariff)
    else { return 0 }
    let cheap = prices.sorted().prefix(max(1, prices.count / 4)).map(\.eurosPerKilowattHour)
    return max(0, cheap.reduce(0, +) / Double(max(1, cheap.count)))
  }
}
