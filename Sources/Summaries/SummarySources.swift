public import CommunityModel
public import Forecasting
public import MarketTime
public import Quantities

/// What the summaries of a day or a week are made from: values in, nothing read.
public struct SummarySources: Sendable {
  /// How many days before the last one are needed: the same weekday of four weeks, and what forecasts look back on.
  public static let lookback = 28
  /// How many more are needed to tell how last week's tips turned out, and to hold a week beside the four before it.
  public static let review = 8

  /// Where the community's own power comes from, so that nobody calls an engine a roof.
  public enum OwnPower: Sendable, Equatable {
    /// Solar modules, nothing else.
    case sun
    /// Other plants too.
    case plants
  }

  /// Who and where.
  public var community: Community
  /// What the meters of electricity counted, from `lookback` days before the last one to its end; see `span(for:on:)`.
  public var energies: MeteredEnergies
  /// What heat meters counted.
  public var heat: [MeteringPoint.ID: TimeSeries<IntervalEnergy>] = [:]
  /// What boilers' controls told, for faults.
  public var boilers: [BoilerLog] = []
  /// What members pay each other; nil where nothing is known of it.
  public var prices: AgreedPrices?
  /// Price curves that tariffs name, by their names.
  public var curves: [String: TimeSeries<EnergyPrice?>] = [:]
  /// Public holidays, for forecasts.
  public var holidays: Holidays
  /// What the last plan expects to be left over tomorrow, of all sites together; nil where none reaches that far.
  public var planned: TimeSeries<Power?>?
  /// Where own power comes from.
  public var ownPower = OwnPower.sun
  /// When no tip is given, as the house's rules say.
  public var quiet = [DailyHours.usualQuiet]

  /// Sources; see the properties.
  public init(community: Community, energies: MeteredEnergies, holidays: Holidays) {
    self.community = community
    self.energies = energies
    self.holidays = holidays
  }

  /// The quarter hours that the summaries of `days` look at; of a Monday's last week too.
  public static func span(for days: Range<LocalDay>, on calendar: MarketCalendar) -> Range<QuarterHour> {
    let last = days.upperBound.advanced(by: -1)
    let back = lookback + (days.count > 1 || days.upperBound.weekday == .monday ? review : 0)
    return calendar.quarterHours(of: last.advanced(by: -back)..<days.upperBound)
  }
}

extension SummarySources {
  /// How many of the values of `day` are there, of those series that are measured at all; nil where nothing is.
  public func coverage(of day: LocalDay) -> Fraction? {
    let span = community.calendar.quarterHours(of: day)
    var (known, wanted) = (0, 0)
    for point in community.on(day).meteringPoints {
      let electricity = MeteredEnergies.Direction.allCases.compactMap { energies[point.id, $0] }
      for series in electricity + [heat[point.id]].compactMap(\.self) {
        wanted += span.count
        known += span.count { series[$0].map { $0.energy != nil } ?? false }
      }
    }
    return Fraction(known, of: wanted)
  }
}

extension DailyHours {
  /// Ten at night until six in the morning: what house rules in Germany and Austria usually ask for.
  public static let usualQuiet = DailyHours(
    from: LocalTime(minutes: 22 * 60) ?? .midnight, until: LocalTime(minutes: 6 * 60) ?? .midnight)
}
