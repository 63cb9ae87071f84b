import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// S1 of the sharing examples: 2400 Wh made, 300, 900 and 1500 Wh used by three, as the local day of 10 March 2026 has it at 11:00.
private struct Three {
  let community: Community
  let energies: MeteredEnergies
  let days: Range<LocalDay>

  /// - Parameter households: how many households share; beyond three they use nothing but 100 Wh.
  init(_ agreement: SharingAgreement, households: Int = 3) throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let day = try #require(LocalDay(iso8601: "2026-03-10"))
    days = day..<day.advanced(by: 1)
    let span = calendar.quarterHours(of: days)
    let used = ([300, 900, 1500] + Array(repeating: 100, count: max(0, households - 3))).prefix(households)
    let names = (0..<households).map { "m\($0)" }
    func series(_ wattHours: Int) -> TimeSeries<IntervalEnergy> {
      var series = TimeSeries(repeating: IntervalEnergy.measured(.zero), over: span)
      series.values[44] = .measured(Energy(wattHours: wattHours))
      return series
    }
    let sites = names.map {
      Site(
        id: Site.ID($0), name: $0, gridConnection: GridConnection(importLimit: Power(kilowatts: 30), exportLimit: .zero),
        tariff: "grid")
    }
    let field = Site(
      id: "field", name: "field", gridConnection: GridConnection(importLimit: .zero, exportLimit: Power(kilowatts: 30)))
    community = Community(
      id: "three", name: "Drei", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: sites + [field],
      members: names.map { Member(id: Member.ID($0), name: $0, site: Site.ID($0)) },
      meteringPoints: names.map {
        MeteringPoint(id: MeteringPoint.ID("\($0)-grid"), site: Site.ID($0), member: Member.ID($0), measures: .grid)
      } + [MeteringPoint(id: "field-pv", site: "field", measures: .generation)],
      tariffs: [
        Tariff(
          id: "grid", importPrice: .fixed(EnergyPrice(count: 320_000)), feedInPrice: .fixed(.zero),
          emissions: .fixed(EmissionFactor(count: 363_000)))
      ],
      agreements: [agreement])
    var energies = MeteredEnergies(over: span)
    for (name, used) in zip(names, used) { energies[MeteringPoint.ID("\(name)-grid"), .import] = series(used) }
    energies["field-pv", .export] = series(2400)
    self.energies = energies
  }

  func report(_ prices: AgreedPrices? = nil) -> EnergyReport {
    EnergyReport(on: community, days: days, energies: energies, knowing: ReportKnowledge(prices: prices))
  }
}

private func share(_ figure: Figure?) -> Double? {
  guard case .share(let share)? = figure?.value else { return nil }
  return share.value
}

@Suite("Figures of members, as accounted")
struct MemberFigureTests {
  private let fixed = SharingAgreement(rule: .static, keys: ["m0": percent(40), "m1": percent(30), "m2": percent(30)])

  @Test("S1: fixed keys account 1740 of 2700 Wh, dynamic as many as meters show: 2400")
  func s1() throws {
    let report = try Three(fixed).report()
    #expect(share(report.group(.members)?.figure(.communityShare)) == Fraction(1740.0 / 2700).value)
    // What meters show does not depend on the agreement.
    #expect(share(report.group(.community(.virtualSum))?.figure(.selfSufficiency)) == Fraction(2400.0 / 2700).value)
    let expected = [300.0 / 300, 720.0 / 900, 720.0 / 1500]
    for (place, part) in expected.enumerated() {
      #expect(share(report.group(.member(Member.ID("m\(place)")))?.figure(.communityShare)) == Fraction(part).value)
    }
    let dynamic = try Three(SharingAgreement(rule: .dynamic)).report()
    #expect(share(dynamic.group(.members)?.figure(.communityShare)) == Fraction(2400.0 / 2700).value)
    #expect(dynamic.text(.english).contains("64.4 %") == false)
    #expect(report.text(.english).contains("64.4 %"))
  }

