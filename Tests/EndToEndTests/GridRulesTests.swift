import Foundation
import Testing

@Suite("A plan under the grid's rules")
struct GridRulesTests {
  private static let community = """
    version: 1
    community: {id: small, name: Small, time_zone: Europe/Berlin}
    sites:
      - id: house
        grid_connection: {import: 30 kW, export: 30 kW}
        tariff: peaks
        limits: limits.csv
        reserve: {hours: 2 h, critical_load: 1 kW}
    metering_points:
      - {id: HOUSE-GRID, site: house, measures: grid}
    assets:
      - {id: house-load, kind: load, site: house, annual_consumption: 3500 kWh}
      - {id: battery, kind: battery, site: house, capacity: 10 kWh, charge_power: 0 kW, discharge_power: 5 kW, discharge_efficiency: 100 %, state_of_charge: 40 %}
    tariffs:
      - id: peaks
        import: {price: 30 ct/kWh, windows: [{from: "02:00", until: "03:00", plus: 6 ct/kWh}]}
        peak_price: 10 EUR/kW
        peak_lookback: {share: 80 %, months: 1}
    """

  /// Of three quarter hours: the last of May and the first of June by the clock of Berlin, and one of the 14th.
  private static let history = """
    time,HOUSE-GRID [kWh]
    2026-05-31T21:45Z,2.5
    2026-05-31T22:00Z,0.5
    2026-06-14T10:00Z,1.5
    """

  private static let limits = """
    from,until,import_kw,export_kw,controllable_kw
    2026-06-15T01:00Z,2026-06-15T02:00Z,1,,
    """

  private func house() throws -> (folder: TemporaryFolder, run: @Sendable ([String]) async throws -> ChildProcess.Outcome) {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.community, to: "community.yaml")
    try folder.write(Self.history, to: "history.csv")
    try folder.write(Self.limits, to: "limits.csv")
    let forecast = ["time,house-load [kW]"] + (0..<8).map { "2026-06-15T0\($0 / 4):\(["00", "15", "30", "45"][$0 % 4])Z,4" }
    try folder.write(forecast.joined(separator: "\n") + "\n", to: "forecast.csv")
    return (
      folder,
      { arguments in
        try await ChildProcess(Checkout.program(.energyOpt), [arguments[0], "-c", file] + arguments.dropFirst()).end()
      }
    )
  }

  @Test("pays for peaks beyond those in the store, keeps the reserve, and names the operator's limit that it breaks")
  func plan() async throws {
    let (folder, run) = try house()
    #expect(try await run(["check"]).output.contains("limits.csv: 1 limits of the grid's operator"))
    let imported = try await run(["import", folder.file("history.csv")])
    #expect(imported.status == 0, "\(imported.errors)")
    let plan = [
      "plan", "--from", "2026-06-15T00:00:00Z", "--hours", "2", "--forecasts", folder.file("forecast.csv"), "--format", "json",
    ]
    let known = try await run(plan)
    // The second hour's 4 kWh: 2 may come from the battery, whose other 2 are reserve, 1 from the grid.
    #expect(known.status == 2, "\(known.errors)")
    #expect(try Set(PlanJSON.read(known.output).breaches.map(\.kind)) == ["import_beyond_order"])
    // June 6 kW so far, 80 % of May's 10 are 8.
    let site = try Site.of(known.output)
    #expect(site.peaksPaidKw == [8])
    // 02:00 in Berlin is 00:00Z.
    #expect(site.importPriceEurPerKwh == [0.36, 0.36, 0.36, 0.36, 0.3, 0.3, 0.3, 0.3])
    #expect(site.assets.last?.reserveKwh == Array(repeating: 2, count: 8))
    #expect(site.assets.last?.contentKwh?.allSatisfy { $0 >= 2 } == true)
    let told = try await run(plan + ["--peak", "48kW", "--reserve", "1h"])
    #expect(try Site.of(told.output).peaksPaidKw == [48])
    #expect(try Site.of(told.output).assets.last?.reserveKwh == Array(repeating: 1, count: 8))
  }

  @Test("refuses a peak or a reserve that is none", arguments: [["--peak", "48"], ["--reserve", "4"], ["--reserve", "1min"]])
  func wrongUse(_ arguments: [String]) async throws {
    let (_, run) = try house()
    let outcome = try await run(["plan"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("expected a"))
  }
}

/// What these tests read of the first site of a plan in JSON.
private struct Site: Decodable {
  struct Asset: Decodable {
    let reserveKwh: [Decimal]?
    let contentKwh: [Decimal]?
  }

  let peaksPaidKw: [Decimal]
  let importPriceEurPerKwh: [Decimal]
  let assets: [Asset]

  private struct Plan: Decodable { let sites: [Site] }

  static func of(_ json: String) throws -> Site {
    try #require(try Plan.read(json).sites.first)
  }
}
