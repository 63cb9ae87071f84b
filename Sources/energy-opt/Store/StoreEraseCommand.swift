import ArgumentParser
import CommunityModel
import Console
import Foundation
import Readings
import Reporting
import SQLiteStore

/// `energy-opt store erase`
struct StoreEraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Takes all that is stored of metering points out, for good.",
    discussion: """
      Readings, quarter hours, imported values, events and values put aside of
      the points, and their names: out of both databases, their logs and the
      files of sealed readings. Cannot be undone. Events of whole devices stay.

      Backups made before still hold them: delete those, or let them expire
      (`store backup --keep`). Backups made afterwards do not.

      readings.sqlite has one writer. Stop the collector, and take the points
      out of collector.yaml, or it begins anew:
      systemctl stop energy-collector

      EXAMPLES
        energy-opt store erase C04-LOAD C04-PV --yes
        energy-opt store erase C04-LOAD          only tells what would go
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The metering points.", valueName: "point"))
  var points: [String]

  @Flag(help: "Do it. Without, only what is stored of them is told.")
  var yes = false

  @OptionGroup var language: LanguageOption

  func run() throws {
    let lang = language.lang
    let wanted = Set(points.map { MeteringPoint.ID($0) })
    let stores = [options.readingsPath, options.storePath].filter { FileManager.default.fileExists(atPath: $0) }
    let known = try reportingProblems { try stores.flatMap { try Self.points(of: $0, isReadings: $0 == options.readingsPath) } }
    let unknown = wanted.subtracting(known).map(\.text).sorted()
    guard unknown.isEmpty else {
      let names = unknown.joined(separator: ", ")
      tell(
        lang.pick(
          "von \(names) ist nichts gespeichert; nichts wurde gelöscht", "nothing is stored of \(names); nothing was erased"))
      throw ExitCode(1)
    }
    for path in stores {
      let isReadings = path == options.readingsPath
      if yes {
        let erased = try reportingProblems { try Self.erase(wanted, in: path, isReadings: isReadings) }
        print(
          lang.pick(
            "\(path): \(erased.series) Zeitreihen mit \(erased.values) Werten gelöscht",
            "\(path): erased \(erased.series) series with \(erased.values) values"))
      } else {
        let found = try reportingProblems { try Self.count(wanted, in: path, isReadings: isReadings) }
        print(
          lang.pick(
            "\(path): \(found.series) Zeitreihen mit \(found.values) Werten; mit --yes werden sie gelöscht",
            "\(path): \(found.series) series with \(found.values) values; --yes erases them"))
      }
    }
  }

  private static func points(of path: String, isReadings: Bool) throws -> [MeteringPoint.ID] {
    let series = isReadings ? try ReadingsDatabase(readingOnly: path).series() : try CommunityDatabase(readingOnly: path).series()
    return series.map(\.point)
  }

  static func count(_ points: Set<MeteringPoint.ID>, in path: String, isReadings: Bool) throws -> Erasure {
    let inventory =
      isReadings ? try ReadingsDatabase(readingOnly: path).inventory() : try CommunityDatabase(readingOnly: path).inventory()
    let found = inventory.filter { points.contains($0.series.point) }
    return Erasure(series: found.count, values: found.reduce(0) { $0 + $1.count })
  }

  static func erase(_ points: Set<MeteringPoint.ID>, in path: String, isReadings: Bool) throws -> Erasure {
    guard isReadings else {
      let database = try CommunityDatabase(writing: path)
      let erased = try database.erase(points)
      try database.close()
      return erased
    }
    let database = try ReadingsDatabase(writing: path, now: SystemTime.now)
    let erased = try database.erase(points)
    try database.close()
    return erased
  }
}
