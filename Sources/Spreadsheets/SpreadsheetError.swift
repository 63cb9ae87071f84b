/// Why a workbook cannot be read.
public enum SpreadsheetError: Error, Hashable, Sendable {
  /// It is no ZIP archive, or one of a form that workbooks do not have.
  case notAnArchive(String)
  /// A part of the archive is damaged.
  case damaged(part: String, reason: String)
  /// A part that every workbook has is not there.
  case partMissing(String)
  /// A sheet is not there.
  case noSheet(String, known: [String])
  /// It would take more memory than any report does.
  case tooLarge(part: String)
}

extension SpreadsheetError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notAnArchive(let reason): "is no XLSX workbook (\(reason)); export it as XLSX"
    case .damaged(let part, let reason): "is damaged in '\(part)' (\(reason)); fetch it again"
    case .partMissing(let part): "is no XLSX workbook: the part '\(part)' is missing; export it as XLSX"
    case .noSheet(let name, let known): "has no sheet '\(name)'; it has \(known.joined(separator: ", "))"
    case .tooLarge(let part): "is too large: '\(part)' takes more than 1 GiB; split it by months"
    }
  }
}
