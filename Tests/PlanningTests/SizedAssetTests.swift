import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

/// How much of something to build, worked out by hand: one site, steps of an hour, so that kW are kWh. A year's cost of 4380 EUR is
/// 1 EUR in two hours of 8760.
@Suite("An asset whose size is sought")
struct SizedAssetTests {
  /// What costs so much over two hours.
  private func candidate(_ kind: AssetDescription.Kind, _ euros: Double, fixed: Double = 0) -> AssetCandidate {
    AssetCandidate(
      AssetDescription(id: "new", site: "house", kind: kind), yearlyCost: Money(euros: euros * 4380),
      yearlyFixedCost: Money(euros: fixed * 4380))
  }

  private func store(_ battery: Battery, _ euros: Double, fixed: Double = 0) -> AssetCandidate {
    candidate(.battery(battery.parameters, stateOfCharge: .zero), euros, fixed: fixed)
  }

  private func share(_ plan: Plan) throws -> Double { try #require(plan.schedule("new").builtShare).value }

  /// 8 kWh are used in the dear hour; each brought from the cheap one saves 40 ct.
  private var evening: SmallProblem {
    var small = SmallProblem(prices: [0.1, 0.5])
    small.assets = [small.load([0, 8])]
    return small
  }

  @Test("is as large as it pays: a kWh of battery saves 40 ct, up to what is used")
  func battery() throws {
    let largest = PlanningTests.battery("new", capacity: 20, power: 20)
    // 30 ct a kWh: 8 of 20 kWh. 50 ct: none.
    for (euros, kilowattHours) in [(6.0, 8.0), (10.0, 0.0)] {
      let plan = try optimal(evening.problem.with(largest, sizedFor: store(largest, euros)))
      #expect(isClose(try share(plan), kilowattHours / 20))
      #expect(isClose(plan.gridKilowatts, [kilowattHours, 8 - kilowattHours]))
      // What it costs to build is no part of the plan's cost, but of what was made small.
      #expect(isClose(plan.cost.euros, 4 - 0.4 * kilowattHours))
      #expect(isClose(plan.objective, 4 - 0.4 * kilowattHours + euros / 20 * kilowattHours))
    }
    // Half as large is all there may be.
    let small = PlanningTests.battery("new", capacity: 4, power: 4)
    #expect(isClose(try share(try optimal(evening.problem.with(small, sizedFor: store(small, 1)))), 1))
  }

  @Test("takes time: with power for a quarter of it an hour, four times as much is built or none")
  func power() throws {
    // 8 kW of 20 kWh and 5 kW take 32 kWh: all 20 give 5 kW, and 5 x 0.4 = 2 EUR are saved.
    let slow = PlanningTests.battery("new", capacity: 20, power: 5)
    for (euros, built) in [(1.9, 1.0), (2.1, 0.0)] {
      #expect(isClose(try share(try optimal(evening.problem.with(slow, sizedFor: store(slow, euros)))), built))
    }
  }

  @Test("is not built where building it at all costs more than it saves")
  func fixedCost() throws {
    // 8 kWh save 3.20 EUR and cost 0.80.
    let largest = PlanningTests.battery("new", capacity: 20, power: 20)
    for (fixed, built) in [(2.39, 0.4), (2.41, 0.0)] {
      let plan = try optimal(evening.problem.with(largest, sizedFor: store(largest, 2, fixed: fixed)))
      #expect(isClose(try share(plan), built))
    }
  }

  @Test("gives no more than its part: a roof yields for each kW built, and what it could give is told so")
  func roof() throws {
    // 10 kW at its largest; 4 are used at 30 ct, feeding in brings nothing: for 1.20 EUR in all it is built as far as it is used.
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [small.load([4, 4])]
    let largest = small.sun([10, 5], id: "new")
    let kind = AssetDescription.Kind.plant(
      PlantDescription(source: .pv, peakPower: Power(kilowatts: 10), isCurtailable: true))
    // The last kW that is used in the first hour saves 0.3 + 0.15 and costs 0.12; beyond 4 kW it saves 0.15, up to 8.
    let cheap = try optimal(small.problem.with(largest, sizedFor: candidate(kind, 1.2)))
    #expect(isClose(try share(cheap), 0.8))
    #expect(isClose(try #require(cheap.schedule("new").available).map(\.kilowatts), [8, 4]))
    #expect(isClose(cheap.gridKilowatts, [0, 0]))
    let dear = try optimal(small.problem.with(largest, sizedFor: candidate(kind, 2)))
    #expect(isClose(try share(dear), 0.4))
    #expect(isClose(dear.gridKilowatts, [0, 2]))
  }

  @Test("does not burn energy where the grid pays for taking it")
  func exclusive() throws {
    // Losses of a fifth each way: burning 1 kWh an hour for 50 ct would pay for any size. It may only take what it can hold.
    var small = SmallProblem(prices: [-0.5, -0.5])
    small.importLimit = 10
    for exclusivity in [Battery.Exclusivity.whereNeeded, .everywhere] {
      let largest = PlanningTests.battery(
        "new", capacity: 10, power: 10, efficiency: (in: 0.8, out: 0.8), exclusivity: exclusivity)
      // 10 kWh hold 12.5 of the grid, which pays 6.25 EUR for them; they cost 6 EUR or 6.5.
      let cheap = try optimal(small.problem.with(largest, sizedFor: store(largest, 6)))
      #expect(isClose(try share(cheap), 1))
      #expect(isClose(cheap.cost.euros, -6.25))
      #expect(isClose(try share(try optimal(small.problem.with(largest, sizedFor: store(largest, 6.5)))), 0))
    }
  }

  @Test("is the best of all sizes that can be planned one by one", arguments: UInt64(1)...12)
  func bestOfAll(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    var small = SmallProblem(
      prices: (0..<8).map { _ in random(-0.1...0.5) }, feedIn: (0..<8).map { _ in random(-0.15 ... -0.11) })
    small.assets = [small.load((0..<8).map { _ in random(0...6) }), small.sun((0..<8).map { _ in random(0...8) })]
    // Eight hours, 8 EUR for 20 kWh at the most.
    let (cost, fixed) = (random(0...8), random(0...0.5))
    func battery(_ share: Double) -> Battery {
      PlanningTests.battery(
        "new", capacity: 20 * share, power: 10 * share, efficiency: (in: 0.9, out: 0.95), wear: 0.01, endValue: 0.05)
    }
    let wish = AssetCandidate(
      AssetDescription(id: "new", site: "house", kind: .battery(battery(1).parameters, stateOfCharge: .zero)),
      yearlyCost: Money(euros: cost * 1095), yearlyFixedCost: Money(euros: fixed * 1095))
    let sought = try optimal(small.problem.with(battery(1), sizedFor: wish))
    let found = try share(sought)
    func total(_ share: Double) throws -> Double {
      let plan = try optimal(share > 0 ? small.problem.with(battery(share)) : small.problem)
      return try #require(plan.objective) + (share > 0 ? cost * share + fixed : 0)
    }
    let best = try #require(sought.objective)
    // A full model of the size that was found comes to the same, and no other size to less.
    #expect(isClose(try total(found), best, within: 1e-4))
    for step in 0...10 { #expect(try total(Double(step) / 10) >= best - 1e-4) }
  }

  @Test("is refused for what comes in one size")
  func oneSize() throws {
    let load = evening.load([1, 1])
    let wish = candidate(.load(LoadDescription(annualConsumption: .zero, profile: "H25")), 1)
    #expect(
      throws: PlanningError.contradiction(subject: "asset load", reason: "comes in one size: no plan can choose another")
    ) { try optimal(SmallProblem(prices: [0.1, 0.5]).problem.with(load, sizedFor: wish)) }
  }

  @Test("costs its share of a year, and its fixed cost only where it is built")
  func yearlyCost() {
    let wish = store(PlanningTests.battery("new", capacity: 20, power: 20), 1, fixed: 0.5)
    #expect(wish.yearlyCost(of: .zero) == .zero)
    #expect(wish.yearlyCost(of: Fraction(0.25)) == Money(euros: 1095 + 2190))
    #expect(wish.cost(of: Fraction(0.25), over: evening.horizon) == Money(euros: 0.75))
  }

  @Test("is new: empty, and without what it never uses, which comes with it")
  func whenNew() {
    let used = PlanningTests.battery("new", capacity: 20, power: 20, least: 5)
    let new = candidate(.battery(used.parameters, stateOfCharge: Fraction(0.8)), 1).whenNew.asset
    #expect(
      new.kind == .battery(PlanningTests.battery("new", capacity: 15, power: 20).parameters, stateOfCharge: .zero))
    #expect(new.size == .energy(Energy(kilowattHours: 15)))
  }
}
