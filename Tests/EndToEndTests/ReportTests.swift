import Foundation
import Testing

@Suite("The reference community's report")
struct ReportTests {
  /// What `expected.json` says, computed with pandas apart from our code.
  struct Expected: Decodable {
    let history: Period

    struct Period: Decodable {
      let quarterHours: Int
      let community: Community
      let sites: [String: Figures]
    }

    struct Community: Decodable {
      let sumOfSites: Figures
      let netted: Figures
    }

    struct Figures: Decodable {
      let importWh: Decimal
      let exportWh: Decimal
      let pvWh: Decimal
      let loadWh: Decimal
      let selfSufficiency: Decimal
      let selfConsumption: Decimal?
      let peakImportKw: Decimal
      let peakImportAt: String
    }
  }

  @Test("of 27 imported days gives the energies, shares and peaks that pandas computed; importing twice changes nothing")
  func month() async throws {
    let community = try CommunityCopy()
    let first = try await community.energyOpt("import", community.path("history.csv"))
    #expect(first.status == 0)
    #expect(first.output.contains("116640 quarter hours added, 0 known already, 0 replaced"))
    let again = try await community.energyOpt("import", community.path("history.csv"))
    #expect(again.output.contains("0 quarter hours added, 116640 known already, 0 replaced"))

    // The local month begins two hours before and ends two hours before the UTC one; what the file holds lies in both.
    let report = try ReportJSON.read(try await community.energyOpt("report", "--month", "2016-06", "--format", "json").output)
    let expected = try Expected.read(Checkout.text(community.path("expected.json"))).history
    try Self.compare(report.community("sites_together"), with: expected.community.sumOfSites, named: "sum of the sites")
    try Self.compare(report.community("virtual_sum"), with: expected.community.netted, named: "netted")
    #expect(expected.sites.count == 13)
    for (site, figures) in expected.sites { try Self.compare(report.site(site), with: figures, named: site) }
    #expect(report.community("virtual_sum")?.dataQuality["measured_quarter_hours"] == Decimal(expected.quarterHours))
    #expect(report.period.quarterHours == 30 * 96)
  }

  private static func compare(_ scope: ReportJSON.Scope?, with expected: Expected.Figures, named name: String) throws {
    let scope = try #require(scope, "\(name)")
    #expect(scope.wattHours("grid_import_kwh") == expected.importWh, "\(name)")
    #expect(scope.wattHours("grid_export_kwh") == expected.exportWh, "\(name)")
    #expect(scope.wattHours("generation_kwh") == expected.pvWh, "\(name)")
    #expect(scope.wattHours("consumption_kwh") == expected.loadWh, "\(name)")
    // Nine decimals of a fraction beside seven of a percentage.
    #expect(isClose(scope.percent("self_sufficiency_percent"), expected.selfSufficiency), "\(name)")
    #expect(isClose(scope.percent("self_consumption_percent"), expected.selfConsumption), "\(name)")
    let peak = try #require(scope.peakImport, "\(name)")
    #expect(peak.powerKw == expected.peakImportKw, "\(name)")
    #expect(peak.start == expected.peakImportAt, "\(name)")
  }

  private static func isClose(_ percent: Decimal?, _ fraction: Decimal?) -> Bool {
    guard let percent, let fraction else { return percent == nil && fraction == nil }
    return abs(percent - fraction * 100) <= Decimal(sign: .plus, exponent: -7, significand: 1)
  }

