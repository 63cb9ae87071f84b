import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

@Suite("Plans of any village with heat")
struct VillagePropertyTests {
  private static let seeds: ClosedRange<UInt64> = 1...15

  /// Solved beside the tests' shared threads, so that others do not wait for it.
  private func solved(_ village: RandomVillage) async throws -> Plan { try await onOwnThread { try optimal(village.problem) } }

  private func objective(_ village: RandomVillage) async throws -> Double { try #require(try await solved(village).objective) }

  private func kilowatts(_ asset: AssetSchedule?, _ step: Int) -> Double { asset?.heat?.power[step].kilowatts ?? 0 }

  @Test("balance heat and power to a watt in every step", arguments: seeds)
  func balances(seed: UInt64) async throws {
    let village = RandomVillage(seed: seed)
    let plan = try await solved(village)
    let assets = plan.sites.flatMap(\.assets)
    #expect(plan.breaches.isEmpty, "seed \(seed)")
    for step in plan.horizon.steps.indices {
      // What is asked for at each place and lost on the way there enters its pipe, and the pump takes a hundredth of that.
      for (number, heat) in village.heat.enumerated() {
        let pump = assets.first { $0.id == AssetID("pipe\(number)") }?.power[step].kilowatts ?? .nan
        let entering = heat[step] + village.pipeLoss
        // Over a cooler more may flow than is asked for.
        #expect(pump >= entering * 0.01 - 1e-6 && pump <= village.pipeCapacity * 0.01 + 1e-6, "seed \(seed), step \(step)")
      }
      let given = -["chip-boiler", "gas-boiler", "pump", "sun", "engine", "tank"].reduce(0) { sum, id in
        sum + kilowatts(assets.first { $0.id == id }, step)
      }
      let asked = village.heat.reduce(0) { $0 + $1[step] + village.pipeLoss } + 0.5
      #expect(given >= asked - 1e-3, "seed \(seed), step \(step)")
      for site in plan.sites {
        let power = site.assets.reduce(Power.zero) { $0 + $1.power[step] }
        #expect(power == site.grid[step] - site.spilled[step], "seed \(seed), \(site.site), step \(step)")
      }
    }
  }

  @Test("cost what their schedules come to: grid, fuel, wear and starts put together again", arguments: seeds)
  func recomputedCost(seed: UInt64) async throws {
    let plan = try await solved(RandomVillage(seed: seed))
    let objective = try #require(plan.objective)
    // The objective counts all content at the end, the cost only what it is more than the 5 kWh at the start, worth 3 ct each.
    #expect(abs(plan.cost.euros - objective - 0.15) <= 1e-3, "seed \(seed)")
  }

  @Test("never cost more with a larger tank, wider pipes or a larger boiler without least load", arguments: seeds)
  func more(seed: UInt64) async throws {
    var village = RandomVillage(seed: seed)
    village.leastLoad = 0
    let cost = try await objective(village)
    village.tank *= 2
    let larger = try await objective(village)
    village.pipeCapacity *= 2
    let wider = try await objective(village)
    village.boilerPower *= 1.5
    let stronger = try await objective(village)
    #expect(larger <= cost + 1e-6 && wider <= larger + 1e-6 && stronger <= wider + 1e-6, "seed \(seed)")
  }

  @Test("never cost more where pipes lose less", arguments: seeds)
  func lessLoss(seed: UInt64) async throws {
    var village = RandomVillage(seed: seed)
    let cost = try await objective(village)
    village.pipeLoss /= 2
    let less = try await objective(village)
    #expect(less <= cost + 1e-6, "seed \(seed)")
  }

  @Test("cost three times as much at three times the prices, and the same in any order", arguments: seeds)
  func scaledAndPermuted(seed: UInt64) async throws {
    var village = RandomVillage(seed: seed)
    let cost = try await objective(village)
    village.priceFactor = 3
    let scaled = try await objective(village)
    #expect(abs(scaled - 3 * cost) <= 1e-4 * max(1, abs(cost)), "seed \(seed)")
    village.priceFactor = 1
    village.isReversed = true
    let reversed = try await objective(village)
    #expect(abs(reversed - cost) <= 1e-6 * max(1, abs(cost)), "seed \(seed)")
  }

  @Test(
    "never cost more where sites exchange energy, the less the lower the charge, and what they exchange adds up", arguments: seeds
  )
  func exchange(seed: UInt64) async throws {
    var village = RandomVillage(seed: seed)
    var dearest = try await objective(village)
    for charge in [0.12, 0.03, 0] {
      village.exchangeCharge = charge
      let plan = try await solved(village)
      let objective = try #require(plan.objective)
      #expect(objective <= dearest + 1e-6, "seed \(seed), charge \(charge)")
      #expect(abs(plan.cost.euros - objective - 0.15) <= 1e-3, "seed \(seed), charge \(charge)")
      for step in plan.horizon.steps.indices {
        #expect(plan.sites.reduce(Power.zero) { $0 + $1.shared[step] } == .zero)
        for site in plan.sites {
          // Nobody passes on what it takes, or takes more from others than from the grid.
          let (shared, grid) = (site.shared[step], site.grid[step])
          #expect(shared >= min(grid, .zero) && shared <= max(grid, .zero), "seed \(seed), \(site.site), step \(step)")
        }
      }
      dearest = objective
    }
  }

  @Test("cost no more together than both places alone, each with half the plant", arguments: seeds)
  func joint(seed: UInt64) async throws {
    // Whatever the halves do, the whole can do: it has neither a least load nor a cost to start.
    var village = RandomVillage(seed: seed)
    (village.leastLoad, village.startCost) = (0, 0)
    let together = try await objective(village)
    village.share = 0.5
    var alone = 0.0
    for place in [0, 1] {
      village.served = [place]
      alone += try await objective(village)
    }
    #expect(together <= alone + 1e-5, "seed \(seed): \(together) and \(alone)")
  }
}
