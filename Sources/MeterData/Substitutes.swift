public import CommunityModel
public import Forecasting
public import MarketTime
import Quantities

/// Makes values for the gaps of a load curve, as the law and the market's rules do.
///
/// | gap | value |
/// |---|---|
/// | at most 2 h, measured on both sides | on the straight line between: `v_k = a + (b - a) k / (n + 1)` |
/// | longer, or at an edge | mean of the same time of day on the last 3 days of the same kind, measured values only; a holiday is a Sunday |
/// | the register's advance is known (a counter's difference over the gap) | the same, scaled: `v_k = floor(s_k A / sum s)`, the rest on the last |
/// | a plant, a battery, what is fed in | never so; what the site's other meters leave (`SiteRemainder`), and that is estimated |
///
/// A gap is what is missing or faulty; where a register tells the sum it is what is estimated. Where no rule fits it is refused by name.
/// Source: VDN MeteringCode 2006 A8.2.2; the 2 h line also in section 55(2) ElWG.
public struct Substitutes: Sendable {
  /// The longest gap that is filled by a straight line.
  public static let shortGap: Duration = .seconds(2 * 3600)
  /// How many days are compared.
  public static let days = 3
  /// How far back they may lie.
  public static let lookback = 28

  private let calendar: MarketCalendar
  private let holidays: Holidays

  /// Substitutes by the clock of `calendar`; `holidays` count as Sundays.
  public init(calendar: MarketCalendar, holidays: Holidays) {
    self.calendar = calendar
    self.holidays = holidays
  }

  /// What there is for the gaps of `series` that touch `span`, and what is refused.
  ///
  /// - Parameter remainder: for what follows plants: what the site's other meters leave for it.
  public func fill(
    _ series: MeterSeries, over span: Range<QuarterHour>, remainder: TimeSeries<IntervalEnergy>? = nil
  ) -> (filled: [Substitution], refused: [SubstituteRefusal]) {
    var result: (filled: [Substitution], refused: [SubstituteRefusal]) = ([], [])
    let known = series.values.span
    let unknown = known.runs { quarter in
      series.isExpected(quarter) && series.values[quarter]?.quality.isKnown != true
    }.filter { $0.overlaps(span) }.map { $0.clamped(to: span) }
    for run in unknown {
      if series.followsPlants {
        balance(series, run, remainder, &result)
      } else {
        add(series, run, anchor: nil, &result)
      }
    }
    guard !series.followsPlants else { return result }
    // The sum of a gap that a register bridges is only known for all of it.
    let bridged = known.runs { quarter in
      guard let value = series.values[quarter], value.quality == .estimated else { return false }
      return value == series.register?[quarter]
    }
    for run in bridged where run.overlaps(span) {
      let anchor = run.reduce(Energy.zero) { $0 + (series.values[$1]?.energy ?? .zero) }
      add(series, run, anchor: anchor, &result)
    }
    return result
  }

  /// What there is for all series of `community` over `span`.
  ///
  /// - Parameters:
  ///   - energies: what is known, from `lookback` days before `span` on.
  ///   - registers: what registers advanced; nil where none is read.
  public func fill(
    _ community: Community, _ energies: MeteredEnergies, registers: MeteredEnergies? = nil, over span: Range<QuarterHour>
  ) -> (filled: [Substitution], refused: [SubstituteRefusal]) {
    var result: (filled: [Substitution], refused: [SubstituteRefusal]) = ([], [])
    for series in community.meterSeries(energies, registers: registers) {
      let remainder =
        series.followsPlants
        ? SiteRemainder(of: series.point.site, in: community, energies: energies).series(of: series.key) : nil
      let part = fill(series, over: span, remainder: remainder)
      result.filled += part.filled
      result.refused += part.refused
    }
    return result
  }

  /// `energies` with substitutes for what is not known in `span`, all of them preliminary: to share for the time being.
  public func completing(_ energies: MeteredEnergies, of community: Community, over span: Range<QuarterHour>) -> MeteredEnergies {
    var completed = energies
    for substitution in fill(community, energies, over: span).filled {
      guard var series = completed[substitution.key.point, substitution.key.direction] else { continue }
      for (quarter, value) in zip(substitution.values.span, substitution.values.values) {
        guard let energy = value.energy else { continue }
        series.values[series.start.distance(to: quarter)] = .preliminary(energy)
      }
      completed[substitution.key.point, substitution.key.direction] = series
    }
    return completed
  }

