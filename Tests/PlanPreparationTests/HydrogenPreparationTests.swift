import CommunityModel
import Planning
import Quantities
import Reporting
import Testing

@testable import PlanPreparation

/// Power costs 30 ct at the yard at any time.
@Suite("What a plan of hydrogen is made from")
struct HydrogenPreparationTests {
  private func inputs(_ assets: [AssetDescription], _ fuel: Fuel) throws -> PlanInputs {
    let yard = try Yard()
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: yard.sites,
      tariffs: yard.tariffs)
    return try PlanInputs(community: community, assets: assets, fuels: [fuel], horizon: yard.horizon, knowing: yard.knowledge)
  }

  private let tank = AssetDescription(
    id: "tank", site: "yard",
    kind: .hydrogenStore(
      HydrogenStoreDescription(
        fuel: "h2", capacity: Energy(kilowattHours: 100), power: Power(watts: 9000), compression: Fraction(0.06))))
  private let cell = AssetDescription(
    id: "cell", site: "yard",
    kind: .fuelCell(FuelCellDescription(fuel: "h2", power: Power(watts: 5000), efficiency: Fraction(0.5))))

  @Test(
    "what a tank holds at the end is worth nine tenths of what it brings in the fuel cell or sold, but no more than it costs",
    arguments: [
      // 0.9 x 0.5 x 30 ct; 0.9 x 16 ct; 0.9 x 14 ct.
      (Fuel(id: "h2", price: nil), 135_000),
      (Fuel(id: "h2", price: nil, salePrice: EnergyPrice(count: 160_000)), 144_000),
      (Fuel(id: "h2", price: EnergyPrice(count: 140_000)), 126_000),
    ] as [(Fuel, Int64)])
  func worth(fuel: Fuel, expected: Int64) throws {
    let store = try #require(try inputs([tank, cell], fuel).problem.assets[0] as? HydrogenStore)
    #expect(store.endValue == EnergyPrice(count: expected))
  }

  @Test("beside a plant and an electrolyser it may as well be refilled: the mean of both")
  func refill() throws {
    let maker = AssetDescription(
      id: "maker", site: "yard",
      kind: .electrolyser(
        ElectrolyserDescription(fuel: "h2", power: Power(watts: 7000), efficiency: Fraction(0.8))))
    let inputs = try inputs([tank, cell, maker, Yard.roof()], Fuel(id: "h2", price: nil))
    let store = try #require(inputs.problem.assets[0] as? HydrogenStore)
    // 0.9 x 0.5 x 30 ct; made of what would bring 8 ct: 8 / 0.8.
    #expect(store.endValue == EnergyPrice(count: (135_000 + 100_000) / 2))
  }

  @Test("a tank that nobody asks is taken as half full, and the plan says so; electrolysers and cells are as described")
  func descriptions() throws {
    let heat = WasteHeat(to: "net", efficiency: Fraction(0.2))
    let rules = OperatingRules(leastLoad: Fraction(0.2))
    let maker = AssetDescription(
      id: "maker", site: "yard",
      kind: .electrolyser(
        ElectrolyserDescription(
          fuel: "h2", power: Power(watts: 7000), efficiency: Fraction(0.65), wasteHeat: heat, rules: rules)))
    let inputs = try inputs([tank, maker, cell], Fuel(id: "h2", price: nil))
    let store = try #require(inputs.problem.assets[0] as? HydrogenStore)
    #expect(
      store.opening == Energy(kilowattHours: 50) && store.power == Power(watts: 9000) && store.compression == Fraction(0.06))
    #expect(PlanReport.Inputs(inputs).tanksAssumed == 1)
    let electrolyser = try #require(inputs.problem.assets[1] as? Electrolyser)
    #expect(electrolyser.wasteHeat == heat && electrolyser.rules == rules && electrolyser.power == Power(watts: 7000))
    let fuelCell = try #require(inputs.problem.assets[2] as? FuelCell)
    #expect(fuelCell.efficiency == Fraction(0.5) && fuelCell.wasteHeat == nil)
  }
}
