import CommunityModel
import EnergySystems
import LinearOptimization
import MarketTime
import Quantities
import TestSupport
import Testing

@testable import Planning

@Suite("A battery in a plan")
struct BatteryTests {
  private func contents(_ plan: Plan) throws -> [Double] {
    try #require(try plan.schedule("battery").content).map(\.kilowattHours)
  }

  @Test("buys when it is cheap as much as it needs when it is dear, losses included")
  func efficiency() throws {
    // 3.6 kWh out need 3.6 / 0.8 = 4.5 kWh of content, these 4.5 / 0.9 = 5 kWh at 0.10 EUR: 0.50 EUR instead of 3.6 x 0.40 =
    // 1.44.
    var small = SmallProblem(prices: [0.10, 0.40])
    small.assets = [small.load([0, 3.6]), battery(efficiency: (0.9, 0.8))]
    let plan = try small.solved()
    #expect(isClose(plan.objective, 0.50))
    #expect(isClose(try plan.kilowatts("battery"), [5, -3.6]))
    #expect(isClose(try contents(plan), [4.5, 0]))
    #expect(isClose(plan.gridKilowatts, [5, 0]))
    #expect(isClose(plan.cost.euros, 0.50))
  }

  @Test("wears by half on the way in and half on the way out, and rests where that costs more than it saves")
  func wear() throws {
    var small = SmallProblem(prices: [0.10, 0.40])
    // 0.20 / 2 x (5 + 3.6) = 0.86, with the energy 1.36 < 1.44; at 0.22 EUR/kWh 0.946 + 0.50 = 1.446.
    small.assets = [small.load([0, 3.6]), battery(efficiency: (0.9, 0.8), wear: 0.20)]
    let used = try small.solved()
    #expect(isClose(used.objective, 1.36))
    #expect(isClose(try used.schedule("battery").ownCost.euros, 0.86))
    small.assets = [small.load([0, 3.6]), battery(efficiency: (0.9, 0.8), wear: 0.22)]
    let idle = try small.solved()
    #expect(isClose(idle.objective, 1.44))
    #expect(isClose(try idle.kilowatts("battery"), [0, 0]))
  }

  @Test("loses its share of an hour in an hour, whatever the steps are", arguments: [(4, 2), (1, 8)])
  func selfDischarge(_ quarterHoursPerStep: Int, _ steps: Int) throws {
    // 10 % an hour of 8 kWh: 7.2 after one hour, 6.48 after two.
    var small = SmallProblem(prices: Array(repeating: 0.3, count: steps), quarterHoursPerStep: quarterHoursPerStep)
    small.assets = [battery(power: 0, loss: 0.1, opening: .content(Energy(wattHours: 8000)))]
    let contents = try contents(try small.solved())
    #expect(isClose(contents[steps / 2 - 1], 7.2))
    #expect(isClose(contents[steps - 1], 6.48))
  }

  @Test("that begins above its capacity may go on from there, and is not charged further")
  func openingAboveCapacity() throws {
    var small = SmallProblem(prices: [0.1, 0.1, 0.5])
    small.assets = [small.load([0, 0, 11]), battery(opening: .content(Energy(wattHours: 12_000)), endValue: 0.2)]
    let plan = try small.solved()
    #expect(isClose(try contents(plan), [12, 12, 2]))
    // 10 kW out, 1 kWh bought at 0.5; 2 kWh stay. At 0.1 nothing is bought for the end, though that is worth 0.2: it is full.
    #expect(isClose(plan.objective, 0.5 - 2 * 0.2))
    #expect(plan.breaches.isEmpty)
  }

  @Test("that begins below its least content is charged at full power until it is there")
  func openingBelowLeast() throws {
    var small = SmallProblem(prices: [0.5, 0.5, 0.1])
    small.assets = [battery(charge: 2, least: 3.5, opening: .content(Energy(wattHours: 1000)))]
    let plan = try small.solved()
    #expect(isClose(try contents(plan), [3, 3.5, 3.5]))
    #expect(isClose(plan.objective, 0.5 * 2 + 0.5 * 0.5))
  }

