import CommunityModel
import EnergySharing
import Foundation
import MarketTime
import Quantities
import Testing

@testable import Reporting

/// The worked example S1 as a house: three tenants and a roof of 2400 Wh; in a second quarter hour, it is night.
private struct TenantHouse {
  static let tenants: [Member.ID] = ["anna", "bert", "cleo"]
  let community: Community
  let spell: SharingSpell

  init(_ agreement: SharingAgreement, uses: [[Double?]] = [[0.3, 0.2], [0.9, 0.2], [1.5, 0.2]], made: [Double?] = [2.4, 0]) throws
  {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let house: Site.ID = "house"
    community = Community(
      id: "corner", name: "Eckhaus", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: house, name: "Eckhaus", gridConnection: GridConnection(importLimit: .zero, exportLimit: .zero))],
      members: Self.tenants.map { Member(id: $0, name: $0.text.capitalized, site: house) },
      meteringPoints: Self.tenants.map {
        MeteringPoint(id: .init("P-\($0)"), site: house, member: $0, measures: .consumption)
      } + [MeteringPoint(id: "ROOF", site: house, measures: .generation)],
      agreements: [agreement])
    // Midnight of 28 June 2016 in Berlin.
    let start = calendar.quarterHours(of: try #require(LocalDay(iso8601: "2016-06-28"))).lowerBound
    func series(_ values: [Double?]) -> TimeSeries<IntervalEnergy> {
      TimeSeries(start: start, values: values.map { $0.map { .measured(kWh($0)) } ?? .missing })
    }
    var metered = MeteredEnergies(over: start..<start.advanced(by: made.count))
    for (tenant, use) in zip(Self.tenants, uses) { metered[.init("P-\(tenant)"), .import] = series(use) }
    metered["ROOF", .export] = series(made)
    let spells = try SharingSpell.all(of: community, metered)
    spell = try #require(spells.first)
    #expect(spells.count == 1)
  }

  func report() throws -> ShareReport { try ShareReport(on: community, [spell]) }
}

@Suite("Shares of own energy")
struct ShareReportTests {
  @Test(
    "of the worked example S1, in mWh",
    arguments: [
      (SharingAgreement(rule: .dynamic), [266_667, 800_000, 1_333_333], 0),
      (SharingAgreement(rule: .equal), [300_000, 800_000, 800_000], 500_000),
      (SharingAgreement(rule: .waterfill), [300_000, 900_000, 1_200_000], 0),
      (SharingAgreement(rule: .waterfill, weights: ["cleo": 2]), [300_000, 700_000, 1_400_000], 0),
      (
        SharingAgreement(rule: .static, keys: ["anna": percent(40), "bert": percent(30), "cleo": percent(30)]),
        [300_000, 720_000, 720_000], 660_000
      ),
      (SharingAgreement(rule: .cascade, classes: [["cleo"]]), [225_000, 675_000, 1_500_000], 0),
    ] as [(SharingAgreement, [Int64], Int64)])
  func rules(_ agreement: SharingAgreement, _ own: [Int64], _ surplus: Int64) throws {
    let report = try TenantHouse(agreement).report()
    #expect(report.rows.map(\.own.count) == own)
    #expect(report.surplus.count == surplus)
    #expect(report.rows.map(\.used) == [kWh(0.5), kWh(1.1), kWh(1.7)])
    #expect(report.generation == kWh(2.4))
  }

  @Test("reads the same in both languages, as JSON and as CSV")
  func golden() throws {
    let report = try TenantHouse(SharingAgreement(rule: .dynamic)).report()
    try expectGolden(report.text(.german), "shares.de.txt")
    try expectGolden(report.text(.english), "shares.en.txt")
    try expectGolden(report.json(), "shares.json")
    try expectGolden(report.csv(), "shares.csv")
  }

