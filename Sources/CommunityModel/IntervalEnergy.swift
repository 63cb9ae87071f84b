public import Quantities

/// The energy of a point in one quarter hour, and how it is known. Missing is a state of its own, never zero.
public enum IntervalEnergy: Hashable, Sendable {
  /// The difference of two counter readings at (or right beside) the quarter hour's ends, or an imported measured value.
  case measured(Energy)
  /// A value that was put in the place of a missing one by a rule that the law and the contract know.
  case substituted(Energy)
  /// A counter's difference over a longer gap, spread over its quarter hours: the sum is right, the shape is not known.
  case estimated(Energy)
  /// A value that whoever delivered it will still replace.
  case preliminary(Energy)
  /// A value that whoever delivered it called unusable: kept, and never reckoned with.
  case faulty(Energy)
  /// Nothing is known.
  case missing

  /// How a value is known, best first.
  ///
  /// The raw value is what stores keep; it says nothing of the order.
  public enum Quality: Int, CaseIterable, Comparable, Sendable {
    /// See `IntervalEnergy.measured`.
    case measured = 0
    /// See `IntervalEnergy.substituted`.
    case substituted = 2
    /// See `IntervalEnergy.estimated`.
    case estimated = 1
    /// See `IntervalEnergy.preliminary`.
    case preliminary = 4
    /// See `IntervalEnergy.faulty`.
    case faulty = 5
    /// See `IntervalEnergy.missing`.
    case missing = 3

    /// Whether `left` is the better known.
    public static func < (left: Quality, right: Quality) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .measured: 0
      case .substituted: 1
      case .estimated: 2
      case .preliminary: 3
      case .faulty: 4
      case .missing: 5
      }
    }

    /// Whether there is an energy to reckon with: neither faulty nor missing.
    public var isKnown: Bool { self < .faulty }
    /// Whether a final bill may be made of it: measured, or substituted by a known rule.
    public var isBillable: Bool { self <= .substituted }
    /// The word for it in files: `measured`.
    public var name: String { "\(self)" }
  }

  /// `energy` with `quality`; missing where the quality is missing or there is no energy.
  public init(_ energy: Energy?, quality: Quality) {
    guard let energy else {
      self = .missing
      return
    }
    switch quality {
    case .measured: self = .measured(energy)
    case .substituted: self = .substituted(energy)
    case .estimated: self = .estimated(energy)
    case .preliminary: self = .preliminary(energy)
    case .faulty: self = .faulty(energy)
    case .missing: self = .missing
    }
  }

  /// The energy to reckon with; nil when faulty or missing.
  public var energy: Energy? { quality.isKnown ? delivered : nil }

  /// What was delivered, also where it is faulty; nil when missing.
  public var delivered: Energy? {
    switch self {
    case .measured(let energy), .substituted(let energy), .estimated(let energy), .preliminary(let energy), .faulty(let energy):
      return energy
    case .missing: return nil
    }
  }

  /// How it is known.
  public var quality: Quality {
    switch self {
    case .measured: return .measured
    case .substituted: return .substituted
    case .estimated: return .estimated
    case .preliminary: return .preliminary
    case .faulty: return .faulty
    case .missing: return .missing
    }
  }

  /// A figure computed from both: its energy by `combine`, as well known as the worse of the two; missing when either is not known.
  public static func combining(
    _ left: IntervalEnergy, _ right: IntervalEnergy, by combine: (Energy, Energy) -> Energy
  ) -> IntervalEnergy {
    guard let first = left.energy, let second = right.energy else { return .missing }
    return IntervalEnergy(combine(first, second), quality: max(left.quality, right.quality))
  }
}
