import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("A charging point in a plan")
struct ChargingPointTests {
  private func point(_ sessions: [EnergyWindow], power: Double = 2, efficiency: Double = 1) -> ChargingPoint {
    ChargingPoint(
      id: "car", site: "house", power: Power(kilowatts: power), efficiency: Fraction(efficiency), sessions: sessions)
  }

  @Test("charges in the cheapest hours of the session")
  func cheapest() throws {
    // 4 kWh at 2 kW between 1:00 and 5:00: an hour at 0.1, another at 0.2; the hour at 0.05 comes after departure.
    var small = SmallProblem(prices: [0.01, 0.3, 0.1, 0.2, 0.4, 0.05])
    small.assets = [point([small.window(1, 4, kilowattHours: 4)])]
    let plan = try small.solved()
    #expect(isClose(plan.objective, 2 * 0.1 + 2 * 0.2))
    #expect(isClose(try plan.kilowatts("car"), [0, 0, 2, 2, 0, 0]))
    #expect(plan.breaches.isEmpty)
  }

  @Test("draws what is lost on the way, too")
  func efficiency() throws {
    var small = SmallProblem(prices: [0.1, 0.3])
    small.assets = [point([small.window(0, 2, kilowattHours: 2.4)], power: 2, efficiency: 0.8)]
    // 3 kWh from the site: 2 in the cheap hour, 1 in the other.
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [2, 1]))
    #expect(isClose(plan.objective, 0.5))
  }

  @Test("a need that cannot be reached is cut to what can, and the rest is a breach with its size")
  func unreachable() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3, 0.3])
    let session = small.window(1, 3, kilowattHours: 10)
    small.assets = [point([session], efficiency: 0.9)]
    let plan = try small.solved()
    // 3 h x 2 kW x 0.9 = 5.4 kWh in the car; 4.6 are missing.
    #expect(isClose(try plan.kilowatts("car"), [0, 2, 2, 2]))
    let breach = try #require(plan.breaches.first)
    #expect(plan.breaches.count == 1)
    #expect(breach.kind == .chargingUnreachable)
    #expect(breach.subject == "car")
    #expect(breach.span == session.span)
    #expect(isClose(breach.kilowattHours, 4.6))
    #expect(isClose(try StandingRule.plan(small.problem).sites[0].assets[0].power.map(\.kilowatts), [0, 2, 2, 2]))
  }

  @Test("of a session that reaches out of the horizon the share inside is due", arguments: [-2, 2])
  func outOfTheHorizon(_ shift: Int) throws {
    // Four hours, two of them inside: 3 of 6 kWh.
    var small = SmallProblem(prices: [0.1, 0.2, 0.3, 0.4])
    let whole = small.window(0, 4, kilowattHours: 6)
    let span = whole.span.lowerBound.advanced(by: shift * 4)..<whole.span.upperBound.advanced(by: shift * 4)
    small.assets = [point([EnergyWindow(span: span, energy: whole.energy)])]
    let plan = try small.solved()
    #expect(plan.breaches.isEmpty)
    #expect(isClose(try plan.kilowatts("car"), shift < 0 ? [2, 1, 0, 0] : [0, 0, 2, 1]))
  }

  @Test("sessions before and after the horizon ask for nothing")
  func outsideTheHorizon() throws {
    var small = SmallProblem(prices: [0.1, 0.2])
    let start = small.horizon.start
    small.assets = [
      point([
        EnergyWindow(span: start.advanced(by: -8)..<start, energy: Energy(wattHours: 5000)),
        EnergyWindow(span: start.advanced(by: 8)..<start.advanced(by: 16), energy: Energy(wattHours: 5000)),
      ])
    ]
    let plan = try small.solved()
    #expect(plan.breaches.isEmpty)
    #expect(isClose(try plan.kilowatts("car"), [0, 0]))
  }

  @Test("takes no more than was asked for, even where taking is paid for")
  func negativePrice() throws {
    var small = SmallProblem(prices: [-0.1, -0.3])
    small.assets = [point([small.window(0, 2, kilowattHours: 1)])]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [0, 1]))
    #expect(isClose(plan.objective, -0.3))
  }

  @Test("a session that begins and ends within steps uses its part of them")
  func withinSteps() throws {
    // Hours from a quarter past on; the session is the clock's hour: a quarter of the first step and three of the second.
    var small = SmallProblem(prices: [0.1, 0.2])
    let begin = small.horizon.start.advanced(by: 3)
    small.assets = [point([EnergyWindow(span: begin..<begin.advanced(by: 4), energy: Energy(wattHours: 4000))], power: 4)]
    let plan = try small.solved()
    #expect(plan.breaches.isEmpty)
    #expect(isClose(try plan.kilowatts("car"), [1, 3]))
    #expect(isClose(try StandingRule.plan(small.problem).sites[0].assets[0].power.map(\.kilowatts), [1, 3]))
  }

  @Test("sessions at the same time share the power, and each gets its own energy")
  func overlapping() throws {
    // 4 kWh until the second hour's end and 4 until the third's: 2 kW are not enough for 8 kWh in three hours.
    var small = SmallProblem(prices: [0.1, 0.2, 0.3])
    small.assets = [point([small.window(0, 3, kilowattHours: 4), small.window(0, 2, kilowattHours: 4)])]
    let plan = try small.solved()
    #expect(isClose(try plan.kilowatts("car"), [2, 2, 2]))
    #expect(plan.breaches.map(\.kind) == [.chargingUnreachable])
    #expect(isClose(plan.breaches[0].kilowattHours, 2))
    #expect(plan.breaches[0].span == small.window(0, 3, kilowattHours: 4).span)
    // With 1 kWh each there is room: all of it in the cheapest hour.
    small.assets = [point([small.window(0, 3, kilowattHours: 1), small.window(0, 2, kilowattHours: 1)])]
    let roomy = try small.solved()
    #expect(roomy.breaches.isEmpty)
    #expect(isClose(try roomy.kilowatts("car"), [2, 0, 0]))
  }

  @Test("charges from the sun rather than from the grid")
  func sun() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3], feedIn: 0.08)
    small.assets = [small.sun([0, 1.5, 3]), point([small.window(0, 3, kilowattHours: 3)])]
    let plan = try small.solved()
    // All that comes from the sun, and of hours that are as good the earlier first; 1.5 kWh are fed in.
    #expect(isClose(try plan.kilowatts("car"), [0, 1.5, 1.5]))
    #expect(isClose(plan.gridKilowatts, [0, 0, -1.5]))
    #expect(isClose(plan.objective, -1.5 * 0.08))
  }

  @Test("without a plan cars charge as soon as they arrive")
  func standingRule() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.1, 0.1])
    small.assets = [point([small.window(1, 3, kilowattHours: 3)])]
    let plan = try StandingRule.plan(small.problem)
    #expect(isClose(try plan.kilowatts("car"), [0, 2, 1, 0]))
    #expect(isClose(plan.cost.euros, 2 * 0.3 + 0.1))
  }
}
