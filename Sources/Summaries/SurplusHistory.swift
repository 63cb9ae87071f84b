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

  /// What was left over until `last`, as the summaries of that day and of the week that ends with it look back on it: for those who are
  /// members on the second day after it. Missing values are filled on `last` alone, so that the days before are held to what was measured.
  init(of sources: SummarySources, last: LocalDay) throws(SharingError) {
    let filled = FilledEnergies(
      sources.energies, of: sources.community, days: last..<last.advanced(by: 1), holidays: sources.holidays)
    try self.init(of: sources.community.on(last.advanced(by: 2)), filled, holidays: sources.holidays)
  }

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

// MARK: - Tips

extension SurplusHistory {
  /// The tip for `day` from what was known the evening two days before.
  func tip(for day: LocalDay, _ sources: SummarySources) -> SunTip {
    let history = outlook(for: day, before: day.advanced(by: -1))
    let horizon = sources.community.calendar.quarterHours(of: day)
    // A plan knows more than days before do; how sure it is they tell.
    let expected = horizon.map { sources.planned?[$0] ?? nil ?? history.expected[$0] ?? nil }
    let outlook = SunOutlook(
      expected: TimeSeries(start: horizon.lowerBound, values: expected), cautious: history.cautious, households: households)
    let cheap = sources.community.tariffs.count == 1 ? sources.community.tariffs[0].importWindows : []
    let terms = (sources.prices?.terms ?? []).filter { $0.item == .residual && $0.members == nil && $0.validity.contains(day) }
    let windows = terms.flatMap { term -> [PriceWindow] in
      if case .energy(_, let windows) = term.price { windows } else { [] }
    }
    return SunTip(
      for: day, from: outlook, on: sources.community.calendar, quiet: sources.quiet, cheap: windows.isEmpty ? cheap : windows)
  }

  /// How the tips for the seven days until `last` turned out, each made again from what was known the evening two days before; nil where
  /// none can be told.
  func score(before last: LocalDay, _ sources: SummarySources) -> TipScore? {
    var score = TipScore()
    let measured = measured
    for back in 0..<7 {
      let day = last.advanced(by: -back)
      let outlook = outlook(for: day, before: day.advanced(by: -1))
      let tip = SunTip(for: day, from: outlook, on: sources.community.calendar, quiet: sources.quiet)
      score.add(tip, for: day, measured: measured, on: sources.community.calendar, quiet: sources.quiet)
    }
    return score.told > 0 ? score : nil
  }
}
