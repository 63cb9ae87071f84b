import CommunityFiles
import CommunityModel
import DeviceProfiles
import Foundation
import MarketTime
import Quantities
import Readings
import Testing

/// Where the files lie that the tests read.
enum Folder {
  private static let tests = (#filePath as NSString).deletingLastPathComponent
  private static let project = tests + "/../.."

  /// Files with something wrong, each beside the messages expected.
  static let broken = tests + "/Broken"
  /// The shipped device profiles.
  static let devices = project + "/devices"
  /// Shipped profiles and reference communities.
  static let profiles = project + "/profiles"
  /// The descriptions of the formats.
  static let formats = project + "/docs/formats"
}

/// The problems told when `body` refuses a file, one line each; empty when it accepts it.
func told(_ body: () throws -> Void) -> [String] {
  do {
    try body()
    return []
  } catch let problems as FileProblems {
    return problems.problems.map(\.description)
  } catch {
    return ["\(error)"]
  }
}

/// The community that `text` describes.
func community(_ text: String) throws -> CommunityFile { try CommunityFile(bytes: Array(text.utf8), file: "community.yaml") }

/// What is wrong with a community's file of this `text`.
func faults(of text: String) -> [String] { told { _ = try community(text) } }

/// The collector's file that `text` describes, without a community.
func collector(_ text: String) throws -> CollectorFile {
  try CollectorFile(bytes: Array(text.utf8), file: "collector.yaml", in: CollectorFile.Surroundings(profiles: Sample.profiles))
}

/// Small things that tests share.
enum Sample {
  /// Some device profiles with their parts.
  static let profiles: [String: CollectorFile.KnownProfile] = [
    "abb/b23": .init(parts: ["main"]), "eastron/sdm630": .init(parts: ["main"]), "diehl/sharky-775": .init(parts: ["main"]),
    "goodwe/et": .init(parts: ["main", "grid", "pv", "battery", "load"]), "example/store": .init(parts: ["battery", "pv"]),
    "example/slow": .init(slow), "example/scattered": .init(scattered),
  ]

  /// Five values of four registers far from one another.
  private static let scattered = DeviceProfile(
    maker: "Example", model: "Scattered", kind: .meter,
    registers: [Channel.energyImport, .energyExport, .energyTotal, .heatEnergy, .coolingEnergy].enumerated().map {
      place, channel in
      RegisterField(
        channel: channel, table: .input, address: UInt16(1000 * place), type: .u64, unit: UnitOfMeasure("Wh", 1000))
    })

  /// Wants a minute between two questions, has at most 17 kW, and 250 registers in two requests.
  private static let slow = DeviceProfile(
    maker: "Example", model: "Slow", kind: .meter, limits: RequestLimits(minimumInterval: .seconds(60)),
    registers: (0..<2).flatMap { half in
      [Channel.voltageL1, .voltageL2].enumerated().map { place, channel in
        RegisterField(
          part: DevicePart(half == 0 ? "main" : "grid"), channel: channel, table: .input,
          address: UInt16(half * 1000 + place), type: .u16, unit: UnitOfMeasure("V", 1000))
      }
    }, nameplate: Nameplate(power: 17_000_000))

  /// The smallest community there is: one site.
  static let smallest = """
    version: 1
    community:
      id: hollow
      name: Energy Cooperative Hollow
      time_zone: Europe/Berlin
    sites:
      - id: farm
        grid_connection: {import: 30 kW, export: 30 kW}

    """

  /// `smallest`, decoded by hand.
  static func smallestDecoded() throws -> Community {
    Community(
      id: "hollow", name: "Energy Cooperative Hollow", calendar: try #require(.init(timeZone: "Europe/Berlin")),
      holidayRegion: HolidayRegion(country: "DE"),
      sites: [
        Site(
          id: "farm", name: "farm",
          gridConnection: GridConnection(importLimit: .init(kilowatts: 30), exportLimit: .init(kilowatts: 30)))
      ])
  }
}
