import CommunityModel
import MarketTime
import Quantities
import Reporting
import TestSupport
import Testing

@testable import Summaries

/// The example of `../shared/domain/summaries.md` section 7: 4.11 + 4.23 = 8.34; 49.3 %; 4.11 x 10.5 ct = 43.2 ct; 126 / 212 = 59 % used
/// ourselves; 126 / 171 = 74 % covered.
@Suite("The figures of a summary")
struct ConsistencyTests {
  /// The example's member on the example's day.
  private static func example(used: Double = 8.34, shared: Double = 4.11) throws -> MemberSummary {
    var summary = try #require(try Musterhof().summaries().summary(of: Musterhof.member(1)))
    let kWh = { (value: Double) in Energy(kilowattHours: value) }
    summary.electricity = ElectricityFigures(
      expected: 4 * 24, known: 4 * 24, used: kWh(used), selfMade: .zero, shared: kWh(shared), fedIn: .zero, generated: .zero,
      hours: [])
    summary.past = MemberSummary.PastFigures(count: 4, used: kWh(100), own: kWh(41), fedIn: .zero)
    summary.saving = MemberSummary.Saving(
      amount: kWh(shared) * (EnergyPrice(count: 345_000) - EnergyPrice(count: 240_000)), paid: EnergyPrice(count: 240_000),
      instead: EnergyPrice(count: 345_000))
    summary.group = MemberSummary.GroupFigures(
      whose: .house, members: 18, made: kWh(212), own: kWh(126), fedIn: kWh(86), used: kWh(171),
      ownShare: Fraction(kWh(126), of: kWh(171)))
    return summary
  }

  @Test("are those of the worked example")
  func workedExample() throws {
    let text = try Self.example().rendered(.musterhof(.german)).text.replacing("\n", with: " ")
    for part in [
      "8,3 kWh", "4,1 kWh  (49 %)", "4,2 kWh", "etwa 0,43 €  (24 ct statt 34,5 ct)", "bei 41 % Sonne", "212 kWh", "126 kWh",
      "86 kWh", "74 %", "fast die Hälfte",
    ] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
    let english = try Self.example().rendered(.musterhof(.english)).text.replacing("\n", with: " ")
    for part in ["8.3 kWh", "4.1 kWh  (49 %)", "4.2 kWh", "about €0.43  (24 ct instead of 34.5 ct)", "averaged 41 % sun", "74 %"]
    {
      #expect(english.contains(part), "\(part) is not in\n\(english)")
    }
  }

  @Test("of the notice board say how much was used ourselves: 126 of 212 kWh are 59 %")
  func board() throws {
    #expect(EnglishWords().percent(try #require(Fraction(Energy(kilowattHours: 126), of: Energy(kilowattHours: 212)))) == "59 %")
  }

  @Test("add up as they are written, wherever all three have as many decimals")
  func partsAddUp() {
    var numbers = SeededGenerator(seed: 7)
    let style = SummaryNumbers(language: .english)
    for _ in 0..<2000 {
      let used = Int64.random(in: 1...200_000_000, using: &numbers)
      let own = Int64.random(in: 0...used, using: &numbers)
      let parts = style.parts(used: Energy(count: used), own: Energy(count: own))
      let decimals = [parts.used, parts.own, parts.bought].map { $0.split(separator: ".").dropFirst().first?.count ?? 0 }
      guard Set(decimals).count == 1, let a = Double(parts.used), let b = Double(parts.own), let c = Double(parts.bought) else {
        continue
      }
      #expect(abs(a - b - c) < 1e-9, "\(parts) of \(used), \(own)")
    }
  }

  @Test(
    "have two significant digits",
    arguments: [
      (8.34, "8.3"), (0.434, "0.43"), (12.4, "12"), (9.96, "10"), (9.94, "9.9"), (0.996, "1.0"), (0.04, "0.04"), (212.4, "212"),
      (1320, "1\u{202F}320"), (0, "0"),
    ])
  func significantDigits(_ energy: Double, _ text: String) {
    #expect(SummaryNumbers(language: .english).energy(Energy(kilowattHours: energy)) == text)
  }

  @Test("never say 100 % for 99.96 %, nor 0 % for a little")
  func nearlyAll() throws {
    let words = EnglishWords()
    #expect(words.percent(Fraction(0.9996)) == "over 99 %")
    #expect(words.percent(Fraction(0.0004)) == "under 1 %")
    #expect(words.percent(.one) == "100 %")
    let text = try Self.example(used: 10, shared: 9.996).rendered(.musterhof(.german))
    #expect(text.subject.hasPrefix("über 99 % Sonne"))
    #expect(!text.text.contains("100 %"))
  }

  @Test("of a member whose meter tells nothing have no percentage at all")
  func noData() throws {
    for language in Language.allCases {
      let summary = try #require(try DayKind.noDataSinceTuesday.house.summaries().summary(of: Musterhof.member(1)))
      var silent = summary
      silent.group = nil
      let rendered = silent.rendered(.musterhof(language))
      #expect(!(rendered.subject + rendered.text + rendered.chat).contains("%"))
      #expect(rendered.picture == nil)
    }
  }

  @Test("of all members add up to the house's: 171.03 kWh used, and made = own + fed in")
  func groupAddsUp() throws {
    let house = Musterhof()
    let day = try house.summaries()
    let group = try #require(day.community)
    let members = day.members.compactMap { day.summary(of: $0.id)?.electricity }
    #expect(members.count == 18)
    #expect(group.used == members.reduce(.zero) { $0 + $1.used })
    #expect(group.own == members.reduce(.zero) { $0 + $1.own })
    #expect(group.made == (group.own ?? .zero) + (group.fedIn ?? .zero))
    // 8.34 + 17 x 9.57, each quarter hour rounded to the mWh.
    #expect(abs((group.used ?? .zero).kilowattHours - 171.03) < 0.001)
    #expect(abs((group.made ?? .zero).kilowattHours - 212) < 0.001)
  }
}
