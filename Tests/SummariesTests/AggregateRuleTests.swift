import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import Summaries

@Suite("Figures of many")
struct AggregateRuleTests {
  private func kWh(_ values: Double...) -> [Energy] { values.map { Energy(kilowattHours: $0) } }

  @Test("need six members, the reader among them", arguments: [(5, AggregateRule.Disclosure.nothing), (6, .figures)])
  func sixMembers(_ count: Int, _ disclosure: AggregateRule.Disclosure) {
    let parts = Array(repeating: Energy(kilowattHours: 1), count: count)
    #expect(AggregateRule.disclosure(members: count, sums: [.init(parts: parts)]) == disclosure)
  }

  @Test("are a percentage alone where one member makes up more than half of a sum")
  func dominated() {
    #expect(AggregateRule.disclosure(members: 6, sums: [.init(parts: kWh(5, 1, 1, 1, 1, 1))]) == .figures)
    #expect(AggregateRule.disclosure(members: 6, sums: [.init(parts: kWh(5.1, 1, 1, 1, 1, 1))]) == .percentage)
    // The community's own plant is nobody's: the member's part is 5.1 of 11.1.
    #expect(
      AggregateRule.disclosure(
        members: 6, sums: [.init(parts: kWh(5.1, 1, 1, 1, 1, 1), common: Energy(kilowattHours: 1))]) == .figures)
  }

  @Test("of few members are over an hour at least", arguments: [(9, "hour"), (10, "quarter-hour")])
  func coarse(_ members: Int, _ step: String) {
    #expect(AggregateRule.shortestStep(members: members).rawValue == step)
  }

  /// A community of houses with so many flats each.
  private func houses(_ flats: [Int]) -> Set<Site.ID> {
    let sites = flats.indices.map { Site.ID("s\($0)") }
    let wire = GridConnection(importLimit: .zero, exportLimit: .zero)
    let members = flats.enumerated().flatMap { place, count in
      (0..<count).map { Member(id: Member.ID("m\(place)-\($0)"), name: "", site: sites[place]) }
    }
    let community = Community(
      id: "c", name: "C", calendar: Musterhof.calendar, holidayRegion: .init(country: "DE"),
      sites: sites.map { Site(id: $0, name: "", gridConnection: wire) }, members: members,
      meteringPoints: members.map { MeteringPoint(id: .init("P-\($0.id)"), site: $0.site, member: $0.id, measures: .consumption) }
    )
    return AggregateRule.houses(of: community)
  }

  @Test("of houses are published only where no difference of two published sums is of fewer than five members")
  func differencing() {
    // 14 members, 12 of them in one house: the other two could be worked out.
    #expect(houses([12, 2]).isEmpty)
    #expect(houses([12, 5]) == ["s0"])
    // Two houses and nobody else: each is the difference of the other, of seven and eight members.
    #expect(houses([8, 7]) == ["s0", "s1"])
    // Three members in a third: with both houses told, they would be what is left.
    #expect(houses([8, 7, 3]) == ["s0"])
    // A house of five is too small itself.
    #expect(houses([8, 5]) == ["s0"])
    #expect(houses([18]).isEmpty)
  }

  @Test("are left out of a summary where there are too few")
  func smallHouse() throws {
    var house = Musterhof()
    house.flats = 5
    #expect(try house.summaries().summary(of: "m01")?.group == nil)
    house.flats = 6
    #expect(try house.summaries().summary(of: "m01")?.group?.members == 6)
    house.use = { flat, _ in flat == 6 ? 60 : 8 }
    let group = try #require(try house.summaries().summary(of: "m01")?.group)
    #expect(group.used == nil && group.made == nil && group.own == nil && group.ownShare != nil)
  }

  @Test("do not count a member of whom nothing is known")
  func unknownMember() throws {
    var house = Musterhof()
    house.flats = 6
    let today = house.clock.quarterHours(of: house.day)
    house.tells = { flat, quarter in flat != 6 || !today.contains(quarter) }
    #expect(try house.summaries().summary(of: "m01")?.group == nil)
  }

  @Test("are a percentage alone where one member's plant makes most, though that member takes no power")
  func onePlant() throws {
    var house = Musterhof()
    house.sun = { _ in 20 }
    house.barn = { _ in 60 }
    let group = try #require(try house.summaries().summary(of: "m01")?.group)
    #expect(group.made == nil && group.fedIn == nil && group.ownShare != nil)
  }
}
