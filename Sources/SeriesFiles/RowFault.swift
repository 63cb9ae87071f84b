/// Why a row's time or value cannot be taken.
public enum RowFault: Hashable, Sendable {
  /// The cell is no time.
  case notATime(String)
  /// The time has no zone, and no time zone was given for the file.
  case zoneMissing(String)
  /// The clock never showed this time: it was set forward over it.
  case skippedByClock(String, zone: String)
  /// The time is no start of an interval.
  case offGrid(interval: RowInterval)
  /// The first two times lie apart by what is none of the intervals that such a file may have.
  case unknownInterval(seconds: Int64, known: [RowInterval])
  /// The rows do not say how long an interval is.
  case intervalUnknown
  /// The same series has another value for the same time in an earlier line.
  case conflict(firstLine: Int)
  /// The row's time lies so far from the others that the file cannot be right.
  case tooFarAway
  /// The cell is no number.
  case notANumber(String)
  /// A decimal comma where commas separate the cells.
  case decimalComma(String)
  /// Points and commas both appear as decimal marks in the file.
  case mixedDecimalMarks(String)
  /// The number does not fit.
  case outOfRange
  /// An energy below zero.
  case negative

  var explanation: Explanation {
    switch self {
    case .notATime, .zoneMissing, .skippedByClock, .offGrid, .unknownInterval, .intervalUnknown, .conflict, .tooFarAway:
      return explanationOfTime
    case .notANumber(let text):
      return Explanation(
        "\"\(text)\" is not a number", expected: "a number such as 12.5, of at most 18 digits",
        "correct the cell, or leave it empty where the value is not known")
    case .decimalComma(let text):
      return Explanation(
        "\"\(text)\" has a decimal comma in a file separated by commas", expected: "a decimal point",
        "write a point, or separate the file's cells with semicolons")
    case .mixedDecimalMarks(let text):
      return Explanation(
        "\"\(text)\" has another decimal mark than the rows before", expected: "one decimal mark in the whole file",
        "write all numbers alike, without marks between thousands")
    case .outOfRange:
      return Explanation("the number is too large", expected: "a value that a meter can show", "check the number and the unit")
    case .negative:
      return Explanation(
        "a negative energy", expected: "import and export as two columns, both at least zero",
        "write what is fed in as energy_export, or name a signed power active_power")
    }
  }

  private var explanationOfTime: Explanation {
    let iso = "a time such as 2026-03-29T01:00Z, 2026-03-29 03:00+02:00 or 29.03.2026 03:00"
    switch self {
    case .notATime(let text):
      return Explanation("\"\(text)\" is not a time", expected: iso, "correct the cell")
    case .zoneMissing(let text):
      return Explanation(
        "\"\(text)\" has no zone", expected: "a time with Z or an offset such as +02:00",
        "add it, or say in which time zone the file's clock runs")
    case .skippedByClock(let text, let zone):
      return Explanation(
        "\"\(text)\" does not exist in \(zone): the clock was set forward over it", expected: "a time that the clock showed",
        "check the time zone; if the file knows no summer time, write its times with an offset")
    case .offGrid(let interval):
      return Explanation(
        "the time is not the start of an interval of \(interval)", expected: "times that are multiples of the interval apart",
        "correct the time, or say how long the file's intervals are")
    case .unknownInterval(let seconds, let known):
      return Explanation(
        "the intervals are \(seconds) s long",
        expected: "intervals of \(known.map(\.description).joined(separator: ", "))",
        "say how long the file's intervals are, or convert them")
    case .intervalUnknown:
      return Explanation(
        "the rows do not show how long an interval is", expected: "two different times", "say how long the file's intervals are")
    case .conflict(let firstLine):
      return Explanation(
        "another value for the same time than in line \(firstLine)", expected: "one value for each time",
        "remove the line that is wrong")
    case .tooFarAway:
      return Explanation(
        "the time lies too far from the file's other times", expected: "one connected span",
        "correct the date, or split the file")
    case .notANumber, .decimalComma, .mixedDecimalMarks, .outOfRange, .negative:
      return explanation
    }
  }
}
