import CommunityModel
import Foundation
import MarketTime
import Quantities
import TestSupport
import Testing

@testable import Reporting

/// The reference community `rural-district`: sums and shares that another program computed from the same files
/// (`expected.json` says how).
@Suite("Reference community rural-district")
struct ReferenceCommunityTests {
  private static let folder = "profiles/communities/rural-district/"

  /// `history.csv` holds energies of quarter hours, `readings.csv` counters at their starts; both in Wh, in UTC.
  private func energies(_ file: String, counters: Bool) throws -> (Community, MeteredEnergies) {
    let text = try String(contentsOf: projectFile(Self.folder + file), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let header = try #require(rows.first)
    let start = QuarterHour(containing: try #require(Timestamp(iso8601: rows[1][0])))
    let span = start..<start.advanced(by: rows.count - (counters ? 2 : 1))
    var energies = MeteredEnergies(over: span)
    var points: [MeteringPoint] = []
    for (column, title) in header.enumerated() {
      let parts = title.split(separator: " ")[0].split(separator: ".")
      guard parts.count == 2, let direction = MeteredEnergies.Direction(rawValue: String(parts[1].dropFirst(7))),
        parts[1].hasPrefix("energy_")
      else { continue }
      let id = MeteringPoint.ID(String(parts[0]))
      let values = rows.dropFirst().map { Int($0[column]).map(Energy.init(wattHours:)) }
      let series =
        counters ? zip(values, values.dropFirst()).map { one, two in one.flatMap { one in two.map { $0 - one } } } : values
      energies[id, direction] = TimeSeries(start: start, values: series.map { IntervalEnergy($0, quality: .measured) })
      let kind = parts[0].split(separator: "-")[1]
      let measures: MeteringPoint.Measures = kind == "GRID" ? .grid : kind == "PV" ? .generation : .storage
      if !points.contains(where: { $0.id == id }) {
        points.append(MeteringPoint(id: id, site: Site.ID("bus-" + id.text.dropFirst().prefix(2)), measures: measures))
      }
    }
    let connection = GridConnection(importLimit: Power(kilowatts: 100), exportLimit: Power(kilowatts: 100))
    let sites = Set(points.map(\.site)).sorted().map { Site(id: $0, name: $0.text, gridConnection: connection) }
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let community = Community(
      id: "rural-district", name: "rural-district", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: sites, meteringPoints: points)
    return (community, energies)
  }

  private func expectEqual(_ figures: KeyFigures, _ expected: [String: Any]) throws {
    func energy(_ name: String) throws -> Energy { Energy(wattHours: try #require(expected[name] as? Int)) }
    #expect(try figures.flows.gridImport == energy("import_wh"))
    #expect(try figures.flows.gridExport == energy("export_wh"))
    #expect(try figures.flows.generation == energy("pv_wh"))
    #expect(try figures.flows.consumption == energy("load_wh"))
    #expect(figures.selfSufficiencyIncludingStock == (expected["self_sufficiency"] as? Double).map(Fraction.init))
    #expect(figures.selfConsumption == (expected["self_consumption"] as? Double).map(Fraction.init))
    #expect(figures.peakImport?.power == Power(kilowatts: try #require(expected["peak_import_kw"] as? Double)))
    #expect(figures.peakImport?.quarterHour.description == expected["peak_import_at"] as? String)
    if expected["charged_wh"] != nil {
      #expect(try figures.flows.charged == energy("charged_wh"))
      #expect(try figures.flows.discharged == energy("discharged_wh"))
    }
    #expect(figures.quality.coverage == .one)
  }

  @Test("site by site and together", arguments: [("history", false), ("readings", true)])
  func figures(part: String, counters: Bool) throws {
    let (community, energies) = try energies(part + ".csv", counters: counters)
    let data = try Data(contentsOf: projectFile(Self.folder + "expected.json"))
    let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let expected = try #require(all[part] as? [String: Any])
    let sites = try #require(expected["sites"] as? [String: [String: Any]])
    let together = try #require(expected["community"] as? [String: Any])
    let balances = community.sites.compactMap { SiteBalance(of: $0.id, in: community, energies: energies) }
    #expect(balances.count == sites.count)
    for balance in balances { try expectEqual(KeyFigures(of: balance), try #require(sites[balance.site.text])) }
    let balance = CommunityBalance(of: balances, over: energies.span)
    try expectEqual(KeyFigures(of: balance, .virtualSum), try #require(together["netted"] as? [String: Any]))
    try expectEqual(KeyFigures(of: balance, .sitesTogether), try #require(together["sum_of_sites"] as? [String: Any]))
  }
}
