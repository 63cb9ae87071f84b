/// One thing wrong in a file a person wrote: where it stands and what to do about it.
public struct FileProblem: Error, Hashable, Comparable, Sendable {
  /// The file, as it was named.
  public let file: String
  /// Line, from 1; nil where the problem is the file as a whole.
  public let line: Int?
  /// Column in characters, from 1.
  public let column: Int?
  /// What is wrong, what was expected, what to do; one line.
  public let message: String

  /// A problem at a place. What `message` quotes from the file is made fit for a terminal: control characters are spelt out, and
  /// the middle of a very long message is left out.
  public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = Self.printable(message)
  }

  private static let longestMessage = 1000

  private static func printable(_ message: String) -> String {
    var shown = ""
    for scalar in message.unicodeScalars {
      if CharacterCheck.isForbidden(scalar) {
        shown += "\\u{\(CharacterCheck.hexadecimal(scalar))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    guard shown.count > longestMessage else { return shown }
    return "\(shown.prefix(longestMessage / 2)) ... \(shown.suffix(longestMessage / 2))"
  }

  /// By place in the file.
  public static func < (left: FileProblem, right: FileProblem) -> Bool {
    (left.file, left.line ?? 0, left.column ?? 0, left.message) < (right.file, right.line ?? 0, right.column ?? 0, right.message)
  }
}

extension FileProblem: CustomStringConvertible {
  /// `community.yaml:12:5: unknown key 'capcity', did you mean 'capacity'?`
  public var description: String {
    guard let line else { return "\(file): \(message)" }
    guard let column else { return "\(file):\(line): \(message)" }
    return "\(file):\(line):\(column): \(message)"
  }
}

/// Everything wrong in a file, in the order of its lines; never empty.
public struct FileProblems: Error, Hashable, Sendable, CustomStringConvertible {
  /// The problems by place.
  public let problems: [FileProblem]

  /// `problems` put in order.
  public init(_ problems: [FileProblem]) { self.problems = problems.sorted() }

  /// One line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
