public import MarketTime
public import Quantities

/// The mean day of each month of a plant, per kilowatt of its peak power; by the UTC clock, because the sun follows it.
///
/// A mean of clear and dull days: fit for a first plan and for energies, not for peaks. Months are not blended into each other,
/// so that each month's energy stays that of the table.
public struct GenerationShape: Sendable, Equatable {
  /// How many months a table has.
  public static let months = 12
  /// How many quarter hours of the UTC day a table lists.
  public static let slotsPerDay = LoadProfileTable.slotsPerDay

  /// Milliwatts per kilowatt of peak power (millionths), month by month, slot by slot.
  private let millionths: [Int64]

  /// A shape of `months` times `slotsPerDay` values, in mW per kW of peak power.
  ///
  /// - Throws: `ForecastingError.wrongTableSize`.
  public init(milliwattsPerKilowatt values: [Int64]) throws(ForecastingError) {
    let expected = Self.months * Self.slotsPerDay
    guard values.count == expected else {
      throw .wrongTableSize(profile: "a generation shape", found: values.count, expected: expected)
    }
    millionths = values
  }

  /// The mean power of a plant of `peak` power in each quarter hour of `span`: `P = peak x value(month, slot)`.
  public func power(peak: Power, over span: Range<QuarterHour>) -> TimeSeries<Power> {
    let values = Self.places(of: span).map { Power(count: scaled(peak.count, by: millionths[$0], over: 1_000_000)) }
    return TimeSeries(start: span.lowerBound, values: values)
  }

  /// Where in a table of months and slots each quarter hour of `span` stands.
  static func places(of span: Range<QuarterHour>) -> [Int] {
    let slots = Int64(slotsPerDay)
    var month = 1
    var dayOfMonth: Int64?
    return span.map { quarter in
      let day = quarter.index.floored(by: slots)
      if day != dayOfMonth {
        dayOfMonth = day
        month = LocalDay(number: Int(day)).components.month
      }
      return (month - 1) * slotsPerDay + Int(quarter.index - day * slots)
    }
  }

  /// The same as a forecast that names the shape as its basis.
  public func forecast(peak: Power, over span: Range<QuarterHour>) -> Forecast {
    Forecast(power: power(peak: peak, over: span).map { $0 }, basis: .shape)
  }
}
