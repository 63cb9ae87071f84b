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
    fuels:
      - {id: hydrogen}
    assets:
      - {id: farm-load, kind: load, site: farm, annual_consumption: 3500 kWh}
      - {id: maker, kind: electrolyser, site: farm, fuel: hydrogen, power: 20 kW, efficiency: 60 %}
      - {id: tank, kind: hydrogen_store, site: farm, fuel: hydrogen, capacity: 10 kg, state_of_charge: 0 %}
      - {id: cell, kind: fuel_cell, site: farm, fuel: hydrogen, power: 5 kW, power_efficiency: 50 %}
    tariffs:
      - {id: night, import: {price: 5 ct/kWh, windows: [{from: "03:00", until: "04:00", plus: 45 ct/kWh}]}}
    """

  private func plan(_ arguments: String...) async throws -> ChildProcess.Outcome {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.community, to: "community.yaml")
    let times = (0..<8).map { "2026-06-15T0\($0 / 4):\(["00", "15", "30", "45"][$0 % 4])Z" }
    let forecast = ["time,farm-load [kW]"] + times.enumerated().map { "\($1),\($0 < 4 ? 0 : 3)" }
    try folder.write(forecast.joined(separator: "\n") + "\n", to: "forecast.csv")
    return try await ChildProcess(
      Checkout.program(.energyOpt),
      [
        "plan", "-c", file, "--from", "2026-06-15T00:00:00Z", "--hours", "2", "--forecasts", folder.file("forecast.csv"),
        "--lang",
        "en",
      ] + arguments
    ).end()
  }

  /// 10 kWh at 5 ct make 6 kWh of hydrogen and 3 of power again: 0.50 EUR. Without the tank they cost 50 ct each: 1 EUR more.
  @Test("makes hydrogen while power costs little, and says what its tank is worth")
  func hydrogen() async throws {
    let outcome = try await plan("--format", "json", "--without", "tank")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let root = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let cost = try #require((root["plan"] as? [String: Any])?["cost_eur"] as? Double)
    #expect(abs(cost - 0.5) < 1e-4)
    let change = try #require((root["what_if"] as? [[String: Any]])?.first?["cost_change_eur"] as? Double)
    #expect(abs(change - 1) < 1e-4)
    let screen = try await plan("--devices", "--width", "120")
    let words = screen.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains("maker electrolysis 6.0") && words.contains("tank H2 tanks 6.0") && words.contains("cell fuel cells 3.0"))
    #expect(words.contains("maker makes 6.0 kWh of hydrogen: from the grid at 5.0 ct; a kWh of hydrogen is worth 8.3 ct."))
  }
}
