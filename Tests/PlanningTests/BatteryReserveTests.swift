import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

@Suite("A battery's reserve for a failure of the grid")
struct BatteryReserveTests {
  private func reserving(
    _ small: SmallProblem, need: [Double], hours: Double, capacity: Double = 10, power: Double = 10, discharge: Double? = nil,
    efficiency: (in: Double, out: Double) = (1, 1), opening: Double = 10, loss: Double = 0, least: Double = 0
  ) -> Battery {
    let plain = battery(
      capacity: capacity, power: power, discharge: discharge, efficiency: efficiency, loss: loss, least: least,
      opening: .content(Energy(kilowattHours: opening)))
    return Battery(
      id: plain.id, site: plain.site, parameters: plain.parameters, opening: plain.opening,
      reserve: BatteryReserve(need: small.horizon.series(need) { Power(kilowatts: $0) }, duration: .seconds(hours * 3600)))
  }

  private func reserve(_ plan: Plan) throws -> [Double] {
    try #require(try plan.schedule("battery").reserve).map(\.kilowattHours)
  }

  @Test("is held in every step, whatever energy costs")
  func held() throws {
    // 2 kW for two hours: 4 of the 10 kWh stay, 6 replace the dear hour's 4 and 2 of the others' 8.
    var small = SmallProblem(prices: [0.5, 0.1, 0.1])
    small.assets = [small.load([4, 4, 4]), reserving(small, need: [2, 2, 2], hours: 2)]
    let plan = try small.solved()
    #expect(isClose(try reserve(plan), [4, 4, 4]))
    #expect(isClose(plan.objective, 0.6))
    #expect(plan.breaches.isEmpty)
    #expect(try plan.schedule("battery").content?.last == Energy(kilowattHours: 4))
  }

  @Test("may be asked for or dropped: the rest of the problem stays")
  func asked() throws {
    // As above; without the reserve all 10 kWh are used up, in the dear hour 4 and 6 in the others: 2 kWh are bought.
    var small = SmallProblem(prices: [0.5, 0.1, 0.1])
    let holding = reserving(small, need: [2, 2, 2], hours: 2)
    small.assets = [small.load([4, 4, 4]), holding]
    let (with, without) = (small.problem, small.problem.withoutReserves())
    #expect(isClose(try optimal(without).objective, 0.2))
    #expect(try optimal(without).schedule("battery").reserve == nil)
    #expect(isClose(try optimal(without.with(reservesOf: with)).objective, 0.6))
    #expect(isClose(try optimal(with.with(reservesOf: without)).objective, 0.2))
  }

  @Test("says how large a battery it takes: what is short of it counts as a breach")
  func sized() throws {
    // 2 kW for two hours are 4 kWh, whatever they cost; energy itself costs the same at all times. It begins empty, so that the first
    // hour is short of nothing that it could have: it holds 4 at its end.
    var small = SmallProblem(prices: [0.1, 0.1])
    small.assets = [small.load([0, 0])]
    let holding = reserving(small, need: [2, 2], hours: 2, capacity: 20, power: 20, opening: 0)
    let wish = AssetCandidate(
      AssetDescription(id: "battery", site: "house", kind: .battery(holding.parameters, stateOfCharge: .zero)),
      yearlyCost: Money(euros: 4380))
    let plan = try optimal(small.problem.with(holding, sizedFor: wish))
    #expect(isClose(try plan.schedule("battery").builtShare?.value, 0.2))
    #expect(plan.breaches.isEmpty)
  }

  @Test("counts losses on the way out and with time")
  func losses() throws {
    var small = SmallProblem(prices: [0.5])
    small.assets = [reserving(small, need: [2], hours: 2, efficiency: (1, 0.8))]
    #expect(isClose(try reserve(try small.solved()), [5]))
    // A quarter hour of 2 kW takes 0.5 kWh, and before that the tenth of an hour's content that is lost in a quarter of it:
    // 0.5 / 0.9^0.25.
    small.assets = [reserving(small, need: [2], hours: 0.25, loss: 0.1)]
    #expect(isClose(try reserve(try small.solved()), [0.51335], within: 1e-5))
  }

  @Test("counts on what is sure to come in between, no more than the battery takes")
  func surplus() throws {
    // After the first hour: one of -1 kW and one of 2: 2 - 1. After the others: two of 2; behind the end the last repeats.
    var small = SmallProblem(prices: [0.5, 0.5, 0.5, 0.5])
    small.assets = [reserving(small, need: [0, -1, 2, 2], hours: 2)]
    #expect(isClose(try reserve(try small.solved()), [1, 4, 4, 4]))
    // It takes half a kilowatt only.
    small.assets = [reserving(small, need: [0, -1, 2, 2], hours: 2, power: 0.5, discharge: 4)]
    #expect(isClose(try reserve(try small.solved()), [1.5, 4, 4, 4]))
  }

