public import Quantities

/// The energy of a point in one quarter hour, and how it is known. Missing is a state of its own, never zero.
public enum IntervalEnergy: Hashable, Sendable {
  /// The difference of two counter readings at (or right beside) the quarter hour's ends, or an imported measured value.
  case measured(Energy)
  /// A counter's difference over a longer gap, spread over its quarter hours: the sum is right, the shape is not known.
  case estimated(Energy)
  /// A value that someone put in the place of a missing one.
  case substituted(Energy)
  /// Nothing is known.
  case missing

  /// How a value is known, best first.
  public enum Quality: Int, CaseIterable, Comparable, Sendable {
    /// See `IntervalEnergy.measured`.
    case measured
    /// See `IntervalEnergy.estimated`.
    case estimated
    /// See `IntervalEnergy.substituted`.
    case substituted
    /// See `IntervalEnergy.missing`.
    case missing

    /// Whether `left` is the better known.
    public static func < (left: Quality, right: Quality) -> Bool { left.rawValue < right.rawValue }
  }

  /// `energy` with `quality`; missing where the quality is missing or there is no energy.
  public init(_ energy: Energy?, quality: Quality) {
    guard let energy else {
      self = .missing
      return
    }
    switch quality {
    case .measured: self = .measured(energy)
    case .estimated: self = .estimated(energy)
    case .substituted: self = .substituted(energy)
    case .missing: self = .missing
    }
  }

  /// The energy; nil when missing.
  public var energy: Energy? {
    switch self {
    case .measured(let energy), .estimated(let energy), .substituted(let energy): return energy
    case .missing: return nil
    }
  }

  /// How it is known.
  public var quality: Quality {
    switch self {
    case .measured: return .measured
    case .estimated: return .estimated
    case .substituted: return .substituted
    case .missing: return .missing
    }
  }

  /// A figure computed from both: its energy by `combine`, as well known as the worse of the two; missing when either is.
  public static func combining(
    _ left: IntervalEnergy, _ right: IntervalEnergy, by combine: (Energy, Energy) -> Energy
  ) -> IntervalEnergy {
    guard let first = left.energy, let second = right.energy else { return .missing }
    return IntervalEnergy(combine(first, second), quality: max(left.quality, right.quality))
  }
}
