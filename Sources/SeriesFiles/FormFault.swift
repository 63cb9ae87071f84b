/// Why a file is no readable CSV.
public enum FormFault: Hashable, Sendable {
  /// The system does not open or read it; `reason` is the system's.
  case unreadable(reason: String)
  /// There is nothing in it.
  case empty
  /// It has a header and nothing else.
  case noRows
  /// A byte that is no UTF-8.
  case notUTF8
  /// The file is UTF-16, as spreadsheets call "Unicode text".
  case utf16
  /// A NUL byte.
  case nulByte
  /// A line longer than so many bytes.
  case lineTooLong(limit: Int)
  /// A cell begins with a double quote that does not end on its line.
  case quoteNotClosed
  /// Something stands between a closing double quote and the separator.
  case textAfterQuote
  /// The row has another number of cells than the header.
  case cellCount(found: Int, expected: Int)

  var explanation: Explanation {
    switch self {
    case .unreadable(let reason):
      return Explanation("the file cannot be read (\(reason))", expected: "a CSV file", "check the path and its permissions")
    case .empty:
      return Explanation("the file is empty", expected: "a header line and rows", "export it again")
    case .noRows:
      return Explanation("the file has a header but no rows", expected: "at least one row", "export it again with a longer span")
    case .notUTF8:
      return Explanation(
        "a byte that is no UTF-8", expected: "UTF-8 text",
        "save the file as \"CSV UTF-8\", or convert it: iconv -f WINDOWS-1252 -t UTF-8 IN.csv > OUT.csv")
    case .utf16:
      return Explanation(
        "the file is UTF-16", expected: "UTF-8 text",
        "save the file as \"CSV UTF-8\", or convert it: iconv -f UTF-16 -t UTF-8 IN.csv > OUT.csv")
    case .nulByte:
      return Explanation("a NUL byte", expected: "text", "the file is damaged or no CSV file: export it again")
    case .lineTooLong(let limit):
      return Explanation(
        "a line of more than \(limit) bytes", expected: "a line per time", "check that this is a CSV file with line ends")
    case .quoteNotClosed:
      return Explanation(
        "a double quote that is not closed", expected: "the closing quote on the same line",
        "close it, or write \"\" for a quote within a cell")
    case .textAfterQuote:
      return Explanation(
        "text behind a closing double quote", expected: "a separator or the line's end",
        "write \"\" for a quote within a cell")
    case .cellCount(let found, let expected):
      return Explanation(
        "the row has \(found) cells", expected: "\(expected), as many as the header",
        found > expected
          ? "if numbers have a decimal comma, separate cells with semicolons; else remove what is too much"
          : "complete the row; cells may be empty but not left out")
    }
  }
}

/// Why a table of a fixed form cannot be used.
public enum TableFault: Hashable, Sendable {
  /// A cell holds another word than the allowed ones.
  case notOneOf(found: String, allowed: [String])
  /// The same row of the table stands in an earlier line.
  case repeated(firstLine: Int)
  /// A row that the table needs is not there.
  case missing(String)

  var explanation: Explanation {
    switch self {
    case .notOneOf(let found, let allowed):
      return Explanation("\"\(found)\"", expected: allowed.joined(separator: ", "), "correct the cell")
    case .repeated(let firstLine):
      return Explanation(
        "the same row as in line \(firstLine)", expected: "each row once", "remove the row that does not belong here")
    case .missing(let row):
      return Explanation("there is no row for \(row)", expected: "a complete table", "restore the file from its origin")
    }
  }
}
