import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Summaries

@Suite("The tip for tomorrow")
struct SunTipTests {
  private let calendar = Musterhof.calendar
  private let quiet = [DailyHours.usualQuiet]

  /// Ten households on a day; `kilowatts` are left over for each of them from one hour of the clock to another, nothing else.
  private func outlook(
    _ day: LocalDay, _ runs: [(hours: Range<Double>, kilowatts: Double)],
    cautious: [(hours: Range<Double>, kilowatts: Double)]? = nil
  ) -> SunOutlook {
    func series(_ runs: [(hours: Range<Double>, kilowatts: Double)]) -> TimeSeries<Power?> {
      let quarters = calendar.quarterHours(of: day)
      return TimeSeries(
        start: quarters.lowerBound,
        values: quarters.map { quarter in
          let hour = Double(calendar.local(quarter.start).time.minutes) / 60
          return Power(kilowatts: 10 * (runs.first { $0.hours.contains(hour) }?.kilowatts ?? 0))
        })
    }
    return SunOutlook(expected: series(runs), cautious: series(cautious ?? runs), households: 10)
  }

  private func hours(_ tip: SunTip) -> String? {
    tip.window.map { GermanWords(formality: .formal).span(of: $0.span, on: calendar) }
  }

  private let day = date("2026-06-20")

  @Test("is the longest run of at least two hours with half a kilowatt a household")
  func longestRun() {
    let tip = SunTip(for: day, from: outlook(day, [(8..<10, 0.6), (11..<15, 0.5)]), on: calendar, quiet: quiet)
    #expect(hours(tip) == "11 bis 15 Uhr")
  }

  @Test("is none where less than half a kilowatt is left over, or less than two hours long")
  func none() {
    #expect(SunTip(for: day, from: outlook(day, [(8..<16, 0.499)]), on: calendar, quiet: quiet) == .nothing)
    #expect(SunTip(for: day, from: outlook(day, [(11..<12.75, 2)]), on: calendar, quiet: quiet) == .nothing)
    #expect(hours(SunTip(for: day, from: outlook(day, [(11..<13, 0.5)]), on: calendar, quiet: quiet)) == "11 bis 13 Uhr")
  }

