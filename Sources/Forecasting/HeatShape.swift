public import MarketTime
public import Quantities

/// The mean day of each month of what heat depends on: the temperature outside, heat that houses want, and what collectors give.
///
/// By the UTC clock, like `GenerationShape`, and as fit or unfit: for a first plan and for energies, not for cold snaps.
public struct HeatShape: Sendable, Equatable {
  let outdoor: [Temperature]
  private let demand: GenerationShape
  private let collectors: GenerationShape

  /// A shape of months times quarter hours of the UTC day.
  ///
  /// - Parameters:
  ///   - outdoor: temperatures outside.
  ///   - demand: milliwatts for each megawatt-hour that is wanted in a year.
  ///   - collectors: milliwatts for each kilowatt of the collectors' peak power.
  /// - Throws: `ForecastingError.wrongTableSize`.
  public init(outdoor: [Temperature], demand: [Int64], collectors: [Int64]) throws(ForecastingError) {
    let expected = GenerationShape.months * GenerationShape.slotsPerDay
    guard outdoor.count == expected else {
      throw .wrongTableSize(profile: "a heat shape", found: outdoor.count, expected: expected)
    }
    self.outdoor = outdoor
    self.demand = try GenerationShape(milliwattsPerKilowatt: demand)
    self.collectors = try GenerationShape(milliwattsPerKilowatt: collectors)
  }

  /// The temperature outside in each quarter hour of `span`.
  public func outdoorTemperature(over span: Range<QuarterHour>) -> TimeSeries<Temperature> {
    TimeSeries(start: span.lowerBound, values: GenerationShape.places(of: span).map { outdoor[$0] })
  }

  /// Heat wanted in each quarter hour of `span` by who wants `annual` in a year.
  public func demand(annual: Energy, over span: Range<QuarterHour>) -> Forecast {
    // A megawatt-hour a year counts as a kilowatt of peak.
    demand.forecast(peak: Power(count: annual.count / 1000), over: span)
  }

  /// Heat that collectors of `peak` power give in each quarter hour of `span`.
  public func collectors(peak: Power, over span: Range<QuarterHour>) -> Forecast {
    collectors.forecast(peak: peak, over: span)
  }
}
