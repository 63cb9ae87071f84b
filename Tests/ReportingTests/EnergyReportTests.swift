import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import Testing

@testable import Reporting

/// A village on the 92 quarter hours of 29 March 2026. Each house's energies are constants of a part of the day, so that sums can
/// be made by hand: 4 quarter hours before the change count as night here, 40 as sun, 48 as evening.
private struct Village {
  let community: Community
  let energies: MeteredEnergies
  let report: EnergyReport

  /// Complete and measured, or with what goes wrong in a real one.
  init(troubled: Bool) throws {
    let day = try #require(LocalDay(iso8601: "2026-03-29"))
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let start = calendar.quarterHours(of: day).lowerBound
    func series(_ night: Double, _ sun: Double, _ evening: Double) -> TimeSeries<IntervalEnergy> {
      let values = [(4, night), (40, sun), (48, evening)].flatMap { Array(repeating: $1, count: $0) }
      return TimeSeries(start: start, values: values.map { .measured(kWh($0)) })
    }
    // Farm: night 1 of 2 kWh from the battery; sun 4, used 1, charged 0.5, fed in 2.5; evening 0.25 from the battery, 0.75 bought.
    var farm = House(id: "hof")
    farm.points = [
      (.grid, series(1, 0, 0.75), series(0, 2.5, 0)), (.generation, nil, series(0, 4, 0)),
      (.storage, series(0, 0.5, 0), series(1, 0, 0.25)),
    ]
    // School: no roof, its use measured as well as its grid, 0.01 apart in the evening.
    var school = House(id: "schule")
    school.points = [(.grid, series(0.5, 2, 0.51), nil), (.consumption, series(0.5, 2, 0.5), nil)]
    // Solar field: feeds all in.
    var field = House(id: "feld")
    field.points = [(.generation, nil, series(0, 10, 0))]
    var heating = House(id: "heizhaus")
    heating.points = [(.heat, series(5, 5, 5), nil)]
    if troubled {
      Self.spoil(&farm, &school, series(0, 0.5, 0))
    }
    let (plain, energies) = try Community.of([farm, school, field, heating])
    let names: [Site.ID: String] = [
      "hof": "Hof Möhring", "schule": "Alte Schule", "feld": "Solarfeld am Anger", "heizhaus": "Heizhaus",
    ]
    community = Community(
      id: "anger", name: "Energiegenossenschaft Anger eG", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: plain.sites.map { Site(id: $0.id, name: names[$0.id] ?? "", gridConnection: $0.gridConnection) },
      meteringPoints: plain.meteringPoints)
    self.energies = energies
    report = EnergyReport(on: community, days: day..<day.advanced(by: 1), energies: energies)
  }

  /// The farm charges from the grid at night, has two estimated and one substituted value and a quarter hour just below zero; the
  /// school's meter is silent for the first ten quarter hours and its meters do not add up.
  private static func spoil(_ farm: inout House, _ school: inout House, _ charge: TimeSeries<IntervalEnergy>) {
    var imports = farm.points[0].imports ?? charge
    for position in 0..<4 { imports.values[position] = .measured(kWh(3)) }
    imports.values[50] = .estimated(kWh(0.75))
    imports.values[51] = .estimated(kWh(0.75))
    imports.values[60] = .substituted(kWh(0.75))
    farm.points[0].imports = imports
    var charges = charge
    for position in 0..<4 { charges.values[position] = .measured(kWh(2)) }
    farm.points[2].imports = charges
    farm.points[2].exports?.values.replaceSubrange(0..<4, with: Array(repeating: .measured(.zero), count: 4))
    farm.points[0].exports?.values[20] = .measured(kWh(3.52))
    for position in 0..<10 { school.points[0].imports?.values[position] = .missing }
    for position in 50..<80 { school.points[0].imports?.values[position] = .measured(kWh(0.75)) }
  }
}

