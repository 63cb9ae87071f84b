import Testing

@testable import MarketTime

@Suite("Quarter hours")
struct QuarterHourTests {
  @Test(
    "hold the instants from their start up to their end, before 1970 as after",
    arguments: [
      (0, 0), (1, 0), (899_999, 0), (900_000, 1), (-1, -1), (-900_000, -1), (-900_001, -2), (-1_800_000, -2),
      (1_774_746_000_000, 1_971_940),
    ] as [(Int64, Int64)])
  func containing(_ milliseconds: Int64, _ index: Int64) {
    let quarter = QuarterHour(containing: Timestamp(milliseconds: milliseconds))
    #expect(quarter.index == index)
    #expect(quarter.start.milliseconds <= milliseconds && milliseconds < quarter.end.milliseconds)
  }

  @Test("are named by their start")
  func names() {
    #expect(QuarterHour(index: 1_971_940).description == "2026-03-29T01:00:00Z")
    #expect(QuarterHour(index: -1).description == "1969-12-31T23:45:00Z")
  }

  @Test("can be walked across 1970")
  func strides() {
    let first = QuarterHour(index: -2)
    #expect((first..<first.advanced(by: 4)).map(\.index) == [-2, -1, 0, 1])
    #expect(first.distance(to: QuarterHour(index: 3)) == 5)
    #expect(first.end == first.advanced(by: 1).start)
    #expect(QuarterHour.duration == .seconds(900))
    #expect((first..<QuarterHour(index: 2)).instants == Timestamp(milliseconds: -1_800_000)..<Timestamp(milliseconds: 1_800_000))
  }

  @Test(
    "division rounds toward minus infinity",
    arguments: [(7, 2, 3), (-7, 2, -4), (-8, 2, -4), (0, 5, 0), (-1, 5, -1), (Int64.min, 1, Int64.min)] as [(Int64, Int64, Int64)]
  )
  func floored(_ number: Int64, _ divisor: Int64, _ expected: Int64) {
    #expect(number.floored(by: divisor) == expected)
  }

  @Test("numbers are filled with zeros to their width", arguments: [(7, 2, "07"), (0, 4, "0000"), (123, 2, "123")])
  func padding(_ number: Int, _ width: Int, _ text: String) {
    #expect(padded(number, to: width) == text)
  }
}

@Suite("Series of quarter hours")
struct TimeSeriesTests {
  private let start = QuarterHour(index: -1)
  private var series: TimeSeries<Int> { TimeSeries(start: start, values: [10, 11, 12]) }

  @Test("have one value for each quarter hour of their span and none outside")
  func subscripts() {
    #expect(series.span == QuarterHour(index: -1)..<QuarterHour(index: 2))
    #expect(series[QuarterHour(index: -2)] == nil)
    #expect(series[QuarterHour(index: -1)] == 10)
    #expect(series[QuarterHour(index: 1)] == 12)
    #expect(series[QuarterHour(index: 2)] == nil)
  }

  @Test("repeat a value over a span")
  func repeating() {
    let span = QuarterHour(index: 3)..<QuarterHour(index: 5)
    #expect(TimeSeries(repeating: 7, over: span) == TimeSeries(start: QuarterHour(index: 3), values: [7, 7]))
    #expect(TimeSeries(repeating: 7, over: span.lowerBound..<span.lowerBound).span.isEmpty)
  }

  @Test("keep their span when mapped")
  func mapping() {
    #expect(series.map { "\($0)" } == TimeSeries(start: start, values: ["10", "11", "12"]))
  }

  @Test("can be cut, moved and padded")
  func over() {
    #expect(series.over(series.span, padding: 0) == series)
    #expect(series.over(QuarterHour(index: 0)..<QuarterHour(index: 1), padding: 0).values == [11])
    #expect(series.over(QuarterHour(index: -3)..<QuarterHour(index: 4), padding: 0).values == [0, 0, 10, 11, 12, 0, 0])
    #expect(series.over(QuarterHour(index: 8)..<QuarterHour(index: 9), padding: 0).values == [0])
  }
}
