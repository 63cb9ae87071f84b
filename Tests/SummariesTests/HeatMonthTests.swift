import Charts
import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

@Suite("A month's heat")
struct HeatMonthTests {
  private static let october = HeatedVillage.october

  @Test("is the sum of the month, of the month before and of the same month a year before")
  func sums() throws {
    let heat = try #require(HeatMonthKind.whole.village.heat())
    // 745 h of 4 x 138 Wh, 720 h of 4 x 62 Wh, 745 h of 4 x 150 Wh.
    #expect(heat.last.energy == Energy(wattHours: 411_240))
    #expect(heat.previous.energy == Energy(wattHours: 178_560))
    #expect(heat.yearBefore.energy == Energy(wattHours: 447_000))
    #expect([heat.last, heat.previous, heat.yearBefore].map(\.expected) == [2980, 2880, 2980])
    #expect([heat.last, heat.previous, heat.yearBefore].allSatisfy { $0.isWhole && $0.substituted == 0 })
    #expect([heat.previous.month, heat.yearBefore.month].map(\.description) == ["2026-09", "2025-10"])
    // (138 + 120 + 130 + ... + 180) / 8 = 148.5 Wh a quarter hour, 2980 of them.
    #expect(heat.average == .mean(Energy(wattHours: 442_530), users: 8))
    #expect(heat.mix.map(\.source) == [.woodChips, .solarThermal, .oil])
  }

  @Test("says how much of each month is known, and how much of it are substitutes; missing is never zero")
  func gaps() throws {
    let heat = try #require(HeatMonthKind.gaps.village.heat())
    // Three of 31 days are missing: 745 h - 72 h = 673 h of 4 x 138 Wh.
    #expect(heat.last.energy == Energy(wattHours: 371_496) && heat.last.expected - heat.last.known == 288)
    #expect(!heat.last.isWhole && heat.previous.isWhole && heat.previous.substituted == 48)
    #expect(heat.yearBefore.energy == nil && heat.yearBefore.since == nil)
    var silent = HeatedVillage()
    silent.tells = { user, _ in user != 1 }
    let unknown = try #require(silent.heat())
    #expect(unknown.last.energy == nil && unknown.last.known == 0)
    let text = unknown.rendered(.musterhof(.english)).text
    #expect(text.contains("no values") && !text.contains("0 kWh "), "\(text)")
    #expect(unknown.picture(.musterhof(.english)) == nil)
  }

  @Test("98 % of a month stand for the whole, less does not")
  func wholeMonth() throws {
    // Of 2980 quarter hours 59 may be missing: 2921 / 2980 = 98.02 %, 2920 / 2980 = 97.99 %.
    let first = Musterhof.calendar.quarterHours(of: date("2026-10-01")).lowerBound
    for (missing, isWhole) in [(59, true), (60, false)] {
      var village = HeatedVillage()
      village.tells = { user, quarter in user != 1 || first.distance(to: quarter) >= missing || quarter < first }
      #expect(village.heat()?.last.isWhole == isWhole, "\(missing)")
    }
  }

  @Test("who joined within the month is told since when, and nothing of who lived there before")
  func joined() throws {
    var village = HeatedVillage()
    village.joined = [1: date("2026-10-12")]
    let heat = try #require(village.heat())
    // From the 12th to the 31st: 20 days and the hour of the clock change, 481 h of 4 x 138 Wh.
    #expect(heat.last.energy == Energy(wattHours: 265_512) && heat.last.since == date("2026-10-12"))
    #expect(!heat.last.isWhole && heat.previous.energy == nil && heat.yearBefore.energy == nil)
    // Nor does the mean count part of a month.
    #expect(heat.average == .mean(Energy(wattHours: 150 * 2980), users: 7))
    var other = village
    other.use = { user, month in user == 1 && month != Self.october ? 9999 : village.use(user, month) }
    #expect(other.heat() == heat)
    #expect(HeatMonths(from: village.sources()).month(of: "former-1") == nil)
  }

  @Test("the mean is told over six users and more, none of whom uses more than half")
  func average() throws {
    var village = HeatedVillage()
    for (users, isTold) in [(5, false), (6, true)] {
      village.users = users
      #expect((village.heat()?.mean != nil) == isTold)
    }
    // (138 + 120 + 130 + 140 + 150 + 160) Wh x 2980 / 6 = 416 206.67 Wh.
    #expect(village.heat()?.average == .mean(Energy(count: 416_206_666), users: 6))
    village.users = 5
    #expect(village.heat()?.average == .tooFew)
    // Of six, one whose month is not known leaves five.
    village.users = 6
    village.tells = { user, _ in user != 4 }
    #expect(village.heat()?.average == .tooFew)
    village.tells = { _, _ in true }
    village.use = { user, _ in user == 6 ? 501 : 100 }
    #expect(village.heat()?.average == .oneStandsOut)
    village.use = { user, _ in user == 6 ? 500 : 100 }
    #expect(village.heat()?.mean?.users == 6)
    village.hasNetwork = false
    #expect(village.heat()?.place == .house("village") && village.heat()?.mix == [])
  }