  @Test("of a local day gives what a plain sum over the file's rows of that day gives, as JSON, CSV and text")
  func day() async throws {
    let community = try CommunityCopy()
    _ = try await community.energyOpt("import", community.path("history.csv"))
    let json = try ReportJSON.read(try await community.energyOpt("report", "--day", "2016-06-10", "--format", "json").output)
    #expect(json.period.quarterHours == 96)

    // Berlin is two hours ahead of UTC in June.
    let table = try CSVTable(Checkout.text(community.path("history.csv")))
    let rows = table.rows.filter { ("2016-06-09T22:00:00Z"..<"2016-06-10T22:00:00Z").contains($0[0]) }
    #expect(rows.count == 96)
    func column(_ ending: String) -> [Int] {
      table.header.indices.filter { table.header[$0].hasSuffix(ending + " [Wh]") }
    }
    func sums(_ ending: String) -> [Int] {
      let columns = column(ending)
      return rows.map { row in columns.reduce(0) { $0 + (Int(row[$1]) ?? 0) } }
    }
    let imports = sums("-GRID.energy_import")
    let exports = sums("-GRID.energy_export")
    let plants = sums("-PV.energy_export")
    let made = plants.reduce(0, +)
    let used = imports.reduce(0, +) - exports.reduce(0, +) + made
    let netImports = zip(imports, exports).map { max(0, $0 - $1) }
    let netExports = zip(imports, exports).map { max(0, $1 - $0) }

    for (method, taken, given) in [("sites_together", imports, exports), ("virtual_sum", netImports, netExports)] {
      let scope = try #require(json.community(method))
      let total = taken.reduce(0, +)
      #expect(scope.wattHours("grid_import_kwh") == Decimal(total))
      #expect(scope.wattHours("grid_export_kwh") == Decimal(given.reduce(0, +)))
      #expect(scope.wattHours("generation_kwh") == Decimal(made))
      #expect(scope.wattHours("consumption_kwh") == Decimal(used))
      #expect(Self.isClose(scope.percent("self_sufficiency_percent"), 1 - Decimal(total) / Decimal(used)))
      #expect(Self.isClose(scope.percent("self_consumption_percent"), 1 - Decimal(given.reduce(0, +)) / Decimal(made)))
      // The site's peaks do not fall together: the community's is that of the net import, in kW four times the quarter hour's kWh.
      #expect(scope.peakImport?.powerKw == Decimal(netImports.max() ?? 0) * 4 / 1000)
    }

    let csv = try CSVTable(try await community.energyOpt("report", "--day", "2016-06-10", "--format", "csv").output)
    // One row a figure; names of energies are those of JSON without their unit.
    let (scopeColumn, idColumn, nameColumn) = (try csv.column("scope"), try csv.column("id"), try csv.column("name"))
    let (methodColumn, valueColumn) = (try csv.column("method"), try csv.column("value"))
    for (name, short) in [
      ("consumption_kwh", "consumption"), ("grid_import_kwh", "grid_import"), ("generation_kwh", "generation"),
    ] {
      for scope in json.scopes where scope.scope == "site" || scope.scope == "community" {
        let row = csv.rows.first {
          $0[scopeColumn] == scope.scope && $0[idColumn] == scope.siteId ?? "" && $0[methodColumn] == scope.method ?? ""
            && $0[nameColumn] == short
        }
        #expect(row.flatMap { Decimal(string: $0[valueColumn]) } == scope.energy[name] ?? nil, "\(name)")
      }
    }
    let text = try await community.energyOpt("report", "--day", "2016-06-10", "--lang", "de").output
    let share = 100 - 100 * Double(netImports.reduce(0, +)) / Double(used)
    #expect(text.contains(String(format: "%.1f", share).replacingOccurrences(of: ".", with: ",") + " %"))
  }

  @Test("of a week stands beside the week before; a year is its months; one member's report shows no other's; Markdown is tables")
  func periods() async throws {
    let community = try CommunityCopy()
    _ = try await community.energyOpt("import", community.path("history.csv"))
    func report(_ option: String, _ time: String, _ rest: String = "--format=json") async throws -> ReportJSON {
      try ReportJSON.read(try await community.energyOpt("report", option, time, rest, "--format", "json").output)
    }
    let week = try await report("--week", "2016-06-20")
    let before = try await report("--week", "2016-06-13")
    for name in ["consumption", "self_sufficiency", "peak_import", "carbon"] {
      let figure = try #require(week.community("virtual_sum")?.figure(name))
      #expect(figure.previous != nil, "\(name)")
      #expect(figure.previous == before.community("virtual_sum")?.figure(name)?.value, "\(name)")
      #expect(figure.yearBefore == nil)
    }
    // The file's 27 days are all that is known of the year: coverage is low, sums are theirs, shares hidden.
    let year = try await report("--year", "2016", "--until=2016-06-30")
    let month = try await report("--month", "2016-06")
    let whole = try #require(year.community("virtual_sum"))
    #expect(whole.energy == month.community("virtual_sum")?.energy)
    #expect(whole.figure("self_sufficiency")?.missingReason == "coverage_below_90_percent")
    let own = try await community.energyOpt("report", "--month", "2016-06", "--of", "m05").output
    #expect(own.contains("Sonnenhang GbR"))
    #expect(!own.contains("Ambach"))
    let markdown = try await community.energyOpt("report", "--day", "2016-06-10", "--format", "md", "--lang", "de")
    #expect(markdown.status == 0)
    #expect(markdown.output.contains("| Autarkiegrad (AG) | "))
    let wrong = try await community.energyOpt("report", "--day", "2016-06-10", "--month", "2016-06")
    #expect(wrong.status == 64)
  }
}
