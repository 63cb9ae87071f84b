import Forecasting
import MarketTime
import Quantities
import Testing

func berlin() throws -> MarketCalendar { try #require(MarketCalendar(timeZone: "Europe/Berlin")) }

func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

func quarter(_ text: String) throws -> QuarterHour { QuarterHour(containing: try #require(Timestamp(iso8601: text))) }

extension Holidays {
  /// No holidays at all, known for the years of the tests.
  static let none = Holidays(days: [], years: Set(2020...2030))
}

/// F(t) as BDEW publishes it: 1.24 + 2.1e-3 t - 7.02e-5 t^2 + 3.2e-7 t^3 - 3.92e-10 t^4.
func publishedDynamisation() throws -> Dynamisation {
  let coefficients = try ["1.24", "2.1e-3", "-7.02e-5", "3.2e-7", "-3.92e-10"].map { try #require(DecimalNumber($0)) }
  return try #require(Dynamisation(coefficients: coefficients, profiles: ["H0", "H25", "P25", "S25"]))
}
