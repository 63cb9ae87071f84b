import Foundation
import LinearOptimization
import Testing

@testable import SolverProcess

@Suite("A solver in a process of its own", .timeLimit(.minutes(5)))
struct SolverProcessTests {
  private var model: LinearModel {
    var model = LinearModel()
    _ = model.addVariable(upper: 4, cost: -1)
    return model
  }

  /// Too short for anything.
  private let limit = SolveOptions(timeLimit: .milliseconds(200))
  /// Long enough for a shell to start beside other work.
  private let ample = SolveOptions(timeLimit: .seconds(10))

  /// A shell that gives `answers`, and then does `script`.
  private func solver(saying answers: [UInt8] = [], then script: String) throws -> (solver: SolverProcess, folder: URL) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "energy-opt-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "answers")
    try Data(answers).write(to: file)
    return (
      SolverProcess(
        program: "/bin/sh", arguments: ["-c", "cat '\(file.path)'; \(script)"], grace: .milliseconds(100)), folder
    )
  }

  private func answer(_ solution: Solution, better: Bool) -> [UInt8] {
    Message.framed(better ? Message.betterLetter : Message.solutionLetter, solution.bytes)
  }

  @Test("that hangs is killed, and what it told last is the plan, with its gap")
  func hangs() throws {
    let first = Solution(status: .feasible, objective: 9, bestBound: 1, values: [9])
    let second = Solution(status: .feasible, objective: 5, bestBound: 4, values: [5])
    let (solver, folder) = try solver(saying: answer(first, better: true) + answer(second, better: true), then: "exec sleep 3600")
    defer { try? FileManager.default.removeItem(at: folder) }
    var told: [Double] = []
    let solution = try solver.solve(model, options: ample) { told.append($0.objective) }
    #expect(told == [9, 5])
    #expect(solution.status == .feasible)
    #expect(solution.values == [5])
    #expect(solution.relativeGap == 0.2)
  }

  @Test("that hangs before it has anything leaves nothing but the time that was up")
  func silent() throws {
    let (solver, folder) = try solver(then: "exec sleep 3600")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try solver.solve(model, options: limit).status == .limitReached)
  }

  @Test("that crashes is told with how it ended; what it had found before stands")
  func crashes() throws {
    let (killed, folder) = try solver(then: "kill -SEGV $$")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(
      try killed.solve(model, options: SolveOptions()).status
        == .failed("its process was ended by signal 11 before there was a plan"))
    let found = Solution(status: .feasible, objective: 9, bestBound: 1, values: [9])
    let (later, other) = try solver(saying: answer(found, better: true), then: "kill -SEGV $$")
    defer { try? FileManager.default.removeItem(at: other) }
    #expect(try later.solve(model, options: SolveOptions()).values == [9])
    let (ended, third) = try solver(then: "exit 7")
    defer { try? FileManager.default.removeItem(at: third) }
    #expect(
      try ended.solve(model, options: SolveOptions()).status == .failed("its process ended with status 7 before there was a plan")
    )
  }

  @Test("that answers is believed, and one that cannot be started is an error")
  func answers() throws {
    let optimum = Solution(status: .optimal, objective: -4, bestBound: -4, values: [4])
    let (solver, folder) = try solver(saying: answer(optimum, better: false), then: "exec sleep 3600")
    defer { try? FileManager.default.removeItem(at: folder) }
    let solution = try solver.solve(model, options: SolveOptions())
    #expect(solution.status == .optimal)
    #expect(solution.values == [4])
    let missing = SolverProcess(program: folder.appending(path: "none").path, arguments: [])
    #expect(throws: SolverError.unavailable("its process does not start: No such file or directory")) {
      try missing.solve(model, options: SolveOptions())
    }
  }

  @Test("that answers half a sentence has said nothing")
  func halfAnswer() throws {
    let optimum = answer(Solution(status: .optimal, objective: -4, bestBound: -4, values: [4]), better: false)
    let (solver, folder) = try solver(saying: Array(optimum.dropLast()), then: "exit 0")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(
      try solver.solve(model, options: SolveOptions()).status
        == .failed("its process ended with status 0 before there was a plan"))
  }
}
