import HighsSolver
import LinearOptimization
import Planning
import Quantities
import TestSupport
import Testing

@Suite("Reference cases reach their published optimum")
struct ReferenceCaseTests {
  private func objective(_ problem: PlanningProblem, gap: Double = 0) throws -> Double {
    var options = SolveOptions(timeLimit: .seconds(600))
    options.relativeGap = gap
    let plan = try Planner(solver: HighsSolver()).plan(problem, options: options)
    guard case .solved(.optimal, _, _) = plan.origin else {
      Issue.record("not proven optimal: \(plan.origin)")
      return .nan
    }
    return try #require(plan.objective)
  }

  private func isClose(_ value: Double, _ expected: Double, relative: Double = 1e-6) -> Bool {
    abs(value - expected) <= relative * max(1, abs(expected))
  }

  @Test("closed-form cases of loads, sun, stores, cars and grid", arguments: try MicroCase.load().covered)
  func microCase(_ micro: MicroCase) throws {
    let cost = try objective(micro.problem)
    #expect(isClose(cost, micro.expected.costEur), "\(micro.id): \(cost) instead of \(micro.expected.costEur)")
  }

  @Test("at least the cases this version claims are covered")
  func coverage() throws {
    let (covered, others) = try MicroCase.load()
    let names = Set(covered.map(\.id))
    #expect(
      names.isSuperset(of: [
        "curtail_negative_feed_in", "ev_window", "flexible_load", "must_run_negative_feed_in", "negative_price_relaxed",
        "peak_charge",
        "storage_cyclic", "storage_efficiency", "storage_end_min", "storage_loss", "storage_reserve", "storage_shift",
        "storage_throughput_cost",
      ]))
    // The others need heat, fuels, links between sites or contracts: assets of later versions.
    #expect(others.count + covered.count == 26)
  }

  @Test("recomputing a plan's cost from its schedules gives the solver's objective", arguments: try MicroCase.load().covered)
  func recomputedCost(_ micro: MicroCase) throws {
    // Burning energy on purpose nets out in the schedule: that case's cost is only in its objective.
    guard micro.id != "negative_price_relaxed" else { return }
    let plan = try Planner(solver: HighsSolver()).plan(micro.problem)
    let objective = try #require(plan.objective)
    #expect(abs(plan.cost.euros - objective) <= 1e-4 * max(1, abs(objective)))
  }

  @Test(
    "two of 17 real houses with batteries, a year (citylearn_2022 A); the benchmark solves all",
    .enabled(if: ReferenceYears.folder != nil, "../shared/cases is not here"))
  func cityLearn() async throws {
    let cost = try await onOwnThread { try objective(ReferenceYears.cityLearn(houses: 2)) }
    #expect(isClose(cost, try ReferenceYears.expected("citylearn_2022", "A", members: ["0", "1"])), "\(cost)")
  }

  @Test(
    "two of 13 buildings of a village, a year of quarter hours (simbench_rural1 S1); the benchmark solves all",
    .enabled(if: ReferenceYears.folder != nil, "../shared/cases is not here"))
  func simBench() async throws {
    // One with a battery, one without sun.
    let nodes = ["LV1.101 Bus 7", "LV1.101 Bus 10"]
    let cost = try await onOwnThread { try objective(ReferenceYears.simBench(nodes: Set(nodes))) }
    #expect(isClose(cost, try ReferenceYears.expected("simbench_rural1", "S1", members: nodes)), "\(cost)")
  }

  @Test(
    "a battery on the day-ahead market, relaxed and with charging apart from discharging (dayahead_de_2020 a)",
    .enabled(if: ReferenceYears.folder != nil, "../shared/cases is not here"),
    arguments: [("a_lp", Battery.Exclusivity.nowhere), ("a_milp", .whereNeeded)])
  func dayAhead(_ name: String, _ exclusivity: Battery.Exclusivity) async throws {
    let cost = try await onOwnThread { try objective(ReferenceYears.dayAhead(exclusivity: exclusivity), gap: 1e-7) }
    #expect(isClose(cost, try ReferenceYears.expected("dayahead_de_2020", name, "objective_eur")), "\(cost)")
  }
}
