/// One thing wrong in a file: where, what stands there, what was expected, and what to do next.
public struct SeriesFileError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Fault: Error, Hashable, Sendable {
    /// The file is no readable CSV.
    case form(FormFault)
    /// A column or series has no usable name.
    case name(NameFault)
    /// A time or value cannot be taken.
    case row(RowFault)
    /// A table of a fixed form is not complete or holds a word it must not.
    case table(TableFault)
    /// A line of another program's file cannot be taken.
    case foreign(ForeignFault)
    /// A file of a grid operator or market partner cannot be taken.
    case official(OfficialFault)
  }

  /// The file's path as it was given.
  public let file: String
  /// The line, from 1; 0 for the file as a whole.
  public let line: Int
  /// The character in the line, from 1; 0 for the line as a whole.
  public let column: Int
  /// What is wrong.
  public let fault: Fault

  /// An error; see the properties.
  public init(file: String, line: Int, column: Int, fault: Fault) {
    self.file = file
    self.line = line
    self.column = column
    self.fault = fault
  }

  /// What was expected at the place.
  public var expected: String { fault.explanation.expected }
  /// What to do next.
  public var remedy: String { fault.explanation.remedy }
}

extension SeriesFileError: CustomStringConvertible {
  /// `prices.csv:12:18: "abc" is not a number; expected ...; correct the cell, or leave it empty where the value is not known`.
  public var description: String {
    let place = [line, column].prefix { $0 > 0 }.map { ":\($0)" }.joined()
    let explanation = fault.explanation
    return "\(file)\(place): \(explanation.found); expected \(explanation.expected); \(explanation.remedy)"
  }
}

/// Everything wrong in a file, in the order of its lines.
public struct SeriesFileErrors: Error, Hashable, Sendable {
  /// The errors, at most as many as the reader's limit.
  public let errors: [SeriesFileError]
  /// Whether reading stopped before the file's end, so that there may be more.
  public let stoppedEarly: Bool

  /// The errors of a file.
  public init(_ errors: [SeriesFileError], stoppedEarly: Bool = false) {
    self.errors = errors
    self.stoppedEarly = stoppedEarly
  }
}

extension SeriesFileErrors: CustomStringConvertible {
  /// One error a line.
  public var description: String {
    let rest = stoppedEarly ? ["reading stopped here; correct these and try again"] : []
    return (errors.map(\.description) + rest).joined(separator: "\n")
  }
}

/// The three parts of a message.
struct Explanation {
  /// What stands there.
  let found: String
  /// What should.
  let expected: String
  /// What to do next, in the imperative.
  let remedy: String

  init(_ found: String, expected: String, _ remedy: String) {
    self.found = found
    self.expected = expected
    self.remedy = remedy
  }
}

extension SeriesFileError.Fault {
  var explanation: Explanation {
    switch self {
    case .form(let fault): return fault.explanation
    case .name(let fault): return fault.explanation
    case .row(let fault): return fault.explanation
    case .table(let fault): return fault.explanation
    case .foreign(let fault): return fault.explanation
    case .official(let fault): return fault.explanation
    }
  }
}

/// The errors of a file as they are found, up to a limit.
struct ErrorLog {
  let file: String
  let limit: Int
  private(set) var errors: [SeriesFileError] = []
  /// Errors beyond the limit.
  private(set) var omitted = 0
  /// Whether the file cannot be read on.
  private(set) var isFatal = false

  init(file: String, limit: Int) {
    self.file = file
    self.limit = limit
  }

  var isFull: Bool { errors.count >= limit }
  var failure: SeriesFileErrors { SeriesFileErrors(errors, stoppedEarly: isFull) }

  mutating func add(_ fault: SeriesFileError.Fault, line: Int, column: Int) {
    add(SeriesFileError(file: file, line: line, column: column, fault: fault))
  }

  mutating func add(_ error: SeriesFileError) {
    if isFull { omitted += 1 } else { errors.append(error) }
  }

  /// Notes an error behind which nothing can be read.
  mutating func stop(_ error: SeriesFileError) {
    isFatal = true
    add(error)
  }
}