  @Test("a missing value holds the quarter hour, and is no zero")
  func held() throws {
    let report = try TenantHouse(SharingAgreement(rule: .dynamic), uses: [[0.3, 0.2], [0.9, nil], [1.5, 0.2]]).report()
    #expect(report.held.count == 1)
    #expect(report.used == kWh(2.7))
    #expect(report.text(.english).contains("PROVISIONAL: 1 of 2 quarter hours not shared"))
    let silent = try TenantHouse(SharingAgreement(rule: .dynamic), uses: [[0.3, 0.2], [nil, nil], [1.5, 0.2]]).report()
    #expect(silent.silent == ["P-bert"])
    #expect(silent.used == .zero)
    #expect(silent.text(.german, width: 200).contains("Ohne jeden Wert: P-bert."))
  }

  @Test("name whoever was there in some part of the time, and say who came and went and what was agreed anew")
  func spells() throws {
    let house = try TenantHouse(SharingAgreement(rule: .dynamic), uses: [[0.3], [0.9], [1.5]], made: [2.4])
    let day = try #require(LocalDay(iso8601: "2016-06-29"))
    func part(_ here: [Member.ID], _ agreement: SharingAgreement, from midnight: QuarterHour) throws -> SharingSpell {
      let members = house.community.members.filter { here.contains($0.id) }
      let community = Community(
        id: "corner", name: "Eckhaus", calendar: house.community.calendar, holidayRegion: HolidayRegion(country: "DE"),
        sites: house.community.sites, members: members,
        meteringPoints: house.community.meteringPoints.filter { $0.member.map(here.contains) ?? true })
      var energies = MeteredEnergies(over: midnight..<midnight.advanced(by: 1))
      for (member, use) in [("anna", 0.3), ("bert", 0.9), ("cleo", 1.5)] {
        energies[.init("P-\(member)"), .import] = TimeSeries(start: midnight, values: [.measured(kWh(use))])
      }
      energies["ROOF", .export] = TimeSeries(start: midnight, values: [.measured(kWh(2.4))])
      return SharingSpell(
        community: community, agreement: agreement, energies: try SharedEnergies(of: community, energies: energies))
    }
    let last = QuarterHour(containing: house.community.calendar.start(of: day)).advanced(by: -1)
    let report = try ShareReport(
      on: house.community,
      [
        // 0.3 and 0.9 of 2.4 kWh, 1.2 fed in; then 0.9 and 1.5, nothing fed in.
        try part(["anna", "bert"], SharingAgreement(version: 1, rule: .dynamic), from: last),
        try part(["bert", "cleo"], SharingAgreement(version: 2, rule: .waterfill), from: last.advanced(by: 1)),
      ])
    #expect(report.rows.map(\.own) == [kWh(0.3), kWh(1.8), kWh(1.5)])
    #expect((report.generation, report.surplus) == (kWh(4.8), kWh(1.2)))
    #expect(report.rules == [.dynamic, .waterfill])
    #expect(
      report.text(.english, width: 120).contains("29 Jun 2016: joining Cleo; leaving Anna; agreement 2: the same level for all"))
    #expect(
      report.text(.german, width: 120).contains(
        "29.06.2016: neu dabei Cleo; nicht mehr dabei Anna; Vereinbarung 2: gleicher Pegel"))
    #expect(report.json().contains("\"agreement\": 2"))
  }

  @Test("by several rules show who would get more and who less")
  func comparison() throws {
    let agreed = SharingAgreement(rule: .dynamic)
    let house = try TenantHouse(agreed)
    let comparison = try ShareComparison(
      on: house.community,
      [agreed, SharingAgreement(rule: .equal), SharingAgreement(rule: .waterfill)].map { [house.spell.under($0)] })
    // Under equal keys 300/800/800: Anna more, Cleo less. Under one level 300/900/1200: Anna and Bert more, Cleo less.
    let changes = comparison.reports.map { comparison.changes(of: $0) }
    #expect(changes.map(\.winners) == [0, 1, 2])
    #expect(changes.map(\.losers) == [0, 1, 1])
    // Covers 0.6, 0.727272727, 0.470588235: differences 0.127272727 + 0.129411765 + 0.256684492, twice, over 2 x 3 x 1.797860962.
    #expect(comparison.reports[1].gini == Fraction(count: 95_181_440))
    try expectGolden(comparison.text(.german), "share-comparison.de.txt")
    try expectGolden(comparison.text(.english), "share-comparison.en.txt")
    try expectGolden(comparison.json(), "share-comparison.json")
  }

  @Test("Gini of 0, 10, 30, 60 is 0.5; of nothing there is none")
  func gini() {
    #expect(ShareReport.gini([0, 10, 30, 60].map { percent($0) }) == Fraction(0.5))
    #expect(ShareReport.gini([.zero, .zero]) == nil)
  }
}

