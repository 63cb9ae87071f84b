import Foundation
import Testing

@Suite("Correcting what is stored, and taking quarter hours along")
struct StoreCorrectTests {
  private let folder: TemporaryFolder
  private var readings: String { folder.file("readings.sqlite") }
  private static let series = ["--point", "B01-GRID", "--channel", "energy_import"]
  /// 2026-03-01T00:00:00Z.
  private static let begin = 1_772_323_200

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["store"] + arguments + ["--readings", readings]).end()
  }

  private func run(_ command: String, _ more: [String]) async throws -> ChildProcess.Outcome {
    try await ChildProcess(
      Checkout.program(.energyOpt), ["store", command] + Self.series + more + ["--readings", readings]
    ).end()
  }

  /// A counter that counts 1.2 kWh an hour, read every five minutes for two days; from 10:00 to before 11:00 of the first it was read ten
  /// times too large. And a power of 1.2 kW.
  private func fill() async throws {
    let clock = ISO8601DateFormatter()
    let lines = (0...576).flatMap { number -> [String] in
      let time = clock.string(from: Date(timeIntervalSince1970: Double(Self.begin + number * 300)))
      let tenths = 1000 + number
      let shown = (120..<132 ~= number) ? "\(tenths)" : "\(tenths / 10).\(tenths % 10)"
      return ["\(time),B01-GRID,energy_import,kWh,\(shown)", "\(time),B01-GRID,active_power,kW,1.2"]
    }
    let file = try folder.write("time,point,channel,unit,value\n" + lines.joined(separator: "\n") + "\n", to: "readings.csv")
    let made = try await run("import", file)
    try #require(made.status == 0, "\(made.errors)")
  }

  private func hours() async throws -> [String] {
    let told = try await run(
      "show", ["--by", "hour", "--from", "2026-03-01", "--to", "2026-03-01", "--time-zone", "Etc/UTC", "--format", "csv"])
    try #require(told.status == 0, "\(told.errors)")
    return told.output.split(separator: "\n").dropFirst().map {
      String($0.split(separator: ",", omittingEmptySubsequences: false)[7])
    }
  }

  @Test("a wrong scale of an hour: tells first, corrects with --yes, keeps what was received, and does no harm twice")
  func wrongScale() async throws {
    try await fill()
    #expect(try await hours() != Array(repeating: "1.2", count: 24))
    let what = [
      "--from", "2026-03-01T10:00Z", "--until", "2026-03-01T11:00Z", "--factor", "1/10", "--reason", "wrong scale, \"again\"",
      "--author",
      "Vera",
    ]
    let told = try await run("correct", what)
    #expect(
      told.status == 0 && told.output.contains("12 readings") && told.output.contains("--yes"), "\(told.output)\(told.errors)")
    #expect(try await hours() != Array(repeating: "1.2", count: 24))
    let done = try await run("correct", what + ["--yes"])
    #expect(done.status == 0 && done.output.contains("12 readings changed"), "\(done.output)\(done.errors)")
    #expect(try await hours() == Array(repeating: "1.2", count: 24))
    let again = try await run("correct", what + ["--yes"])
    #expect(again.status == 0 && again.output.contains("0 readings changed"))
    #expect(try await hours() == Array(repeating: "1.2", count: 24))

    let versions = try await run("show", ["--versions", "--format", "csv"]).output.split(separator: "\n")
    // Received once, said twice.
    #expect(versions.count == 1 + 36)
    #expect(versions[1] == "2026-03-01T10:00:00Z,B01-GRID,energy_import,kWh,0,1120,,,")
    #expect(versions[2].hasPrefix("2026-03-01T10:00:00Z,B01-GRID,energy_import,kWh,1,112,"))
    #expect(versions[2].hasSuffix(",Vera,\"wrong scale, \"\"again\"\"\""))
    #expect(try await run("show", ["--versions", "--lang", "de"]).output.contains("empfangen"))
    let check = try await run("check")
    #expect(check.status == 0, "\(check.output)")
    // What was received may be brought in once more.
    let repeated = try await run("import", folder.file("readings.csv"))
    #expect(repeated.status == 0, "\(repeated.errors)")
    #expect(try await hours() == Array(repeating: "1.2", count: 24))
  }

  @Test("one value, and a value where none is; a reading that is withdrawn; wrong words are named")
  func single() async throws {
    try await fill()
    let display = ["--at", "2026-03-01T12:02+00:00", "--value", "114420 Wh", "--reason", "read off the display", "--yes"]
    #expect(try await run("correct", display).output.contains("1 put in"))
    #expect(
      try await run("correct", ["--at", "2026-03-01T12:00Z", "--withdraw", "--reason", "x", "--yes"]).output.contains(
        "1 withdrawn"))
    let export = try await run(
      "export", "--channels", "energy_import", "--from", "2026-03-01T11:59Z", "--until", "2026-03-01T12:06Z")
    #expect(
      export.output == """
        time,point,channel,unit,value
        2026-03-01T12:02:00.000Z,B01-GRID,energy_import,kWh,114.42
        2026-03-01T12:05:00.000Z,B01-GRID,energy_import,kWh,114.5

        """)
    let nothing = try await run("correct", ["--at", "2026-03-01T12:01Z", "--withdraw", "--reason", "x"])
    #expect(nothing.status == 3 && nothing.errors.contains("no reading at exactly that time"))
    let unit = try await run("correct", ["--at", "2026-03-01T12:05Z", "--value", "114 kW", "--reason", "x"])
    #expect(unit.status == 64 && unit.errors.contains("kWh"))
    let factor = try await run("correct", ["--at", "2026-03-01T12:05Z", "--factor", "1/0", "--reason", "x"])
    #expect(factor.status == 64 && factor.errors.contains("--factor is '1/0'"))
    let both = try await run("correct", ["--at", "2026-03-01T12:05Z", "--factor", "2", "--withdraw", "--reason", "x"])
    #expect(both.status == 64 && both.errors.contains("one of --value, --factor and --withdraw"))
    #expect(try await run("correct", ["--at", "2026-03-01T12:05Z", "--factor", "2"]).status == 64)
  }

  @Test("is not done while the collector writes, and what to do is said")
  func locked() async throws {
    try await fill()
    let lock = open(readings + ".lock", O_RDWR)
    try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    defer { close(lock) }
    let refused = try await run("correct", ["--at", "2026-03-01T12:00Z", "--withdraw", "--reason", "x", "--yes"])
    #expect(refused.status == 1 && refused.errors.contains("systemctl stop energy-collector"), "\(refused.errors)")
  }

  private func quarters(_ arguments: [String]) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["store", "export", "--readings", readings] + arguments).end()
  }

  @Test("quarter hours are exported with quality and number of readings, and neither import takes them for readings")
  func quarterHours() async throws {
    try await fill()
    let span = ["--by", "quarter-hour", "--from", "2026-03-01T23:45Z", "--until", "2026-03-02T00:20Z"]
    let csv = try await quarters(span + ["--channels", "energy_import"])
    // The second quarter hour from 00:15 on does not lie in the span as a whole.
    #expect(
      csv.output == """
        quarter_hour,point,channel,unit,value,quality,readings
        2026-03-01T23:45:00Z,B01-GRID,energy_import,kWh,0.3,measured,
        2026-03-02T00:00:00Z,B01-GRID,energy_import,kWh,0.3,measured,

        """)
    let all = try await quarters(span + ["--form", "influx"])
    #expect(
      all.output == """
        active_power_15min,point=B01-GRID,unit=kW value=1.2,quality="measured",readings=3i 1772408700000000000
        energy_import_15min,point=B01-GRID,unit=kWh value=0.3,quality="measured" 1772408700000000000
        active_power_15min,point=B01-GRID,unit=kW value=1.2,quality="measured",readings=3i 1772409600000000000
        energy_import_15min,point=B01-GRID,unit=kWh value=0.3,quality="measured" 1772409600000000000

        """)
    let whole = folder.file("quarters.csv")
    // Of 48 hours and of the moment behind them.
    #expect(try await quarters(["--by", "quarter-hour", "--output", whole]).output.contains("385 quarter hours"))
    let refused = try await run("import", whole)
    #expect(refused.status == 3 && refused.errors.contains("these are quarter hours"), "\(refused.errors)")
    let lines = try folder.write(all.output, to: "quarters.lp")
    let passed = try await run("import", lines)
    #expect(passed.status == 3 && passed.errors.contains("none of its series is mapped"), "\(passed.errors)")
  }
}
