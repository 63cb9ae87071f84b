import Foundation
import Testing

/// A house with a roof and three tenants: `a` all March 2026, `b` from the 12th, `c` until the 19th; `o` owns the roof.
struct SettledHouse {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.community(["a", "b", "c", "o"]), to: "community.yaml")
    try folder.write(Self.tariffs, to: "tariffs.yaml")
  }

  static func community(_ members: [String]) -> String {
    let entries = [
      "a": "  - {id: a, name: Anna Beck, site: house}", "b": "  - {id: b, name: Ben Coe, site: house, joined: 2026-03-12}",
      "c": "  - {id: c, name: Cleo Dane, site: house, left: 2026-03-20}", "o": "  - {id: o, name: Otto Ernst, site: house}",
    ]
    let points = members.filter { $0 != "o" }.map {
      "  - {id: P-\($0), site: house, member: \($0), measures: consumption, calibrated: {until: 2033-01-01}}"
    }
    return """
      version: 1
      community: {id: hollow, name: Hollow House, time_zone: Europe/Berlin}
      sites:
        - {id: house, grid_connection: {import: 50 kW, export: 50 kW}}
      members:
      \(members.compactMap { entries[$0] }.joined(separator: "\n"))
      metering_points:
        - {id: ROOF, site: house, measures: generation, calibrated: {until: 2033-01-01}}
      \(points.joined(separator: "\n"))
      sharing: {rule: dynamic}
      """
  }

  static let tariffs = """
    version: 1
    community: hollow
    shared:
      - id: sun-1
        until: 2026-03-16
        price: 24 ct/kWh
        vat: 19 %
        windows: [{from: "18:00", until: "21:00", plus: 4 ct/kWh}]
      - id: sun-2
        from: 2026-03-16
        price: 26 ct/kWh
        vat: 19 %
        windows: [{from: "18:00", until: "21:00", plus: 4 ct/kWh}]
    base:
      - {id: base, monthly: 6.20 EUR, vat: 19 %}
    producer:
      - {id: plant, site: house, to: o, price: 10 ct/kWh}
    feed_in:
      - {id: grid, site: house, to: o, price: 8 ct/kWh}
    tenant_power:
      - {id: surcharge, site: house, to: o, capacity: 30 kWp, steps: [{up_to: 10 kWp, rate: 2.54 ct/kWh}, {up_to: 40 kWp, rate: 2.36 ct/kWh}]}
    lease:
      - {id: roof, to: o, monthly: 25 EUR}
    """

  /// A file of quarter hours from `start` on: zero but where `values` says something, in Wh; an empty text is no value.
  func write(_ name: String, from start: String, count: Int, _ values: [String: [String]] = [:]) throws -> String {
    let formatter = ISO8601DateFormatter()
    let first = try #require(formatter.date(from: start))
    var lines = ["time,ROOF.energy_export [Wh],P-a.energy_import [Wh],P-b.energy_import [Wh],P-c.energy_import [Wh]"]
    for number in 0..<count {
      let time = formatter.string(from: first.addingTimeInterval(Double(number) * 900))
      lines.append(([time] + (values[time] ?? ["0", "0", "0", "0"])).joined(separator: ","))
    }
    return try folder.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  /// 5 March 12:00: 2400 for a 300 and c 900; b is no member yet. 15 March 18:30: 2400 for 300, 900, 1500. 17 March 10:00: a's meter is
  /// exchanged, (15 234.6 - 15 234.2) + (0.3 - 0.0) = 0.7 kWh (`exchange`); 1000 for 700. 29 March 3:30, an hour after clocks were set forward: 1000 for
  /// a 1000 and b 1000; c has left.
  func march(_ name: String, a17: String = "700", c15: String = "1500") throws -> String {
    try write(
      name, from: "2026-02-28T23:00:00Z", count: 2972,
      [
        "2026-03-05T11:00:00Z": ["2400", "300", "500", "900"], "2026-03-15T17:30:00Z": ["2400", "300", "900", c15],
        "2026-03-17T09:00:00Z": ["1000", a17, "0", "0"], "2026-03-29T01:30:00Z": ["1000", "1000", "1000", "700"],
      ])
  }

  /// What a's counters show while one takes the other's place.
  func exchange(_ name: String) throws -> String {
    try folder.write(
      """
      time,point,channel,unit,value
      2026-03-17T08:45:00Z,P-a,energy_import,kWh,15234.2
      2026-03-17T09:00:00Z,P-a,energy_import,kWh,15234.2
      2026-03-17T09:07:00Z,P-a,energy_import,kWh,15234.6
      2026-03-17T09:07:10Z,P-a,energy_import,kWh,0
      2026-03-17T09:15:00Z,P-a,energy_import,kWh,0.3
      2026-03-17T09:30:00Z,P-a,energy_import,kWh,0.3

      """, to: name)
  }

  func run(_ arguments: String...) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), arguments + ["-c", folder.file("community.yaml")]).end()
  }

  func final(_ month: String) async throws -> ChildProcess.Outcome {
    #expect(try await run("settle", "--month", month, "--preview").status == 0)
    return try await run("settle", "--month", month, "--final", "--approved-by", "Anna Beck", "--approved-by", "Karl Roth")
  }

  /// Each member's lines: item, entry, window, net and tax in cents.
  func lines(_ month: String, _ arguments: String...) async throws -> [String: [String]] {
    let outcome = try await ChildProcess(
      Checkout.program(.energyOpt),
      ["settle", "--month", month, "--format", "json", "-c", folder.file("community.yaml")] + arguments
    ).end()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try Self.lines(outcome.output)
  }

  private struct Answer: Decodable {
    let members: [Member]

    struct Member: Decodable {
      let memberId: String
      let lines: [Line]
    }

    struct Line: Decodable {
      let item: String
      let term: String
      let zone: String
      let netEur: Decimal
      let vatEur: Decimal
      let corrects: String?
    }
  }

  static func lines(_ json: String) throws -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: try Answer.read(json).members.map { member in
        (
          member.memberId,
          member.lines.map { line in
            "\(line.term)\(line.zone == "*" ? "" : " evening") \(line.netEur * 100) \(line.vatEur * 100)"
              + (line.corrects.map { " of \($0)" } ?? "")
          }
        )
      })
  }
}
