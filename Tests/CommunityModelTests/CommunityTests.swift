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
    #expect(IntervalEnergy(three, quality: .missing).energy == nil)
  }

  @Test("qualities go from measured to missing")
  func order() {
    #expect(IntervalEnergy.Quality.allCases.sorted() == [.measured, .estimated, .substituted, .missing])
  }

  @Test("a figure made of two is as well known as the worse of them", arguments: IntervalEnergy.Quality.allCases)
  func combining(_ quality: IntervalEnergy.Quality) {
    let other = IntervalEnergy(three, quality: quality)
    for (left, right) in [(IntervalEnergy.measured(three), other), (other, .measured(three))] {
      let sum = IntervalEnergy.combining(left, right, by: +)
      #expect(sum.quality == quality)
      #expect(sum.energy == (quality == .missing ? nil : Energy(count: 6)))
    }
    #expect(IntervalEnergy.combining(.estimated(three), .substituted(three), by: -) == .substituted(.zero))
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
