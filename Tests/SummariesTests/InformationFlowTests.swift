import CommunityModel
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

/// What a member reads must not tell of any other single member. The house's figures are of many, and told only where `AggregateRule`
/// allows it; what sharing gives a member by use depends on all others together, and on nobody alone.
@Suite("What one member's summary tells of another")
struct InformationFlowTests {
  private func rendered(_ house: Musterhof, without group: Bool = false) throws -> [RenderedSummary] {
    let day = try house.summaries()
    return try Language.allCases.map { language in
      var summary = try #require(day.summary(of: "m01"))
      if group {
        (summary.group, summary.groupDays) = (nil, summary.days.count)
        (summary.tip, summary.start, summary.score) = (.unknown, nil, nil)
      }
      return summary.rendered(.musterhof(language))
    }
  }

  /// Another member's day, as different as can be.
  private static let changes: [@Sendable (Double) -> Double] = [{ _ in 0 }, { $0 * 0.1 }, { $0 * 3 }]

  @Test("under fixed keys: nothing at all, where the house's figures may not be told", arguments: 2...5, [false, true])
  func fixedKeys(_ other: Int, isWeek: Bool) throws {
    var house = Musterhof().told(byWeek: isWeek)
    house.flats = 5
    house.rule = .static
    let before = try rendered(house)
    for change in Self.changes {
      var changed = house
      // On every day that the summary looks at, so that the own past and the tip are held to it as well.
      changed.use = { flat, at in flat == other ? change(9.57) : house.use(flat, at) }
      #expect(try rendered(changed) == before)
    }
  }

  @Test(
    "under fixed keys: nothing but the house's figures and tip, where these may be told", arguments: [2, 9, 18], [false, true])
  func onlyAggregates(_ other: Int, isWeek: Bool) throws {
    var house = Musterhof().told(byWeek: isWeek)
    house.rule = .static
    let before = try rendered(house, without: true)
    for change in Self.changes {
      var changed = house
      changed.use = { flat, at in flat == other ? change(9.57) : house.use(flat, at) }
      #expect(try rendered(changed, without: true) == before)
    }
  }

  @Test(
    "when shared by use: only all others' use together, so that two others who change places change nothing",
    arguments: [false, true])
  func onlyTheSum(isWeek: Bool) throws {
    var house = Musterhof().told(byWeek: isWeek)
    house.use = { flat, _ in flat == 2 ? 3 : flat == 3 ? 16.14 : 9.57 }
    var swapped = house
    swapped.use = { flat, _ in flat == 3 ? 3 : flat == 2 ? 16.14 : 9.57 }
    #expect(try rendered(house) == rendered(swapped))
  }

  @Test("a meter that falls silent elsewhere holds back nobody's figures", arguments: [false, true])
  func silentElsewhere(isWeek: Bool) throws {
    var house = Musterhof().told(byWeek: isWeek)
    house.rule = .static
    let before = try rendered(house, without: true)
    let today = house.clock.quarterHours(of: house.day)
    house.tells = { flat, quarter in flat != 7 || !today.contains(quarter) }
    #expect(try rendered(house, without: true) == before)
  }

  @Test("no summary names another member or another meter")
  func noNames() throws {
    for house in DayKind.allCases.map(\.house) + WeekKind.allCases.map(\.house) {
      let day = try house.summaries()
      for language in Language.allCases {
        for member in day.members {
          let summary = try #require(day.summary(of: member.id))
          let rendered = summary.rendered(.musterhof(language))
          let all = rendered.subject + rendered.text + rendered.html + rendered.chat
          for other in day.members where other.id != member.id {
            #expect(!all.contains(other.name + " ") && !all.contains("\(other.id)"))
          }
        }
      }
    }
  }

  @Test("a week less its other days tells nothing of a day that may not be told by itself")
  func weekLessDays() throws {
    var house = Musterhof().told(byWeek: true)
    house.flats = 6
    house.day = date("2026-06-21")
    // On Wednesday a flat is silent: five are left, which is too few. On Thursday one flat outweighs all others.
    let wednesday = house.clock.quarterHours(of: date("2026-06-17"))
    house.tells = { flat, quarter in flat != 6 || !wednesday.contains(quarter) }
    house.use = { flat, at in flat == 5 && at == date("2026-06-18") ? 60 : 8 }
    let week = try house.summaries()
    let group = try #require(week.summary(of: "m01")?.group)
    var sum = Energy.zero
    for day in house.days {
      house.day = day
      let told = try house.told(byWeek: false).summaries().summary(of: "m01")?.group
      #expect((told?.used == nil) == [date("2026-06-17"), date("2026-06-18")].contains(day))
      sum += told?.used ?? .zero
    }
    #expect(group.used == sum)
    #expect(week.summary(of: "m01")?.groupDays == 5)
    let text = try #require(week.summary(of: "m01")).rendered(.musterhof(.english)).text.replacing("\n", with: " ")
    #expect(text.contains("This counts 5 of 7 days."))
    // Nor does the notice board, which is made the same way.
    house.day = date("2026-06-21")
    let board = try CommunitySummary(of: house.days, from: house.sources())
    #expect(board.total?.used == sum && board.each.compactMap(\.figures?.used).reduce(.zero, +) == sum)
  }
}
