/// Why a line of another program's file cannot be taken.
public enum ForeignFault: Hashable, Sendable {
  /// The line does not have the form of line protocol; which part.
  case notLineProtocol(String)
  /// A line of line protocol without its time.
  case timeMissing
  /// The time does not fit.
  case timeOutOfRange
  /// Two cells, `time;value`, were expected.
  case notTwoCells
  /// The text is no JSON of tuples; what was expected.
  case notTuples(String)
  /// The file is none of those that can be read.
  case unknownForm
  /// Nothing in the file has been mapped to a series of ours; what is in it.
  case nothingMapped(found: [String])

  var explanation: Explanation {
    switch self {
    case .notLineProtocol(let part):
      return Explanation(
        "this is no line protocol: \(part)", expected: "measurement,tag=value field=number time",
        "correct the line, or say what the file is with --form")
    case .timeMissing:
      return Explanation("the line has no time", expected: "a time behind the fields", "export it again with times")
    case .timeOutOfRange:
      return Explanation(
        "the time does not fit", expected: "whole \(Self.precisions)", "say in which unit times are: --precision ns, us, ms or s")
    case .notTwoCells:
      return Explanation("the line has no time and value", expected: "milliseconds;value", "correct or remove the line")
    case .notTuples(let what):
      return Explanation(
        "the JSON cannot be read here", expected: what, "export it again: http://HOST/middleware.php/data/UUID.json")
    case .unknownForm:
      return Explanation(
        "nobody can tell what this file is",
        expected: "CSV of readings, line protocol, Home Assistant's CSV, volkszaehler's CSV or JSON",
        "say it with --form")
    case .nothingMapped(let found):
      let first = found.first ?? "SOURCE"
      return Explanation(
        "none of its series is mapped to one of ours: \(found.prefix(10).joined(separator: "; "))",
        expected: "at least one mapped series", "say which is which: --series '\(first)=GRID-1.energy_import [kWh]'")
    }
  }

  private static let precisions = "nanoseconds since 1970"
}