  @Test("ends with what was asked for, or with the most that can be reached", arguments: [(3.0, 3.0), (9, 4), (50, 4)])
  func leastAtEnd(_ wanted: Double, _ reached: Double) throws {
    var small = SmallProblem(prices: [0.2, 0.3])
    small.assets = [battery(charge: 2, leastAtEnd: wanted)]
    let plan = try small.solved()
    #expect(isClose(try contents(plan)[1], reached))
    // 2 kWh at 0.2 in the first hour, the others at 0.3.
    #expect(isClose(plan.objective, 0.4 + (reached - 2) * 0.3))
  }

  @Test("never asks for more at the end than fits")
  func leastAtEndBeyondCapacity() throws {
    var small = SmallProblem(prices: [0.2, 0.3])
    small.assets = [battery(leastAtEnd: 50)]
    #expect(isClose(try contents(try small.solved())[1], 10))
  }

  @Test("that repeats ends as it begins, which is worth nothing")
  func cyclic() throws {
    // 6 kWh at 0.4 are moved from the second hour to the first.
    var small = SmallProblem(prices: [0.4, 0.1])
    small.assets = [small.load([6, 0]), battery(opening: .cyclic, endValue: 5)]
    let plan = try small.solved()
    let schedule = try plan.schedule("battery")
    #expect(schedule.openingContent == schedule.content?.last)
    #expect(schedule.storedValue == .zero)
    #expect(isClose(try plan.kilowatts("battery"), [-6, 6]))
    #expect(isClose(plan.cost.euros, 0.6))
  }

  @Test("is filled for the end where that is worth more than it costs, and not where it is not")
  func endValue() throws {
    var small = SmallProblem(prices: [0.2, 0.3])
    // A kWh of content costs 0.2 / 0.8 = 0.25.
    small.assets = [battery(power: 5, efficiency: (0.8, 1), endValue: 0.26)]
    let filled = try small.solved()
    #expect(isClose(try contents(filled)[1], 4))
    #expect(isClose(filled.cost.euros, 5 * 0.2 - 4 * 0.26))
    small.assets = [battery(power: 5, efficiency: (0.8, 1), endValue: 0.24)]
    #expect(isClose(try contents(try small.solved())[1], 0))
  }

  @Test("what it holds at the start is deducted from the value at the end")
  func storedValue() throws {
    var small = SmallProblem(prices: [0.5])
    small.assets = [small.load([2]), battery(opening: .content(Energy(wattHours: 3000)), endValue: 0.1)]
    // 2 kWh out instead of 0.5 EUR each: the content falls from 3 to 1, worth 0.2 EUR less.
    let plan = try small.solved()
    #expect(isClose(plan.cost.euros, 0.2))
    #expect(isClose(plan.objective, -0.1))
  }

  // MARK: - Charging apart from discharging

  /// How many binaries the battery alone adds to a model.
  private func binaries(_ small: SmallProblem, _ battery: Battery) throws -> Int {
    var small = small
    small.assets.append(battery)
    var draft = SystemDraft(small.problem)
    _ = try battery.add(to: &draft)
    return try SystemModel(draft.system).model.integerCount
  }

