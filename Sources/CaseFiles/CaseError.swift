/// Why a case is refused: where in its JSON, and what is wrong there.
public struct CaseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The JSON path: `$.storages[2].kwh`.
  public let path: String
  /// What is wrong, and what was expected.
  public let reason: String

  init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// Path and reason.
  public var description: String { "\(path): \(reason)" }
}
