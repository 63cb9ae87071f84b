import Foundation
import HighsSolver
import LinearOptimization
import Planning

/// Plans one year-long reference case and prints its objective beside the published one, as JSON.
@main
struct Program {
  /// The cases: where the expected optimum stands, and how the problem is made.
  private static let cases: [String: (file: String, keys: [String], problem: () throws -> PlanningProblem)] = [
    "citylearn_2022-A": ("citylearn_2022", ["A", "objective"], ReferenceYears.cityLearn),
    "simbench_rural1-S1": ("simbench_rural1", ["S1", "objective"], ReferenceYears.simBench),
    "dayahead_de_2020-a_milp": (
      "dayahead_de_2020", ["a_milp", "objective_eur"], { try ReferenceYears.dayAhead(exclusivity: .whereNeeded) }
    ),
  ]

  static func main() throws {
    guard CommandLine.arguments.count == 2, let named = cases[CommandLine.arguments[1]] else {
      fail("usage: reference-years \(cases.keys.sorted().joined(separator: "|"))")
    }
    guard ReferenceYears.folder != nil else { fail("../shared/cases is not here") }
    var options = SolveOptions()
    options.relativeGap = 1e-7
    let plan = try Planner(solver: HighsSolver()).plan(try named.problem(), options: options)
    guard case .solved(let status, _, let time) = plan.origin, let objective = plan.objective else { fail("no plan") }
    let expected = try expected(named.file, named.keys)
    print(
      "{\"objective\": \(objective), \"expected\": \(expected), \"proven_optimal\": \(status == .optimal), "
        + "\"solve_s\": \(time / .seconds(1))}")
  }

  private static func expected(_ file: String, _ keys: [String]) throws -> Double {
    keys.count == 2 ? try ReferenceYears.expected(file, keys[0], keys[1]) : .nan
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(2)
  }
}