  @Test("takes binaries where burning energy could pay, and nowhere else")
  func binariesWhereNeeded() throws {
    var small = SmallProblem(prices: [-0.01, 0.3, -0.5, 0.3], feedIn: [0.1, 0.1, -0.2, -0.2])
    let lossy = battery(efficiency: (0.9, 0.9))
    #expect(try binaries(small, lossy) == 2)
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9), exclusivity: .everywhere)) == 4)
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9), exclusivity: .nowhere)) == 0)
    // Without losses nothing can be burnt.
    #expect(try binaries(small, battery()) == 0)
    // A plant that can be turned down need not pay for feeding in, one that cannot must.
    small.assets = [small.sun([5, 5, 5, 5])]
    #expect(try binaries(small, lossy) == 2)
    small.assets = [small.sun([5, 5, 5, 5], isCurtailable: false)]
    #expect(try binaries(small, lossy) == 3)
  }

  @Test("takes binaries before a negative price, too, where the content could not be fed in freely to make room")
  func binariesToMakeRoom() throws {
    // 1 kW into the grid in the first hour, and paid for in the second: burning there leaves room for the paid hour.
    var small = SmallProblem(prices: [0.3, 0.3, -0.5, 0.3], feedIn: [0.1, -0.1, 0.1, 0.1])
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9))) == 2)
    small.exportLimit = 1
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9))) == 3)
    // To burn in the paid hour itself, wear must stay below 2 x 0.5 x 0.19 / 1.81 = 0.1050; before it, below 0.5 x 0.19 / 0.81 =
    // 0.1173.
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9), wear: 0.1172)) == 2)
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9), wear: 0.1173)) == 0)
    // A content that is a burden at the end is burnt as well.
    small.importPrices = [0.3, 0.3]
    small.feedInPrices = [0.1, 0.1]
    small.horizon = PlanningHorizon(start: SmallProblem.start, count: 2, quarterHoursPerStep: 4)
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9))) == 0)
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9), endValue: -0.1)) == 2)
  }

  @Test("burns to make room by charging and discharging at once only where that is allowed")
  func roomByBurning() throws {
    // Full at the start, 1 kW of export; in the second hour 0.5 EUR are paid for each kWh taken. In the relaxation 10 kW of
    // charging and 10 of discharging at 0.5 each way lose 15 kWh, so that the battery is empty after the first hour.
    var small = SmallProblem(prices: [0.3, -0.5])
    small.exportLimit = 1
    func objective(_ exclusivity: Battery.Exclusivity) throws -> Double? {
      small.assets = [
        battery(efficiency: (0.5, 0.5), opening: .content(Energy(wattHours: 10_000)), exclusivity: exclusivity)
      ]
      return try small.solved().objective
    }
    // Apart, 1 kWh out makes 2 kWh of room, which take 4 kWh: 2 EUR. Empty, it would take 10 kWh: 5 EUR.
    #expect(isClose(try objective(.everywhere), -2))
    #expect(isClose(try objective(.whereNeeded), -2))
    #expect(isClose(try objective(.nowhere), -5))
  }

  @Test("enough wear makes burning a loss: at -83.94 EUR/MWh and 0.92 each way from 13.97 EUR/MWh on")
  func wearInsteadOfBinaries() throws {
    // 2 x 83.94 x (1 - 0.8464) / (1 + 0.8464) = 13.966 EUR/MWh: optimizer model, section 3, from the day-ahead market of 2020.
    let small = SmallProblem(prices: [-0.08394])
    #expect(try binaries(small, battery(efficiency: (0.92, 0.92), wear: 0.01396)) == 1)
    #expect(try binaries(small, battery(efficiency: (0.92, 0.92), wear: 0.01397)) == 0)
  }

  @Test("takes binaries where a plant can neither be turned down nor fed in, and before that to make room")
  func binariesWhereNothingFits() throws {
    var small = SmallProblem(prices: [0.3, 0.3, 0.3], feedIn: 0.08)
    small.exportLimit = 4
    small.assets = [small.sun([4, 5, 4], isCurtailable: false)]
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9))) == 2)
    small.assets = [small.sun([4, 4, 4], isCurtailable: false)]
    #expect(try binaries(small, battery(efficiency: (0.9, 0.9))) == 0)
  }

  @Test(
    "apart where needed is as good as apart everywhere, on random days with negative prices",
    arguments: 1...100 as ClosedRange<UInt64>)
  func whereNeededIsEnough(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }
    let prices = (0..<8).map { _ in random(-0.3...0.3) }
    var small = SmallProblem(prices: prices, feedIn: prices.map { $0 - random(0...0.1) })
    small.exportLimit = Bool.random(using: &generator) ? 1000 : random(1...6)
    let isCurtailable = Bool.random(using: &generator)
    let sun = small.sun((0..<8).map { _ in random(0...8) }, isCurtailable: isCurtailable)
    let load = small.load((0..<8).map { _ in random(0...3) })
    let efficiency = (random(0.5...1), random(0.5...1))
    let wear = Bool.random(using: &generator) ? 0 : random(0...0.1)
    let power = random(1...6)
    let objectives = try [Battery.Exclusivity.whereNeeded, .everywhere, .nowhere].map { exclusivity in
      small.assets = [
        load, sun,
        battery(power: power, efficiency: efficiency, wear: wear, endValue: 0.1, exclusivity: exclusivity),
      ]
      return try #require(try small.solved().objective)
    }
    #expect(abs(objectives[0] - objectives[1]) <= 1e-6, "seed \(seed)")
    #expect(objectives[2] <= objectives[0] + 1e-6, "seed \(seed)")
  }
}
