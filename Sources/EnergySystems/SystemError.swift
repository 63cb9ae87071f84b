/// Why a system has no model.
public enum SystemError: Error, Sendable, Equatable {
  /// A figure of a part does not fit: which part, which of its figures, and what is wrong with it.
  case part(String, figure: String, reason: String)
}

extension SystemError: CustomStringConvertible {
  /// What is wrong and where.
  public var description: String {
    switch self {
    case .part(let part, let figure, let reason): "\(part): \(figure) \(reason)"
    }
  }
}
