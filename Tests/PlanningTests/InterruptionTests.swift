import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

/// Hours, worked out by hand.
@Suite("A plan without one of its assets")
struct InterruptionTests {
  private func hours(_ small: SmallProblem, _ range: Range<Int>) -> Range<QuarterHour> {
    small.horizon.steps[range.lowerBound].lowerBound..<small.horizon.steps[range.upperBound - 1].upperBound
  }

  @Test("buys what a plant does not give, for good or for a while; half an hour costs half of it", arguments: [true, false])
  func plant(isCurtailable: Bool) throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3])
    small.assets = [small.load([2, 2, 2]), small.sun([2, 2, 2], isCurtailable: isCurtailable)]
    #expect(isClose(try small.solved().cost.euros, 0))
    #expect(isClose(try optimal(small.problem.without("pv")).cost.euros, 1.8))
    let second = try optimal(small.problem.without("pv", in: hours(small, 1..<2)))
    #expect(isClose(second.gridKilowatts, [0, 2, 0]))
    let start = small.horizon.steps[1].lowerBound
    #expect(isClose(try optimal(small.problem.without("pv", in: start..<start.advanced(by: 2))).gridKilowatts, [0, 1, 0]))
  }

  @Test("leaves in a battery what it holds while it stands still, and out of the plan what a battery holds that is gone")
  func battery() throws {
    var small = SmallProblem(prices: [0.1, 0.3, 0.3])
    small.assets = [small.load([1, 1, 1]), PlanningTests.battery()]
    // 3 kWh at 10 ct; without it in the third hour 2 kWh at 10 ct and one at 30 ct.
    #expect(isClose(try small.solved().cost.euros, 0.3))
    #expect(isClose(try optimal(small.problem.without("battery", in: hours(small, 2..<3))).cost.euros, 0.5))
    // 3 kWh at the start, worth 20 ct each at the end: used in the dear hours they save 10 ct each.
    small.assets[1] = PlanningTests.battery(opening: .content(Energy(kilowattHours: 3)), endValue: 0.2)
    let gone = try optimal(small.problem.without("battery"))
    #expect(isClose(gone.cost.euros, 0.7))
    let still = try optimal(small.problem.without("battery", in: small.horizon.span))
    #expect(isClose(still.cost.euros, 0.7))
    #expect(try still.schedule("battery").content?.last == Energy(kilowattHours: 3))
  }

  @Test("finds a plan where a battery loses its least content while it stands still")
  func selfDischarge() throws {
    var small = SmallProblem(prices: [0.3, 0.3])
    small.assets = [
      small.load([1, 1]), PlanningTests.battery(loss: 0.1, least: 2, opening: .content(Energy(kilowattHours: 2))),
    ]
    let plan = try optimal(small.problem.without("battery", in: small.horizon.span))
    #expect(isClose(plan.cost.euros, 0.6))
    // 2 x 0.9 x 0.9.
    #expect(isClose(try plan.schedule("battery").content?.last?.kilowattHours, 1.62))
  }

  @Test("says what a car lacks that could not be charged, and charges it when it can")
  func car() throws {
    var small = SmallProblem(prices: [0.1, 0.3, 0.2])
    small.assets = [
      ChargingPoint(
        id: "car", site: "house", power: Power(kilowatts: 4), efficiency: Fraction(0.9),
        sessions: [small.window(0, 3, kilowattHours: 9)])
    ]
    // 9 kWh in the car are 10 from the site; in one hour 4 of them come, 3.6 in the car.
    let plan = try optimal(small.problem.without("car", in: hours(small, 0..<2)))
    #expect(isClose(try plan.kilowatts("car"), [0, 0, 4]))
    #expect(plan.breaches.map(\.kind) == [.chargingUnreachable])
    #expect(isClose(plan.breaches.first?.kilowattHours, 5.4))
    #expect(plan.breaches.first?.span == small.horizon.span)
  }

  @Test("says what a car lacks that gives back, too, and leaves it alone while its charging point stands still")
  func carThatGivesBack() throws {
    var small = SmallProblem(prices: [0.5, 0.1, 0.2])
    let stay = CarChargingPoint.Stay(
      span: small.window(0, 3, kilowattHours: 0).span, atArrival: Energy(kilowattHours: 20),
      atDeparture: Energy(kilowattHours: 20))
    func car(leaves: Double) -> CarChargingPoint {
      CarChargingPoint(
        id: "car", site: "house",
        parameters: .init(
          power: Power(kilowatts: 4), givesBack: Power(kilowatts: 4), capacity: Energy(kilowattHours: 40), leastContent: .zero,
          efficiency: .one, wearCost: .zero),
        stays: [.init(span: stay.span, atArrival: stay.atArrival, atDeparture: Energy(kilowattHours: leaves))])
    }
    // It serves the house at 50 ct and is charged at 10 ct: 4 kWh; standing still in the first hour it can do nothing for it.
    small.assets = [small.load([4, 0, 0]), car(leaves: 20)]
    #expect(isClose(try small.solved().cost.euros, 0.4))
    let idle = try optimal(small.problem.without("car", in: hours(small, 0..<1)))
    #expect(isClose(try idle.kilowatts("car"), [0, 0, 0]))
    #expect(isClose(idle.cost.euros, 2))
    #expect(idle.breaches.isEmpty)
    // 10 kWh more take two hours and a half; in the one and a half that are left come 6, at 4 kW and in the half hour on the mean 2.
    small.assets = [car(leaves: 30)]
    let start = small.horizon.start
    let late = try optimal(small.problem.without("car", in: start..<start.advanced(by: 6)))
    #expect(isClose(try late.kilowatts("car"), [0, 2, 4]))
    #expect(late.breaches.map(\.kind) == [.chargingUnreachable])
    #expect(isClose(late.breaches.first?.kilowattHours, 4))
  }

  @Test("lets a charging point take what it could before, also where sites exchange energy")
  func carBesideExchange() throws {
    // The exchange's tight bounds count what a site can take; a car that stands still for an hour takes 4 kW in the others.
    var small = SmallProblem(prices: [0.1, 0.3])
    small.assets = [
      ChargingPoint(
        id: "car", site: "house", power: Power(kilowatts: 4), sessions: [small.window(0, 2, kilowattHours: 4)])
    ]
    #expect(isClose(try #require(small.problem.without("car", in: hours(small, 1..<2)).assets.first).mostTaken.kilowatts, 4))
  }

  @Test("takes heat from what is left, and says what is missing where that is too little")
  func heat() throws {
    let small = SmallProblem(prices: [0.3, 0.3, 0.3])
    let horizon = small.horizon
    func problem(backup: Double) -> PlanningProblem {
      let chips = Fuel(id: "chips", price: EnergyPrice(eurosPerKilowattHour: 0.04))
      let gas = Fuel(id: "gas", price: EnergyPrice(eurosPerKilowattHour: 0.1))
      func boiler(_ id: AssetID, _ fuel: Fuel.ID, _ kilowatts: Double, _ rules: OperatingRules) -> Boiler {
        Boiler(
          id: id, site: "house", network: "net", fuel: fuel, heatPower: Power(kilowatts: kilowatts), efficiency: .one,
          rules: rules)
      }
      return PlanningProblem(
        horizon: horizon, sites: small.problem.sites,
        assets: [
          HeatLoad(id: "houses", site: "house", network: "net", demand: horizon.series([20, 20, 20]) { Power(kilowatts: $0) }),
          boiler("chip-boiler", "chips", 40, OperatingRules(leastLoad: Fraction(0.5), rampPerHour: Fraction(0.25))),
          boiler("gas-boiler", "gas", backup, .none),
        ], networks: [HeatNetworkConditions(network: "net", loss: TimeSeries(repeating: .zero, over: horizon.span))],
        fuels: [chips, gas])
    }
    // 60 kWh of chips; of the 20 kWh of the second hour gas gives all, or 15 and 5 are missing.
    #expect(isClose(try optimal(problem(backup: 30)).cost.euros, 2.4))
    let taken = try optimal(problem(backup: 30).without("chip-boiler", in: hours(small, 1..<2)))
    #expect(isClose(taken.cost.euros, 1.6 + 2))
    #expect(taken.breaches.isEmpty)
    let missing = try optimal(problem(backup: 15).without("chip-boiler", in: hours(small, 1..<2)))
    #expect(missing.breaches.map(\.kind) == [.heatMissing])
    #expect(isClose(missing.breaches.first?.kilowattHours, 5))
    #expect(missing.breaches.first?.span == horizon.steps[1])
  }
}
