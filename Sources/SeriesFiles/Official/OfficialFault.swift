/// Why a file of a grid operator or market partner cannot be taken.
public enum OfficialFault: Hashable, Sendable {
  /// The workbook cannot be read.
  case workbook(String)
  /// The report lacks a row of its head.
  case headMissing(String)
  /// A column says neither CONSUMPTION nor GENERATION.
  case unknownDirection(String)
  /// The columns have none of the values that can be taken.
  case noValues(known: [String])
  /// The file is no EDIFACT interchange.
  case noInterchange
  /// A segment lacks an element, or has one that cannot be read.
  case badSegment(String, expected: String)
  /// A value's status is not known.
  case unknownStatus(String)
  /// A value's interval is no quarter hour.
  case notAQuarterHour(seconds: Int64)
  /// A value has a unit that is no energy.
  case unknownUnit(String)
  /// The message breaks off.
  case endMissing(String)

  var explanation: Explanation {
    switch self {
    case .workbook(let reason):
      return Explanation("the workbook \(reason)", expected: "a workbook in the form XLSX", "fetch or export the file again")
    case .headMissing(let row):
      return Explanation(
        "no row \"\(row)\" stands above the values", expected: "the head of the EDA portal's energy data report",
        "download the report from the portal again; see docs/formats/official-files.md")
    case .unknownDirection(let text):
      return Explanation(
        "the energy direction is \"\(text)\"", expected: "CONSUMPTION or GENERATION", "download the report from the portal again")
    case .noValues(let known):
      return Explanation(
        "no column holds measured energies", expected: "a column called \(known.joined(separator: " or "))",
        "take the report of quarter-hour values, not that of sums")
    case .noInterchange:
      return Explanation(
        "this is no EDIFACT interchange", expected: "segments from UNA or UNB to UNZ", "take the MSCONS file as it came")
    case .badSegment(let text, let expected):
      return Explanation("the segment is \"\(text)\"", expected: expected, "ask whoever sent it for a correct file")
    case .unknownStatus(let code):
      return Explanation(
        "the status of a value is \"\(code)\"",
        expected: "220 (measured), 67 (substituted), 187 (estimated), Z18 (preliminary) or 20 (unusable)",
        "ask whoever sent it what it means")
    case .notAQuarterHour(let seconds):
      return Explanation(
        "a value is for \(seconds) s", expected: "a load curve of quarter hours, 900 s", "ask for the load curve, not for sums")
    case .unknownUnit(let unit):
      return Explanation("a value's unit is \"\(unit)\"", expected: "KWH or MWH", "ask for energies, not powers")
    case .endMissing(let segment):
      return Explanation("the file breaks off before \(segment)", expected: "a whole file", "fetch it again")
    }
  }
}