  @Test("saved is the grid's price less the community's with tax, less the day's part of the base price")
  func savings() throws {
    // 20 ct and 19 % are 23.8 ct; 32 - 23.8 = 8.2 ct for 720 Wh are 5.904 ct. Base 3.10 EUR a month of 31 days: 10 ct a day.
    let prices = AgreedPrices(terms: [
      PriceTerm(id: "shared", item: .shared, price: .energy(.fixed(EnergyPrice(count: 200_000)), windows: []), vat: percent(19))
    ])
    let report = try Three(fixed).report(prices)
    let member = try #require(report.group(.member("m1")))
    #expect(member.figure(.saved)?.value == .money(Money(count: 59_040)))
    // 180 Wh of the grid at 363 g.
    #expect(member.figure(.carbon)?.value == .mass(Mass(count: 65_340)))
    let withBase = AgreedPrices(
      terms: prices.terms + [PriceTerm(id: "base", item: .base, price: .monthly(Money(euros: 3.1)))])
    let dearer = try Three(fixed).report(withBase)
    #expect(dearer.group(.member("m1"))?.figure(.saved)?.value == .money(Money(count: 59_040 - 100_000)))
  }

  @Test("without prices nobody saved anything that is known")
  func withoutPrices() throws {
    let report = try Three(fixed).report()
    let figure = try #require(report.group(.member("m1"))?.figure(.saved))
    #expect(figure.value == nil)
    #expect(figure.absence == .unknown(.noAgreedPrices))
  }

  @Test("sums over members and fairness are told of five or more only")
  func fewMembers() throws {
    let prices = AgreedPrices(terms: [
      PriceTerm(id: "shared", item: .shared, price: .energy(.fixed(EnergyPrice(count: 200_000)), windows: []))
    ])
    let few = try #require(try Three(SharingAgreement(rule: .dynamic), households: 4).report(prices).group(.members))
    for name in [Figure.Name.saved, .gini, .losers, .topFifth, .consumption] {
      #expect(few.figure(name)?.absence == .tooFewMembers, "\(name)")
    }
    let enough = try #require(try Three(SharingAgreement(rule: .dynamic), households: 5).report(prices).group(.members))
    // All have the same price and the same share of what they use: nobody benefits more. Largest remainders are a thousandth of a Wh.
    guard case .number(let gini)? = enough.figure(.gini)?.value else {
      Issue.record("no Gini coefficient")
      return
    }
    #expect(gini < Fraction(1e-5))
    #expect(enough.figure(.losers)?.value == .share(.zero))
    // 2400 Wh at 12 ct less; each member's sum is rounded to a millionth of a euro.
    #expect(abs((enough.figure(.saved)?.value?.amount ?? 0) - 288_000) <= 5)
  }

  @Test("a reader of one member's report sees no other's figures, everybody no member's at all")
  func selections() throws {
    let report = try Three(fixed).report()
    let own = report.only(.member("m1"))
    #expect(own.groups.map(\.subject) == [.community(.virtualSum), .member("m1")])
    for other in ["m0", "m2"] {
      #expect(!own.text(.english).contains(other))
      #expect(!own.json().contains("\"\(other)\""))
      #expect(!own.csv().contains(other))
      #expect(!own.markdown(.english).contains(other))
    }
    let open = report.only(.community)
    #expect(open.groups.allSatisfy { $0.subject.kind != "member" && $0.subject.kind != "site" })
    // Three are too few for sums, and a curve would tell them; shares may be told.
    for shown in [own, open] {
      let community = try #require(shown.group(.community(.virtualSum)))
      #expect(community.figure(.consumption)?.absence == .tooFewMembers)
      #expect(community.figure(.peakImport)?.value == nil)
      #expect(community.figure(.selfSufficiency)?.value != nil)
      #expect(shown.scopes.isEmpty && shown.curve.steps.isEmpty)
    }
    #expect(own.group(.member("m1"))?.figure(.consumption)?.value == .energy(Energy(wattHours: 900)))
    // Of seven the largest takes 1500 of 3100 Wh, less than half.
    let many = try Three(SharingAgreement(rule: .dynamic), households: 7).report().only(.community)
    #expect(many.group(.community(.virtualSum))?.figure(.consumption)?.value == .energy(Energy(wattHours: 3100)))
    #expect(many.scopes.count == 2)
  }
}
