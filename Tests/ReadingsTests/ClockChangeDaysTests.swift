import CommunityModel
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

/// Row T4 of the fault catalogue: ten zones, ten years.
@Suite("Days on which the clock changes")
struct ClockChangeDaysTests {
  /// A zone and how many quarter hours its days may have. Lord Howe Island moves by half an hour, Kathmandu never.
  struct Place: Sendable, CustomStringConvertible {
    let zone: String
    let short: Int
    let long: Int
    var description: String { zone }
  }

  static let places: [Place] =
    [
      "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Athens", "America/New_York", "America/St_Johns",
      "America/Santiago", "Pacific/Auckland",
    ].map { Place(zone: $0, short: 92, long: 100) } + [
      Place(zone: "Australia/Lord_Howe", short: 94, long: 98), Place(zone: "Asia/Kathmandu", short: 96, long: 96),
    ]
  private static let years = 2026...2035

  @Test("count what the meter counted from midnight to midnight, to the last milliwatt-hour", arguments: places)
  func dailyTotals(place: Place) throws {
    let calendar = try #require(MarketCalendar(timeZone: place.zone))
    var random = SeededGenerator(seed: 4)
    var (changes, wrong, checked) = (0, 0, 0)
    for year in Self.years {
      let first = try #require(LocalDay(year: year, month: 1, day: 1))
      let days = (0..<365).map { first.advanced(by: $0) }
      let special = days.filter { calendar.quarterHours(of: $0).count != 96 }
      changes += special.count
      #expect(Set(special.map { calendar.quarterHours(of: $0).count }).isSubset(of: [place.short, place.long]))
      for day in special + days.filter({ $0.weekday == .sunday }).prefix(2) {
        // Read every five minutes from the day before to the day after; what is counted changes with each reading.
        let begin = calendar.start(of: day)
        let end = calendar.start(of: day.advanced(by: 1))
        var value = Int64.random(in: 0...1_000_000_000, using: &random)
        var counts: [Timestamp: Int64] = [:]
        var samples: [Sample] = []
        for time in stride(from: begin.milliseconds - 3_600_000, through: end.milliseconds + 3_600_000, by: 300_000) {
          samples.append(Sample(at: Timestamp(milliseconds: time), value: value))
          counts[Timestamp(milliseconds: time)] = value
          value += Int64.random(in: 0...700_000, using: &random)
        }
        let energies = IntervalMeter().energies(from: samples, over: calendar.quarterHours(of: day))
        let truth = try #require(counts[end]) - (try #require(counts[begin]))
        checked += 1
        if energies.total != truth { wrong += 1 }
        #expect(energies.total == truth, "\(day) in \(place.zone)")
        #expect(energies.count(.measured) == Int((end - begin).milliseconds / 900_000))
      }
    }
    #expect(changes == (place.short == 96 ? 0 : 20))
    FaultFigure.tell(
      "T4 wrong daily totals, \(place.zone), \(Self.years.count) years", ours: "\(wrong) of \(checked)", limit: "\(checked)",
      goal: "0", reached: wrong == 0)
  }

  @Test("are the last Sundays of March and October in the European Union, as Directive 2000/84/EC has it", arguments: years)
  func europeanUnion(year: Int) throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    func lastSunday(_ month: Int) throws -> LocalDay {
      let days = try (1...31).map { try #require(LocalDay(year: year, month: month, day: $0)) }
      return try #require(days.last { $0.weekday == .sunday })
    }
    #expect(calendar.quarterHours(of: try lastSunday(3)).count == 92)
    #expect(calendar.quarterHours(of: try lastSunday(10)).count == 100)
    // 02:00 CET is 01:00 UTC.
    let march = try lastSunday(3)
    #expect("\(calendar.start(of: march))".hasSuffix("T23:00:00Z"))
    #expect("\(calendar.start(of: march.advanced(by: 1)))".hasSuffix("T22:00:00Z"))
  }
}