  @Test("names full hours where two of them remain, else the quarter hours")
  func fullHours() {
    #expect(hours(SunTip(for: day, from: outlook(day, [(10.25..<15.5, 1)]), on: calendar, quiet: quiet)) == "11 bis 15 Uhr")
    #expect(
      hours(SunTip(for: day, from: outlook(day, [(10.25..<12.75, 1)]), on: calendar, quiet: quiet)) == "10:15 bis 12:45 Uhr")
  }

  @Test("says likely where the cautious forecast says so too, else perhaps")
  func likely() {
    let runs: [(hours: Range<Double>, kilowatts: Double)] = [(11..<15, 1)]
    #expect(SunTip(for: day, from: outlook(day, runs), on: calendar, quiet: quiet).window?.isLikely == true)
    let perhaps = outlook(day, runs, cautious: [(11..<14, 1)])
    #expect(SunTip(for: day, from: perhaps, on: calendar, quiet: quiet).window?.isLikely == false)
  }

  @Test("keeps the house's quiet hours")
  func quietHours() throws {
    let noon = DailyHours(from: try #require(LocalTime(iso8601: "13:00")), until: try #require(LocalTime(iso8601: "15:00")))
    #expect(hours(SunTip(for: day, from: outlook(day, [(11..<16, 1)]), on: calendar, quiet: [noon])) == "11 bis 13 Uhr")
    // Wind at night is no reason to wash.
    #expect(hours(SunTip(for: day, from: outlook(day, [(0..<24, 1)]), on: calendar, quiet: quiet)) == "6 bis 22 Uhr")
  }

  @Test("names cheap hours of the tariff where the sun has none, and no machine at night")
  func cheapHours() throws {
    func window(_ from: String, _ until: String) throws -> PriceWindow {
      PriceWindow(
        from: try #require(LocalTime(iso8601: from)), until: try #require(LocalTime(iso8601: until)),
        plus: EnergyPrice(count: -30_000))
    }
    let dark = outlook(day, [])
    let noon = SunTip(for: day, from: dark, on: calendar, quiet: quiet, cheap: [try window("10:00", "16:00")])
    let night = SunTip(for: day, from: dark, on: calendar, quiet: quiet, cheap: [try window("01:00", "05:00")])
    guard case .cheapGrid(let span) = noon, case .cheapNight = night else {
      Issue.record("\(noon), \(night)")
      return
    }
    #expect(GermanWords(formality: .formal).span(of: span, on: calendar) == "10 bis 16 Uhr")
    #expect(!EnglishWords().cheapTip("1 am to 5 am", isNight: true).contains("washing"))
  }

  @Test(
    "is by the clock on the wall on the days on which it is changed, and names the clock",
    arguments: ["2026-03-29", "2026-10-25"])
  func clockChange(_ text: String) throws {
    let day = date(text)
    let tip = SunTip(for: day, from: outlook(day, [(11..<15, 1)]), on: calendar, quiet: quiet)
    #expect(hours(tip) == "11 bis 15 Uhr")
    var house = Musterhof()
    house.day = day.advanced(by: -2)
    var summary = try #require(try house.summaries().summary(of: "m01"))
    summary.tip = tip
    let clock = text.contains("-03-") ? "(Sommerzeit)" : "(Winterzeit)"
    #expect(summary.tipWindow(GermanWords(formality: .formal)) == "11 bis 15 Uhr " + clock)
  }

  @Test("takes the hours of a plan where it reaches, and the days before elsewhere")
  func planned() throws {
    var house = Musterhof()
    house.sun = { _ in 20 }
    let tomorrow = house.clock.quarterHours(of: house.day.advanced(by: 2))
    #expect(try house.summaries().tip == .nothing)
    house.planned = TimeSeries(
      start: tomorrow.lowerBound.advanced(by: 40), values: Array(repeating: Power(kilowatts: 9.1), count: 10))
    let window = try #require(try house.summaries().tip.window)
    #expect(GermanWords(formality: .formal).span(of: window.span, on: house.clock) == "10 bis 12 Uhr")
    #expect(!window.isLikely)
  }

  // MARK: - Starts

  @Test("spreads starts: no quarter hour has two members more than another, and each member has had all of them in turn")
  func starts() {
    let members = (1...40).map(Musterhof.member)
    let order = StartOrder(of: members)
    let window = SunWindow(
      span: calendar.quarterHours(of: day).lowerBound.advanced(
        by: 44)..<calendar.quarterHours(of: day).lowerBound.advanced(by: 60), isLikely: true)
    let starts = members.map { order.start(of: $0, in: window, on: day) }
    let counts = Dictionary(grouping: starts) { $0 }.mapValues(\.count)
    // 16 quarter hours, of which the last three are no start.
    #expect(counts.count == 13)
    #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) <= 1)
    #expect(starts.allSatisfy { window.span.contains($0) })
    let turns = (0..<13).map { order.start(of: members[4], in: window, on: day.advanced(by: $0)) }
    #expect(Set(turns).count == 13)
    #expect(StartOrder(of: members.reversed()).start(of: members[4], in: window, on: day) == starts[4])
  }

  // MARK: - Afterwards

  @Test("is counted as right or wrong afterwards: five of seven")
  func score() {
    var score = TipScore()
    let sunny: [(hours: Range<Double>, kilowatts: Double)] = [(11..<15, 1)]
    func add(told: [(hours: Range<Double>, kilowatts: Double)], came: [(hours: Range<Double>, kilowatts: Double)]) {
      let tip = SunTip(for: day, from: outlook(day, told), on: calendar, quiet: quiet)
      score.add(tip, for: day, measured: outlook(day, came), on: calendar, quiet: quiet)
    }
    for _ in 0..<4 { add(told: sunny, came: sunny) }
    add(told: [], came: [])
    // Told and not come; come and not told.
    add(told: sunny, came: [])
    add(told: [], came: sunny)
    #expect(score.right == 5 && score.told == 7)
    #expect(GermanWords(formality: .formal).score(score) == "Von 7 Tipps der letzten Woche stimmten 5.")
    #expect(EnglishWords().score(score) == "5 of last week's 7 tips were right.")
    var empty = SunOutlook(
      expected: TimeSeries(start: QuarterHour(index: 0), values: []),
      cautious: TimeSeries(start: QuarterHour(index: 0), values: []), households: 10)
    empty = SunOutlook(expected: empty.expected, cautious: empty.cautious, households: 10)
    score.add(
      SunTip(for: day, from: outlook(day, sunny), on: calendar, quiet: quiet), for: day, measured: empty, on: calendar,
      quiet: quiet)
    #expect(score.told == 7)
  }

  @Test("is looked back on with Monday's summary of Sunday, and on no other day")
  func mondays() throws {
    var house = Musterhof()
    house.day = date("2026-06-21")
    #expect(
      try house.summaries().summary(of: "m01")?.score
        == {
          var score = TipScore(); for _ in 0..<7 { score.countRight() }; return score
        }())
    house.day = date("2026-06-20")
    #expect(try house.summaries().summary(of: "m01")?.score == nil)
  }
}

extension TipScore {
  /// A tip that was right, as a test counts it.
  fileprivate mutating func countRight() {
    let calendar = Musterhof.calendar
    let day = LocalDay(number: 0)
    let zeros = TimeSeries<Power?>(repeating: .zero, over: calendar.quarterHours(of: day))
    add(.nothing, for: day, measured: SunOutlook(expected: zeros, cautious: zeros, households: 1), on: calendar, quiet: [])
  }
}
