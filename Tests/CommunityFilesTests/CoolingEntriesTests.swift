import CommunityFiles
import CommunityModel
import Planning
import Quantities
import Testing

extension CommunityFileTests {
  /// The cold network of the example of `docs/formats/community.md`.
  static let coldNetwork = HeatNetwork(
    id: "dairy-cold", name: "dairy-cold", carries: .cold, sites: ["farm"], flowTemperature: Temperature(count: 5000),
    returnTemperature: HeatNetwork.usualColdReturn, heatLoss: Power(watts: 300))

  /// Its assets.
  static let coolingAssets = [
    AssetDescription(
      id: "milk-cooling", site: "farm",
      kind: .coolingLoad(
        "dairy-cold",
        CoolingLoadDescription(annualConsumption: Energy(wattHours: 30_000_000), steady: Fraction(count: 800_000_000)))),
    AssetDescription(
      id: "chiller", site: "farm",
      kind: .chiller(
        "dairy-cold",
        ChillerDescription(
          power: Power(watts: 6000), sink: Temperature(count: 14_000), quality: Fraction(count: 350_000_000),
          rules: OperatingRules(leastLoad: Fraction(count: 250_000_000)))), isControllable: true),
    AssetDescription(
      id: "absorber", site: "farm",
      kind: .absorptionChiller(
        "dairy-cold",
        .init(heatSource: "village-heat", coldPower: Power(watts: 10_000), heatRatio: Fraction(count: 720_000_000)))),
    AssetDescription(
      id: "ice-water", site: "farm",
      kind: .coldStore(
        "dairy-cold",
        HeatStoreDescription(
          capacity: Energy(wattHours: 60_000), power: Power(watts: 15_000), loss: LossRate(perHour: 0.005),
          charge: Fraction(count: 500_000_000)))),
  ]
}
