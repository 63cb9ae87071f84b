import CommunityModel
import MarketTime
import Quantities
import Testing

@Suite("Names in files, stores and on command lines")
struct IdentifierTests {
  @Test("may have letters, digits, - and _", arguments: ["a", "B01-GRID", "0", "x_1", String(repeating: "a", count: 64)])
  func wellFormed(_ text: String) {
    #expect(Identifier<Site>.isWellFormed(text))
  }

  @Test(
    "nothing else, not more than 64 of them, and a letter or digit first",
    arguments: [
      "", "-a", "_a", " a", "a b", "a.b", "a/b", "ä", "aé", "a\u{301}", "日", "a\n", "a\0", "½", "Ⅷ", "١",
      String(repeating: "a", count: 65),
    ])
  func malformed(_ text: String) {
    #expect(!Identifier<Site>.isWellFormed(text))
  }

  @Test("are compared and printed as written")
  func text() {
    let names: [Site.ID] = ["b", "a-2", "B", "a-10"]
    #expect(names.sorted().map(\.text) == ["B", "a-10", "a-2", "b"])
    #expect("\(names[0])" == "b")
    #expect(Site.ID("b") == names[0])
  }
}

@Suite("The energy of a quarter hour")
struct IntervalEnergyTests {
  private let three = Energy(count: 3)

  @Test("has an energy unless it is missing, which is never zero")
  func energy() {
    #expect(IntervalEnergy.measured(three).energy == three)
    #expect(IntervalEnergy.estimated(three).energy == three)
    #expect(IntervalEnergy.substituted(three).energy == three)
    #expect(IntervalEnergy.missing.energy == nil)
    #expect(IntervalEnergy.missing != .measured(.zero))
  }

  @Test("comes from an energy and a quality; without either it is missing", arguments: IntervalEnergy.Quality.allCases)
  func quality(_ quality: IntervalEnergy.Quality) {
    #expect(IntervalEnergy(three, quality: quality).quality == quality)
    #expect(IntervalEnergy(nil, quality: quality) == .missing)
    #expect(IntervalEnergy(three, quality: .missing).delivered == nil)
  }

  @Test("qualities go from measured to missing; bills are made of the first two, and the last two are never reckoned with")
  func order() {
    let sorted = IntervalEnergy.Quality.allCases.sorted()
    #expect(sorted == [.measured, .substituted, .estimated, .preliminary, .faulty, .missing])
    #expect(sorted.filter(\.isBillable) == [.measured, .substituted])
    #expect(sorted.filter { !$0.isKnown } == [.faulty, .missing])
    #expect(sorted.map(\.name) == ["measured", "substituted", "estimated", "preliminary", "faulty", "missing"])
  }

  @Test("stores know qualities by numbers that never change")
  func numbers() {
    let numbers: [IntervalEnergy.Quality: Int] = [
      .measured: 0, .estimated: 1, .substituted: 2, .missing: 3, .preliminary: 4, .faulty: 5,
    ]
    for (quality, number) in numbers { #expect(quality.rawValue == number) }
  }

  @Test("of a faulty value is kept and not reckoned with")
  func faulty() {
    #expect(IntervalEnergy.faulty(three).energy == nil)
    #expect(IntervalEnergy.faulty(three).delivered == three)
    #expect(IntervalEnergy.preliminary(three).energy == three)
  }

  @Test("a figure made of two is as well known as the worse of them", arguments: IntervalEnergy.Quality.allCases)
  func combining(_ quality: IntervalEnergy.Quality) {
    let other = IntervalEnergy(three, quality: quality)
    for (left, right) in [(IntervalEnergy.measured(three), other), (other, .measured(three))] {
      let sum = IntervalEnergy.combining(left, right, by: +)
      #expect(sum.quality == (quality.isKnown ? quality : .missing))
      #expect(sum.energy == (quality.isKnown ? Energy(count: 6) : nil))
    }
    #expect(IntervalEnergy.combining(.estimated(three), .substituted(three), by: -) == .estimated(.zero))
  }
}

@Suite("A community's references")
struct CommunityTests {
  private func community() throws -> Community {
    let connection = GridConnection(importLimit: Power(kilowatts: 30), exportLimit: Power(kilowatts: 20))
    return Community(
      id: "village", name: "Village", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE", region: "RP"),
      sites: [
        Site(id: "house", name: "House", gridConnection: connection, tariff: "flat"),
        Site(id: "yard", name: "Yard", gridConnection: connection, tariff: "forgotten"),
        Site(id: "pump", name: "Pump", gridConnection: connection),
      ],
      members: [Member(id: "ada", name: "Ada", site: "house")],
      meteringPoints: [
        MeteringPoint(id: "H-PV", site: "house", measures: .generation), MeteringPoint(id: "Y", site: "yard", measures: .grid),
        MeteringPoint(id: "H-GRID", site: "house", member: "ada", measures: .grid),
      ],
      tariffs: [Tariff(id: "flat", importPrice: .fixed(EnergyPrice(count: 300_000)), feedInPrice: .fixed(.zero))])
  }

