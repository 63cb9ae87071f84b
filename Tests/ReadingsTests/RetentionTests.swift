import MarketTime
import Readings
import Testing

@Suite("How long something is kept")
struct RetentionTests {
  private func end(_ limit: Retention.Limit, _ now: String) -> String? {
    Timestamp(iso8601: now).flatMap { limit.end(at: $0) }?.description
  }

  @Test("by law ends three years after the end of the year of measurement")
  func byLaw() {
    // What was measured in 2022 may stay until the end of 2025.
    #expect(end(.byLaw, "2025-12-31T23:59:59Z") == "2022-01-01T00:00:00Z")
    #expect(end(.byLaw, "2026-01-01T00:00:00Z") == "2023-01-01T00:00:00Z")
    #expect(end(.days(90), "2026-06-01T00:00:00Z") == "2026-03-03T00:00:00Z")
    #expect(end(.forever, "2026-06-01T00:00:00Z") == nil)
  }

  @Test("is read as it is written")
  func text() {
    for limit in [Retention.Limit.forever, .byLaw, .days(31), .days(400)] { #expect(Retention.Limit(limit.description) == limit) }
    #expect(Retention.Limit("90d") == .days(90))
    for text in ["", "30 d", "90", "90 h", "-90 d", "always", "40000 d", "9 0d x"] {
      #expect(Retention.Limit(text) == nil, "\(text)")
    }
  }

  @Test("is never longer for readings than for their quarter hours")
  func order() {
    func isWrong(_ readings: Retention.Limit, _ quarterHours: Retention.Limit) -> Bool {
      Retention(readings: readings, quarterHours: quarterHours).dropsQuarterHoursFirst
    }
    #expect(
      !isWrong(.days(90), .days(90)) && !isWrong(.days(90), .byLaw) && !isWrong(.byLaw, .byLaw) && !isWrong(.byLaw, .forever))
    #expect(!isWrong(.forever, .forever) && !isWrong(.days(90), .forever) && !isWrong(.days(1000), .byLaw))
    #expect(
      isWrong(.forever, .byLaw) && isWrong(.days(91), .days(90)) && isWrong(.days(1200), .byLaw) && isWrong(.byLaw, .days(1200)))
  }
}
