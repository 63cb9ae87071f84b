public import Quantities

/// Figures that can be compared from year to year because the weather is taken out of them.
public enum WeatherNormal {
  /// kWh/kWp: what plants made for each kilowatt of their peak power. nil where they have none.
  public static func specificYield(_ generation: Energy, peakPower: Power) -> Fraction? {
    share(generation.count, of: peakPower.count)
  }

  /// The degree days of a day with mean temperature `outdoor`: 20 degC less it where it is below 15 degC (VDI 3807, G20/15), in kelvin
  /// days.
  public static func degreeDays(at outdoor: Temperature) -> Temperature {
    outdoor < Temperature(count: 15_000) ? Temperature(count: 20_000) - outdoor : .zero
  }

  /// kWh for each degree day. nil where it was not cold.
  public static func heat(_ heat: Energy, degreeDays: Temperature) -> Fraction? {
    guard degreeDays > .zero else { return nil }
    return share(heat.count, of: degreeDays.count * 1000)
  }
}
