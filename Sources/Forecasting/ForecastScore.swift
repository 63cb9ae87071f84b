public import CommunityModel
public import MarketTime
public import Quantities

/// How far a forecast was from what then happened.
public struct ForecastScore: Hashable, Sendable {
  /// How many quarter hours had both a forecast and a measured or estimated energy.
  public let count: Int
  /// The mean of the differences without their signs: `sum |forecast - actual| / count`.
  public let meanAbsoluteError: Power
  /// The mean of the differences, `sum (forecast - actual) / count`: positive when the forecast was too high.
  public let bias: Power

  /// Compares `forecast` with `actual` wherever both have a value; nil where they never do.
  public init?(of forecast: Forecast, against actual: TimeSeries<IntervalEnergy>) {
    var count = 0
    var absolute: Int64 = 0
    var signed: Int64 = 0
    for (quarter, expected) in zip(forecast.span, forecast.power.values) {
      guard let expected, let happened = actual[quarter] else { continue }
      switch happened {
      case .measured(let energy), .estimated(let energy), .preliminary(let energy):
        let difference = expected - energy.meanPower(over: QuarterHour.duration)
        absolute += difference.magnitude.count
        signed += difference.count
        count += 1
      case .substituted, .faulty, .missing: continue
      }
    }
    guard count > 0 else { return nil }
    self.count = count
    meanAbsoluteError = Power(count: scaled(absolute, by: 1, over: Int64(count)))
    bias = Power(count: scaled(signed, by: 1, over: Int64(count)))
  }
}
