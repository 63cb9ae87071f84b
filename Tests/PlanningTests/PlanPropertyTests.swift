import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

@Suite("Plans of any community")
struct PlanPropertyTests {
  private static let seeds: ClosedRange<UInt64> = 1...60
  private static let tolerance = 1e-5

  private func objective(_ community: RandomCommunity) throws -> Double { try #require(try optimal(community.problem).objective) }

  @Test("balance to the milliwatt at every site in every step", arguments: seeds)
  func balances(seed: UInt64) throws {
    let community = RandomCommunity(seed: seed)
    for plan in [try optimal(community.problem), try StandingRule.plan(community.problem)] {
      for site in plan.sites {
        for step in site.grid.indices {
          let assets = site.assets.reduce(Power.zero) { $0 + $1.power[step] }
          #expect(assets == site.grid[step] - site.spilled[step], "seed \(seed), \(site.site), step \(step)")
        }
        #expect(site.spilled.allSatisfy { $0 == .zero }, "seed \(seed)")
      }
      #expect(plan.breaches.isEmpty, "seed \(seed)")
    }
  }

  @Test("cost what their schedules come to: the objective, put together again from whole numbers", arguments: seeds)
  func recomputedCost(seed: UInt64) throws {
    let community = RandomCommunity(seed: seed)
    let plan = try optimal(community.problem)
    // The objective counts all content at the end, the cost only what it is more than at the start.
    let opening = community.places.compactMap(\.store).reduce(0) { $0 + $1.opening * $1.endValue }
    #expect(abs(plan.cost.euros - (try #require(plan.objective)) - opening) <= 1e-4, "seed \(seed)")
  }

  @Test("are ones that the assets can do", arguments: seeds)
  func feasibility(seed: UInt64) throws {
    let community = RandomCommunity(seed: seed)
    let plan = try optimal(community.problem)
    let hours = community.horizon.hours(of: 0)
    for (position, place) in community.places.enumerated() {
      let sun = try plan.kilowatts(AssetID("pv\(position)"))
      for (given, available) in zip(sun, place.sun) {
        #expect(place.isCurtailable ? (-available - 1e-6...1e-6).contains(given) : abs(given + available) <= 1e-6, "seed \(seed)")
      }
      #expect(isClose(try plan.kilowatts(AssetID("load\(position)")), place.load), "seed \(seed)")
      if !place.sessions.isEmpty {
        let car = try plan.kilowatts(AssetID("car\(position)"))
        for (first, count, energy) in place.sessions {
          #expect(car.allSatisfy { (-1e-6...RandomCommunity.chargingPower + 1e-6).contains($0) }, "seed \(seed)")
          #expect(abs(car[first..<first + count].reduce(0, +) * hours - energy) <= 1e-4, "seed \(seed)")
          #expect(abs(car.reduce(0, +) * hours - energy) <= 1e-4, "seed \(seed)")
        }
      }
    }
  }

  @Test("say what a battery's content will be when it does as they say", arguments: seeds)
  func contents(seed: UInt64) throws {
    try checkContents(RandomCommunity(seed: seed), seed: seed)
  }

  // The first four once charged and discharged at the same time.
  @Test(
    "say so, too, where energy is worth nothing and burning it costs nothing",
    arguments: [3100, 4098, 5075, 8000] + Array(1...20))
  func worthlessEnergy(seed: UInt64) throws {
    var community = RandomCommunity(seed: seed)
    for position in community.places.indices {
      community.places[position].feedInPrices = community.places[position].feedInPrices.map { _ in seed % 2 == 0 ? 0 : -0.01 }
      community.places[position].isCurtailable = true
      community.places[position].store?.wear = 0
      community.places[position].store?.endValue = seed % 5 == 0 ? 0 : 0.1
      if seed % 4 == 0 { community.places[position].exportLimit = 1 }
    }
    try checkContents(community, seed: seed)
  }

  private func checkContents(_ community: RandomCommunity, seed: UInt64) throws {
    for plan in [try optimal(community.problem), try StandingRule.plan(community.problem)] {
      for (position, place) in community.places.enumerated() {
        guard let store = place.store else { continue }
        let schedule = try plan.schedule(AssetID("battery\(position)"))
        let contents = try #require(schedule.content)
        var content = store.opening
        for (step, power) in schedule.power.enumerated() {
          let hours = community.horizon.hours(of: step)
          for _ in 0..<Int(hours * 4) { content *= (1 - store.loss).squareRoot().squareRoot() }
          let kilowatts = power.kilowatts
          content += hours * (kilowatts > 0 ? kilowatts * store.efficiency.in : kilowatts / store.efficiency.out)
          #expect(abs(kilowatts) <= store.power + 1e-6, "seed \(seed)")
          #expect(abs(contents[step].kilowattHours - content) <= 1e-4, "seed \(seed), step \(step) of \(plan.origin)")
          #expect((-1e-4...store.capacity + 1e-4).contains(content), "seed \(seed)")
        }
      }
    }
  }

  @Test("never cost more than the standing rule", arguments: seeds)
  func standingRule(seed: UInt64) throws {
    let problem = RandomCommunity(seed: seed).problem
    let rule = try StandingRule.plan(problem)
    #expect(try optimal(problem).cost.euros <= rule.cost.euros + Self.tolerance, "seed \(seed)")
  }

  @Test("never cost more with more storage", arguments: seeds)
  func moreStorage(seed: UInt64) throws {
    var community = RandomCommunity(seed: seed)
    let before = try objective(community)
    for position in community.places.indices {
      community.places[position].store?.capacity += 3
      community.places[position].store?.power += 1
    }
    #expect(try objective(community) <= before + Self.tolerance, "seed \(seed)")
  }

  @Test("never cost more with more sun that can be turned down", arguments: seeds)
  func moreSun(seed: UInt64) throws {
    var community = RandomCommunity(seed: seed)
    for position in community.places.indices { community.places[position].isCurtailable = true }
    let before = try objective(community)
    for position in community.places.indices {
      community.places[position].sun = community.places[position].sun.map { $0 * 1.5 + 0.2 }
    }
    #expect(try objective(community) <= before + Self.tolerance, "seed \(seed)")
  }

  @Test("never cost more over a wider connection, breaches priced in", arguments: seeds)
  func widerConnection(seed: UInt64) throws {
    var community = RandomCommunity(seed: seed)
    var former = Double.infinity
    for limit in [1.5, 3, 6, 60] {
      for position in community.places.indices {
        community.places[position].importLimit = limit
        community.places[position].exportLimit = limit
      }
      let objective = try objective(community)
      #expect(objective <= former + Self.tolerance, "seed \(seed)")
      former = objective
    }
  }

  @Test("do not depend on the order of sites and assets", arguments: seeds)
  func order(seed: UInt64) throws {
    let problem = RandomCommunity(seed: seed).problem
    var generator = SeededGenerator(seed: seed)
    let shuffled = PlanningProblem(
      horizon: problem.horizon, sites: problem.sites.shuffled(using: &generator),
      assets: problem.assets.shuffled(using: &generator))
    let plans = [try optimal(problem), try optimal(shuffled)]
    #expect(abs((try #require(plans[0].objective)) - (try #require(plans[1].objective))) <= Self.tolerance, "seed \(seed)")
  }

  @Test("cost three times as much at three times the prices", arguments: seeds)
  func scaledPrices(seed: UInt64) throws {
    var community = RandomCommunity(seed: seed)
    let before = try objective(community)
    community.priceFactor = 3
    #expect(abs(try objective(community) - 3 * before) <= 3 * Self.tolerance, "seed \(seed)")
  }

  @Test("are the same when made again", arguments: seeds)
  func repeated(seed: UInt64) throws {
    let problem = RandomCommunity(seed: seed).problem
    let first = try optimal(problem)
    let second = try optimal(problem)
    #expect(first.sites.map(\.assets) == second.sites.map(\.assets), "seed \(seed)")
    #expect(first.cost == second.cost)
  }
}
