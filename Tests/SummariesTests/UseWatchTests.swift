import CommunityModel
import Foundation
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

/// Thursday, 18 June 2026, beside the four weeks before it: 21 May to 17 June.
@Suite("Unusual use")
struct UseWatchTests {
  private let day = date("2026-06-18")

  /// 7, 8 and 9 kWh in turn on the 28 days before: the median is 8; the distances are 1 on 18 or 19 days and 0 on the others, so their
  /// median is 1 and the spread 1.4826. Five spreads above the median are 15.413 kWh, twice it are 16.
  private func days(
    _ today: Double?, _ change: (inout [LocalDay: [UnusualUse.Measure: Energy]]) -> Void = { _ in }
  ) -> UseWatch {
    var days: [LocalDay: [UnusualUse.Measure: Energy]] = [:]
    for back in 1...28 { days[day.advanced(by: -back)] = [.day: Energy(kilowattHours: Double(7 + back % 3))] }
    if let today { days[day] = [.day: Energy(kilowattHours: today)] }
    change(&days)
    return UseWatch(member: "m01", days: days)
  }

  @Test("is more than twice the median, where that is more than five spreads above it", arguments: [(16, false), (16.1, true)])
  func twice(_ used: Double, _ isUnusual: Bool) {
    let found = days(used).unusual(on: day)
    #expect((found != nil) == isUnusual)
    if let found { #expect((found.usual, found.measure) == (Energy(kilowattHours: 8), .day)) }
  }

  @Test("is not what scatters anyway: five spreads above the median", arguments: [(30, false), (31, true)])
  func spread(_ used: Double, _ isUnusual: Bool) {
    // 5 and 11 kWh in turn, 8 on each Thursday: the median is 8, the distances 3 on 24 of 28 days. 8 + 5 x 4.4478 = 30.239.
    let watch = days(used) { days in
      for back in 1...28 {
        days[day.advanced(by: -back)] = [.day: Energy(kilowattHours: back % 7 == 0 ? 8 : back % 2 == 0 ? 5 : 11)]
      }
    }
    #expect((watch.unusual(on: day) != nil) == isUnusual)
  }

  @Test("is not the day of the week on which more is used", arguments: [(25, false), (25.1, true)])
  func laundryDay(_ used: Double, _ isUnusual: Bool) {
    // One Thursday of the four had 20 kWh; a quarter more is 25.
    let watch = days(used) { $0[day.advanced(by: -14)] = [.day: Energy(kilowattHours: 20)] }
    #expect((watch.unusual(on: day) != nil) == isUnusual)
  }

  @Test("needs three kilowatt-hours more", arguments: [(4.4, false), (4.6, true)])
  func least(_ used: Double, _ isUnusual: Bool) {
    // 1.5 kWh every day: three more are 4.5.
    let watch = days(used) { days in for back in 1...28 { days[day.advanced(by: -back)] = [.day: Energy(kilowattHours: 1.5)] } }
    #expect((watch.unusual(on: day) != nil) == isUnusual)
  }

  @Test("is none of a flat in which nobody lived")
  func empty() {
    let watch = days(12) { days in for back in 1...28 { days[day.advanced(by: -back)] = [.day: Energy(kilowattHours: 0.9)] } }
    #expect(watch.unusual(on: day) == nil)
  }

  @Test("is not told of where fewer than 14 days are known, or fewer than three of the same weekday, or the day is not")
  func tooLittle() {
    #expect(days(40) { days in for back in 15...28 { days[day.advanced(by: -back)] = nil } }.unusual(on: day) == nil)
    #expect(days(40) { days in for back in [7, 14] { days[day.advanced(by: -back)] = nil } }.unusual(on: day) == nil)
    #expect(days(40) { days in days[day.advanced(by: -7)] = nil }.unusual(on: day) != nil)
    #expect(days(nil).unusual(on: day) == nil)
  }

  @Test("of a night is told where the day is not: 0.6 kWh more in three hours", arguments: [(0.89, false), (0.91, true)])
  func night(_ used: Double, _ isUnusual: Bool) {
    let watch = days(9) { days in
      for back in 1...28 { days[day.advanced(by: -back)]?[.night] = Energy(kilowattHours: 0.3) }
      days[day]?[.night] = Energy(kilowattHours: used)
    }
    #expect(watch.unusual(on: day)?.measure == (isUnusual ? .night : nil))
  }

  // MARK: - Spells

  @Test("is told once a spell: again only after three usual days in a row, or after two weeks")
  func spells() {
    // Unusual on Thursday, and told. From then on: another unusual day, usual ones, an unknown one.
    func told(_ after: [Double?]) -> Bool {
      let watch = days(24) { days in
        for (place, used) in after.enumerated() {
          days[day.advanced(by: place + 1)] = used.map { [.day: Energy(kilowattHours: $0)] }
        }
      }
      return watch.news(on: day.advanced(by: after.count), told: [day]) != nil
    }
    #expect(days(24).news(on: day, told: []) != nil)
    #expect(!told([24]))
    #expect(!told([8, 8, 24]))
    #expect(told([8, 8, 8, 24]))
    // What breaks the row begins it anew; what is not known does not end a spell.
    #expect(!told([8, 24, 8, 8, 24]))
    #expect(!told([8, 8, nil, 24]))
    // A message of two weeks ago still speaks, one of before does not.
    let watch = days(24)
    #expect(watch.news(on: day, told: [day.advanced(by: -15)]) != nil)
    #expect(days(24).news(on: day, told: [day]) != nil, "the day itself is no day before")
  }

  @Test("that stays becomes usual, and no second message comes", arguments: [18.0, 24, 40])
  func newLevel(_ used: Double) {
    var told: [LocalDay] = []
    let watch = days(used) { days in
      for later in 1...40 { days[day.advanced(by: later)] = [.day: Energy(kilowattHours: used)] }
    }
    for later in 0...40 where watch.news(on: day.advanced(by: later), told: told) != nil { told.append(day.advanced(by: later)) }
    #expect(told == [day])
  }

  @Test("is found in the member's own values alone, whatever others and the roof do, and not in substitutes")
  func ownValues() throws {
    var house = Musterhof()
    let today = house.day
    house.use = { flat, at in flat == 1 ? (at == today ? 24 : 8.34) : 9.57 }
    func found(_ house: Musterhof) -> UnusualUse? {
      let sources = house.sources()
      return sources.community.members.first { $0.id == "m01" }.flatMap {
        UseWatch(of: $0, until: today, from: sources).unusual(on: today)
      }
    }
    let use = try #require(found(house))
    #expect(abs(use.used.kilowattHours - 24) < 0.001 && abs(use.usual.kilowattHours - 8.34) < 0.001)
    var others = house
    others.use = { flat, at in flat == 1 ? house.use(1, at) : at == today ? 90 : 1 }
    others.sun = { _ in 0 }
    others.tells = { flat, _ in flat == 1 }
    #expect(found(others) == use)
    var substituted = house
    let hours = house.clock.quarterHours(of: today).prefix(20)
    substituted.standsIn = { flat, quarter in flat == 1 && hours.contains(quarter) }
    #expect(found(substituted) == nil)
  }

  @Test("is told without blame, in short sentences, in every language and way of address")
  func words() throws {
    for measure in UnusualUse.Measure.allCases {
      let use = UnusualUse(
        member: "m01", day: day, measure: measure, used: Energy(kilowattHours: 24.1), usual: Energy(kilowattHours: 8.34))
      for language in Language.allCases {
        for formality in Formality.allCases {
          var style = SummaryStyle.musterhof(language)
          style.formality = formality
          let rendered = use.rendered(style)
          #expect(rendered.subject.count <= 70 && rendered.chat.count <= 200)
          let text = rendered.text.replacing("\n", with: " ")
          #expect(text.contains("24 kWh") && text.contains(language.pick("8,3 kWh", "8.3 kWh")))
          let page = rendered.html.components(separatedBy: "</style>").last ?? ""
          #expect(!(rendered.subject + rendered.text + page + rendered.chat).contains("!"))
          let content = SummaryContent(use, style)
          for sentence in ([content.opening] + content.notes).flatMap({
            $0.replacing("? ", with: ". ").components(separatedBy: ". ")
          }) {
            #expect(sentence.split(separator: " ").count <= 15, "\(sentence)")
          }
          try expectGolden(
            "\(rendered.subject)\n\n\(rendered.text)\n--- chat ---\n\(rendered.chat)\n",
            "alert-\(measure.rawValue).\(language.rawValue)\(formality == .informal ? ".du" : "").txt")
          style.hasNeutralSubject = true
          #expect(!use.rendered(style).subject.contains(language.pick("Mehr", "More")))
        }
      }
    }
  }
}
