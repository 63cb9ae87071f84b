import CommunityModel
import Foundation
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

@Suite("A week's summary")
struct WeekTests {
  private let me = Musterhof.member(1)

  private func summary(_ kind: WeekKind) throws -> MemberSummary { try #require(try kind.house.summaries().summary(of: me)) }

  // MARK: - Arithmetic

  @Test("is the sum of its days, and each of them is what the day's own summary tells", arguments: WeekKind.allCases)
  func daysAddUp(_ kind: WeekKind) throws {
    let week = try summary(kind)
    var sums = (used: Energy.zero, own: Energy.zero, known: 0, expected: 0, saved: Money.zero)
    for told in week.each {
      var house = kind.house.told(byWeek: false)
      house.day = told.day
      let day = try #require(try house.summaries().summary(of: me))
      let figures = try #require(told.electricity)
      #expect(figures == day.electricity, "\(told.day)")
      sums.used += figures.used
      sums.own += figures.own
      sums.known += figures.known
      sums.expected += figures.expected
      sums.saved += day.saving?.amount ?? .zero
    }
    let whole = try #require(week.electricity)
    #expect(week.each.count == 7)
    #expect((whole.used, whole.own, whole.bought) == (sums.used, sums.own, sums.used - sums.own))
    #expect((whole.known, whole.expected) == (sums.known, sums.expected))
    #expect(week.saving?.amount == sums.saved)
  }

  @Test("comes to what was put in: 70.24 kWh, of the gap's week without Wednesday and Thursday's evening")
  func worked() throws {
    // 8.34 + 7.9 + 8.1 + 12.2 + 8.8 + 14.6 + 10.3 = 70.24, each quarter hour rounded to the mWh.
    let sunny = try #require(try summary(.sunny).electricity)
    #expect(abs(sunny.used.kilowattHours - 70.24) < 0.001)
    #expect((sunny.known, sunny.expected, sunny.substituted) == (7 * 24 * 4, 7 * 24 * 4, 0))
    // Without Wednesday's 8.1. Of Thursday's 12.2 the weights are 0.5 for 24 quarter hours, 1 for 44, 2.5 for 20, 1 for 8: 114 in all;
    // its last 20 quarter hours, from 19 o'clock on, have 12 of 2.5 and 8 of 1: 38. So 12.2 x 38 / 114 = 4.0667 are missing too.
    let gap = try #require(try summary(.gap).electricity)
    #expect(abs(gap.used.kilowattHours - (70.24 - 8.1 - 4.0667)) < 0.001)
    #expect((gap.known, gap.expected, gap.substituted) == (7 * 24 * 4 - 24 * 4 - 20, 7 * 24 * 4, 48))
    // 29 March has 23 hours.
    #expect(try summary(.clockChange).electricity?.expected == 7 * 24 * 4 - 4)
  }

  @Test("holds the four weeks before beside it: their own part in all they used")
  func past() throws {
    let week = try summary(.sunny)
    var (used, own) = (Energy.zero, Energy.zero)
    for back in 7..<35 {
      var house = WeekKind.sunny.house.told(byWeek: false)
      house.day = house.day.advanced(by: -back)
      let figures = try #require(try house.summaries().summary(of: me)?.electricity)
      used += figures.used
      own += figures.own
    }
    #expect(week.past.count == 4 && week.past.used == used && week.past.own == own)
    // 4 x 70.24
    #expect(abs(used.kilowattHours - 280.96) < 0.002)
  }

  @Test("does not count a week before of which less than 98 % are known, nor one before the member joined")
  func pastIncomplete() throws {
    var house = WeekKind.sunny.house
    let early = house.clock.quarterHours(of: date("2026-06-10"))
    house.tells = { flat, quarter in flat != 1 || !early.contains(quarter) }
    #expect(try house.summaries().summary(of: me)?.past.count == 3)
    house = WeekKind.sunny.house
    house.joined = [1: date("2026-06-04")]
    #expect(try house.summaries().summary(of: me)?.past.count == 1)
  }

  // MARK: - Days

  @Test("says of a day without values that there are none, and of a part of a day that it is one; never zero")
  func missingDay() throws {
    let rendered = try summary(.gap).rendered(.musterhof(.english))
    let lines = rendered.text.split(separator: "\n").map(String.init)
    #expect(lines.contains("  Wed  no values"))
    #expect(lines.contains { $0.hasPrefix("  Thu  █") && $0.hasSuffix(" %  incomplete") })
    // 24 + 5 hours are missing, 12 stand in.
    let text = rendered.text.replacing("\n", with: " ")
    #expect(text.contains("About 29 hours are still missing; figures are for the rest."))
    #expect(text.contains("About 12 hours are substitute values."))
    #expect(!text.contains("For comparison"))
    let json = try summary(.gap).json()
    #expect(json.contains(#""day": "2026-06-17""#) && json.contains(#""used_kwh": null"#))
  }

  @Test("begins with the day on which the member joined")
  func joined() throws {
    var house = WeekKind.sunny.house
    house.joined = [1: date("2026-06-18")]
    let summary = try #require(try house.summaries().summary(of: me))
    #expect(summary.each.map(\.day) == (18...21).map { date("2026-06-\($0)") })
    #expect(summary.isNew && summary.electricity?.expected == 4 * 24 * 4)
    #expect(summary.rendered(.musterhof(.english)).text.contains("Welcome to our community."))
  }

  @Test("draws bars as long as the use, the own part full, and something for the smallest")
  func bars() {
    func line(_ whole: Double, _ own: Double, _ share: String?) -> DayLine {
      DayLine(
        label: "Mo", energy: whole > 0 ? "1 kWh" : nil, share: share, note: whole > 0 ? "" : "none",
        whole: Energy(kilowattHours: whole),
        own: Energy(kilowattHours: own))
    }
    let lines = [line(12, 6, "50 %"), line(6, 6, "100 %"), line(0.01, 0, "0 %"), line(0, 0, nil)].text.split(separator: "\n")
    #expect(
      lines == [
        "  Mo  ██████░░░░░░   50 %", "  Mo  ██████        100 %", "  Mo  ░               0 %", "  Mo  none",
      ])
  }

