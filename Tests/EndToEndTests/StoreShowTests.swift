import Foundation
import Testing

@Suite("What was counted each day, as a command shows it")
struct StoreShowTests {
  private static let june = ["--from", "2016-06-01", "--to", "2016-06-28"]

  private static func show(
    _ community: CommunityCopy, _ arguments: [String], days: [String] = june
  ) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["store", "show", "-c", community.file] + days + arguments).end()
  }

  @Test("adds up to what pandas computed of the same history, day by day and hour by hour, and says what is missing")
  func sums() async throws {
    let community = try CommunityCopy()
    try #require(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    let expected = try Expected.read(Checkout.text(community.path("expected.json")))
    let grid = try #require(expected.history.sites["bus-01"])
    for step in ["day", "hour", "month", "quarter-hour"] {
      let arguments = ["--point", "B01-GRID", "--channel", "energy_import", "--by", step]
      let told = try await Self.show(community, arguments + ["--format", "csv"])
      try #require(told.status == 0, "\(told.errors)")
      let rows = told.output.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let sum = rows.compactMap { Decimal(string: String($0[7])) }.reduce(0, +)
      #expect(sum * 1000 == grid.importWh)
      // 28 days of Berlin less two hours before the history begins and 22 behind its end.
      #expect(rows.compactMap { Int($0[9]) }.reduce(0, +) == 27 * 96)
      #expect(rows.compactMap { Int($0[12]) }.reduce(0, +) == 24 * 4)

      let json = try await Self.show(community, arguments + ["--format", "json"])
      let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      #expect(document["schema_version"] as? Int == 1 && document["by"] as? String == step)
      let values = try #require(document["values"] as? [[String: Any]])
      #expect(values.map { $0["period"] as? String } == rows.map { String($0[0]) })
      #expect(values.map { $0["missing_quarter_hours"] as? Int } == rows.map { Int($0[12]) })
    }
  }

  private struct Expected: Decodable {
    let history: History
    struct History: Decodable { let sites: [String: Site] }
    struct Site: Decodable { let importWh: Decimal }
  }

  @Test("is a table that fits the terminal, in both languages")
  func table() async throws {
    let community = try CommunityCopy()
    try #require(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    let english = try await Self.show(community, ["--point", "B01-GRID", "--width", "60"])
    #expect(english.status == 0)
    let lines = english.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 60 || $0.contains("quarter hours;") }, "\(english.output)")
    #expect(lines.contains { $0.hasPrefix("B01-GRID.energy_import  counted, Europe/Berlin") })
    #expect(lines.contains { $0.contains("2016-06-01") && $0.contains("88 of 96") })
    #expect(lines.contains { $0.contains("all") && $0.contains("2592 of 2688") })
    let german = try await Self.show(community, ["--points", "B01-GRID,B01-PV", "--lang", "de"])
    #expect(german.output.contains("B01-PV.energy_export  gezählt, Europe/Berlin"))
    #expect(german.output.contains("2592 von 2688"))
  }

  @Test("names the nearest point, channel and zone where one is not known, and refuses states and wrong days")
  func mistakes() async throws {
    let community = try CommunityCopy()
    try #require(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    let point = try await Self.show(community, ["--point", "B01-GRD"])
    #expect(point.status == 3 && point.errors.contains("did you mean 'B01-GRID'?"))
    let channel = try await Self.show(community, ["--point", "B01-GRID", "--channel", "energy_imports"])
    #expect(channel.status == 3 && channel.errors.contains("did you mean 'energy_import'?"))
    let zone = try await Self.show(community, ["--point", "B01-GRID", "--time-zone", "Europe/Berln"])
    #expect(zone.status == 64 && zone.errors.contains("did you mean 'Europe/Berlin'?"))
    let nothing = try await Self.show(community, [])
    #expect(nothing.status == 64 && nothing.errors.contains("--point or --channel"))
    let day = try await Self.show(community, ["--point", "B01-GRID", "--from", "2016-06-31"], days: [])
    #expect(day.status == 64 && day.errors.contains("--from is '2016-06-31'"))
  }
}
