import Yams

/// Collects what is wrong while a file is read, so that all of it is told at once.
final class ProblemList {
  /// More than this many are counted, but not told: a file that is wrong throughout must not fill memory or screen.
  static let most = 100

  let file: String
  private var problems: [FileProblem] = []
  private var count = 0

  init(file: String) { self.file = file }

  func add(_ message: @autoclosure () -> String, at mark: Mark?) { add(message(), line: mark?.line, column: mark?.column) }

  func add(_ message: @autoclosure () -> String, line: Int?, column: Int?) {
    count += 1
    guard problems.count < Self.most else { return }
    problems.append(FileProblem(file: file, line: line, column: column, message: message()))
  }

  /// Adds what is wrong in another file that this one names.
  func add(_ others: FileProblems) {
    count += others.problems.count
    problems += others.problems
  }

  /// Throws everything found so far, if there is anything.
  func throwIfAny() throws(FileProblems) {
    guard !problems.isEmpty else { return }
    guard count > problems.count else { throw FileProblems(problems) }
    let first = FileProblem(file: file, message: "has \(count) problems, of which \(problems.count) follow")
    throw FileProblems([first] + problems)
  }
}
