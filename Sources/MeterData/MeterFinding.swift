public import MarketTime
public import Quantities

/// Something that a check found in a series: where, and how much.
public struct MeterFinding: Hashable, Sendable {
  /// What was found. An error makes a value unusable for a bill; a doubt asks someone to look.
  public enum Kind: String, CaseIterable, Sendable {
    /// Quarter hours without a value.
    case gap
    /// Values that whoever delivered them called unusable.
    case faulty
    /// Values below zero; `figure` is the lowest.
    case negative
    /// More than the connection bears; `figure` is the highest.
    case aboveCapacity = "above_capacity"
    /// Values of quarter hours that are not over yet.
    case future
    /// The load curve's sum is not what the register advanced; `figure` is curve less register.
    case registerDifference = "register_difference"
    /// The same value again and again; `figure` is that value.
    case frozen
    /// Far above what the days' peaks usually are; `figure` is the highest.
    case spike
    /// Nothing for longer than usual.
    case zeroRun = "zero_run"

    /// Whether it makes a value unusable for a bill.
    public var isError: Bool {
      switch self {
      case .gap, .faulty, .negative, .aboveCapacity, .future, .registerDifference: true
      case .frozen, .spike, .zeroRun: false
      }
    }
  }

  /// What was found.
  public let kind: Kind
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// How much; see `Kind`.
  public let figure: Energy?

  /// A finding; see the properties.
  public init(_ kind: Kind, in span: Range<QuarterHour>, figure: Energy? = nil) {
    self.kind = kind
    self.span = span
    self.figure = figure
  }
}
