import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@Suite("The steps of a plan")
struct PlanningHorizonTests {
  private let start = QuarterHour(index: 100)

  @Test("are whole quarter hours without gaps")
  func steps() {
    let hours = PlanningHorizon(start: start, count: 3, quarterHoursPerStep: 4)
    #expect(hours.steps.map(\.count) == [4, 4, 4])
    #expect(hours.span == start..<start.advanced(by: 12))
    #expect(hours.duration(of: 1) == .seconds(3600))
    #expect(hours.hours(of: 1) == 1)
    let mixed = PlanningHorizon(start: start, stepLengths: [1, 1, 2, 4])
    #expect(mixed.count == 4)
    #expect(mixed.steps.map(\.lowerBound.index) == [100, 101, 102, 104])
    #expect(mixed.steps.map(\.upperBound.index) == [101, 102, 104, 108])
    #expect((0..<4).map { mixed.hours(of: $0) } == [0.25, 0.25, 0.5, 1])
    #expect(PlanningHorizon(start: start, stepLengths: [4, 4, 4]) == hours)
    #expect(PlanningHorizon(start: start, count: 0).span.isEmpty)
  }

  @Test("have the mean of a series, rounded half away from zero")
  func means() {
    let mixed = PlanningHorizon(start: start, stepLengths: [1, 2, 4])
    let counts: [Int64] = [7, 1, 2, -1, -1, -1, -3]
    let powers = TimeSeries(start: start, values: counts.map { Power(count: $0) })
    #expect(mixed.means(of: powers).map(\.count) == [7, 2, -2])
    let prices = powers.map { EnergyPrice(count: $0.count) }
    #expect(mixed.means(of: prices).map(\.count) == [7, 2, -2])
    let large = TimeSeries(start: start, values: counts.map { _ in Power(count: .max) })
    #expect(mixed.means(of: large).map(\.count) == [.max, .max, .max])
  }

  /// Two hours of quarter hours and two of hours, or quarter hours throughout; everything constant within each hour.
  private func problem(_ horizon: PlanningHorizon) -> PlanningProblem {
    func hourly<Value: Sendable>(_ values: [Double], _ make: (Double) -> Value) -> TimeSeries<Value> {
      TimeSeries(start: start, values: values.flatMap { Array(repeating: make($0), count: 4) })
    }
    let conditions = SiteConditions(
      site: "house", connection: GridConnection(importLimit: Power(kilowatts: 8), exportLimit: Power(kilowatts: 8)),
      importPrice: hourly([0.20, 0.10, 0.40, 0.30]) { EnergyPrice(eurosPerKilowattHour: $0) },
      feedInPrice: hourly([0.08, 0.08, 0.08, 0.08]) { EnergyPrice(eurosPerKilowattHour: $0) })
    return PlanningProblem(
      horizon: horizon, sites: [conditions],
      assets: [
        FixedLoad(id: "load", site: "house", demand: hourly([1, 1, 3, 2]) { Power(kilowatts: $0) }),
        RenewablePlant(id: "pv", site: "house", available: hourly([0, 0, 0, 1]) { Power(kilowatts: $0) }),
        battery(capacity: 4, power: 3, efficiency: (0.8, 1)),
        ChargingPoint(
          id: "car", site: "house", power: Power(kilowatts: 4),
          sessions: [EnergyWindow(span: start..<start.advanced(by: 8), energy: Energy(wattHours: 4000))]),
      ])
  }

  @Test("of 15 and 60 minutes give the plan that 15 minutes throughout give, by hand")
  func unevenSteps() throws {
    // The battery takes 3 kWh at 0.10 EUR, which give 2.4 kWh, and as many in the first hour at 0.20 EUR as it has room for: 1.6
    // kWh of content from 2 kWh. It gives 3 kWh at 0.40 and the last one at 0.30 EUR.
    // The car takes 4 kWh at 0.10: the connection has 8 - 1 - 3 left, just enough. 3 kWh at 0.20, 8 at 0.10, nothing later.
    let cost = 1.40
    let even = try optimal(problem(PlanningHorizon(start: start, count: 16)))
    let uneven = try optimal(problem(PlanningHorizon(start: start, stepLengths: Array(repeating: 1, count: 8) + [4, 4])))
    let coarse = try optimal(problem(PlanningHorizon(start: start, count: 4, quarterHoursPerStep: 4)))
    for plan in [even, uneven, coarse] {
      #expect(isClose(plan.objective, cost))
      #expect(isClose(plan.cost.euros, cost))
    }
    #expect(isClose(coarse.gridKilowatts, [3, 8, 0, 0]))
    #expect(isClose(try uneven.schedule("battery").content?.suffix(3).map(\.kilowattHours) ?? [], [4, 1, 0]))
  }

  @Test("however long they are, the standing rule moves the same energy where everything is constant within them")
  func unevenStandingRule() throws {
    let even = try StandingRule.plan(problem(PlanningHorizon(start: start, count: 16)))
    let uneven = try StandingRule.plan(
      problem(PlanningHorizon(start: start, stepLengths: Array(repeating: 1, count: 8) + [4, 4])))
    #expect(isClose(uneven.cost.euros, even.cost.euros))
    // 4 kW for the car from the beginning, no sun to store: 5 kWh at 0.20, 1 at 0.10, 3 at 0.40, 1 at 0.30.
    #expect(isClose(even.cost.euros, 2.60))
  }
}
