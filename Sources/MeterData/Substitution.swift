public import CommunityModel
public import MarketTime
public import Quantities

/// Values put in the place of missing ones, and how they came about.
public struct Substitution: Sendable, Equatable {
  /// How the values were made.
  public enum Method: String, CaseIterable, Sendable {
    /// On a straight line between the measured values on both sides, over at most two hours.
    case linear
    /// The mean of the same time of day on the last three days of the same kind.
    case comparableDays = "comparable_days"
    /// What the site's other meters leave for it.
    case balance
  }

  /// Which counter of which metering point.
  public let key: MeteredEnergies.Key
  /// How the values were made.
  public let method: Method
  /// The values, one a quarter hour: substituted, or estimated where a balance leaves them.
  public let values: TimeSeries<IntervalEnergy>
  /// What the register advanced in that time, which the values add up to exactly; nil where it is not known.
  public let anchor: Energy?

  /// A substitution; see the properties.
  public init(key: MeteredEnergies.Key, method: Method, values: TimeSeries<IntervalEnergy>, anchor: Energy? = nil) {
    self.key = key
    self.method = method
    self.values = values
    self.anchor = anchor
  }

  /// The sum of the values.
  public var energy: Energy { values.values.compactMap(\.energy).reduce(.zero, +) }
}

/// A gap for which there is no substitute, and why.
public struct SubstituteRefusal: Sendable, Equatable {
  /// Why there is none.
  public enum Reason: Sendable, Equatable {
    /// It follows the sun, the wind or a plan, and the site's other meters do not tell it.
    case plant
    /// Fewer than three days of the same kind have a measured value at that time of day.
    case tooFewDays(needed: Int)
    /// The public holidays of a year are not known, so neither is the kind of a day.
    case holidaysUnknown
    /// The register went backwards.
    case registerFell
  }

  /// Which counter of which metering point.
  public let key: MeteredEnergies.Key
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// Why there is none.
  public let reason: Reason

  /// A refusal; see the properties.
  public init(key: MeteredEnergies.Key, span: Range<QuarterHour>, reason: Reason) {
    self.key = key
    self.span = span
    self.reason = reason
  }
}
