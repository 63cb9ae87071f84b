public import CommunityModel
public import MarketTime
public import Quantities

/// What a member is told of a day or a week: values with units, no words. Text, mail, chat and the others are written from it.
///
/// Nothing in it comes from another member's meter alone: own figures, what sharing gave the member, and figures of many where
/// `AggregateRule` allows them.
public struct MemberSummary: Sendable, Equatable {
  /// Whose it is.
  public let member: Member.ID
  /// The member's name in the community's file.
  public internal(set) var name: String
  /// The day that is told of, or the seven days of a week.
  public let days: Range<LocalDay>
  /// Each of them on which the member was one, the earliest first.
  public internal(set) var each: [Day]
  /// The community's wall clock.
  public let calendar: MarketCalendar
  /// Where own power comes from.
  public let ownPower: SummarySources.OwnPower
  /// Whether all who share live in one house, under one roof.
  public let isOneHouse: Bool
  /// Whether the member takes power, so that a tip is of use.
  public let takesPower: Bool
  /// What is wrong; told first.
  public internal(set) var faults: [Fault]
  /// The member's electricity, of all days together; nil for who has no meter of it.
  public internal(set) var electricity: ElectricityFigures?
  /// The same weekday of the four weeks before; of a week the four weeks before.
  public internal(set) var past: PastFigures
  /// What own power saved against the supplier's price; nil where no price is known.
  public internal(set) var saving: Saving?
  /// What fed-in energy brings, before tax; nil where nothing was fed in or no price is known.
  public internal(set) var income: Money?
  /// The member's heat; nil for who has no meter of it.
  public let heat: HeatFigures?
  /// The house or community; nil where it may not be told or is not known.
  public internal(set) var group: GroupFigures?
  /// How many of the days that is; the others are not known, or may not be told in the same way.
  public internal(set) var groupDays: Int
  /// How the sun was.
  public let sun: Sun
  /// When tomorrow is a good time for a machine.
  public internal(set) var tip: SunTip
  /// When this member should start; nil without a window.
  public internal(set) var start: QuarterHour?
  /// How the tips of the last seven days turned out; of a day on Mondays only.
  public internal(set) var score: TipScore?
  /// Whether the member joined so lately that there is nothing to compare with.
  public let isNew: Bool

  /// One day of those that are told of.
  public struct Day: Sendable, Equatable {
    /// The date.
    public let day: LocalDay
    /// The member's electricity on it; nil for who has no meter of it.
    public let electricity: ElectricityFigures?
    /// The member's heat; nil where a quarter hour of it is missing, or there is no meter of it.
    public let heat: Energy?
  }

  /// How the plants did beside the four weeks before.
  public enum Sun: String, Sendable {
    /// Less than four tenths of a mean day.
    case little
    /// More.
    case usual
    /// Nobody knows.
    case unknown
  }

  /// What the same weekday of up to four weeks before came to, or each of four weeks. Sums first, then the quotient.
  public struct PastFigures: Sendable, Equatable {
    /// How many of these days, or weeks, are known well enough.
    public let count: Int
    /// What was used in them.
    public let used: Energy
    /// What of it was own.
    public let own: Energy
    /// What was fed in.
    public let fedIn: Energy

    /// Which part was own; nil where nothing was used.
    public var ownShare: Fraction? { Fraction(own, of: used) }
  }

  /// What own power saved.
  public struct Saving: Sendable, Equatable {
    /// In all; negative where own power was dearer.
    public let amount: Money
    /// The mean price of the community's power that the member used, tax included; nil of several days, and where it came from the own roof or none
    /// was used.
    public let paid: EnergyPrice?
    /// The mean price that the supplier asks at the same times, tax included.
    public let instead: EnergyPrice?
  }

  /// A member's heat.
  public struct HeatFigures: Sendable, Equatable {
    /// On those of the days that are known to the quarter hour; nil for none.
    public let energy: Energy?
    /// The mean of the same weekday of up to four weeks before, or of these weeks; nil where none is known.
    public let usual: Energy?
    /// How many of these days, or weeks, are known.
    public let count: Int
  }

  /// Figures of many. Energies are nil where only the percentage may be told.
  public struct GroupFigures: Sendable, Equatable {
    /// Whose figures.
    public enum Whose: Sendable, Equatable {
      /// All members, who live in one house.
      case house
      /// One house of several.
      case oneHouse
      /// All members.
      case community
    }

    /// Whose.
    public let whose: Whose
    /// How many members.
    public let members: Int
    /// What was made for all: used and fed in; nil for one house of several.
    public let made: Energy?
    /// What of it was used by the members; of one house, own power of whatever roof.
    public let own: Energy?
    /// What went to the grid.
    public let fedIn: Energy?
    /// What the members used.
    public let used: Energy?
    /// Which part of what they used was own; nil where nothing was used.
    public let ownShare: Fraction?
  }

  /// Whether there is anything to tell that was not told before: days without a value are no news, a silence that began on one of them is.
  public var hasNews: Bool {
    if faults.contains(where: isNew) { return true }
    return (electricity?.known ?? 0) > 0 || heat?.energy != nil
  }

  private func isNew(_ fault: Fault) -> Bool {
    switch fault {
    // A silence from the very beginning was told when it was noticed.
    case .silentMeter(let since): return since.map { calendar.localDay(of: $0) >= days.lowerBound } ?? false
    case .boilerLockout, .deadPlant, .plantIsBack, .plantWasDead: return true
    }
  }

  /// Whether it tells of a week, not of a day.
  public var isWeek: Bool { days.count > 1 }
  /// The last day that is told of: yesterday, when the summary is read.
  public var day: LocalDay { days.upperBound.advanced(by: -1) }
  /// The day after that on which the summary is read, which is the day after `day`.
  public var tomorrow: LocalDay { days.upperBound.advanced(by: 1) }

  /// Whether the clock is changed on `day`.
  public func changesClock(on day: LocalDay) -> ClockChange? {
    let span = calendar.quarterHours(of: day)
    let (before, after) = (calendar.offset(at: span.lowerBound.start), calendar.offset(at: span.upperBound.start))
    return before == after ? nil : before < after ? .forward : .back
  }

  /// Which way a clock is set.
  public enum ClockChange: Sendable {
    /// An hour is left out: summer time begins.
    case forward
    /// An hour happens twice: summer time ends.
    case back
  }
}
