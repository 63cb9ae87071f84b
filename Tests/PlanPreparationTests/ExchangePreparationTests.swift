import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

/// Three sites, a member at each: two households with a meter of what they take, and one who has a roof and no use of its own.
@Suite("What the sharing agreement makes of the exchange in a plan")
struct ExchangePreparationTests {
  private func exchange(
    _ rule: SharingAgreement.Rule, keys: [Member.ID: Fraction] = [:], caps: [Member.ID: Energy] = [:], isMetered: Bool = true,
    asking charge: EnergyPrice? = nil
  ) throws -> CommunityExchange {
    var yard = try Yard()
    yard.knowledge.exchangeCharge = charge
    let sites = ["a", "b", "roof"].map { Site(id: Site.ID($0), name: $0, gridConnection: Yard.wire, tariff: "flat") }
    let points = [
      MeteringPoint(id: "A", site: "a", member: "ann", measures: .consumption),
      MeteringPoint(id: "B", site: "b", member: "ben", measures: .grid),
      MeteringPoint(id: "ROOF", site: "roof", member: "cleo", measures: .generation),
    ]
    let community = Community(
      id: "c", name: "C", calendar: yard.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: sites,
      members: [("ann", "a"), ("ben", "b"), ("cleo", "roof")].map { Member(id: $0, name: "\($0)", site: $1) },
      meteringPoints: isMetered ? points : [], tariffs: yard.tariffs,
      agreements: [
        SharingAgreement(rule: rule, keys: keys, dailyCaps: caps, exchangeCharge: EnergyPrice(eurosPerKilowattHour: 0.1))
      ])
    let inputs = try PlanInputs(community: community, assets: [], horizon: yard.horizon, knowing: yard.knowledge)
    return try #require(inputs.problem.exchange)
  }

  /// The same members as those among whom `share` divides by n.
  @Test("equal keys are among those who take something; among all where nothing is metered yet")
  func equal() throws {
    #expect(try exchange(.equal).keys?.shares == ["a": Fraction(0.5), "b": Fraction(0.5)])
    let third = Fraction(count: 333_333_333)
    #expect(try exchange(.equal, isMetered: false).keys?.shares == ["a": third, "b": third, "roof": third])
  }

  @Test("fixed keys are the members', rules without keys have none")
  func fixed() throws {
    #expect(
      try exchange(.static, keys: ["ann": Fraction(0.7), "ben": Fraction(0.2)]).keys?.shares
        == ["a": Fraction(0.7), "b": Fraction(0.2)])
    #expect(try exchange(.dynamic).keys == nil)
  }

  /// What is asked about goes by the keys of the agreement, at another charge than the agreed one.
  @Test("of which somebody asks at another charge goes by the same rule")
  func asked() throws {
    let keys: [Member.ID: Fraction] = ["ann": Fraction(0.7), "ben": Fraction(0.2)]
    let asked = try exchange(.static, keys: keys, asking: EnergyPrice(eurosPerKilowattHour: 0.03))
    #expect(asked.charge == EnergyPrice(eurosPerKilowattHour: 0.03))
    #expect(asked.keys == (try exchange(.static, keys: keys)).keys)
  }

  /// From noon of UTC for two hours it is one day in Berlin, 2026-06-01, which begins at 22:00 of UTC the evening before.
  @Test("a cap is for each local day")
  func caps() throws {
    let caps = try exchange(.dynamic, caps: ["ann": Energy(kilowattHours: 8)]).caps
    let midnight = Yard.noon.advanced(by: -14 * 4)
    #expect(
      caps == [.init(site: "a", span: midnight..<midnight.advanced(by: 96), most: Energy(kilowattHours: 8))])
  }
}
