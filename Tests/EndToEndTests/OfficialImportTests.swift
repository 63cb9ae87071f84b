import Foundation
import Testing

/// The report of `Tests/SeriesFilesTests/Official`: seven values of two metering points; and an MSCONS message that corrects one.
@Suite("Official values")
struct OfficialImportTests {
  private let folder: TemporaryFolder
  private let report = Checkout.folder + "/Tests/SeriesFilesTests/Official/report.xlsx"
  private static let home = "AT0030000000000000000000000000001"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.community, to: "community.yaml")
    try folder.write(Self.community.replacing("00001,", with: "00003,"), to: "other.yaml")
    try folder.write(
      """
      UNB+UNOC:3+1:500+2:500+260701:0800+R'UNH+1+MSCONS:D:04B:UN:2.4c'LOC+172+\(Self.home)'LIN+1'PIA+5+1-1?:1.29.0:SRW'
      QTY+67:0.08:KWH'DTM+163:202605312200?+00:303'DTM+164:202605312215?+00:303'UNT+8+1'UNZ+1+R'

      """, to: "late.edi")
    try folder.write("UNB+UNOC:3+1:500+2:500+260701:0800+R'UNH+1+MSCONS:D:04B:UN:2.4c'QTY+99:1'UNT+3+1'UNZ+1+R'", to: "bad.edi")
  }

  private static let community = """
    version: 1
    community: {id: au, name: Au, time_zone: Europe/Vienna, country: AT}
    sites:
      - {id: house, grid_connection: {import: 30 kW, export: 30 kW}}
    metering_points:
      - {id: \(home), site: house, measures: consumption}
      - {id: AT0030000000000000000000000000002, site: house, measures: generation}

    """

  private func run(_ arguments: String..., community: String = "community.yaml", expecting status: Int32 = 0) async throws
    -> String
  {
    let ended = try await ChildProcess(Checkout.program(.energyOpt), arguments + ["-c", folder.file(community)]).end()
    #expect(ended.status == status, "\(arguments): \(ended.output)\(ended.errors)")
    return ended.output + ended.errors
  }

  @Test("come from an EDA report and from MSCONS, after a dry run that stores nothing and tells what would change")
  func taken() async throws {
    let dry = try await run("import", report, "--dry-run")
    #expect(dry.contains("7 quarter hours would be added, 0 are known already, 0 would be replaced; nothing was stored"))
    #expect(dry.contains("passed over 1 times: Anteil gemeinschaftliche Erzeugung [KWH]"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("community.sqlite")))
    #expect(try await run("import", report, "--quality", "preliminary").contains("7 quarter hours added"))
    #expect(
      try await run("import", report, "--quality", "preliminary").contains("0 quarter hours added, 7 known already, 0 replaced"))
    let late = try await run("import", folder.file("late.edi"), "--dry-run")
    #expect(late.contains("0 quarter hours would be added, 0 are known already, 1 would be replaced"))
    #expect(
      late.contains("\(Self.home).energy_import 2026-05-31T22:00:00Z: 0.077 kWh preliminary -> 0.08 kWh substituted"))
    #expect(try await run("import", folder.file("late.edi")).contains("1 replaced"))
  }

  @Test("of another community, or with a bad line, are refused; of several files nothing is stored then")
  func refused() async throws {
    let wrong = try await run("import", report, community: "other.yaml", expecting: 3)
    #expect(wrong.contains("\(Self.home) (did you mean AT003000000000000000000000000000"))
    #expect(wrong.contains("is no metering point of Au; nothing was stored"))
    let bad = try await run("import", report, folder.file("bad.edi"), expecting: 3)
    #expect(bad.contains("bad.edi:1: the status of a value is \"99\"; expected 220 (measured)"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("community.sqlite")))
  }
}
