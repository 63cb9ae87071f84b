import CommunityModel
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// One house in an hour: Anna uses 3 kWh, Ben 2 kWh, the sun gives 4 kWh; a kWh from the grid costs 30 ct.
@Suite("The shares of members in a plan")
struct MemberSharesTests {
  private static let start = QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000))

  private func shares(_ rule: SharingAgreement, isBensMetered: Bool = true) throws -> MemberShares? {
    let wire = GridConnection(importLimit: Power(watts: 10_000), exportLimit: Power(watts: 10_000))
    let community = Community(
      id: "hof", name: "Hof", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"), sites: [Site(id: "haus", name: "Haus", gridConnection: wire)],
      members: [Member(id: "a", name: "Anna", site: "haus"), Member(id: "b", name: "Ben", site: "haus")],
      meteringPoints: [
        MeteringPoint(id: "A", site: "haus", member: "a", measures: .consumption),
        MeteringPoint(id: "B", site: "haus", member: "b", measures: .consumption),
      ], agreements: [rule])
    let horizon = PlanningHorizon(start: Self.start, count: 1, quarterHoursPerStep: 4)
    func power(_ watts: Int) -> TimeSeries<Power> { TimeSeries(repeating: Power(watts: watts), over: horizon.span) }
    let price = TimeSeries(repeating: EnergyPrice(count: 300_000), over: horizon.span)
    let problem = PlanningProblem(
      horizon: horizon,
      sites: [SiteConditions(site: "haus", connection: wire, importPrice: price, feedInPrice: price.map { _ in .zero })],
      assets: [
        FixedLoad(id: "anna", site: "haus", demand: power(3000)), FixedLoad(id: "ben", site: "haus", demand: power(2000)),
        RenewablePlant(id: "dach", site: "haus", available: power(4000)),
      ])
    let load = AssetDescription.Kind.load(LoadDescription(annualConsumption: .zero, profile: "H25"))
    return try MemberShares(
      of: try Planner(solver: HighsSolver()).plan(problem), in: community,
      assets: [
        AssetDescription(id: "anna", site: "haus", meteringPoint: "A", kind: load),
        AssetDescription(id: "ben", site: "haus", meteringPoint: isBensMetered ? "B" : nil, kind: load),
      ], conditions: problem.sites)
  }

  private func kilowattHours(_ shares: MemberShares?) -> [Double] { (shares?.rows ?? []).map(\.own.kilowattHours) }

  /// 4 kWh x 3/5 and 2/5.
  @Test("follow each step's use where the rule is dynamic, and save what the grid would have cost")
  func dynamic() throws {
    let shares = try shares(SharingAgreement(rule: .dynamic))
    #expect(kilowattHours(shares) == [2.4, 1.6])
    #expect(shares?.rows.map(\.saved) == [Money(euros: 0.72), Money(euros: 0.48)])
    #expect(shares?.rows.map(\.name) == ["Anna", "Ben"])
    #expect(shares?.left == .zero)
  }

  /// Keys of 50 % and 30 %: 2 kWh and 1.2 kWh; 0.8 kWh are left. With 80 % Anna could have 3.2 kWh and uses 3: 0.2 and 20 % are left.
  @Test("follow the keys where the rule is static, and nobody gets more than is used")
  func fixed() throws {
    let shares = try shares(SharingAgreement(rule: .static, keys: ["a": percent(50), "b": percent(30)]))
    #expect(kilowattHours(shares) == [2, 1.2])
    #expect(shares?.left == Energy(kilowattHours: 0.8))
    let greedy = try self.shares(SharingAgreement(rule: .static, keys: ["a": percent(80)]))
    #expect(kilowattHours(greedy) == [3, 0])
    #expect(greedy?.left == Energy(kilowattHours: 1))
  }

  /// Half of 4 kWh each; what nobody's meter counts is used in common and has no part in it, so that Anna alone could have all of it.
  @Test("are equal where the rule says so, among those who use anything")
  func equal() throws {
    #expect(kilowattHours(try shares(SharingAgreement(rule: .equal))) == [2, 2])
    #expect(kilowattHours(try shares(SharingAgreement(rule: .equal), isBensMetered: false)) == [3, 0, 0])
  }

  /// 4 kWh at one level are 2 each; with three parts for Anna 3 and 1; Ben's class first gives him his 2 kWh and Anna the other 2.
  @Test("follow levels and classes too")
  func levelsAndClasses() throws {
    #expect(kilowattHours(try shares(SharingAgreement(rule: .waterfill))) == [2, 2])
    #expect(kilowattHours(try shares(SharingAgreement(rule: .waterfill, weights: ["a": 3]))) == [3, 1])
    #expect(kilowattHours(try shares(SharingAgreement(rule: .cascade, classes: [["b"]]))) == [2, 2])
    #expect(try shares(SharingAgreement(rule: nil, exchangeCharge: .zero)) == nil)
  }
}
