import CommunityModel
import EnergySharing
import Forecasting
import MarketTime
import Quantities

/// What the community's plants left over on the days before, of all members together: what a forecast of tomorrow's surplus rests on.
struct SurplusHistory {
  /// What a household takes in the mean of a year: 2600 kWh.
  static let baseLoad = Power(watts: 300)

  let households: Int
  /// What there was to share; missing where a plant's value is.
  private let generation: TimeSeries<IntervalEnergy>
  /// What all members took; where up to a tenth of them are not known, scaled up from the others. Of few members what they took would tell
  /// of each of them, so a usual base load stands in its place.
  private let taken: TimeSeries<IntervalEnergy>
  private let calendar: MarketCalendar
  private let holidays: Holidays

  /// The members are those of `community`, whoever was one before: a forecast is for those who are there tomorrow.
  init(of community: Community, _ filled: FilledEnergies, holidays: Holidays) throws(SharingError) {
    let given = try SharedEnergies(of: community, energies: filled.energies)
    let columns = given.columns
    households = given.members.count
    calendar = community.calendar
    self.holidays = holidays
    let places = columns.generation.indices
    let start = columns.span.lowerBound
    generation = TimeSeries(
      start: start,
      values: places.map { columns.quality(at: $0).isKnown ? .measured(Energy(count: columns.generation[$0])) : .missing })
    var sums = [Int64](repeating: 0, count: columns.span.count)
    for column in columns.uses { for place in places { sums[place] += column[place] } }
    let count = households
    let base = Self.baseLoad.energy(over: QuarterHour.duration) * count
    taken = TimeSeries(
      start: start,
      values: places.map { place in
        if count < AggregateRule.leastMembers { return .measured(base) }
        let unknown = filled.unknown[place]
        guard count > 0, unknown * 10 <= count else { return .missing }
        return .measured(Energy(count: Int64(Int128(sums[place]) * Int128(count) / Int128(count - unknown))))
      })
  }

  /// What is expected over `day` from what was known when `before` began.
  func outlook(for day: LocalDay, before: LocalDay) -> SunOutlook {
    let horizon = calendar.quarterHours(of: day)
    let known = generation.start..<calendar.quarterHours(of: before).lowerBound
    return SunOutlook(
      expected: surplus(over: horizon, from: known, quantile: nil),
      cautious: surplus(over: horizon, from: known, quantile: Fraction(0.2)), households: households)
  }

  /// What was measured.
  var measured: SunOutlook {
    let left = TimeSeries(
      start: generation.start,
      values: zip(generation.values, taken.values).map { made, used -> Power? in
        guard let made = made.energy, let used = used.energy else { return nil }
        return (made - used).meanPower(over: QuarterHour.duration)
      })
    return SunOutlook(expected: left, cautious: left, households: households)
  }

  private func surplus(
    over horizon: Range<QuarterHour>, from known: Range<QuarterHour>, quantile: Fraction?
  ) -> TimeSeries<Power?> {
    func forecast(_ quantile: Fraction?) -> SimilarDayForecast {
      SimilarDayForecast(calendar: calendar, holidays: holidays, quantile: quantile)
    }
    let made = forecast(quantile).generation(from: generation.over(known, padding: .missing), over: horizon)
    let used = forecast(quantile.map { .one - $0 }).load(from: taken.over(known, padding: .missing), over: horizon)
    return TimeSeries(
      start: horizon.lowerBound,
      values: zip(made.power.values, used.power.values).map { made, used in
        guard let made, let used else { return nil }
        return made - used
      })
  }
}
