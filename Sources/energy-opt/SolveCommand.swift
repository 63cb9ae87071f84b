import ArgumentParser
import CaseFiles
import Console
import EnergySystems
import Foundation
import HighsSolver
import LinearOptimization

/// `energy-opt solve`
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve", abstract: "Solves an energy system that a JSON file describes, and prints its optimum and schedules.",
    discussion: """
      For research and tests: buses, demands, converters, stores, links, cars,
      peaks, contracts and sizes in kW, kWh, EUR and kg, built from the same
      parts as the community's plan (docs/formats/case.md). Every schedule is
      checked against the file before it is printed.

      EXAMPLES
        energy-opt solve village.json
        energy-opt solve village.json --gap 0.1 --max-time 60 -o result.json
        energy-opt solve village.json --relax --no-schedules
        generate | energy-opt solve -

      EXIT STATUS
         0 solved, proven within the gap asked for
         1 no schedule was found
         2 a schedule that is not proven within the gap
         3 the file is wrong or asks for what cannot be, each place named
        64 wrong use of the command
      """)

  @Argument(help: ArgumentHelp("The case; - reads standard input.", valueName: "case.json"))
  var file: String

  @Option(help: ArgumentHelp("Seconds the solver may take.", valueName: "seconds"))
  var maxTime: Double?

  @Option(
    help: ArgumentHelp("A schedule counts as optimal when it is proven to be within so many percent.", valueName: "percent"))
  var gap = 0.01

  @Flag(help: "Solve the linear relaxation: on and off may be anything between. Its optimum is a bound, not a schedule.")
  var relax = false

  @Flag(inversion: .prefixedNo, help: "Print what every part does in each step.")
  var schedules = true

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file.json"))
  var output: String?

  func validate() throws {
    if let maxTime, !(maxTime > 0 && maxTime <= 86_400 * 30) { throw ValidationError("--max-time takes seconds above 0") }
    guard (0...100).contains(gap) else { throw ValidationError("--gap takes 0 to 100 percent") }
  }

  func run() throws {
    let system = try read()
    var options = SolveOptions(timeLimit: maxTime.map { .seconds($0) })
    options.relativeGap = gap / 100
    let outcome: SystemOutcome
    do {
      outcome = try solver.solve(system, options: options, relaxed: relax)
    } catch {
      tell("\(name): \(error)")
      throw ExitCode(error is SystemError ? 3 : 1)
    }
    let result = CaseResult(
      of: system, outcome, solver: "HiGHS \(HighsSolver.highsVersion)", hasSchedules: schedules && !relax)
    try write(result.json())
    for contradiction in outcome.contradictions { tell("\(name): \(contradiction)") }
    if outcome.status == .infeasible, outcome.contradictions.isEmpty {
      tell("\(name): no schedule can keep all limits together, and no single part is to blame for it")
    }
    switch outcome.status {
    case .optimal: return
    case .feasible: throw ExitCode(2)
    case .infeasible: throw ExitCode(3)
    case .unbounded, .infeasibleOrUnbounded, .limitReached, .failed:
      tell("\(name): no schedule was found: \(outcome.status.reason)")
      throw ExitCode(1)
    }
  }

  /// A limit holds whatever HiGHS does: there it runs in a process of its own, which can be killed.
  private var solver: SystemSolver { maxTime == nil ? SystemSolver(HighsSolver()) : .inOwnProcess }

  private var name: String { file == "-" ? "standard input" : file }

  private func read() throws -> EnergySystem {
    let bytes: [UInt8]
    do {
      let data = file == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(filePath: file))
      bytes = [UInt8](data)
    } catch {
      tell("\(name) cannot be read: \(error.localizedDescription)")
      throw ExitCode(3)
    }
    do {
      return try CaseFile(bytes).system
    } catch {
      tell("\(name): \(error)")
      throw ExitCode(3)
    }
  }

  private func write(_ text: String) throws {
    guard let output else {
      print(text, terminator: "")
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
    } catch {
      tell("\(output) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}
