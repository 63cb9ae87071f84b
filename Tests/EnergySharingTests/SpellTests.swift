import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import Testing

/// A house in March 2026, in which Bert leaves on the 20th and Cleo joins on the 12th. In every quarter hour the roof makes 1 kWh, Anna
/// uses 0.3 kWh, Bert 0.5, Cleo 0.4; Cleo's meter is silent before she joins, Bert's after he left.
///
/// | spell | days | quarter hours |
/// |---|---|---|
/// | 1 to 11 March | 11 | 1056 |
/// | 12 to 19 March | 8 | 768 |
/// | 20 to 31 March | 12, one of 23 hours | 1148 |
///
/// Together 2972, as in `month_interval_counts_2024_2030.csv`.
private struct March {
  let joining: LocalDay
  let leaving: LocalDay
  let month: LocalMonth
  let calendar: MarketCalendar

  init() throws {
    joining = try #require(LocalDay(iso8601: "2026-03-12"))
    leaving = try #require(LocalDay(iso8601: "2026-03-20"))
    month = try #require(LocalMonth(iso8601: "2026-03"))
    calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
  }

  func community(_ agreements: [SharingAgreement]) -> Community {
    let wire = GridConnection(importLimit: .zero, exportLimit: .zero)
    return Community(
      id: "corner", name: "Eckhaus", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "house", name: "Eckhaus", gridConnection: wire)],
      members: [
        Member(id: "anna", name: "Anna", site: "house"),
        Member(id: "bert", name: "Bert", site: "house", membership: Validity(until: leaving)),
        Member(id: "cleo", name: "Cleo", site: "house", membership: Validity(from: joining)),
      ],
      meteringPoints: ["anna", "bert", "cleo"].map {
        MeteringPoint(id: .init("P-\($0)"), site: "house", member: Member.ID($0), measures: .consumption)
      } + [MeteringPoint(id: "ROOF", site: "house", measures: .generation)],
      agreements: agreements)
  }

  var energies: MeteredEnergies {
    let span = calendar.quarterHours(of: month.days)
    let (joins, leaves) = (
      QuarterHour(containing: calendar.start(of: joining)), QuarterHour(containing: calendar.start(of: leaving))
    )
    func series(_ wattHours: Int, from: QuarterHour? = nil, until: QuarterHour? = nil) -> TimeSeries<IntervalEnergy> {
      TimeSeries(
        start: span.lowerBound,
        values: span.map {
          (from ?? span.lowerBound) <= $0 && $0 < (until ?? span.upperBound)
            ? .measured(Energy(wattHours: wattHours)) : .missing
        })
    }
    var energies = MeteredEnergies(over: span)
    energies["ROOF", .export] = series(1000)
    energies["P-anna", .import] = series(300)
    energies["P-bert", .import] = series(500, until: leaves)
    energies["P-cleo", .import] = series(400, from: joins)
    return energies
  }

  /// What each member gets in the month, and what is fed in, mWh.
  func shares(_ agreements: [SharingAgreement]) throws -> (members: [Member.ID: Int64], surplus: Int64, held: Int) {
    var (members, surplus, held): ([Member.ID: Int64], Int64, Int) = ([:], 0, 0)
    for spell in try SharingSpell.all(of: community(agreements), energies) {
      let sharing = try spell.sharing()
      let shared = try spell.allocate()
      for (participant, column) in zip(sharing.participants, shared.shares) {
        members[Member.ID(participant.id.text), default: 0] += column.reduce(0, +)
      }
      surplus += shared.surplus.reduce(0, +)
      held += shared.held.count
    }
    return (members, surplus, held)
  }
}

@Suite("Sharing with members who come and go")
struct SpellTests {
  private func percent(_ value: Int64) -> Fraction { Fraction(count: value * 10_000_000) }

