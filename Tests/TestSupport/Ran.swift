import Foundation

/// What a program said and how it ended.
package struct Ran {
  /// The exit status; for a killed program the signal.
  package let status: Int32
  /// What it printed on both outputs.
  package let output: String
}

/// Runs a program of the system to its end.
///
/// - Throws: Foundation's error where it cannot be started.
@discardableResult
package func run(_ program: String, _ arguments: String...) throws -> Ran { try run(program, arguments) }

/// Runs a program of the system to its end.
///
/// - Throws: Foundation's error where it cannot be started.
@discardableResult
package func run(_ program: String, _ arguments: [String]) throws -> Ran {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let data = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return Ran(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
}
