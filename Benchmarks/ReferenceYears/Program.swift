import Foundation
import HighsSolver
import LinearOptimization
import Planning

/// `reference-years CASE` plans one year-long reference case; prints its objective beside the published one, as a line of JSON.
@main
struct Program {
  /// The cases that the tests check, too.
  private enum Case: String, CaseIterable {
    case cityLearn = "citylearn_2022-A"
    case simBench = "simbench_rural1-S1"
    case dayAhead = "dayahead_de_2020-a_milp"

    func problem() throws -> PlanningProblem {
      switch self {
      case .cityLearn: try ReferenceYears.cityLearn()
      case .simBench: try ReferenceYears.simBench()
      case .dayAhead: try ReferenceYears.dayAhead(exclusivity: .whereNeeded)
      }
    }

    func expected() throws -> Double {
      switch self {
      case .cityLearn: try ReferenceYears.expected("citylearn_2022", "A", "objective")
      case .simBench: try ReferenceYears.expected("simbench_rural1", "S1", "objective")
      case .dayAhead: try ReferenceYears.expected("dayahead_de_2020", "a_milp", "objective_eur")
      }
    }
  }

  static func main() throws {
    guard CommandLine.arguments.count == 2, let year = Case(rawValue: CommandLine.arguments[1]) else {
      fail("usage: reference-years \(Case.allCases.map(\.rawValue).joined(separator: "|"))")
    }
    guard ReferenceYears.folder != nil else { fail("../shared/cases is not here") }
    var options = SolveOptions()
    options.relativeGap = 1e-7
    let plan = try Planner(solver: HighsSolver()).plan(try year.problem(), options: options)
    guard case .solved(let status, _, let time) = plan.origin, let objective = plan.objective else { fail("no plan") }
    print(
      "{\"objective\": \(objective), \"expected\": \(try year.expected()), \"proven_optimal\": \(status == .optimal), "
        + "\"solve_s\": \(time / .seconds(1))}")
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(2)
  }
}
