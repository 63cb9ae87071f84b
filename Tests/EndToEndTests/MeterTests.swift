import Foundation
import Testing

/// A flat and a roof in March 2026, in kWh: the flat uses 0.3 in every quarter hour, the roof makes 1. On the 10th the flat's value is
/// missing at 08:00, 08:15 and from 12:00 to 15:00, the roof's at 08:00.
@Suite("The values of meters")
struct MeterTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      version: 1
      community: {id: corner, name: Eckhaus, time_zone: Europe/Berlin, country: DE, region: RP}
      sites:
        - {id: house, grid_connection: {import: 30 kW, export: 30 kW}}
      members:
        - {id: anna, site: house}
      metering_points:
        - {id: FLAT, site: house, member: anna, measures: consumption, calibrated: {until: 2033-01-01}}
        - {id: ROOF, site: house, measures: generation}
      sharing: {rule: dynamic, missing: hold}

      """, to: "community.yaml")
    var lines = ["time,FLAT [kWh],ROOF.energy_export [kWh]"]
    // 14 February to 31 March, midnight to midnight in Berlin: 45 days and 95 quarter hours more or less by the clock change.
    let first = Date(timeIntervalSince1970: 1_771_023_600)
    let gapDay = Date(timeIntervalSince1970: 1_773_097_200)
    let end = Date(timeIntervalSince1970: 1_774_994_400)
    let gaps = [gapDay + 8 * 3600, gapDay + 8 * 3600 + 900] + (0..<12).map { gapDay + 12 * 3600 + Double($0) * 900 }
    var time = first
    while time < end {
      let flat = gaps.contains(time) ? "" : "0.3"
      let roof = time == gaps[0] ? "" : "1"
      lines.append("\(ISO8601DateFormatter().string(from: time)),\(flat),\(roof)")
      time += 900
    }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "history.csv")
  }

  private func run(_ arguments: String..., expecting status: Int32 = 0) async throws -> String {
    let ended = try await ChildProcess(
      Checkout.program(.energyOpt), arguments + ["-c", folder.file("community.yaml")]
    ).end()
    #expect(ended.status == status, "\(arguments): \(ended.output)")
    return ended.output + ended.errors
  }

  @Test("are checked, substituted with a dry run first, and every version is kept; a held quarter hour is shared then")
  func month() async throws {
    _ = try await run("import", folder.file("history.csv"))
    let found = try await run("meter", "check", "--width", "200", "--month", "2026-03", expecting: 2)
    // 2972 quarter hours, 14 missing of the flat, one of the roof.
    #expect(found.contains("2972 quarter hours"))
    #expect(found.contains("error: gap, 10 Mar 08:00 to 08:30, 2 quarter hours"))
    #expect(found.contains("error: gap, 10 Mar 12:00 to 15:00, 12 quarter hours"))
    let held = try await run("share", "--width", "200", "--month", "2026-03")
    #expect(held.contains("PROVISIONAL: 14 of 2972 quarter hours not shared"))
    let dry = try await run("meter", "substitute", "--month", "2026-03", "--dry-run")
    #expect(dry.contains("FLAT import 2026-03-10 08:00 to 08:30: 0.600 kWh, straight line"))
    #expect(dry.contains("FLAT import 2026-03-10 12:00 to 15:00: 3.600 kWh, mean of three days of the same kind"))
    #expect(dry.contains("ROOF export 2026-03-10 08:00 to 08:15: no substitute, follows sun"))
    #expect(dry.contains("14 values substituted, 1 still missing; nothing stored"))
    #expect(try await run("meter", "check", "--width", "200", "--month", "2026-03", expecting: 2) == found)
    #expect(try await run("meter", "substitute", "--month", "2026-03").contains("1 still missing; stored"))
    #expect(try await run("meter", "substitute", "--month", "2026-03").contains("0 values substituted, 1 still missing; stored"))
    let after = try await run("share", "--width", "200", "--month", "2026-03")
    #expect(after.contains("PROVISIONAL: 1 of 2972 quarter hours not shared"))
    #expect(after.contains("2958 measured, 13 substituted"))
    let versions = try await run("meter", "versions", "--point", "FLAT", "--day", "2026-03-10")
    #expect(versions.contains("substitute linear"))
    #expect(versions.contains("substitute comparable_days"))
    // A value that is received later takes the substitute's place, and what was known before can still be asked for.
    try folder.write("time,FLAT [kWh]\n2026-03-10T07:00:00Z,0.5\n2026-03-10T07:15:00Z,0.5\n", to: "late.csv")
    #expect(try await run("import", folder.file("late.csv")).contains("0 quarter hours added, 0 known already, 2 replaced"))
    #expect(
      try await run("share", "--width", "200", "--month", "2026-03", "--known-at", "2000-01-01T00:00:00Z").contains(
        "PROVISIONAL: 2972 of 2972"))
  }

  @Test("that are missing are shared with a marked substitute where the agreement wants that")
  func substituted() async throws {
    _ = try await run("import", folder.file("history.csv"))
    let text = try String(contentsOfFile: folder.file("community.yaml"), encoding: .utf8)
    try folder.write(text.replacing("missing: hold", with: "missing: substitute"), to: "community.yaml")
    let shared = try await run("share", "--width", "200", "--month", "2026-03")
    #expect(shared.contains("PROVISIONAL: Known as well as the worst value of the quarter hour: 2958 measured, 13"))
    #expect(shared.contains("PROVISIONAL: 1 of 2972 quarter hours not shared"))
    let refused = try await run("meter", "versions", "--point", "FLOT", "--day", "2026-03-10", expecting: 3)
    #expect(refused.contains("did you mean 'FLAT'?"))
  }
}