  @Test("a site's tariff is the one it names; none where it names none or one that is not there")
  func tariffs() throws {
    let community = try community()
    #expect(community.sites.map { community.tariff(of: $0)?.id } == ["flat", nil, nil])
    #expect(community.tariffs[0].peakPrice == .zero)
  }

  @Test("a site's metering points come in the order of the file")
  func meteringPoints() throws {
    let community = try community()
    #expect(community.meteringPoints(at: "house").map(\.id) == ["H-PV", "H-GRID"])
    #expect(community.meteringPoints(at: "pump").isEmpty)
  }
}

@Suite("A community in the course of time")
struct CommunityInTimeTests {
  private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

  @Test("something holds from the day it begins until the day before it ends")
  func validity() throws {
    let (first, end) = (try day("2026-03-12"), try day("2026-03-20"))
    let spring = Validity(from: first, until: end)
    #expect(
      ["2026-03-11", "2026-03-12", "2026-03-19", "2026-03-20"].map { LocalDay(iso8601: $0).map(spring.contains) } == [
        false, true, true, false,
      ])
    #expect(Validity.always.contains(first))
    #expect(!spring.overlaps(Validity(from: end)))
    #expect(!Validity(until: first).overlaps(spring))
    #expect(spring.overlaps(Validity(from: first)))
    #expect(spring.overlaps(.always))
  }

  /// A flat whose tenants change on 12 March, and a yard whose owner leaves on the 20th with sun and grid.
  private func village() throws -> Community {
    let connection = GridConnection(importLimit: .zero, exportLimit: .zero)
    let change = try day("2026-03-12")
    return Community(
      id: "village", name: "Village", calendar: try #require(MarketCalendar(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"), sites: [Site(id: "house", name: "House", gridConnection: connection)],
      members: [
        Member(id: "ada", name: "Ada", site: "house", membership: Validity(until: change)),
        Member(id: "bob", name: "Bob", site: "house", membership: Validity(from: change)),
        Member(id: "eve", name: "Eve", site: "house", membership: Validity(until: try day("2026-03-20"))),
      ],
      meteringPoints: [
        MeteringPoint(id: "FLAT", site: "house", members: ["ada", "bob"], measures: .consumption),
        MeteringPoint(id: "YARD", site: "house", member: "eve", measures: .grid),
        MeteringPoint(id: "ROOF", site: "house", measures: .generation),
      ],
      agreements: [
        SharingAgreement(version: 1, validity: Validity(until: try day("2026-03-15")), rule: .equal),
        SharingAgreement(version: 2, validity: Validity(from: try day("2026-03-15")), rule: .dynamic),
      ])
  }

  @Test("a metering point is whose it is on the day; a leaver's is nobody's, the community's own stays")
  func points() throws {
    let village = try village()
    func points(_ text: String) throws -> [String] {
      try village.on(day(text)).meteringPoints.map { "\($0.id) \($0.member?.text ?? "-")" }
    }
    #expect(try points("2026-03-11") == ["FLAT ada", "YARD eve", "ROOF -"])
    #expect(try points("2026-03-12") == ["FLAT bob", "YARD eve", "ROOF -"])
    #expect(try points("2026-03-20") == ["FLAT bob", "ROOF -"])
    #expect(try village.on(day("2026-03-12")).members.map(\.id) == ["bob", "eve"])
    #expect(village.meteringPoints[0].member == "bob")
  }

  @Test("an agreement holds on its days; a month is cut where someone comes or goes or another begins")
  func spells() throws {
    let village = try village()
    #expect(try village.agreement(on: day("2026-03-14"))?.version == 1)
    #expect(try village.agreement(on: day("2026-03-15"))?.version == 2)
    let month = try #require(LocalMonth(iso8601: "2026-03"))
    #expect(
      village.spells(of: month.days).map { "\($0.lowerBound) \($0.count)" } == [
        "2026-03-01 11", "2026-03-12 3", "2026-03-15 5", "2026-03-20 12",
      ])
    #expect(village.spells(of: month.next.days) == [month.next.days])
    #expect(village.spells(of: month.firstDay..<month.firstDay).isEmpty)
  }
}
