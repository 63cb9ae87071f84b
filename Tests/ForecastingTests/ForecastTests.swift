import CommunityModel
import Forecasting
import MarketTime
import Quantities
import Testing

@Suite("Forecast")
struct ForecastTests {
  private let start = QuarterHour(index: 1000)

  @Test("fills what it does not know from another forecast, and says so")
  func filling() {
    let own = Forecast(
      power: TimeSeries(start: start, values: [Power(watts: 100), nil, nil]),
      basis: TimeSeries(start: start, values: [.similarDays(4), .nothing, .nothing]))
    let other = Forecast(
      power: TimeSeries(start: start, values: [Power(watts: 7), Power(watts: 8)]), basis: .standardProfile("H25"))
    let filled = own.filled(by: other)
    #expect(filled.power.values == [Power(watts: 100), Power(watts: 8), nil])
    #expect(filled.basis.values == [.similarDays(4), .standardProfile("H25"), .nothing])
    #expect(filled.complete == nil)
    #expect(filled.summary == [.similarDays(4): 1, .standardProfile("H25"): 1, .nothing: 1])
  }

  @Test("is complete when every quarter hour has a value")
  func complete() {
    let forecast = Forecast(power: TimeSeries(start: start, values: [Power(watts: 1), Power(watts: 2)]), basis: .file)
    #expect(forecast.complete == TimeSeries(start: start, values: [Power(watts: 1), Power(watts: 2)]))
  }
}

@Suite("Forecast score")
struct ForecastScoreTests {
  private let start = QuarterHour(index: 1000)

  @Test("is the mean error with and without its sign")
  func handCalculation() throws {
    // Forecast 400, 400, 400, nil W; actual 75, 125, - , 100 Wh in the quarter hour, that is 300, 500, -, 400 W.
    // Differences +100 and -100 W, then one more quarter hour of 500 against 25 Wh = 100 W: +400 W.
    // Mean without signs (100 + 100 + 400) / 3 = 200 W, with signs 400 / 3 = 133.333 W.
    let forecast = Forecast(
      power: TimeSeries(
        start: start, values: [Power(watts: 400), Power(watts: 400), Power(watts: 400), nil, Power(watts: 500)]),
      basis: .file)
    let actual = TimeSeries<IntervalEnergy>(
      start: start,
      values: [
        .measured(Energy(wattHours: 75)), .measured(Energy(wattHours: 125)), .missing, .measured(Energy(wattHours: 100)),
        .estimated(Energy(wattHours: 25)),
      ])
    let score = try #require(ForecastScore(of: forecast, against: actual))
    #expect(score.count == 3)
    #expect(score.meanAbsoluteError == Power(watts: 200))
    #expect(score.bias == Power(count: 133_333))
  }

  @Test("does not exist where nothing can be compared")
  func nothingToCompare() {
    let forecast = Forecast(power: TimeSeries(start: start, values: [Power(watts: 1)]), basis: .file)
    let elsewhere = TimeSeries(start: start.advanced(by: 5), values: [IntervalEnergy.measured(.zero)])
    #expect(ForecastScore(of: forecast, against: elsewhere) == nil)
    let guessed = TimeSeries(start: start, values: [IntervalEnergy.substituted(.zero)])
    #expect(ForecastScore(of: forecast, against: guessed) == nil)
  }
}

@Suite("Generation shape")
struct GenerationShapeTests {
  /// 1000 x month + slot milliwatts per kilowatt.
  private func shape() throws -> GenerationShape {
    try GenerationShape(
      milliwattsPerKilowatt: (1...GenerationShape.months).flatMap { month in
        (0..<GenerationShape.slotsPerDay).map { Int64(month * 1000 + $0) }
      })
  }

  @Test("goes by the UTC clock, whatever the clock on the wall shows")
  func slots() throws {
    // The last quarter hour of March and the first of April, UTC; 10 kW of peak power.
    let span = try quarter("2026-03-31T23:45Z")..<quarter("2026-04-01T00:30Z")
    let power = try shape().power(peak: Power(kilowatts: 10), over: span)
    #expect(power.values == [Power(count: 30_950), Power(count: 40_000), Power(count: 40_010)])
  }

  @Test("has 24 hours of UTC on the days when the clock is changed")
  func clockChange() throws {
    let span = try quarter("2026-03-29T00:00Z")..<quarter("2026-03-30T00:00Z")
    let power = try shape().power(peak: Power(kilowatts: 1), over: span)
    #expect(power.values.map(\.count) == (0..<GenerationShape.slotsPerDay).map { Int64(3000 + $0) })
  }

  @Test("refuses a table of the wrong size")
  func wrongSize() {
    #expect(throws: ForecastingError.wrongTableSize(profile: "a generation shape", found: 2, expected: 1152)) {
      try GenerationShape(milliwattsPerKilowatt: [0, 1])
    }
  }
}
