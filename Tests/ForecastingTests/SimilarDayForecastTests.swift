import CommunityModel
import Forecasting
import MarketTime
import Quantities
import Testing

@Suite("Similar-day forecast")
struct SimilarDayForecastTests {
  /// A history of whole local days in Berlin, each quarter hour as `value` says.
  private func history(
    from first: String, until last: String, value: (LocalDay, LocalTime) -> IntervalEnergy
  ) throws -> TimeSeries<IntervalEnergy> {
    let calendar = try berlin()
    let span = try calendar.quarterHours(of: day(first)..<day(last))
    return TimeSeries(
      start: span.lowerBound,
      values: span.map {
        let (day, time) = calendar.local($0.start)
        return value(day, time)
      })
  }

  private func forecast(holidays: Holidays = .none) throws -> SimilarDayForecast {
    SimilarDayForecast(calendar: try berlin(), holidays: holidays)
  }

  /// As many Wh as the day of the month.
  private func byDate(_ day: LocalDay, _ time: LocalTime) -> IntervalEnergy {
    .measured(Energy(wattHours: day.components.day))
  }

  @Test("takes the mean of the four latest workdays for a workday")
  func workday() throws {
    // Monday 29 June 2026. The latest workdays before it are 26, 25, 24 and 23 June: mean 24.5 Wh, that is 98 W.
    let past = try history(from: "2026-06-01", until: "2026-06-29", value: byDate)
    let expected = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-06-29")))
    #expect(expected.power.values.allSatisfy { $0 == Power(watts: 98) })
    #expect(expected.summary == [.similarDays(4): 96])
  }

  @Test("takes a quantile of these days where it is asked for, between two of them in proportion")
  func quantiles() throws {
    // Workdays 23, 24, 25, 26 Wh: the tenth lies at place 0.1 x 3 = 0.3, 23.3 Wh or 93.2 W; nine tenths at 2.7, 25.7 Wh or 102.8 W. The
    // last seven days 22 to 28 Wh: the tenth at 0.6, 22.6 Wh or 90.4 W.
    let past = try history(from: "2026-06-01", until: "2026-06-29", value: byDate)
    let span = try berlin().quarterHours(of: try day("2026-06-29"))
    func forecast(_ quantile: Double) throws -> SimilarDayForecast {
      SimilarDayForecast(calendar: try berlin(), holidays: .none, quantile: Fraction(quantile))
    }
    #expect(try forecast(0.1).load(from: past, over: span).power.values.allSatisfy { $0 == Power(kilowatts: 0.0932) })
    #expect(try forecast(0.9).load(from: past, over: span).power.values.allSatisfy { $0 == Power(kilowatts: 0.1028) })
    #expect(try forecast(0.1).generation(from: past, over: span).power.values.allSatisfy { $0 == Power(kilowatts: 0.0904) })
    #expect(try forecast(1).load(from: past, over: span).power.values.allSatisfy { $0 == Power(watts: 104) })
  }

  @Test("takes Saturdays for a Saturday, Sundays and holidays for a holiday")
  func weekendAndHoliday() throws {
    let past = try history(from: "2026-06-01", until: "2026-06-27", value: byDate)
    // Saturday 27 June: the Saturdays 20, 13, 6 June: mean 13 Wh, 52 W.
    let saturday = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-06-27")))
    #expect(saturday.summary == [.similarDays(3): 96])
    #expect(saturday.power.values.allSatisfy { $0 == Power(watts: 52) })
    // The same Saturday as a holiday, when 4 June (a Thursday) was one too: 21, 14, 7 and 4 June: mean 11.5 Wh, 46 W.
    let holidays = Holidays(days: [try day("2026-06-04"), try day("2026-06-27")], years: [2026])
    let holiday = try forecast(holidays: holidays).load(
      from: past, over: try berlin().quarterHours(of: try day("2026-06-27")))
    #expect(holiday.summary == [.similarDays(4): 96])
    #expect(holiday.power.values.allSatisfy { $0 == Power(watts: 46) })
  }

  @Test("looks back from the forecast's start, over the second day of the horizon as well")
  func secondDay() throws {
    // From Thursday 25 June, 00:00, over two days: Friday 26 June has the same four days, 24, 23, 22 and 19 June: 22 Wh, 88 W.
    let past = try history(from: "2026-06-01", until: "2026-06-30", value: byDate)
    let span = try berlin().quarterHours(of: try day("2026-06-25")..<day("2026-06-27"))
    let expected = try forecast().load(from: past, over: span)
    #expect(expected.power.values.allSatisfy { $0 == Power(watts: 88) })
  }

