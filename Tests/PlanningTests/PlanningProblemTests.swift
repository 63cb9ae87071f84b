import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// A solver that gives up, or says something else than a plan.
struct StuckSolver: Solver {
  let outcome: Result<SolveStatus, SolverError>

  func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
    Solution(withoutValues: try outcome.get())
  }
}

@Suite("What cannot be planned")
struct PlanningProblemTests {
  private let small = SmallProblem(prices: [0.3, 0.3])

  private func message(_ problem: PlanningProblem) -> String {
    do {
      try problem.validate()
      return "nothing is wrong"
    } catch {
      return "\(error)"
    }
  }

  @Test("parts that do not fit each other are named")
  func contradictions() {
    let house = small.problem.sites[0]
    let load = small.load([1, 1])
    func problem(sites: [SiteConditions], assets: [any Asset]) -> PlanningProblem {
      PlanningProblem(horizon: small.horizon, sites: sites, assets: assets)
    }
    #expect(message(problem(sites: [house], assets: [load])) == "nothing is wrong")
    #expect(message(problem(sites: [house, house], assets: [])) == "site house is given twice")
    #expect(message(problem(sites: [house], assets: [load, load])) == "asset load is given twice")
    #expect(
      message(problem(sites: [house], assets: [battery(site: "yard")]))
        == "asset battery stands at site yard, which the problem does not have")
    let empty = PlanningProblem(horizon: PlanningHorizon(start: SmallProblem.start, count: 0), sites: [house], assets: [])
    #expect(message(empty) == "horizon has no steps")
  }

  @Test("prices must reach over all steps")
  func prices() {
    let longer = PlanningHorizon(start: SmallProblem.start, count: 3, quarterHoursPerStep: 4)
    let problem = PlanningProblem(horizon: longer, sites: small.problem.sites, assets: [])
    #expect(
      message(problem) == "import price of site house covers 2027-01-15T08:00:00Z to 2027-01-15T10:00:00Z, "
        + "the plan needs 2027-01-15T08:00:00Z to 2027-01-15T11:00:00Z")
  }

  @Test("where a solver finds nothing or fails, the standing rule is the plan, and says why")
  func fallback() throws {
    var problem = small
    problem.assets = [problem.load([1, 1])]
    let outcomes: [Result<SolveStatus, SolverError>] = [
      .success(.infeasible), .failure(.invalidOption(name: "threads", value: "0", allowed: "from 1 to 512")),
    ]
    for outcome in outcomes {
      let plan = try Planner(solver: StuckSolver(outcome: outcome)).plan(problem.problem)
      let rule = try StandingRule.plan(problem.problem)
      #expect(plan.sites.map(\.grid) == rule.sites.map(\.grid))
      #expect(plan.cost == rule.cost)
      switch outcome {
      case .success: #expect(plan.origin == .fallback(reason: "nothing keeps all limits together"))
      case .failure(let error): #expect(plan.origin == .fallback(reason: "\(error)"))
      }
    }
  }

  @Test("a site without assets exchanges nothing and costs nothing")
  func emptySite() throws {
    let plan = try small.solved()
    #expect(plan.sites[0].grid == [.zero, .zero])
    #expect(plan.cost == .zero)
    #expect(plan.objective == 0)
  }
}
