public import MarketTime
public import Quantities

/// What a site of a known yearly use draws, quarter hour by quarter hour, by a standard load profile.
///
/// `P = E_year / 1,000,000 kWh x value`, the value taken from the table by the local calendar: month or season, day type,
/// quarter hour of the wall clock. Where the clock is set forward the missing hour's values are left out, where it is set back
/// they come twice. Yearly sums differ from `E_year` by up to 0.7 %, as published; nothing is renormalised.
public struct LoadProfile: Sendable {
  /// The profile's name: `H25`, `G0`.
  public let name: String
  /// What the site uses in a year.
  public let annualEnergy: Energy
  private let edition: LoadProfileTable.Edition
  /// Thousandths of the edition's unit, in the table's order.
  private let values: [Int64]
  private let dynamisation: Dynamisation?
  private let calendar: MarketCalendar
  private let holidays: Holidays

  /// The profile `name` of `table` for a site that uses `annualEnergy` a year.
  ///
  /// - Throws: `ForecastingError` when the table has no such profile.
  public init(
    _ name: String, annualEnergy: Energy, table: LoadProfileTable, dynamisation: Dynamisation, calendar: MarketCalendar,
    holidays: Holidays
  ) throws(ForecastingError) {
    guard let values = table.values(of: name) else { throw .unknownProfile(name, known: table.profiles) }
    self.name = name
    self.annualEnergy = annualEnergy
    self.edition = table.edition
    self.values = values
    self.dynamisation = dynamisation.profiles.contains(name) ? dynamisation : nil
    self.calendar = calendar
    self.holidays = holidays
  }

  /// The mean power of each quarter hour of `span`.
  public func power(over span: Range<QuarterHour>) -> TimeSeries<Power> {
    var powers: [Power] = []
    powers.reserveCapacity(span.count)
    var day = calendar.localDay(of: span.lowerBound.start)
    while powers.count < span.count {
      let clock = DayClock(day, in: calendar)
      let shape = shape(of: day)
      for quarter in clock.quarters.clamped(to: span) {
        powers.append(Power(count: scaled(annualEnergy.count, by: shape[clock.slot(of: quarter)], over: 1_000_000_000)))
      }
      day = day.advanced(by: 1)
    }
    return TimeSeries(start: span.lowerBound, values: powers)
  }

  /// The slots of one local day: mean power at 1,000,000 kWh a year, in thousandths of a kilowatt.
  ///
  /// A dynamic profile's value is multiplied by F(t) and rounded to the edition's step first.
  private func shape(of day: LocalDay) -> [Int64] {
    let first = LoadProfileTable.position(
      period: edition.period(of: day), dayType: DayType(of: day, holidays: holidays), slot: 0)
    let published = values[first..<first + LoadProfileTable.slotsPerDay]
    guard let dynamisation else { return published.map { $0 * edition.kilowattsPerGigawattHour } }
    let factor = dynamisation.tenThousandths(dayOfYear: day.dayOfYear)
    let step = edition.dynamicStep
    return published.map { scaled($0, by: factor, over: 10_000 * step) * step * edition.kilowattsPerGigawattHour }
  }

  /// The same as a forecast that names the profile as its basis.
  public func forecast(over span: Range<QuarterHour>) -> Forecast {
    Forecast(power: power(over: span).map { $0 }, basis: .standardProfile(name))
  }
}