  @Test("of heat alone counts the days that are known, and says how many")
  func heat() throws {
    var house = WeekKind.sunny.house
    house.heat = { $0 >= date("2026-06-15") ? 12 : 14 }
    var sources = house.sources()
    var heat = try #require(sources.heat["HEAT"])
    heat.values[heat.start.distance(to: house.clock.quarterHours(of: date("2026-06-17")).lowerBound) + 5] = .missing
    sources.heat["HEAT"] = heat
    let summary = try #require(try MemberSummaries(of: house.days, from: sources).summary(of: "heat"))
    #expect(abs((summary.heat?.energy ?? .zero).kilowattHours - 72) < 0.001)
    // 7 x 14 in each of the four weeks before.
    #expect(abs((summary.heat?.usual ?? .zero).kilowattHours - 98) < 0.001)
    let text = summary.rendered(.musterhof(.english)).text
    #expect(
      text.contains("6 of 7 days are known so far") && text.contains("  Wed  no values") && !text.contains("For comparison"))
  }

  // MARK: - Tips

  @Test("tells how many of the week's tips were right, and nothing where none can be told")
  func tips() throws {
    // Six days like those before; on Friday the roof makes 30 kWh and nobody's 0.5 kW are left.
    var house = WeekKind.sunny.house
    house.sun = { $0 == date("2026-06-19") ? 30 : 212 }
    let summary = try #require(try house.summaries().summary(of: me))
    #expect((summary.score?.right, summary.score?.told) == (6, 7))
    #expect(summary.rendered(.musterhof(.german)).text.contains("6 von 7 Tipps waren richtig."))
    // Without the roof's values of the week nobody knows.
    var sources = house.sources()
    var roof = try #require(sources.energies["ROOF", .export])
    for quarter in house.clock.quarterHours(of: house.days) { roof.values[roof.start.distance(to: quarter)] = .missing }
    sources.energies["ROOF", .export] = roof
    let unknown = try #require(try MemberSummaries(of: house.days, from: sources).summary(of: me))
    #expect(unknown.score == nil)
    #expect(!unknown.rendered(.musterhof(.german)).text.contains("Tipps"))
  }

  // MARK: - Faults

  @Test("names a plant that was dead in the week and runs again, once, with its days")
  func deadInTheWeek() throws {
    var house = WeekKind.sunny.house
    house.barn = { _ in 60 }
    house.sun = { [date("2026-06-16"), date("2026-06-17")].contains($0) ? 0 : 170 }
    let summary = try #require(try house.summaries().summary(of: me))
    let plant = Fault.Plant(isOwn: false, site: "Gartenstraße 5", othersRan: true)
    #expect(summary.faults == [.plantWasDead(plant, on: [date("2026-06-16"), date("2026-06-17")])])
    let rendered = summary.rendered(.musterhof(.german))
    #expect(!rendered.isOutage && rendered.subject.contains(" % Sonne"))
    let paragraph = rendered.text.components(separatedBy: "\n\n")[1].replacing("\n", with: " ")
    #expect(paragraph.hasSuffix("machte am Dienstag, am Mittwoch keinen Strom. Jetzt läuft sie wieder."))
    // Dead until the end it is what a day tells.
    house.sun = { $0 >= date("2026-06-20") ? 0 : 170 }
    #expect(try house.summaries().summary(of: me)?.faults == [.deadPlant(plant)])
  }

  // MARK: - Words

  @Test(
    "is named by its dates, and as the last seven days where it does not begin on a Monday",
    arguments: [
      ("2026-06-21", "letzte Woche (15. bis 21. Juni)"), ("2026-07-02", "in den letzten 7 Tagen (26. Juni bis 2. Juli)"),
    ])
  func dates(_ last: String, _ words: String) throws {
    var house = WeekKind.sunny.house
    house.day = date(last)
    let text = try #require(try house.summaries().summary(of: me)).rendered(.musterhof(.german)).text
    #expect(text.replacing("\n", with: " ").contains(words + " kam"))
  }
}
