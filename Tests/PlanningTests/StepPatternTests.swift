import MarketTime
import Planning
import Quantities
import Testing

@Suite("Steps that grow longer")
struct StepPatternTests {
  private func lengths(
    _ parts: [StepPattern.Part], from start: String, hours: Int, zone: String = "Europe/Berlin"
  ) throws -> [Int] {
    let calendar = try #require(MarketCalendar(timeZone: zone))
    let begins = QuarterHour(containing: try #require(Timestamp(iso8601: start)))
    let horizon = StepPattern(parts).horizon(from: begins, to: begins.advanced(by: hours * 4), calendar: calendar)
    #expect(horizon.start == begins)
    #expect(horizon.span.count == hours * 4)
    return horizon.steps.map(\.count)
  }

  private func times(_ count: Int, _ length: Int) -> [Int] { Array(repeating: length, count: count) }

  @Test("are all of one length where there is one, the last shorter where it would reach beyond the end")
  func one() throws {
    #expect(try lengths([.init(length: 4)], from: "2026-06-01T10:00:00Z", hours: 3) == [4, 4, 4])
    #expect(try lengths([.init(length: 16)], from: "2026-06-01T10:00:00Z", hours: 6) == [16, 8])
  }

  @Test("begin a longer length at the full hour of the local clock")
  func hours() throws {
    // From 10:15 a day of quarter hours, three more until 11:00, eleven hours until 22:00, and a quarter hour until 22:15.
    let day = [StepPattern.Part(length: 1, span: 96), .init(length: 4)]
    #expect(try lengths(day, from: "2026-06-01T08:15:00Z", hours: 36) == times(99, 1) + times(11, 4) + [1])
    // Nepal is 5:45 ahead: an hour from 05:45, a quarter hour until 07:00, hours, and three quarter hours.
    let hour = [StepPattern.Part(length: 1, span: 4), .init(length: 4)]
    #expect(
      try lengths(hour, from: "2026-06-01T00:00:00Z", hours: 4, zone: "Asia/Kathmandu") == times(5, 1) + [4, 4, 3])
  }

  @Test("may have several lengths, the last one to the end")
  func several() throws {
    let parts = [StepPattern.Part(length: 1, span: 48), .init(length: 4, span: 96), .init(length: 16)]
    #expect(try lengths(parts, from: "2026-06-01T00:00:00Z", hours: 48) == times(48, 1) + times(24, 4) + times(3, 16))
    // Half hours for 45 minutes, and then until the hours may begin.
    let halves = [StepPattern.Part(length: 2, span: 3), .init(length: 4)]
    #expect(try lengths(halves, from: "2026-06-01T00:00:00Z", hours: 3) == [2, 2, 4, 4])
  }
}