  private func add(
    _ series: MeterSeries, _ run: Range<QuarterHour>, anchor: Energy?,
    _ result: inout (filled: [Substitution], refused: [SubstituteRefusal])
  ) {
    do throws(Refused) {
      if let anchor, anchor < .zero { throw Refused(.registerFell) }
      let line = straightLine(series, run)
      var shape: [Int64]
      if let line { shape = line } else { shape = try comparableDays(series, run) }
      if let anchor { shape = Self.scaled(shape, to: anchor.count) }
      let values = shape.map { IntervalEnergy.substituted(Energy(count: $0)) }
      result.filled.append(
        Substitution(
          key: series.key, method: line == nil ? .comparableDays : .linear,
          values: TimeSeries(start: run.lowerBound, values: values), anchor: anchor))
    } catch {
      result.refused.append(SubstituteRefusal(key: series.key, span: run, reason: error.reason))
    }
  }

  /// A reason on its way out.
  private struct Refused: Error {
    let reason: SubstituteRefusal.Reason
    init(_ reason: SubstituteRefusal.Reason) { self.reason = reason }
  }

  /// The quarter hours of `run` that the site's other meters tell; the others are refused.
  private func balance(
    _ series: MeterSeries, _ run: Range<QuarterHour>, _ remainder: TimeSeries<IntervalEnergy>?,
    _ result: inout (filled: [Substitution], refused: [SubstituteRefusal])
  ) {
    let left = MeterSeries(
      point: series.point, direction: series.direction,
      values: TimeSeries(start: run.lowerBound, values: run.map { remainder?[$0] ?? .missing }))
    for part in left.runs(in: run, where: { $0.energy != nil }) {
      let values = part.map { left.values[$0]?.energy.map { IntervalEnergy.estimated($0) } ?? .missing }
      result.filled.append(
        Substitution(key: series.key, method: .balance, values: TimeSeries(start: part.lowerBound, values: values)))
    }
    for part in left.runs(in: run, where: { $0.energy == nil }) {
      result.refused.append(SubstituteRefusal(key: series.key, span: part, reason: .plant))
    }
  }

  /// Values between the neighbours of a short `run`, mWh to the nearest; nil where it is longer or a neighbour is not measured.
  private func straightLine(_ series: MeterSeries, _ run: Range<QuarterHour>) -> [Int64]? {
    guard QuarterHour.duration * run.count <= Self.shortGap,
      case .measured(let before)? = series.values[run.lowerBound.advanced(by: -1)],
      case .measured(let after)? = series.values[run.upperBound]
    else { return nil }
    let steps = Int64(run.count) + 1
    return (1..<steps).map { before.count + Self.nearest((after.count - before.count) * $0, over: steps) }
  }

  /// For each quarter hour of `run` the mean of the latest days before it of the same kind that were measured at that time of day.
  private func comparableDays(_ series: MeterSeries, _ run: Range<QuarterHour>) throws(Refused) -> [Int64] {
    let first = calendar.localDay(of: run.lowerBound.start)
    let past = (1...Self.lookback).map { first.advanced(by: -$0) }
    let last = calendar.localDay(of: run.upperBound.start)
    guard ([last] + past).allSatisfy(holidays.covers) else { throw Refused(.holidaysUnknown) }
    let days = past.map { (type: DayType(of: $0, holidays: holidays), clock: DayClock($0, in: calendar)) }
    var shape: [Int64] = []
    for quarter in run {
      let day = calendar.localDay(of: quarter.start)
      let type = DayType(of: day, holidays: holidays)
      let slot = DayClock(day, in: calendar).slot(of: quarter)
      let energies = days.lazy.filter { $0.type == type }.compactMap { day -> Int64? in
        guard case .measured(let energy)? = day.clock.quarter(at: slot).flatMap({ series.values[$0] }) else { return nil }
        return energy.count
      }.prefix(Self.days)
      guard energies.count == Self.days else { throw Refused(.tooFewDays(needed: Self.days)) }
      shape.append(Self.nearest(energies.reduce(0, +), over: Int64(Self.days)))
    }
    return shape
  }

  /// `shape` brought to the sum `whole`: whole mWh cut, the rest on the last; evenly where the shape is nothing but zeros.
  static func scaled(_ shape: [Int64], to whole: Int64) -> [Int64] {
    let sum = shape.reduce(0, +)
    let weights = sum > 0 ? shape : shape.map { _ in 1 }
    let weight = sum > 0 ? sum : Int64(shape.count)
    var values = weights.map { Int64(Int128($0) * Int128(whole) / Int128(weight)) }
    values[values.count - 1] += whole - values.reduce(0, +)
    return values
  }

  /// To the nearest whole number, half away from zero; `divisor` > 0.
  private static func nearest(_ number: Int64, over divisor: Int64) -> Int64 {
    (number + (number < 0 ? -divisor : divisor) / 2) / divisor
  }
}
