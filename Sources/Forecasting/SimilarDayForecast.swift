public import CommunityModel
public import MarketTime
public import Quantities

/// Tomorrow as the days before it: the mean of the same local time on recent days of the same kind.
///
/// Simple enough to explain to a member, needs no weather, and is hard to beat for a group of households over a day or two. Only
/// measured and estimated energies count; what someone substituted is a guess already.
public struct SimilarDayForecast: Sendable {
  private let calendar: MarketCalendar
  private let holidays: Holidays
  private let limit: Int
  private let lookback: Int
  private let recent: Int
  private let quantile: Fraction?

  /// A forecast by the clock of `calendar`.
  ///
  /// - Parameters:
  ///   - holidays: days that count as Sundays.
  ///   - limit: the mean is of at most so many similar days, the latest that have a value.
  ///   - lookback: no day longer ago than so many days counts.
  ///   - recent: how many days any kind of day is taken from, for generation and where no similar day has a value.
  ///   - quantile: instead of the days' mean their quantile, from 0 (the least) to 1 (the most); between two days in proportion.
  public init(
    calendar: MarketCalendar, holidays: Holidays, limit: Int = 4, lookback: Int = 28, recent: Int = 7, quantile: Fraction? = nil
  ) {
    self.calendar = calendar
    self.holidays = holidays
    self.limit = limit
    self.lookback = lookback
    self.recent = recent
    self.quantile = quantile
  }

  /// A load over `horizon` from the quarter hours of `history` before it.
  ///
  /// For each quarter hour the mean over up to `limit` of the latest days of the same `DayType`; where none has a value, over
  /// all of the last `recent` days; nil where those have none either. An hour that the clock shows twice has the same forecast
  /// twice, and in the history its first pass counts.
  public func load(from history: TimeSeries<IntervalEnergy>, over horizon: Range<QuarterHour>) -> Forecast {
    forecast(from: history, over: horizon, bySimilarDays: true)
  }

  /// Generation over `horizon` from `history` before it: the sun keeps no weekends, so the mean over the last `recent` days.
  public func generation(from history: TimeSeries<IntervalEnergy>, over horizon: Range<QuarterHour>) -> Forecast {
    forecast(from: history, over: horizon, bySimilarDays: false)
  }

  /// A day before the forecast's start.
  private struct PastDay {
    let type: DayType
    let clock: DayClock
  }

  private func forecast(
    from history: TimeSeries<IntervalEnergy>, over horizon: Range<QuarterHour>, bySimilarDays: Bool
  ) -> Forecast {
    let start = horizon.lowerBound
    let today = calendar.localDay(of: start.start)
    // Today itself counts for the hours that are over by then.
    let past = (0...max(lookback, recent)).map { back in
      let day = today.advanced(by: -back)
      return PastDay(type: DayType(of: day, holidays: holidays), clock: DayClock(day, in: calendar))
    }
    var power = TimeSeries<Power?>(repeating: nil, over: horizon)
    var basis = TimeSeries(repeating: Forecast.Basis.nothing, over: horizon)
    var day = today
    var position = 0
    while position < power.values.count {
      let clock = DayClock(day, in: calendar)
      let type = bySimilarDays ? DayType(of: day, holidays: holidays) : nil
      for quarter in clock.quarters.clamped(to: horizon) {
        let slot = clock.slot(of: quarter)
        if let (value, source) = expectation(at: slot, of: type, before: start, past: past, history: history) {
          power.values[position] = value
          basis.values[position] = source
        }
        position += 1
      }
      day = day.advanced(by: 1)
    }
    return Forecast(power: power, basis: basis)
  }

  /// What the clock's `slot` is expected to bring; nil where no day within reach has a value. Any `type` of day when it is nil.
  private func expectation(
    at slot: Int, of type: DayType?, before start: QuarterHour, past: [PastDay], history: TimeSeries<IntervalEnergy>
  ) -> (Power, Forecast.Basis)? {
    // The latest past day is the forecast's own when its slot is over already.
    let isOverToday = past[0].clock.quarter(at: slot).map { $0 < start } ?? false
    let candidates = past.dropFirst(isOverToday ? 0 : 1)
    if let type {
      let energies = candidates.prefix(lookback).lazy.filter { $0.type == type }
        .compactMap { $0.clock.quarter(at: slot).flatMap { known(history[$0]) } }.prefix(limit)
      if let power = power(of: Array(energies)) { return (power, .similarDays(energies.count)) }
    }
    let energies = candidates.prefix(recent).compactMap { $0.clock.quarter(at: slot).flatMap { known(history[$0]) } }
    return power(of: energies).map { ($0, .recentDays(energies.count)) }
  }

  /// The energy, when it came from a meter.
  private func known(_ value: IntervalEnergy?) -> Energy? {
    switch value {
    case .measured(let energy), .estimated(let energy), .preliminary(let energy): return energy
    case .substituted, .faulty, .missing, nil: return nil
    }
  }

  /// The power of quarter hours with `energies`: their mean, or the quantile that is asked for; nil for none.
  ///
  /// The quantile q of n values lies at place q (n - 1) of the sorted ones, counted from 0.
  private func power(of energies: [Energy]) -> Power? {
    guard !energies.isEmpty else { return nil }
    if let quantile {
      let sorted = energies.sorted()
      let place = quantile.value * Double(sorted.count - 1)
      let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
      return (below + (above - below) * Fraction(place - place.rounded(.down))).meanPower(over: QuarterHour.duration)
    }
    return energies.reduce(.zero, +).meanPower(over: QuarterHour.duration * energies.count)
  }
}
