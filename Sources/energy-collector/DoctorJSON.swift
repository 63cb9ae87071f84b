import Diagnosing
import Foundation

/// What `doctor --json` writes; docs/formats/doctor-json.md has the contract.
struct DoctorJSON: Encodable {
  /// The version of this form. It changes when a key changes its meaning or goes, not when one is added.
  let version = 1
  let time: String
  let source: String
  let from: String?
  let until: String?
  let counts: [String: Int]
  let remarks: [Entry]

  struct Entry: Encodable {
    let section: String
    let level: String
    let code: String
    let subject: String?
    let text: String
    let next: String?
    let lines: [String]
  }

  init(_ report: DoctorReport) {
    time = "\(report.time)"
    source = report.source
    from = report.span.map { "\($0.lowerBound)" }
    until = report.span.map { "\($0.upperBound)" }
    counts = Remark.Level.allCases.reduce(into: [:]) { $0[$1.rawValue] = report.remarks.count($1) }
    remarks = report.remarks.map {
      Entry(
        section: $0.section.rawValue, level: $0.level.rawValue, code: $0.code, subject: $0.subject, text: $0.text, next: $0.next,
        lines: $0.lines)
    }
  }

  /// The JSON text.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