  @Test("counts the hours of the day that are over, and none that are not")
  func startWithinADay() throws {
    // From Friday 26 June, 12:00 local: tomorrow morning is a Saturday, so look at Monday 29 June.
    // 11:45 of the 26th is over: 26, 25, 24, 23 -> 24.5 Wh, 98 W. 12:00 is not: 25, 24, 23, 22 -> 23.5 Wh, 94 W.
    let past = try history(from: "2026-06-01", until: "2026-07-01", value: byDate)
    let start = try quarter("2026-06-26T10:00Z")
    let monday = try berlin().quarterHours(of: try day("2026-06-29"))
    let expected = try forecast().load(from: past, over: start..<monday.upperBound)
    #expect(expected.power[try quarter("2026-06-29T09:45Z")] == Power(watts: 98))
    #expect(expected.power[try quarter("2026-06-29T10:00Z")] == Power(watts: 94))
  }

  @Test("passes over missing and substituted values and says how many days were left")
  func badValues() throws {
    let past = try history(from: "2026-06-15", until: "2026-06-20") { day, _ in
      switch day.components.day {
      case 16: return .estimated(Energy(wattHours: 16))
      case 17: return .substituted(Energy(wattHours: 1000))
      case 18: return .missing
      default: return .measured(Energy(wattHours: day.components.day))
      }
    }
    // Friday 19, Tuesday 16 and Monday 15 June: mean 50/3 Wh, 66.667 W to the milliwatt.
    let expected = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-06-22")))
    #expect(expected.summary == [.similarDays(3): 96])
    #expect(expected.power.values.allSatisfy { $0 == Power(count: 66_667) })
  }

  @Test("falls back to any of the last seven days where no similar day has a value, and then to nothing")
  func fallback() throws {
    // Monday to Wednesday, 22 to 24 June; Saturday 27 June has no Saturday before it: 22, 23, 24 -> 23 Wh, 92 W.
    let past = try history(from: "2026-06-22", until: "2026-06-25", value: byDate)
    let saturday = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-06-27")))
    #expect(saturday.summary == [.recentDays(3): 96])
    #expect(saturday.power.values.allSatisfy { $0 == Power(watts: 92) })
    // A week later none of them is among the last seven days.
    let later = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-07-04")))
    #expect(later.summary == [.nothing: 96])
    #expect(later.power.values.allSatisfy { $0 == nil })
  }

  @Test("looks back 28 days and no further")
  func lookback() throws {
    // One measured Wednesday, 3 June. Wednesday 1 July is 28 days later, Thursday 2 July 29.
    let past = try history(from: "2026-06-03", until: "2026-06-04", value: byDate)
    let reached = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-07-01")))
    #expect(reached.summary == [.similarDays(1): 96])
    let tooLate = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-07-02")))
    #expect(tooLate.summary == [.nothing: 96])
  }

  @Test("takes the last seven days of any kind for generation")
  func generation() throws {
    // Monday 29 June: 28 to 22 June, mean 25 Wh, 100 W.
    let past = try history(from: "2026-06-01", until: "2026-06-29", value: byDate)
    let expected = try forecast().generation(from: past, over: try berlin().quarterHours(of: try day("2026-06-29")))
    #expect(expected.summary == [.recentDays(7): 96])
    #expect(expected.power.values.allSatisfy { $0 == Power(watts: 100) })
  }

  /// As many Wh as minutes of the local clock.
  private func byClock(_ day: LocalDay, _ time: LocalTime) -> IntervalEnergy { .measured(Energy(wattHours: time.minutes)) }

  @Test("follows the clock on the wall over both changes of the clock", arguments: ["2026-03-29", "2026-10-25"])
  func clockChange(text: String) throws {
    let change = try day(text)
    let calendar = try berlin()
    let past = try history(from: change.advanced(by: -28).description, until: change.description, value: byClock)
    // The day of the change and the day after it: each quarter hour has its local time's value, 4 W a Wh.
    let span = calendar.quarterHours(of: change..<change.advanced(by: 2))
    let expected = try forecast().load(from: past, over: span)
    #expect(expected.power.values.count == (text == "2026-03-29" ? 92 : 100) + 96)
    for (quarter, power) in zip(span, expected.power.values) {
      #expect(power == Power(watts: 4 * calendar.local(quarter.start).time.minutes))
    }
  }

  @Test("passes over the hour that a day in the history does not have")
  func hourLeftOut() throws {
    // Sunday 5 April 2026, 02:00: of the Sundays before, 29 March has no such time; 22, 15 and 8 March have.
    let past = try history(from: "2026-03-08", until: "2026-04-05", value: byClock)
    let expected = try forecast().load(from: past, over: try berlin().quarterHours(of: try day("2026-04-05")))
    #expect(expected.basis.values[8] == .similarDays(3))
    #expect(expected.basis.values[7] == .similarDays(4))
    #expect(expected.power.values[8] == Power(watts: 4 * 120))
  }
}