  @Test("tells of no single other member: not by itself, and of all together the mean alone")
  func informationFlow() throws {
    for (users, village) in [5, 8].map({ users in
      (
        users,
        {
          var one = HeatedVillage(); one.users = users; return one
        }()
      )
    }) {
      let before = try #require(village.heat())
      for other in 2...users {
        for factor in [0, 3] {
          var changed = village
          changed.use = { user, month in village.use(user, month) * (user == other ? factor : 1) }
          let after = try #require(changed.heat())
          #expect([after.last, after.previous, after.yearBefore] == [before.last, before.previous, before.yearBefore])
          guard users == 5 else { continue }
          for language in Language.allCases {
            #expect(after.rendered(.musterhof(language)) == before.rendered(.musterhof(language)))
          }
          #expect(after.json() == before.json())
        }
      }
    }
    // Two others who change places change nothing.
    let village = HeatedVillage()
    var swapped = village
    swapped.use = { user, month in village.use(user == 2 ? 3 : user == 3 ? 2 : user, month) }
    #expect(swapped.heat() == village.heat())
    let months = HeatMonths(from: village.sources())
    for user in 1...village.users {
      let heat = try #require(months.month(of: HeatedVillage.member(user)))
      for language in Language.allCases {
        let rendered = heat.rendered(.musterhof(language))
        let all = rendered.subject + rendered.text + rendered.html + rendered.chat + heat.json()
        for other in 1...village.users where other != user {
          #expect(!all.contains("Familie \(other)") && !all.contains("h0\(other)") && !all.contains("HEAT-"))
        }
      }
    }
  }

  @Test("is written as recorded, in every language and way of address", arguments: HeatMonthKind.allCases)
  func golden(_ kind: HeatMonthKind) throws {
    let heat = try #require(kind.village.heat())
    for language in Language.allCases {
      for formality in Formality.allCases where formality == .formal || language == .german {
        var style = SummaryStyle.musterhof(language)
        style.formality = formality
        let rendered = heat.rendered(style)
        let name = "heat-\(kind.rawValue).\(language.rawValue)\(formality == .informal ? ".du" : "")"
        try expectGolden("\(rendered.subject)\n\n\(rendered.text)\n--- chat ---\n\(rendered.chat)\n", name + ".txt")
        if formality == .formal { try expectGolden(rendered.html, name + ".html") }
        if formality == .formal, let picture = rendered.picture { try expectGolden(picture.svg(.light), name + ".svg") }
        style.hasNeutralSubject = true
        #expect(!heat.rendered(style).subject.contains("kWh"))
      }
    }
    try expectGolden(heat.json(), "heat-\(kind.rawValue).json")
  }

  @Test("is short, in short sentences, without blame")
  func words() throws {
    var joined = HeatMonthKind.gaps.village
    joined.joined = [1: date("2026-10-12")]
    var silent = HeatedVillage()
    silent.tells = { user, _ in user != 1 }
    for heat in try (HeatMonthKind.allCases.map(\.village) + [joined, silent]).map({ try #require($0.heat()) }) {
      for language in Language.allCases {
        let style = SummaryStyle.musterhof(language)
        let (rendered, content) = (heat.rendered(style), SummaryContent(heat, style))
        #expect(rendered.subject.count <= 70 && rendered.chat.count <= 200)
        for line in rendered.text.split(separator: "\n") where !line.contains("https://") {
          #expect(line.displayWidth <= 72, "\(line)")
        }
        #expect(!(rendered.subject + rendered.text + rendered.chat).contains("!"))
        for sentence in ([content.opening] + content.notes).flatMap({
          $0.replacing("; ", with: ". ").components(separatedBy: ". ")
        }) {
          #expect(sentence.split(separator: " ").count <= 15, "\(sentence)")
        }
      }
    }
  }

  @Test("is compared with the year before in whole percent of that")
  func change() {
    func kWh(_ energy: Double) -> Energy { Energy(kilowattHours: energy) }
    // 35.76 / 447 = 8 %; 0.4 of 100 is as much; 0.5 rounds to one; nothing cannot be compared with.
    #expect(HeatMonth.change(kWh(411.24), kWh(447)).map { $0 == (8, false) } == true)
    #expect(HeatMonth.change(kWh(100.4), kWh(100)) == nil)
    #expect(HeatMonth.change(kWh(100.5), kWh(100)).map { $0 == (1, true) } == true)
    #expect(HeatMonth.change(kWh(1), .zero) == nil)
  }
}
