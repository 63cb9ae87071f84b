import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import TestSupport
import Testing

@Suite("A span shared at once")
struct ColumnsTests {
  private let calendar: MarketCalendar
  private let members = ["car", "house"].map { Participant(.init($0)) }

  init() throws { calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin")) }

  @Test("gives what each quarter hour gives by itself", arguments: Question.rules.filter { $0 != "capped" })
  func same(_ word: String) throws {
    var random = SeededGenerator(seed: FaultFigure.seed)
    let question = Question(word, using: &random)
    let sharing = try question.sharing()
    let start = QuarterHour(index: question.turn)
    let uses = question.needs.map { most in (0..<50).map { _ in Int64.random(in: -1...most, using: &random) } }
    let generation = (0..<50).map { _ in Int64.random(in: -1...max(1, question.generation), using: &random) }
    let columns = try SharingColumns(span: start..<start.advanced(by: 50), generation: generation, uses: uses)
    let all = try sharing.allocate(columns, calendar: calendar)
    var clamped = 0
    for position in 0..<50 {
      let one = try sharing.allocate(
        Energy(count: generation[position]), to: uses.map { Energy(count: $0[position]) }, at: start.advanced(by: position))
      #expect(one.allocated.map(\.count) == all.shares.map { $0[position] })
      #expect(one.surplus.count == all.surplus[position])
      clamped += one.clamped
    }
    #expect(all.clamped == clamped)
    #expect(all.held.isEmpty)
  }

  @Test(
    "fills daily caps again at local midnight, on days of 100 and of 92 quarter hours too",
    arguments: ["2016-10-30", "2016-03-27"])
  func caps(_ text: String) throws {
    let day = try #require(LocalDay(iso8601: text))
    let span = calendar.quarterHours(of: day..<day.advanced(by: 2))
    let today = calendar.quarterHours(of: day).count
    // The car takes 40 each quarter hour and may have 100 a day: 40, 40, 20, then nothing until midnight.
    let sharing = try Sharing(members, rule: Dynamic(), dailyCaps: ["car": Energy(count: 100)])
    let columns = try SharingColumns(
      span: span, generation: Array(repeating: 1000, count: span.count),
      uses: [40, 5].map { Array(repeating: $0, count: span.count) })
    let result = try sharing.allocate(columns, calendar: calendar)
    for start in [0, today] { #expect(Array(result.shares[0][start..<start + 4]) == [40, 40, 20, 0]) }
    #expect(result.shares.map { $0.reduce(0, +) } == [200, 5 * Int64(span.count)])
    #expect(today == (text == "2016-10-30" ? 100 : 92))
    let late = try SharingColumns(
      span: span.lowerBound.advanced(by: 1)..<span.lowerBound.advanced(by: 2), generation: [0], uses: [[0], [0]])
    #expect(throws: SharingError.notMidnight(span.lowerBound.advanced(by: 1))) { try sharing.allocate(late, calendar: calendar) }
  }

  @Test("holds a quarter hour in which a value is missing")
  func held() throws {
    let start = QuarterHour(index: 1_632_000)
    let columns = try SharingColumns(
      span: start..<start.advanced(by: 2), generation: [100, 100], uses: [[50, 0], [50, 50]],
      qualities: [.substituted, .missing])
    let result = try Sharing(members, rule: Dynamic()).allocate(columns, calendar: calendar)
    #expect(result.held == [start.advanced(by: 1)])
    #expect(result.shares == [[50, 0], [50, 0]])
    #expect(result.surplus == [0, 0])
  }

  @Test("of uneven columns is refused")
  func uneven() throws {
    let start = QuarterHour(index: 0)
    let span = start..<start.advanced(by: 2)
    #expect(throws: SharingError.unevenSeries(expected: 2, found: 1)) {
      try SharingColumns(span: span, generation: [1, 2], uses: [[1]])
    }
    let one = try SharingColumns(span: span, generation: [1, 2], uses: [[1, 2]])
    #expect(throws: SharingError.wrongCount(expected: 2, found: 1)) {
      try Sharing(members, rule: Dynamic()).allocate(one, calendar: calendar)
    }
  }
}
