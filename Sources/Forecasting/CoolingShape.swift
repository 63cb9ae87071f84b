public import MarketTime
public import Quantities

extension HeatShape {
  /// Above this outside, rooms want cold.
  private static let coolingLimit = Temperature(count: 16_000)

  /// Cold wanted in each quarter hour of `span` by who wants `annual` in a year, `steady` of it at all times alike; nil where it never gets
  /// so warm that anybody does.
  ///
  ///     q = annual (steady / 8760 h + (1 - steady) (T - 16 degC) / sum over the year),   T above 16 degC, of the mean day
  public func cooling(annual: Energy, steady: Fraction, over span: Range<QuarterHour>) -> Forecast? {
    let excess = outdoor.map { Double(max(.zero, $0 - Self.coolingLimit).count) }
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    // Of a quarter hour each.
    let year = excess.enumerated().reduce(0) { $0 + $1.element * Double(days[$1.offset / GenerationShape.slotsPerDay]) / 4 }
    guard year > 0 || steady == .one else { return nil }
    let values = GenerationShape.places(of: span).map { place in
      let moving = year > 0 ? (1 - steady.value) * excess[place] / year : 0
      return Power(kilowatts: annual.kilowattHours * (steady.value / 8760 + moving))
    }
    return Forecast(power: TimeSeries(start: span.lowerBound, values: values), basis: .shape)
  }
}