@Suite("Energy report")
struct EnergyReportTests {
  @Test("has the figures of a day made by hand")
  func handMade() throws {
    let report = try Village(troubled: false).report
    let farm = try #require(report.figures(of: .site("hof")))
    // Used: night 4 x 2, sun 40 x 1, evening 48 x 1.
    let used = 8.0 + 40 + 48
    #expect(farm.flows.consumption == kWh(used))
    #expect(farm.flows.generation == kWh(160))
    #expect(farm.flows.gridImport == kWh(40))
    #expect(farm.flows.gridExport == kWh(100))
    #expect(farm.flows.charged == kWh(20))
    #expect(farm.flows.discharged == kWh(16))
    // 1 - 40/L; without the night's 4 kWh 52/L. SC = 60/160, without losses 52/160.
    #expect(farm.selfSufficiency == Fraction(56 / used))
    #expect(farm.selfSufficiencyExcludingStock == Fraction(52 / used))
    #expect(farm.use.storedBefore == kWh(4))
    #expect(farm.selfConsumption == percent(37.5))
    #expect(farm.selfConsumptionExcludingLosses == percent(32.5))
    #expect(farm.peakImport?.power == Power(kilowatts: 4))
    let school = try #require(report.figures(of: .site("schule")))
    #expect(school.flows.consumption == kWh(106))
    #expect(school.quality.residual?.sum == kWh(0.48))
    let field = try #require(report.figures(of: .site("feld")))
    #expect(field.selfSufficiency == nil)
    #expect(field.selfConsumption == .zero)
    // As one: noon nets to 2.5 + 10 - 2 out; night and evening are bought: 4 x 1.5 + 48 x 1.26.
    let virtual = try #require(report.figures(of: .community(.virtualSum)))
    #expect(virtual.flows.consumption == kWh(202))
    #expect(virtual.flows.gridImport == kWh(66.48))
    #expect(virtual.flows.gridExport == kWh(420))
    #expect(virtual.selfSufficiency == Fraction(135.52 / 202))
    #expect(virtual.balance == Fraction(560.0 / 202))
    let together = try #require(report.figures(of: .community(.sitesTogether)))
    #expect(together.flows.gridImport == kWh(146.48))
    #expect(together.selfSufficiency == Fraction(55.52 / 202))
    #expect(report.unmeteredSites.map(\.id) == ["heizhaus"])
  }

  @Test("has the figures of a troubled day made by hand")
  func troubled() throws {
    let report = try Village(troubled: true).report
    let farm = try #require(report.figures(of: .site("hof")))
    // Night 4 x (3 - 2), noon 39 x 1 and one of 4 - 3.52 - 0.5 < 0, evening 48 x 1.
    #expect(farm.flows.consumption == kWh(91))
    #expect(farm.flows.lifted == kWh(0.02))
    #expect(farm.flows.gridImport == kWh(48))
    #expect(farm.use.chargedFromGrid == kWh(8))
    // 12 of 28 came back: eta 0.75. Of the charge 8 were the grid's, 20 - 0.02 the sun's; the 0.02 that the meters cannot explain
    // count as grey. So the stores hold 21, of it 14.985 green.
    let green = 12 * 14.985 / 21
    #expect((farm.use.storedGreen - kWh(green)).magnitude <= Energy(count: 48))
    #expect(farm.use.direct == kWh(39))
    #expect(farm.selfSufficiencyIncludingStock == nil)
    #expect(abs((farm.selfSufficiency?.value ?? 0) - (39 + green) / 91) < 1e-6)
    #expect(farm.quality.estimated == 2)
    #expect(farm.quality.substituted == 1)
    let school = try #require(report.figures(of: .site("schule")))
    // Ten of 92 quarter hours are silent. 18 evenings are 0.01 off, 30 are 0.25 off.
    #expect(school.quality.incomplete == 10)
    #expect(school.quality.hidesShares)
    #expect(school.quality.residual?.absolute == kWh(18 * 0.01 + 30 * 0.25))
  }

  @Test("reads in German and English, as JSON and as CSV", arguments: [false, true])
  func golden(troubled: Bool) throws {
    let report = try Village(troubled: troubled).report
    let name = troubled ? "troubled-day" : "complete-day"
    try expectGolden(report.text(.german), name + ".de.txt")
    try expectGolden(report.text(.english), name + ".en.txt")
    try expectGolden(report.json(), name + ".json")
    try expectGolden(report.csv(), name + ".csv")
  }

  @Test("keeps within the width and leaves no blanks at the end", arguments: [60, 80, 120], Language.allCases)
  func width(width: Int, language: Language) throws {
    for troubled in [false, true] {
      let text = try Village(troubled: troubled).report.text(language, width: width)
      for line in text.split(separator: "\n") {
        #expect(line.displayWidth <= width, "\(line)")
        #expect(line.last != " ")
      }
    }
  }