@Suite("Why a member got what it got")
struct ShareExplanationTests {
  private func explanation(_ agreement: SharingAgreement, of member: Member.ID = "bert") throws -> ShareExplanation {
    let house = try TenantHouse(agreement, uses: [[0.3], [0.9], [1.5]], made: [2.4])
    return try ShareExplanation(of: house.spell, to: member)
  }

  @Test("is told with the numbers of the rule, so that anybody can recompute it")
  func words() throws {
    let dynamic = try explanation(SharingAgreement(rule: .dynamic))
    #expect((dynamic.generation, dynamic.needed, dynamic.used, dynamic.own) == (kWh(2.4), kWh(2.7), kWh(0.9), kWh(0.8)))
    try expectGolden(dynamic.text(.german), "share-explanation.de.txt")
    try expectGolden(dynamic.text(.english), "share-explanation.en.txt")
    try expectGolden(dynamic.json(), "share-explanation.json")
    let keys = SharingAgreement(rule: .static, keys: ["bert": percent(30)])
    #expect(
      try explanation(keys).text(.english, width: 200).contains("The key is 30.000 % of what was made: 2.400000 kWh × 30.000 %"))
    #expect(
      try explanation(SharingAgreement(rule: .equal, base: .divisible)).text(.german, width: 200)
        .contains("denselben Teil der teilbaren Menge: 2,400000 kWh / 3"))
    #expect(try explanation(SharingAgreement(rule: .waterfill)).text(.english, width: 200).contains("lies below it"))
    #expect(try explanation(SharingAgreement(rule: .waterfill), of: "cleo").text(.english, width: 200).contains("lies above it"))
    let classes = SharingAgreement(rule: .cascade, classes: [["cleo"]])
    #expect(
      try explanation(classes).text(.english, width: 300).contains(
        "Class 2: the classes before leave 0.900000 kWh, its own needs 1.200000 kWh. It is shared in proportion to use: 0.900000 kWh × 0.900000 kWh / 1.200000 kWh"
      ))
  }

  @Test("counts what a daily cap left that day")
  func cap() throws {
    let agreement = SharingAgreement(rule: .dynamic, dailyCaps: ["cleo": kWh(2)])
    let house = try TenantHouse(agreement, uses: [[0.3, 0.3], [0.9, 0.9], [1.5, 1.5]], made: [2.7, 2.7])
    let told = try ShareExplanation(of: house.spell, to: "cleo")
    #expect((told.used, told.need, told.own) == (kWh(1.5), kWh(0.5), kWh(0.5)))
    #expect(told.text(.english).contains("Of the daily cap 0.500000 kWh were left"))
    // The second quarter hour alone: what the first took of the cap counts.
    let second = house.spell.span.lowerBound.advanced(by: 1)
    let report = try ShareReport(on: house.community, [house.spell], only: second..<second.advanced(by: 1))
    #expect(report.rows.map(\.own) == [kWh(0.3), kWh(0.9), kWh(0.5)])
    #expect((report.span.count, report.generation, report.surplus) == (1, kWh(2.7), kWh(1)))
  }

  @Test("is refused for a stranger and for a quarter hour with a missing value")
  func refused() throws {
    #expect(throws: ShareExplanation.Missing.member("dora")) { try explanation(SharingAgreement(rule: .dynamic), of: "dora") }
    let agreement = SharingAgreement(rule: .dynamic)
    let house = try TenantHouse(agreement, uses: [[0.3], [nil], [1.5]], made: [2.4])
    #expect(throws: ShareExplanation.Missing.held) {
      try ShareExplanation(of: house.spell, to: "anna")
    }
  }
}
