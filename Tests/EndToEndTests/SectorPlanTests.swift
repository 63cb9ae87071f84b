import Foundation
import Testing

/// Two hours from 02:00 in Berlin, power at 5 ct in the first and 50 ct in the second, in which 3 kW are used at the farm.
@Suite("A plan beyond power and heat")
struct SectorPlanTests {
  private static let community = """
    version: 1
    community: {id: small, name: Small, time_zone: Europe/Berlin}
    sites:
      - {id: farm, grid_connection: {import: 30 kW, export: 30 kW}, tariff: night}
      - {id: mill, grid_connection: {import: 30 kW, export: 30 kW}, tariff: night}
    cold_networks:
      - {id: servers}
    fuels:
      - {id: hydrogen}
    assets:
      - {id: farm-load, kind: load, site: farm, annual_consumption: 3500 kWh}
      - {id: maker, kind: electrolyser, site: farm, fuel: hydrogen, power: 20 kW, efficiency: 60 %}
      - {id: tank, kind: hydrogen_store, site: farm, fuel: hydrogen, capacity: 10 kg, state_of_charge: 0 %}
      - {id: cell, kind: fuel_cell, site: farm, fuel: hydrogen, power: 5 kW, power_efficiency: 50 %}
      - {id: racks, kind: cooling_load, site: mill, cold_network: servers, annual_consumption: 52.56 MWh, steady: 100 %}
      - {id: chiller, kind: chiller, site: mill, cold_network: servers, power: 5 kW, sink_temperature: 36 degC}
    tariffs:
      - {id: night, import: {price: 5 ct/kWh, windows: [{from: "03:00", until: "04:00", plus: 45 ct/kWh}]}}
    """

  private func plan(_ arguments: String..., of community: String = Self.community) async throws -> ChildProcess.Outcome {
    let folder = try TemporaryFolder()
    let file = try folder.write(community, to: "community.yaml")
    let times = (0..<8).map { "2026-06-15T0\($0 / 4):\(["00", "15", "30", "45"][$0 % 4])Z" }
    let forecast = ["time,farm-load [kW]"] + times.enumerated().map { "\($1),\($0 < 4 ? 0 : 3)" }
    try folder.write(forecast.joined(separator: "\n") + "\n", to: "forecast.csv")
    return try await ChildProcess(
      Checkout.program(.energyOpt),
      [
        "plan", "-c", file, "--from", "2026-06-15T00:00:00Z", "--hours", "2", "--forecasts", folder.file("forecast.csv"),
        "--lang", "en",
      ] + arguments
    ).end()
  }

  /// 10 kWh at 5 ct make 6 kWh of hydrogen and 3 of power again: 0.50 EUR. Without the tank they cost 50 ct each: 1 EUR more.
  @Test("makes hydrogen while power costs little, and says what its tank is worth")
  func hydrogen() async throws {
    let outcome = try await plan("--format", "json", "--without", "tank")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let root = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let cost = try #require((root["sites"] as? [[String: Any]])?.first?["cost_eur"] as? Double)
    #expect(abs(cost - 0.5) < 1e-4)
    let change = try #require((root["what_if"] as? [[String: Any]])?.first?["cost_change_eur"] as? Double)
    #expect(abs(change - 1) < 1e-4)
    let screen = try await plan("--devices", "--width", "120")
    let words = screen.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for told in ["maker electrolysis 6.0", "tank H2 tanks 6.0", "cell fuel cells 3.0"] { #expect(words.contains(told)) }
    #expect(words.contains("maker makes 6.0 kWh of hydrogen: from the grid at 5.0 ct; a kWh of hydrogen is worth 8.3 ct."))
  }

  /// 3 kWh of power are 6 of hydrogen. In three quarter hours these are 8 kW of it, between 6.8 of 10 kW and 12 of 20: 10 + 10 x 1.2 /
  /// 5.2 kW, 9.2308 kWh for 46.15 ct. In four at the least load it would be 10 kWh, in two at full load, too.
  @Test("runs an electrolyser at the load that takes least, and says when it is on")
  func partLoad() async throws {
    let community = Self.community.replacingOccurrences(
      of: "efficiency: 60 %}",
      with: "part_load: [{load: 50 %, efficiency: 68 %}, {load: 100 %, efficiency: 60 %}], start_cost: 1 ct, standby_power: 1 kW}"
    )
    let outcome = try await plan("--format", "json", of: community)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let root = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let farm = try #require((root["sites"] as? [[String: Any]])?.first)
    let cost = try #require(farm["cost_eur"] as? Double)
    #expect(abs(cost - 0.461538 - 0.01) < 1e-4)
    let maker = try #require((farm["assets"] as? [[String: Any]])?.first { $0["asset_id"] as? String == "maker" })
    let states = try #require(maker["states"] as? [String])
    #expect(states.count == 8 && states.count { $0 == "on" } == 3 && states.suffix(4).allSatisfy { $0 == "off" })
  }

  /// 52.56 MWh a year are 6 kW of cold; a chiller between 6 and 36 degC gives 0.3 x 279.15 / 30 = 2.7915 of it for each kW: 2.149 kW.
  @Test("cools servers with as much power as the temperatures ask for")
  func cold() async throws {
    let outcome = try await plan("--format", "json")
    let root = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let mill = try #require((root["sites"] as? [[String: Any]])?.last)
    let grid = try #require(mill["grid_kw"] as? [Double])
    #expect(grid.count == 8 && grid.allSatisfy { abs($0 - 6 / 2.7915) < 1e-4 })
    let screen = try await plan("--heat", "--width", "120")
    let words = screen.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("cold demand chillers Mon 02:00–02:15 6.0 6.0"))
    #expect(words.contains("servers 12.0 12.0 0.0 0.0"))
  }
}