  @Test("for longer than a full battery lasts is a breach that names the longest that works, and that is held")
  func tooLong() throws {
    // 4 h of 3 kW are 12 kWh of 10; 3.25 h are 9.75, 3.5 h 10.5.
    var small = SmallProblem(prices: [0.5, 0.1])
    small.assets = [small.load([1, 1]), reserving(small, need: [3, 3], hours: 4)]
    let plan = try small.solved()
    #expect(plan.breaches.map(\.kind) == [.reserveTooLong])
    #expect(plan.breaches.map(\.longest) == [.seconds(3.25 * 3600)])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [2]))
    #expect(isClose(try reserve(plan), [9.75, 9.75]))
    #expect(isClose(try plan.schedule("battery").content?.map(\.kilowattHours) ?? [], [9.75, 9.75]))
  }

  @Test("is lost while its battery stands still or is gone, which no charging beforehand mends")
  func lost() throws {
    // An hour of 2 kW, but none in the second: before that nothing is needed, then 2 kWh.
    var small = SmallProblem(prices: [0.5, 0.5, 0.5])
    small.assets = [reserving(small, need: [0, 0, 2], hours: 1, opening: 0)]
    let still = try optimal(
      small.problem.without("battery", in: small.horizon.steps[1].lowerBound..<small.horizon.steps[2].upperBound))
    #expect(still.breaches.map(\.kind) == [.reserveMissing])
    #expect(still.breaches.map(\.span) == [small.horizon.steps[1].lowerBound..<small.horizon.steps[2].upperBound])
    #expect(isClose(still.breaches.map(\.kilowattHours), [2]))
    #expect(isClose(still.gridKilowatts, [0, 0, 0]))
    // Full all the time, and of no use in the second hour.
    small.assets = [reserving(small, need: [2, 2, 2], hours: 1)]
    let briefly = try optimal(small.problem.without("battery", in: small.horizon.steps[1]))
    #expect(briefly.breaches.map(\.span) == [small.horizon.steps[1]])
    let gone = try optimal(small.problem.without("battery"))
    #expect(gone.breaches.map(\.span) == [small.horizon.span])
    #expect(isClose(gone.breaches.map(\.kilowattHours), [2]))
  }

  @Test("of more power than the battery gives lasts no time at all")
  func tooStrong() throws {
    var small = SmallProblem(prices: [0.5])
    small.assets = [reserving(small, need: [3], hours: 1, discharge: 2)]
    let plan = try small.solved()
    #expect(plan.breaches.map(\.longest) == [.zero])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [0]))
  }

  @Test("that is not there yet is filled as fast as can be without breaking the connection, and until then a breach")
  func filling() throws {
    // Empty; 4 kWh wanted; the connection carries 6, of which the load takes 4: 2, then 4 kWh.
    var small = SmallProblem(prices: [0.5, 0.5, 0.1])
    small.importLimit = 6
    small.assets = [small.load([4, 4, 4]), reserving(small, need: [2, 2, 2], hours: 2, opening: 0)]
    let plan = try small.solved()
    #expect(isClose(plan.gridKilowatts, [6, 6, 4]))
    #expect(plan.breaches.map(\.kind) == [.reserveMissing])
    #expect(plan.breaches.map(\.span) == [small.horizon.steps[0]])
    #expect(isClose(plan.breaches.map(\.kilowattHours), [2]))
  }

  @Test("is filled from the sun where the connection leaves nothing")
  func fillingFromSun() throws {
    // The load takes all that the connection carries; 3 kW of sun fill the 2 kWh that are wanted, whatever they would earn.
    var small = SmallProblem(prices: [0.3, 0.3], feedIn: [0.9, 0.9])
    small.importLimit = 4
    small.assets = [small.load([4, 4]), small.sun([3, 3]), reserving(small, need: [2, 2], hours: 1, opening: 0)]
    let plan = try small.solved()
    #expect(plan.breaches.isEmpty)
    #expect(isClose(try plan.schedule("battery").content?.map(\.kilowattHours) ?? [], [2, 2]))
  }

  @Test("is exactly what lasts, by walking through every emergency", arguments: 1...10)
  func bruteForce(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var small = SmallProblem(prices: Array(repeating: 0.3, count: 24), quarterHoursPerStep: 1)
    let need = (0..<24).map { _ in Double.random(in: -3...4, using: &random) }
    let quarters = Int.random(in: 1...10, using: &random)
    small.assets = [
      reserving(
        small, need: need, hours: Double(quarters) / 4, capacity: 30, efficiency: (0.9, 0.85), opening: 30, loss: 0.01)
    ]
    let contents = try reserve(try small.solved())
    for (step, content) in contents.enumerated() {
      #expect(lasts(content + 1e-5, step + 1, quarters, need), "seed \(seed), step \(step)")
      if content > 1e-3 { #expect(!lasts(content - 1e-3, step + 1, quarters, need), "seed \(seed), step \(step)") }
    }
  }

  /// Whether `content` serves the needs of so many quarter hours; behind the last the last repeats.
  private func lasts(_ content: Double, _ first: Int, _ quarters: Int, _ need: [Double]) -> Bool {
    var content = content
    for quarter in first..<first + quarters {
      let power = quarter < need.count ? need[quarter] : need[need.count - 1]
      content *= 0.9974905691
      content += power > 0 ? -power / 4 / 0.85 : min(-power, 10) / 4 * 0.9
      if content < 0 { return false }
    }
    return true
  }
}
