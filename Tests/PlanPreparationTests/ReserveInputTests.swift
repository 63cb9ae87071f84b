import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

/// The load is 1 kW, the roof of 10 kWp gives 2 kW.
@Suite("What a reserve must serve")
struct ReserveInputTests {
  private func yard(_ critical: EmergencyReserve.CriticalLoad, sun: Double = 0.5) throws -> Yard {
    var yard = try Yard()
    yard.sites = [
      Site(
        id: "yard", name: "Yard", gridConnection: Yard.wire, tariff: "flat",
        reserve: EmergencyReserve(duration: .seconds(7200), criticalLoad: critical, assuredSun: Fraction(sun)))
    ]
    return yard
  }

  private func reserve(_ yard: Yard, _ assets: [AssetDescription]) throws -> BatteryReserve {
    try #require(try yard.inputs(assets).battery().reserve)
  }

  @Test("is a share of the loads, less what is sure of the sun")
  func share() throws {
    // 60 % of 1 kW less 20 % of 2 kW.
    let reserve = try reserve(try yard(.share(Fraction(0.6)), sun: 0.2), [Yard.load(), Yard.roof(), Yard.battery(at: nil)])
    #expect(reserve.need.values.allSatisfy { abs($0.kilowatts - 0.2) < 1e-3 })
    #expect(reserve.duration == .seconds(7200))
  }

  @Test("is a power that someone says; and a run may say another time")
  func power() throws {
    var yard = try yard(.power(Power(watts: 2500)), sun: 0)
    yard.knowledge.reserve = .seconds(3600)
    let reserve = try reserve(yard, [Yard.load(), Yard.battery(at: nil)])
    #expect(reserve.need.values == Array(repeating: Power(watts: 2500), count: 8))
    #expect(reserve.duration == .seconds(3600))
  }

  @Test("needs one battery at the site: none and several are named")
  func batteries() throws {
    let yard = try yard(.power(Power(watts: 2500)))
    #expect(
      throws: PlanInputError.contradiction("site yard is to hold a reserve and has no battery; give it one, or delete 'reserve'")
    ) { try yard.inputs([Yard.load()]) }
    let one = Yard.battery(at: nil)
    let two = AssetDescription(id: "second", site: "yard", kind: one.kind)
    #expect(
      throws: PlanInputError.contradiction(
        "site yard is to hold a reserve and has several batteries (battery, second); describe them as one with the sum of their figures"
      )
    ) { try yard.inputs([one, two]) }
  }
}
