import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

@Suite("Cars that give back")
struct CarChargingPointTests {
  private func car(
    _ small: SmallProblem, _ first: Int, _ count: Int, arrives: Double, leaves: Double, back: Double = 10, efficiency: Double = 1,
    least: Double = 0, wear: Double = 0, power: Double = 10
  ) -> CarChargingPoint {
    CarChargingPoint(
      id: "car", site: "house",
      parameters: .init(
        power: Power(kilowatts: power), givesBack: Power(kilowatts: back), capacity: Energy(kilowattHours: 40),
        leastContent: Energy(kilowattHours: least), efficiency: Fraction(efficiency),
        wearCost: EnergyPrice(eurosPerKilowattHour: wear)),
      stays: [
        .init(
          span: small.window(first, count, kilowattHours: 0).span, atArrival: Energy(kilowattHours: arrives),
          atDeparture: Energy(kilowattHours: leaves))
      ])
  }

  @Test("serve the house in the dear hour and are charged in the cheap one")
  func serves() throws {
    var small = SmallProblem(prices: [0.5, 0.1])
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 20, leaves: 20)]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [-4, 4]))
    #expect(isClose(plan.objective, 0.4))
    // Without giving back: 4 kWh at 50 ct.
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 20, leaves: 20, back: 0)]
    #expect(isClose(try small.solved().objective, 2))
  }

  @Test("count losses each way and wear on what is given back")
  func lossesAndWear() throws {
    // 4 kWh given back take 5 of the content at 80 %, which takes 6.25 kWh at 10 ct; wear 4 x 20 ct.
    var small = SmallProblem(prices: [0.5, 0.1])
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 20, leaves: 20, efficiency: 0.8, wear: 0.2)]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [-4, 6.25]))
    #expect(isClose(plan.objective, 0.625 + 0.8))
    #expect(isClose(plan.sites[0].ownCost.euros, 0.8))
    #expect(isClose(plan.cost.euros, 0.625 + 0.8))
    // At 40 ct wear it does not pay: 0.625 + 1.6 is more than 4 x 0.5.
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 20, leaves: 20, efficiency: 0.8, wear: 0.4)]
    #expect(isClose(try small.solved().objective, 2))
  }

  @Test("are not drawn below what they must hold, and one that arrives with less is not drawn on at all")
  func least() throws {
    var small = SmallProblem(prices: [0.5, 0.1])
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 20, leaves: 20, least: 18)]
    #expect(isClose(try small.solved().kilowatts("car"), [-2, 2]))
    small.assets = [small.load([4, 0]), car(small, 0, 2, arrives: 10, leaves: 10, least: 18)]
    #expect(isClose(try small.solved().kilowatts("car"), [0, 0]))
  }

  @Test("that cannot reach what they are to leave with are a breach of what is missing, and charge all the time")
  func unreachable() throws {
    var small = SmallProblem(prices: [0.5, 0.1, 0.1])
    small.assets = [car(small, 0, 2, arrives: 10, leaves: 38)]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [10, 10, 0]))
    #expect(plan.breaches.map(\.kind) == [.chargingUnreachable])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [8]))
  }

  @Test("that are there before and after the plan hold the share by time")
  func clipped() throws {
    // From 10 to 30 kWh within four hours of which the plan has the middle two: from 15 to 25.
    var small = SmallProblem(prices: [0.3, 0.1])
    let span = small.horizon.span
    small.assets = [
      CarChargingPoint(
        id: "car", site: "house",
        parameters: .init(power: Power(kilowatts: 20), givesBack: .zero, capacity: Energy(kilowattHours: 40)),
        stays: [
          .init(
            span: span.lowerBound.advanced(by: -4)..<span.upperBound.advanced(by: 4), atArrival: Energy(kilowattHours: 10),
            atDeparture: Energy(kilowattHours: 30))
        ])
    ]
    #expect(isClose(try small.solved().kilowatts("car"), [0, 10]))
  }

  @Test("do not burn energy where it is paid for to be taken")
  func noBurning() throws {
    // Full at arrival and departure, half lost each way; at -10 ct a circle would earn.
    var small = SmallProblem(prices: [-0.1])
    small.assets = [car(small, 0, 1, arrives: 40, leaves: 40, efficiency: 0.7)]
    #expect(isClose(try small.solved().kilowatts("car"), [0]))
  }

  @Test("charge at once without a plan")
  func rule() throws {
    var small = SmallProblem(prices: [0.5, 0.1, 0.1])
    small.assets = [car(small, 0, 3, arrives: 10, leaves: 25)]
    #expect(isClose(try StandingRule.plan(small.problem).kilowatts("car"), [10, 5, 0]))
  }

  @Test("come one after the other")
  func overlapping() throws {
    var small = SmallProblem(prices: [0.5, 0.1, 0.1])
    let one = car(small, 0, 2, arrives: 10, leaves: 20)
    let two = car(small, 1, 2, arrives: 10, leaves: 20)
    small.assets = [CarChargingPoint(id: "car", site: "house", parameters: one.parameters, stays: one.stays + two.stays)]
    let second = small.horizon.steps[1].lowerBound
    #expect(
      throws: PlanningError.contradiction(
        subject: "asset car", reason: "has two cars at \(second); let one session end before the next begins")
    ) { try optimal(small.problem) }
  }

  @Test("never cost more for giving back", arguments: 1...15)
  func neverDearer(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func series(_ range: ClosedRange<Double>) -> [Double] { (0..<12).map { _ in Double.random(in: range, using: &random) } }
    var small = SmallProblem(prices: series(-0.1...0.5), feedIn: Array(repeating: 0.08, count: 12))
    let (load, sun) = (small.load(series(0...6)), small.sun(series(0...8)))
    var objectives: [Double] = []
    for back in [0.0, 4, 10] {
      small.assets = [load, sun, car(small, 2, 8, arrives: 12, leaves: 25, back: back, efficiency: 0.9, least: 8, wear: 0.02)]
      objectives.append(try #require(try small.solved().objective))
    }
    #expect(objectives[1] <= objectives[0] + 1e-6 && objectives[2] <= objectives[1] + 1e-6, "seed \(seed)")
  }
}