  /// | | 1056 | 768 | 1148 | sum |
  /// |---|---|---|---|---|
  /// | Anna | min(0.3, 50 %) | min(0.3, 40 %) | min(0.3, 40 %) | 0.3 x 2972 = 891.6 |
  /// | Bert | min(0.5, 50 %) | min(0.5, 30 %) | - | 528 + 230.4 = 758.4 |
  /// | Cleo | - | min(0.4, 30 %) | min(0.4, 30 %) | 0.3 x 1916 = 574.8 |
  /// | fed in | 0.2 | 0.1 | 0.4 | 211.2 + 76.8 + 459.2 = 747.2 |
  @Test("by keys agreed anew when one joins; a leaver's key falls to the grid from the day on")
  func keys() throws {
    let march = try March()
    let shares = try march.shares([
      SharingAgreement(
        version: 1, validity: Validity(until: march.joining), rule: .static, keys: ["anna": percent(50), "bert": percent(50)]),
      SharingAgreement(
        version: 2, validity: Validity(from: march.joining), rule: .static,
        keys: ["anna": percent(40), "bert": percent(30), "cleo": percent(30)]),
    ])
    #expect(shares.members == ["anna": 891_600_000, "bert": 758_400_000, "cleo": 574_800_000])
    #expect((shares.surplus, shares.held) == (747_200_000, 0))
  }

  /// In the second spell 1 kWh meets 1.2 kWh of use: 250,000, 416,666.67 and 333,333.33 mWh, the spare mWh to Bert's larger remainder.
  ///
  /// | | 1056 | 768 | 1148 | sum |
  /// |---|---|---|---|---|
  /// | Anna | 0.3 | 0.25 | 0.3 | 316.8 + 192 + 344.4 = 853.2 |
  /// | Bert | 0.5 | 0.416667 | - | 528 + 320.000256 = 848.000256 |
  /// | Cleo | - | 0.333333 | 0.4 | 255.999744 + 459.2 = 715.199744 |
  /// | fed in | 0.2 | 0 | 0.3 | 211.2 + 344.4 = 555.6 |
  @Test("in proportion to use: among those who are there, on the days on which they are")
  func dynamic() throws {
    let shares = try March().shares([SharingAgreement(rule: .dynamic)])
    #expect(shares.members == ["anna": 853_200_000, "bert": 848_000_256, "cleo": 715_199_744])
    #expect((shares.surplus, shares.held) == (555_600_000, 0))
  }

  /// Halves of 1 kWh, thirds, halves: Anna 0.3 all month; Bert 0.5 x 1056 + 0.333333 x 768; Cleo 0.333333 x 768 + 0.4 x 1148.
  @Test("in equal parts: of as many as there are")
  func equal() throws {
    let shares = try March().shares([SharingAgreement(rule: .equal)])
    #expect(shares.members == ["anna": 891_600_000, "bert": 783_999_744, "cleo": 715_199_744])
  }

  @Test("all is fed in while nobody who has a key is there, or nobody at all")
  func nobody() throws {
    let march = try March()
    let afterwards = Validity(from: march.leaving)
    for rule in SharingAgreement.Rule.allCases {
      let agreement = SharingAgreement(validity: afterwards, rule: rule, keys: rule == .static ? ["bert": percent(50)] : [:])
      var community = march.community([agreement])
      let span = march.calendar.quarterHours(of: march.leaving..<march.leaving.advanced(by: 1))
      if rule != .static {
        community = Community(
          id: community.id, name: community.name, calendar: community.calendar, holidayRegion: community.holidayRegion,
          sites: community.sites, meteringPoints: community.meteringPoints, agreements: [agreement])
      }
      let spell = try #require(try SharingSpell.all(of: community, march.energies.over(span)).first)
      let shared = try spell.allocate()
      // A day of 96 quarter hours at 1 kWh.
      #expect(shared.surplus.reduce(0, +) == 96_000_000)
    }
  }

