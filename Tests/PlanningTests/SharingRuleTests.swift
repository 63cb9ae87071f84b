import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

/// Two hours of three members, each at a site of their own: the roof has 6 kWh of sun in the first hour and a battery (1 ct wear a kWh), a uses
/// 6 and 1 kWh, b nothing and 3 kWh. Power costs 30 ct, feeding in earns 8 ct, exchange costs 10 ct: each kWh that is shared instead of sold and
/// bought saves 12 ct.
@Suite("The sharing rule in the plan")
struct SharingRuleTests {
  private let horizon = PlanningHorizon(start: SmallProblem.start, count: 2, quarterHoursPerStep: 4)

  private func problem(
    _ exchange: CommunityExchange?, order: [Site.ID] = ["roof", "a", "b"]
  ) -> PlanningProblem {
    func load(_ site: Site.ID, _ power: [Double]) -> FixedLoad {
      FixedLoad(id: AssetID("\(site)-load"), site: site, demand: horizon.series(power) { Power(kilowatts: $0) })
    }
    return PlanningProblem(
      horizon: horizon,
      sites: order.map { site in
        SiteConditions(
          site: site, connection: GridConnection(importLimit: Power(kilowatts: 100), exportLimit: Power(kilowatts: 100)),
          importPrice: horizon.series([0.3, 0.3]) { EnergyPrice(eurosPerKilowattHour: $0) },
          feedInPrice: horizon.series([0.08, 0.08]) { EnergyPrice(eurosPerKilowattHour: $0) })
      },
      assets: [
        RenewablePlant(id: "sun", site: "roof", available: horizon.series([6, 0]) { Power(kilowatts: $0) }),
        battery(site: "roof", wear: 0.01), load("a", [6, 1]), load("b", [0, 3]),
      ], exchange: exchange)
  }

  private func exchange(_ keys: CommunityExchange.Keys? = nil, caps: [CommunityExchange.Cap] = []) -> CommunityExchange {
    CommunityExchange(charge: EnergyPrice(eurosPerKilowattHour: 0.1), keys: keys, caps: caps)
  }

  private let halves = CommunityExchange.Keys(shares: ["a": Fraction(0.5), "b": Fraction(0.5)])

  private func shared(_ plan: Plan) -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: plan.sites.map { ($0.site.text, $0.shared.map(\.kilowatts)) })
  }

  /// In proportion to use, a takes all 6 kWh at once: 4 kWh at 30 ct, 6 at 10 ct, 1.80 EUR.
  ///
  /// With a half each, of s kWh stored 0.5 (6 - s) + min(1, 0.5 s) + min(3, 0.5 s) are shared: 3 without the battery, 4 from s = 2 on, and
  /// more in it only wears it out. 6 kWh at 30 ct, 4 at 10 ct, 2 sold at 8 ct, 2 through the battery at 1 ct: 2.06 EUR.
  @Test("changes what the battery does: by use it rests, by fixed keys it carries what the others may take later")
  func ruleChangesSchedule() throws {
    let byUse = try optimal(problem(exchange()))
    #expect(try isClose(byUse.kilowatts("battery"), [0, 0]))
    #expect(byUse.cost == Money(euros: 1.80))
    let byKeys = try optimal(problem(exchange(halves)))
    #expect(try isClose(byKeys.kilowatts("battery"), [2, -2]))
    #expect(isClose(byKeys.objective, 2.06))
    #expect(byKeys.cost == Money(euros: 2.06))
    let shared = shared(byKeys)
    #expect(isClose(shared["a"] ?? [], [2, 1]) && isClose(shared["b"] ?? [], [0, 1]))
    // What nobody's key covers is sold.
    #expect(isClose(shared["roof"] ?? [], [-2, -2]))
  }

  /// Each for itself: 7 + 3 kWh at 30 ct, 6 sold at 8 ct.
  @Test("never makes the joint plan dearer than the sum of separate ones, whatever it is")
  func joint() throws {
    let separate = try optimal(problem(nil)).cost
    #expect(separate == Money(euros: 2.52))
    let rules = [
      exchange(), exchange(halves), exchange(.init(shares: ["b": .one])), exchange(.init(shares: [:])),
      exchange(.init(shares: halves.shares, areOfUse: true)),
      exchange(caps: [.init(site: "a", span: horizon.span, most: Energy(kilowattHours: 1))]),
    ]
    for rule in rules {
      let plan = try optimal(problem(rule))
      #expect(plan.cost <= separate)
      #expect(isClose(plan.objective, plan.cost.euros))
      // Nor does the order of the sites change it.
      #expect(try optimal(problem(rule, order: ["b", "roof", "a"])).cost == plan.cost)
    }
  }

  /// a may take 1 kWh in both hours together, so that b's 3 kWh are what the battery can serve: 3 stored, 2 sold. 6 kWh at 30 ct, 4 at 10 ct,
  /// 2 sold at 8 ct, 3 through the battery at 1 ct: 2.07 EUR.
  @Test("keeps to a member's cap, so that the rest is stored for the others")
  func caps() throws {
    let plan = try optimal(
      problem(exchange(caps: [.init(site: "a", span: horizon.span, most: Energy(kilowattHours: 1))])))
    #expect(try isClose(plan.kilowatts("battery"), [3, -3]))
    #expect(isClose(plan.objective, 2.07))
    #expect((shared(plan)["a"] ?? []).reduce(0, +) <= 1 + 1e-6)
  }

  /// Of what can be used at all: in the second hour, with s stored, min(s, 4). In the first a gets half of min(6 - s, 6).
  @Test("knows keys of what can be used at all")
  func keysOfUse() throws {
    // Sold are the other half of the first hour; 4 kWh in use later take 2 and 2, of which a needs 1 only.
    let plan = try optimal(problem(exchange(.init(shares: halves.shares, areOfUse: true))))
    let shared = shared(plan)
    let used = (plan.sites[1].grid[1].kilowatts, plan.sites[2].grid[1].kilowatts)
    #expect(isClose([used.0, used.1], [1, 3]))
    #expect((shared["b"]?[1] ?? 0) <= 2 + 1e-6)
    #expect((shared["a"]?[0] ?? 0) <= 3 + 1e-6)
  }
}