  @Test("fits 80 columns with the energies of a large community and long names")
  func large() throws {
    let day = try #require(LocalDay(iso8601: "2026-06-21"))
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let span = calendar.quarterHours(of: day)
    var house = House(id: "a-very-long-name-of-a-site-that-nobody-would-say-aloud")
    let much = TimeSeries(repeating: IntervalEnergy.measured(kWh(2500)), over: span)
    house.points = [(.grid, much, much), (.generation, nil, much)]
    let (community, energies) = try Community.of(
      [house], name: "Energiegenossenschaft Landkreis und Umgebung eingetragen eG mit Zusatz")
    let report = EnergyReport(on: community, days: day..<day.advanced(by: 1), energies: energies)
    for language in Language.allCases {
      for line in report.text(language).split(separator: "\n") { #expect(line.displayWidth <= 80, "\(line)") }
    }
  }

  @Test("is the same text each time, and JSON that others can read")
  func json() throws {
    for troubled in [false, true] {
      let first = try Village(troubled: troubled).report.json()
      #expect(try Village(troubled: troubled).report.json() == first)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
      #expect(object["schema_version"] as? Int == 2)
      let scopes = try #require(object["scopes"] as? [[String: Any]])
      // The community by both methods, all energy together, three sites.
      #expect(scopes.count == 6)
      let school = try #require(scopes.first { $0["site_id"] as? String == "schule" })
      let shares = try #require(school["shares"] as? [String: Any])
      #expect(shares["self_sufficiency_percent"] is NSNull == troubled)
      #expect(shares["self_consumption_percent"] is NSNull)
      #expect(school["shares_hidden_reason"] as? String == (troubled ? "coverage_below_90_percent" : nil))
      #expect(school["provisional"] as? Bool == troubled)
    }
  }

  @Test("has a field in every CSV row for every name")
  func csv() throws {
    let lines = try Village(troubled: true).report.csv().split(separator: "\n")
    let counts = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(lines.count > 100)
    #expect(Set(counts).count == 1)
  }

  @Test("takes what the meters cover of longer or shorter deliveries")
  func otherSpans() throws {
    let village = try Village(troubled: false)
    let day = try #require(LocalDay(iso8601: "2026-03-29"))
    let next = day.advanced(by: 1)
    let both = EnergyReport(on: village.community, days: day..<next.advanced(by: 1), energies: village.energies)
    let farm = try #require(both.figures(of: .site("hof")))
    #expect(farm.quality.expected == 92 + 24 * 4)
    #expect(farm.quality.measured == 92)
    #expect(farm.quality.hidesShares)
    #expect(farm.flows.consumption == kWh(8 + 40 + 48))
  }

  @Test("says so where there is nothing to say")
  func empty() throws {
    let (community, energies) = try Community.of([])
    let day = LocalDay(number: 0)
    for days in [day..<day, day..<day.advanced(by: 1)] {
      let report = EnergyReport(on: community, days: days, energies: energies)
      #expect(report.scopes.count == 2)
      #expect(report.scopes.allSatisfy { $0.figures.quality.hidesShares && $0.figures.peakImport == nil })
      #expect(report.text(.english).contains("shares hidden"))
      // Missing is never zero.
      #expect(!report.text(.english).contains("0.00 kWh") && !report.text(.english).contains("0.00 kg"))
      #expect(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) is [String: Any])
    }
  }

  @Test("escapes what names may hold")
  func escaping() throws {
    var house = House(id: "q")
    house.add(.grid, in: [1], out: [0])
    let (community, energies) = try Community.of([house], name: "A \"B\", C\\\n\u{1B}[31mrot")
    let day = LocalDay(number: 0)
    let report = EnergyReport(on: community, days: day..<day.advanced(by: 1), energies: energies)
    #expect(report.json().contains(#""name": "A \"B\", C\\\n\u001b[31mrot""#))
    #expect(report.csv().contains(#","A ""B"", C\"#))
    #expect(!report.text(.english).contains("\u{1B}"))
    let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
    #expect((object?["community"] as? [String: Any])?["name"] as? String == community.name)
  }
}
