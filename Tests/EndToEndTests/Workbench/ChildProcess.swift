import Foundation
import TestSupport

/// A program that runs beside a test. What it prints goes into files, so that it never waits for a reader; it is killed when nothing
/// holds it any more.
final class ChildProcess: Sendable {
  private let process: Process
  /// Says nothing; helpers end where it closes, and so do not outlive the tests.
  private let input: Pipe
  private let folder: TemporaryFolder
  private let name: String
  /// Tells each line it prints, and its end.
  private let news: FolderWatch

  /// How a program ended, and all that it printed.
  struct Outcome: Sendable {
    /// The exit status; for a killed program the signal.
    let status: Int32
    /// Its standard output.
    let output: String
    /// Its standard error.
    let errors: String
  }

  /// Starts `executable` in a new empty folder, with `environment` beside this process's own.
  init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: true)
    name = (executable as NSString).lastPathComponent
    process = Process()
    input = Pipe()
    // Foundation changes the folder of the whole process where it cannot change the child's alone; env does it in the child.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--chdir=\(folder.file("empty"))", executable] + arguments
    var variables = ProcessInfo.processInfo.environment
    for name in ["ENERGY_OPT_DEVICES", "ENERGY_OPT_PROFILES"] { variables[name] = nil }
    // Tables as wide as they like.
    variables["COLUMNS"] = "200"
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = input
    let output = try Self.file(folder.file("output"))
    let errors = try Self.file(folder.file("errors"))
    process.standardOutput = output
    process.standardError = errors
    news = try FolderWatch(folder.path)
    // Where its output comes in, so that one watch tells both.
    process.terminationHandler = { [end = folder.file("ended")] _ in
      _ = FileManager.default.createFile(atPath: end, contents: nil)
    }
    try process.run()
    // The program has its own. Foundation never closes these: with hundreds of them open, lines of other tests get descriptors that
    // libmodbus cannot wait on.
    try output.close()
    try errors.close()
  }

  deinit {
    kill(SIGKILL)
    try? input.fileHandleForWriting.close()
  }

  /// Starts one of the programs under test.
  convenience init(_ program: Program, _ arguments: String...) throws {
    try self.init(Checkout.program(program), arguments)
  }

  /// What it has printed so far.
  var output: String { (try? Checkout.text(folder.file("output"))) ?? "" }
  /// What it has told on standard error so far.
  var errors: String { (try? Checkout.text(folder.file("errors"))) ?? "" }
  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// Its number.
  var number: Int32 { process.processIdentifier }

  /// The process that traces it (strace -D); nil where none does.
  var tracer: Int32? {
    let status = try? Checkout.text("/proc/\(process.processIdentifier)/status")
    return (status?.firstMatch(of: /TracerPid:\s+([1-9]\d*)/)?.1).flatMap { Int32($0) }
  }

  /// Sends a signal, if it still runs.
  func kill(_ signal: Int32) {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, signal)
  }

  /// Sends a signal and waits for the end.
  func stop(_ signal: Int32 = SIGTERM) async throws -> Outcome {
    kill(signal)
    return try await end()
  }

  /// How long a program may take on a machine that does ten things at once; one that is well takes seconds.
  static let patience: Duration = .seconds(300)

  /// Waits for the end.
  func end(within limit: Duration = patience) async throws -> Outcome {
    try await eventually("\(name) ends", within: limit, watching: news) { isRunning ? nil : true }
    return Outcome(status: process.terminationStatus, output: output, errors: errors)
  }

  /// Waits until `text` is so many times on either output; fails at once when the program ends without it.
  func says(_ text: String, times: Int = 1, within limit: Duration = patience) async throws {
    try await eventually("\(name) says “\(text)”", within: limit, watching: news) {
      if [output, errors].contains(where: { $0.components(separatedBy: text).count > times }) { return true }
      if !isRunning { throw EndedEarly(name: name, missing: text, printed: output + errors) }
      return nil
    }
  }

  /// Runs one of the programs under test to its end.
  static func run(_ program: Program, _ arguments: String...) async throws -> Outcome {
    try await ChildProcess(Checkout.program(program), arguments).end()
  }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  /// A program ended before it said what it should.
  struct EndedEarly: Error, CustomStringConvertible {
    let name: String
    let missing: String
    let printed: String
    var description: String { "\(name) ended without saying “\(missing)”: \(printed)" }
  }
}
