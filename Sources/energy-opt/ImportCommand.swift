import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import Readings
import SQLiteStore
import SeriesFiles

/// `energy-opt import`
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Brings energies of the past from CSV files into the community's store.",
    discussion: """
      Wide files have a column a series (time,POINT [kWh],POINT.energy_export
      [kWh],...), long files a row a value (time,point,channel,value,unit);
      docs/formats/series-files.md shows both. A file with a bad line is refused
      as a whole, every bad line named; nothing is stored then. Importing a file
      again changes nothing.

      EXAMPLES
        energy-opt import history.csv
        energy-opt import load-curve.csv --time-zone Europe/Berlin --stamps end
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file.csv"))
  var files: [String]

  @Flag(help: "Times without a zone follow the community's wall clock.")
  var localTime = false

  @Option(help: ArgumentHelp("Which end of its interval a time names: start or end.", valueName: "end"))
  var stamps = "start"

  @Flag(help: "Leave bad lines out and import the rest; each is named.")
  var skipBadLines = false

  func validate() throws {
    guard SeriesFileReader.Stamp(rawValue: stamps) != nil else {
      throw ValidationError("--stamps is '\(stamps)', expected start or end")
    }
  }

  func run() throws {
    let community = try options.load().community
    var reader = SeriesFileReader(calendar: localTime ? community.calendar : nil)
    reader.stamp = SeriesFileReader.Stamp(rawValue: stamps) ?? .start
    reader.badLines = skipBadLines ? .skip : .refuse
    let received = SystemTime.now()
    let database = try reportingProblems { try CommunityDatabase(writing: options.storePath) }
    for file in files {
      var progress = ProgressLine(now: SystemTime.uptime)
      let imported = try reportingProblems {
        try reader.intervalEnergies(from: CSVFile(file)) { read, total in
          progress.show("\(file): \(total > 0 ? "\(read * 100 / total) %" : "\(read) bytes")")
        }
      }
      progress.clear()
      try refuseStrangers(imported.series.keys.map(\.point), in: community, file: file)
      let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? nil
      let outcome = try reportingProblems {
        try database.store(imported.series, from: (file as NSString).lastPathComponent, size: size, at: received)
      }
      tellOutcome(outcome, of: imported.report, series: imported.series.count)
    }
    try reportingProblems { try database.close() }
  }

  /// The wrong community's file is refused before anything of it is stored.
  private func refuseStrangers(_ points: [MeteringPoint.ID], in community: Community, file: String) throws {
    let known = Set(community.meteringPoints.map(\.id))
    let strangers = Set(points).subtracting(known).sorted()
    guard !strangers.isEmpty else { return }
    tell(
      "\(file): \(strangers.map(\.text).joined(separator: ", ")) "
        + "\(strangers.count == 1 ? "is no metering point" : "are no metering points") of \(community.name); nothing was "
        + "stored. Add them to \(options.community), or take this community's file")
    throw ExitCode(3)
  }

  private func tellOutcome(_ outcome: ImportOutcome, of report: SeriesFileReport, series: Int) {
    let span = [report.first, report.last].compactMap { $0?.description }.joined(separator: " to ")
    print(
      "\(report.file): \(series) series, \(report.rows) rows, \(span): \(outcome.added) quarter hours added, "
        + "\(outcome.repeated) known already, \(outcome.replaced) replaced")
    for line in report.badLines { tell("left out: \(line)") }
    if report.unlistedBadLines > 0 { tell("left out: \(report.unlistedBadLines) further lines") }
  }
}