  @Test("days without an agreement are refused by name")
  func nothingAgreed() throws {
    let march = try March()
    let late = SharingAgreement(validity: Validity(from: march.joining), rule: .dynamic)
    #expect(throws: SharingError.nothingAgreed(march.month.firstDay)) { try march.shares([late]) }
    #expect("\(SharingError.nothingAgreed(march.month.firstDay))".contains("2026-03-01"))
  }

  /// In the first spell one quarter hour is preliminary for Anna, one faulty for the roof; Bert's meter is calibrated until 15 March.
  @Test("says of each quarter hour how well it is known, and what stands against a final bill")
  func obstacles() throws {
    let march = try March()
    let first = march.calendar.quarterHours(of: march.month.days).lowerBound
    var energies = march.energies
    energies["P-anna", .import]?.values[3] = .preliminary(Energy(wattHours: 300))
    energies["ROOF", .export]?.values[5] = .faulty(Energy(wattHours: 1000))
    let mid = try #require(LocalDay(iso8601: "2026-03-15"))
    let whole = march.community([SharingAgreement(rule: .dynamic)])
    let community = Community(
      id: whole.id, name: whole.name, calendar: whole.calendar, holidayRegion: whole.holidayRegion, sites: whole.sites,
      members: whole.members,
      meteringPoints: [
        MeteringPoint(id: "P-anna", site: "house", member: "anna", measures: .consumption, calibration: .always),
        MeteringPoint(
          id: "P-bert", site: "house", member: "bert", measures: .consumption, calibration: Validity(until: mid)),
        MeteringPoint(id: "P-cleo", site: "house", member: "cleo", measures: .consumption),
        MeteringPoint(id: "ROOF", site: "house", measures: .generation, calibration: .always),
      ], agreements: whole.agreements)
    let spells = try SharingSpell.all(of: community, energies)
    #expect(
      (0..<7).map { spells[0].energies.columns.quality(at: $0) } == [
        .measured, .measured, .measured, .preliminary, .measured, .faulty, .measured,
      ])
    #expect(try spells[0].allocate().held == [first.advanced(by: 5)])
    func obstacle(_ place: Int, _ point: MeteringPoint.ID, _ reason: BillingObstacle.Reason) -> BillingObstacle {
      BillingObstacle(point: point, span: spells[place].span, reason: reason)
    }
    #expect(
      spells[0].billingObstacles == [
        obstacle(0, "P-anna", .quality(.preliminary, .init(1, first: first.advanced(by: 3)))),
        obstacle(0, "ROOF", .quality(.faulty, .init(1, first: first.advanced(by: 5)))),
      ])
    #expect(
      spells[1].billingObstacles == [
        obstacle(1, "P-bert", .calibration(Validity(until: mid))), obstacle(1, "P-cleo", .notCalibrated),
      ])
    #expect(spells[2].billingObstacles == [obstacle(2, "P-cleo", .notCalibrated)])
    let other = obstacle(2, "P-dora", .notCalibrated)
    #expect(
      (spells[1].billingObstacles.suffix(1) + spells[2].billingObstacles + [other]).lines == [
        "P-cleo, P-dora: not calibrated; take a calibrated meter, and write `calibrated: {until: DATE}` at the metering point"
      ])
  }

  @Test("shares with what completes a missing value where the agreement wants that, else holds the quarter hour")
  func completed() throws {
    let march = try March()
    var energies = march.energies
    energies["P-anna", .import]?.values[0] = .missing
    var whole = energies
    whole["P-anna", .import]?.values[0] = .preliminary(Energy(wattHours: 300))
    for (missing, held) in [(SharingAgreement.MissingValues.hold, 1), (.substitute, 0)] {
      let community = march.community([SharingAgreement(rule: .dynamic, missing: missing)])
      let spell = try #require(try SharingSpell.all(of: community, energies) { _ in whole }.first)
      #expect(try spell.allocate().held.count == held)
      #expect(spell.energies.columns.quality(at: 0) == (held == 1 ? .missing : .preliminary))
    }
  }
}
