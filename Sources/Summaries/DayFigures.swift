import CommunityModel
public import MarketTime
public import Quantities

/// A member's electricity on one day: sums over the quarter hours that the own meters know.
///
/// | property | what |
/// |---|---|
/// | `used` | what the member used, own roof behind the own meter included |
/// | `selfMade` | of that, from the own plant behind the own meter |
/// | `shared` | of that, the community's, as `energy-opt share` divides it |
/// | `bought` | the rest: used = selfMade + shared + bought |
/// | `fedIn` | what left the own meter |
public struct DayFigures: Sendable, Equatable {
  /// An hour of the clock, so far as it is known.
  public struct Hour: Sendable, Equatable {
    /// Which quarter hours.
    public let span: Range<QuarterHour>
    /// Own power used; nil where a quarter hour of it is not known.
    public let own: Energy?
    /// Power bought; nil as above.
    public let bought: Energy?
  }

  /// The day's quarter hours: 92, 96 or 100.
  public let expected: Int
  /// How many of them are known.
  public let known: Int
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
  /// Hour by hour.
  public let hours: [Hour]

  /// Own power that the member used.
  public var own: Energy { selfMade + shared }
  /// What came from the own supplier.
  public var bought: Energy { used - own }
  /// Which part of what was used was own; nil where nothing was used or nothing is known.
  public var ownShare: Fraction? {
    known > 0 ? Fraction(own, of: used) : nil
  }
  /// Whether so much of the day is known that it may stand for the whole: 98 %.
  public var isWhole: Bool { known * 100 >= expected * 98 }
}

/// A member's quarter hours of a day, in mWh; zero where `isKnown` is false.
struct MemberQuarters {
  var used: [Int64]
  var selfMade: [Int64]
  var shared: [Int64]
  var fedIn: [Int64]
  var generated: [Int64]
  var isKnown: [Bool]

  /// The figures; `hours` are the clock's, as positions and quarter hours.
  func figures(hours: [Range<QuarterHour>], from start: QuarterHour) -> DayFigures {
    func sum(_ column: [Int64]) -> Energy { Energy(count: column.reduce(0, +)) }
    return DayFigures(
      expected: isKnown.count, known: isKnown.count { $0 }, used: sum(used), selfMade: sum(selfMade), shared: sum(shared),
      fedIn: sum(fedIn), generated: sum(generated),
      hours: hours.map { hour in
        let places = start.distance(to: hour.lowerBound)..<start.distance(to: hour.upperBound)
        guard isKnown[places].allSatisfy({ $0 }) else { return DayFigures.Hour(span: hour, own: nil, bought: nil) }
        let own = selfMade[places].reduce(0, +) + shared[places].reduce(0, +)
        return DayFigures.Hour(
          span: hour, own: Energy(count: own), bought: Energy(count: used[places].reduce(0, +) - own))
      })
  }
}
