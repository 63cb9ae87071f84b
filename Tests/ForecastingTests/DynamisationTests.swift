import Forecasting
import MarketTime
import Quantities
import Testing

@Suite("Dynamisation")
struct DynamisationTests {
  // Expected values: data/standards/slp_test_vectors.csv, computed with Python's Decimal.
  @Test(
    "gives the published factor of the day, to four decimals",
    arguments: [
      (1, 12_420), (49, 12_097), (60, 11_773), (67, 11_539), (88, 10_757), (155, 8443), (172, 8096), (227, 8016),
      (298, 10_087), (304, 10_331), (358, 12_382), (365, 12_572),
    ])
  func factors(dayOfYear: Int, expected: Int64) throws {
    #expect(try publishedDynamisation().tenThousandths(dayOfYear: dayOfYear) == expected)
  }

  @Test("counts the days of a leap year through")
  func leapYear() throws {
    // 29 February 2028 is day 60: 1.1773.
    #expect(try publishedDynamisation().factor(on: try day("2028-02-29")) == 1.1773)
  }

  @Test("refuses coefficients finer than a trillionth instead of cutting them")
  func tooFine() throws {
    #expect(Dynamisation(coefficients: [try #require(DecimalNumber("1.2e-13"))], profiles: []) == nil)
  }
}
