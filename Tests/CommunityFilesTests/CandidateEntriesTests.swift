import CommunityFiles
import CommunityModel
import Planning
import Quantities
import Testing

@Suite("What a community's file says could be built")
struct CandidateEntriesTests {
  /// The candidates of the example of `docs/formats/community.md`: 120 kWh at 52 EUR are 6240 EUR a year, 40 kW at 75 EUR 3000.
  @Test("is an asset at its largest with what it costs a year")
  func everyKey() throws {
    let candidates = try community(Documentation("community.md").example()).candidates
    let parameters = Battery.Parameters(
      capacity: Energy(wattHours: 120_000), chargePower: Power(watts: 60_000), dischargePower: Power(watts: 60_000),
      chargeEfficiency: Fraction(0.95), dischargeEfficiency: Fraction(0.95))
    #expect(
      candidates == [
        AssetCandidate(
          AssetDescription(id: "barn-battery", site: "farm", kind: .battery(parameters, stateOfCharge: nil)),
          yearlyCost: Money(euros: 6240), yearlyFixedCost: Money(euros: 180)),
        AssetCandidate(
          AssetDescription(
            id: "barn-roof", site: "farm",
            kind: .plant(PlantDescription(source: .pv, peakPower: Power(watts: 40_000), isCurtailable: true))),
          yearlyCost: Money(euros: 3000)),
      ])
  }

  @Test("is no asset: a file without candidates has none")
  func none() throws {
    #expect(try community(Sample.smallest).candidates.isEmpty)
    let file = try community(Documentation("community.md").example())
    #expect(!file.assets.contains { $0.id == "barn-battery" })
  }
}
