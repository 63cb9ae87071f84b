import MarketTime
import Messages
import Quantities
import Testing

@Suite("When a month's heat goes out")
struct HeatMonthRuleTests {
  private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

  @Test("in the first seven days of the next month, also of a new year")
  func month() throws {
    #expect(HeatMonthRule.month(toldOn: try day("2026-11-01"))?.description == "2026-10")
    #expect(HeatMonthRule.month(toldOn: try day("2026-11-07"))?.description == "2026-10")
    #expect(HeatMonthRule.month(toldOn: try day("2026-11-08")) == nil)
    #expect(HeatMonthRule.month(toldOn: try day("2026-10-31")) == nil)
    #expect(HeatMonthRule.month(toldOn: try day("2027-01-01"))?.description == "2026-12")
  }

  @Test("waits for the last day's values on the 1st and 2nd, and for nothing from the 3rd on")
  func waiting() throws {
    let least = Fraction(0.98)
    for (text, coverage, goesOut) in [
      ("2026-11-01", Fraction(0.98), true), ("2026-11-01", Fraction(0.979), false), ("2026-11-02", Fraction(0.5), false),
      ("2026-11-02", nil, false), ("2026-11-03", Fraction.zero, true), ("2026-11-03", nil, true),
    ] {
      #expect(HeatMonthRule.goesOut(on: try day(text), coverage: coverage, least: least) == goesOut, "\(text)")
    }
  }
}
