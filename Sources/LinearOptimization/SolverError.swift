/// Why a model could not be handed to a solver at all. That it has no optimum is a `SolveStatus`, not an error.
public enum SolverError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number of the model means nothing to a solver. Correct it where the defect's place says.
  case invalidModel(ModelDefect)
  /// An option lies outside its range. Correct the option.
  case invalidOption(name: String, value: String, allowed: String)
  /// The solver did not start or did not take an option: a build of it that does not fit this program.
  case unavailable(String)
  /// The solver refused the model although its numbers are finite: mostly a coefficient of 1e15 or more. Scale the model.
  case refused(String)

  /// What is wrong and what to do, in one line.
  public var description: String {
    switch self {
    case .invalidModel(let defect): "The model is not usable: \(defect)."
    case .invalidOption(let name, let value, let allowed): "Option \(name) is \(value): it must be \(allowed)."
    case .unavailable(let reason): "The solver is not usable: \(reason)."
    case .refused(let reason): "The solver refused the model: \(reason)."
    }
  }
}
