public import Forecasting
public import MarketTime
import Planning
import Quantities

/// What is expected where no history exists: standard load profiles and the shape of a sunny day.
public struct StandardProfiles: Sendable {
  private let tables: [LoadProfileTable]
  private let dynamisation: Dynamisation
  private let holidays: Holidays
  private let calendar: MarketCalendar
  private let sun: GenerationShape
  let heat: HeatShape?

  /// Profiles on the wall clock of `calendar`, with `holidays` counted as Sundays; without `heat` nothing is known of temperatures.
  public init(
    tables: [LoadProfileTable], dynamisation: Dynamisation, holidays: Holidays, calendar: MarketCalendar, sun: GenerationShape,
    heat: HeatShape? = nil
  ) {
    self.tables = tables
    self.dynamisation = dynamisation
    self.holidays = holidays
    self.calendar = calendar
    self.sun = sun
    self.heat = heat
  }

  /// The standard profile of `load` over `span`.
  ///
  /// - Throws: `ForecastingError.unknownProfile` when no table has it.
  func forecast(of load: LoadDescription, over span: Range<QuarterHour>) throws(ForecastingError) -> Forecast {
    var failure: ForecastingError?
    for table in tables {
      do throws(ForecastingError) {
        let profile = try LoadProfile(
          load.profile, annualEnergy: load.annualConsumption, table: table, dynamisation: dynamisation, calendar: calendar,
          holidays: holidays)
        return profile.forecast(over: span)
      } catch {
        failure = error
      }
    }
    throw failure ?? .unknownProfile(load.profile, known: [])
  }

  /// What a plant of `peak` power gives on a mean day of the month; nil for wind, of which there is no shape.
  func forecast(ofSunWith peak: Power, over span: Range<QuarterHour>) -> Forecast { sun.forecast(peak: peak, over: span) }

  /// Heat wanted on a mean day of the month by who wants `annual` in a year; nil where no shape is known.
  func forecast(ofHeat annual: Energy, over span: Range<QuarterHour>) -> Forecast? { heat?.demand(annual: annual, over: span) }

  /// What collectors of `peak` power give on a mean day of the month; nil where no shape is known.
  func forecast(ofCollectorsWith peak: Power, over span: Range<QuarterHour>) -> Forecast? {
    heat?.collectors(peak: peak, over: span)
  }

  /// The temperature outside on a mean day of the month; nil where no shape is known.
  func outdoorTemperature(over span: Range<QuarterHour>) -> TimeSeries<Temperature>? { heat?.outdoorTemperature(over: span) }

  /// The forecast from days like those of the horizon: their mean, or a quantile of them.
  func similarDays(_ quantile: Fraction?) -> SimilarDayForecast {
    SimilarDayForecast(calendar: calendar, holidays: holidays, quantile: quantile)
  }

  /// Whether holidays are known for every day of `span`.
  func knowsHolidays(of span: Range<QuarterHour>) -> Bool {
    holidays.covers(calendar.localDay(of: span.lowerBound.start)) && holidays.covers(calendar.localDay(of: span.upperBound.start))
  }
}
