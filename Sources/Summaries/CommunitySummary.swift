public import CommunityModel
public import EnergySharing
public import MarketTime
import Quantities

/// What a notice board tells of a day or a week: figures of many alone, and the tip for all.
public struct CommunitySummary: Sendable, Equatable {
  /// One day of it.
  public struct Day: Sendable, Equatable {
    /// The date.
    public let day: LocalDay
    /// Its figures; nil where they are not known or may not be told.
    public let figures: MemberSummary.GroupFigures?
  }

  /// The community's short name.
  public let community: Community.ID
  /// The community's name.
  public let name: String
  /// The days.
  public let days: Range<LocalDay>
  /// The community's wall clock.
  public let calendar: MarketCalendar
  /// Where own power comes from.
  public let ownPower: SummarySources.OwnPower
  /// Each day.
  public let each: [Day]
  /// All days that are known, together; nil where none is or nothing may be told.
  public let total: MemberSummary.GroupFigures?
  /// When the day after tomorrow's eve is a good time: tomorrow is the second day after the last.
  public let tip: SunTip
  /// How the tips of the last seven days turned out; nil for a single day.
  public let score: TipScore?

  /// Whose figures.
  public var whose: MemberSummary.GroupFigures.Whose { total?.whose ?? .community }
  /// The day of the tip.
  public var tomorrow: LocalDay { days.upperBound.advanced(by: 1) }

  /// What `days`, at least one, came to.
  ///
  /// - Throws: `SharingError` as `MemberSummaries` does.
  public init(of days: Range<LocalDay>, from sources: SummarySources) throws(SharingError) {
    let last = days.upperBound.advanced(by: -1)
    community = sources.community.id
    name = sources.community.name
    calendar = sources.community.calendar
    ownPower = sources.ownPower
    self.days = days
    let filled = FilledEnergies(sources.energies, of: sources.community, days: days, holidays: sources.holidays)
    var sums: [GroupSums] = []
    for day in days {
      let sharing = try DaySharing(day, of: sources.community, known: sources.energies, filled: filled.energies)
      sums.append(GroupSums(of: sharing, sharing.quarters(), at: nil))
    }
    each = zip(days, sums).map { Day(day: $0, figures: $1.figures) }
    total = GroupSums.total(of: sums).figures
    let tomorrow = last.advanced(by: 2)
    let surplus = try SurplusHistory(of: sources, last: last)
    tip = surplus.tip(for: tomorrow, sources)
    score = days.count > 1 ? surplus.score(before: last, sources) : nil
  }
}
