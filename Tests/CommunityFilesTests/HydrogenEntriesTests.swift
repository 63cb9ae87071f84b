import CommunityFiles
import CommunityModel
import Planning
import Quantities
import Testing

extension CommunityFileTests {
  /// The hydrogen of the example of `docs/formats/community.md`.
  static let hydrogenAssets = [
    AssetDescription(
      id: "electrolyser", site: "farm",
      kind: .electrolyser(
        ElectrolyserDescription(
          fuel: "hydrogen", power: Power(watts: 100_000),
          points: [(150, 580), (400, 680), (1000, 620)].map { load, efficiency in
            ElectrolyserPoint(load: Fraction(count: load * 1_000_000), efficiency: Fraction(count: efficiency * 1_000_000))
          },
          wasteHeat: WasteHeat(to: "village-heat", efficiency: Fraction(count: 180_000_000)),
          rules: OperatingRules(startCost: Money(count: 2_000_000)), standby: Power(watts: 2000)))),
    // 300 kg x 33.33 kWh
    AssetDescription(
      id: "hydrogen-tank", site: "farm",
      kind: .hydrogenStore(
        HydrogenStoreDescription(
          fuel: "hydrogen", capacity: Energy(wattHours: 9_999_000), power: Power(watts: 200_000),
          compression: Fraction(count: 60_000_000), charge: Fraction(count: 400_000_000)))),
    AssetDescription(
      id: "fuel-cell", site: "farm",
      kind: .fuelCell(
        FuelCellDescription(
          fuel: "hydrogen", power: Power(watts: 30_000), efficiency: Fraction(count: 500_000_000),
          wasteHeat: WasteHeat(to: "village-heat", efficiency: Fraction(count: 350_000_000))))),
  ]
}

@Suite("An amount of hydrogen")
struct HydrogenAmountTests {
  @Test(
    "may be said as energy or as mass, a kilogram being 33.33 kWh",
    arguments: [("33.33 kWh", "1 kg"), ("33.33 MWh", "1 t"), ("8332.5 kWh", "250 kg")])
  func units(energy: String, mass: String) throws {
    #expect(try HydrogenAmount(text: energy) == HydrogenAmount(text: mass))
    #expect(try HydrogenAmount(text: energy).energy == Energy(text: energy))
  }
}
