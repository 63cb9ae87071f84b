import CommunityModel
public import MarketTime
public import Quantities

/// A member's electricity over a day or several: sums over the quarter hours that the own meters know.
///
/// | property | what |
/// |---|---|
/// | `used` | what the member used, own roof behind the own meter included |
/// | `selfMade` | of that, from the own plant behind the own meter |
/// | `shared` | of that, the community's, as `energy-opt share` divides it |
/// | `bought` | the rest: used = selfMade + shared + bought |
/// | `fedIn` | what left the own meter |
public struct ElectricityFigures: Sendable, Equatable {
  /// An hour of the clock, so far as it is known.
  public struct Hour: Sendable, Equatable {
    /// Which quarter hours.
    public let span: Range<QuarterHour>
    /// Own power used; nil where a quarter hour of it is not known.
    public let own: Energy?
    /// Power bought; nil as above.
    public let bought: Energy?
  }

  /// The quarter hours of the time; of a day of a clock change four less or more.
  public let expected: Int
  /// How many of them are known.
  public let known: Int
  /// Of how many of these a substitute or an estimate stands in the place of an own meter's value.
  public internal(set) var substituted = 0
  /// What the member used.
  public let used: Energy
  /// Own plant behind the own meter.
  public let selfMade: Energy
  /// Own part of what the community made.
  public let shared: Energy
  /// What left the own meter.
  public let fedIn: Energy
  /// What the own plants made.
  public let generated: Energy
  /// Hour by hour; none of several days.
  public let hours: [Hour]

  /// Own power that the member used.
  public var own: Energy { selfMade + shared }
  /// What came from the own supplier.
  public var bought: Energy { used - own }
  /// Which part of what was used was own; nil where nothing was used or nothing is known.
  public var ownShare: Fraction? {
    known > 0 ? Fraction(own, of: used) : nil
  }
  /// Whether so much of the time is known that it may stand for the whole: 98 %.
  public var isWhole: Bool { known * 100 >= expected * 98 }
}

extension ElectricityFigures {
  /// The sum of several days; nil for none. What is not known of one is not known of the sum.
  init?(_ days: [ElectricityFigures]) {
    guard let first = days.first else { return nil }
    func sum(_ part: KeyPath<ElectricityFigures, Energy>) -> Energy { days.reduce(.zero) { $0 + $1[keyPath: part] } }
    self.init(
      expected: days.reduce(0) { $0 + $1.expected }, known: days.reduce(0) { $0 + $1.known },
      substituted: days.reduce(0) { $0 + $1.substituted }, used: sum(\.used), selfMade: sum(\.selfMade), shared: sum(\.shared),
      fedIn: sum(\.fedIn), generated: sum(\.generated), hours: days.count == 1 ? first.hours : [])
  }
}
