import ArgumentParser
import EnergySystems
import Glibc
import HighsSolver
import SolverProcess

/// `energy-opt solver-process`: HiGHS for another process of this program. Nobody types it.
struct SolverProcessCommand: ParsableCommand {
  static let commandName = "solver-process"

  static let configuration = CommandConfiguration(
    commandName: commandName, abstract: "Solves one model that another process of this program hands over.",
    shouldDisplay: false)

  func run() throws {
    let status = SolverService.serve(SystemSolver.decomposing(HighsSolver()))
    if status != 0 { throw ExitCode(status) }
  }
}

extension SystemSolver {
  /// HiGHS in a process of its own, killed when the time is up: this program once more, even where its file was replaced meanwhile.
  static let inOwnProcess = SystemSolver(
    whole: SolverProcess(program: "/proc/self/exe", arguments: [SolverProcessCommand.commandName]))
}
