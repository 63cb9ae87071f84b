public import CommunityModel
public import MarketTime
public import Quantities
public import Reporting

/// What a member is told of a month's heat: German HeizkostenV section 6a(2), FFVAV section 4(4). Values with units, no words.
///
/// Nothing in it comes from another member's meter alone: own figures, and the mean of many where `AggregateRule` allows it.
public struct HeatMonth: Sendable, Equatable {
  /// Whose it is.
  public let member: Member.ID
  /// The month that is told of.
  public let month: LocalMonth
  /// The community's wall clock.
  public let calendar: MarketCalendar
  /// What the member used in it.
  public let last: Use
  /// In the month before.
  public let previous: Use
  /// In the same month of the year before.
  public let yearBefore: Use
  /// Where the heat comes from that the member uses.
  public let place: Place
  /// What users there took in the mean.
  public let average: Average
  /// What the sources of the network fed in, the largest share first; empty where that is not known.
  public let mix: [Share]
  /// A normalised average user; nil where the community names none.
  public let normal: AverageHeatUser?

  /// What one member used in one month.
  public struct Use: Sendable, Equatable {
    /// The month.
    public let month: LocalMonth
    /// The first day of it on which the member was one; nil where there is none.
    public internal(set) var since: LocalDay?
    /// The quarter hours of the days on which the member was one.
    public internal(set) var expected = 0
    /// How many of them all of the member's heat meters know.
    public internal(set) var known = 0
    /// In how many of these a substitute or an estimate stands for a value.
    public internal(set) var substituted = 0
    /// The sum over those that are known.
    fileprivate var sum = Energy.zero

    init(month: LocalMonth) { self.month = month }

    /// What was used, as far as it is known; nil where nothing is.
    public var energy: Energy? { known > 0 ? sum : nil }
    /// Whether the member was one in all of the month.
    public var isWholeMonth: Bool { since == month.firstDay }
    /// Whether so much of it is known that it may stand for the whole month: 98 %.
    public var isWhole: Bool { isWholeMonth && known > 0 && known * 100 >= expected * 98 }

    /// Adds a quarter hour of which these values are known, one of each meter.
    mutating func add(_ values: [IntervalEnergy]) {
      expected += 1
      var (energy, isSubstituted) = (Energy.zero, false)
      for value in values {
        guard let part = value.energy else { return }
        energy += part
        isSubstituted = isSubstituted || value.quality == .substituted || value.quality == .estimated
      }
      known += 1
      sum += energy
      if isSubstituted { substituted += 1 }
    }
  }

  /// Where heat comes from.
  public enum Place: Hashable, Sendable {
    /// A network of the community.
    case network(HeatNetwork.ID)
    /// The house, where no network supplies it.
    case house(Site.ID)
  }

  /// What users of one place took in the mean of those whose whole month is known.
  public enum Average: Sendable, Equatable {
    /// So much each, of so many.
    case mean(Energy, users: Int)
    /// Too few for nobody to show through.
    case tooFew
    /// One of them used more than half of all.
    case oneStandsOut
  }

  /// A source's share in what was fed in.
  public struct Share: Sendable, Equatable {
    /// The source.
    public let source: EnergySource
    /// Its share, 0 to 1.
    public let share: Fraction
  }
}
