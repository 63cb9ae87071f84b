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
    commandName: "import", abstract: "Brings energies of the past into the community's store: CSV, EDA reports, MSCONS.",
    discussion: """
      Wide CSV files have a column a series (time,POINT [kWh],POINT.energy_export
      [kWh],...), long files a row a value (time,point,channel,value,unit);
      docs/formats/series-files.md shows both. The Austrian EDA portal's energy
      data report (XLSX) and MSCONS with the status of each value are taken as
      they came: docs/formats/official-files.md. What a file is, it finds out.

      A file with a bad line is refused as a whole, every bad line named, and so
      is one that names metering points of another community; of several files
      all are stored or none. What takes another value's place is told. With
      --dry-run nothing is stored. Importing a file again changes nothing.

      EXAMPLES
        energy-opt import history.csv
        energy-opt import load-curve.csv --time-zone Europe/Berlin --stamps end
        energy-opt import Energiedatenreport.xlsx --dry-run
        energy-opt import mscons/*.txt
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("csv, eda or mscons; found out unless told.", valueName: "form"))
  var form: String?

  @Flag(help: "Times without a zone follow the community's wall clock.")
  var localTime = false

  @Option(help: ArgumentHelp("Which end of its interval a time names: start or end.", valueName: "end"))
  var stamps = "start"

  @Option(
    help: ArgumentHelp(
      "How values are known of which the file says nothing: measured, substituted, estimated or preliminary.",
      valueName: "quality"))
  var quality = "measured"

  @Flag(help: "Leave bad lines of CSV out and import the rest; each is named.")
  var skipBadLines = false

  @Flag(help: "Only read and tell what would change, store nothing.")
  var dryRun = false

  /// Energies that were read and not yet stored.
  private struct Incoming {
    let file: String
    let series: [SeriesKey: TimeSeries<IntervalEnergy>]
    /// `4 series, 2972 rows, 2026-02-28T23:00:00Z to 2026-03-31T22:00:00Z`
    let summary: String
    /// What was left out and passed over, a line each.
    let notes: [String]
  }

  private static let forms = ["csv"] + OfficialForm.allCases.map(\.rawValue)

  func validate() throws {
    guard SeriesFileReader.Stamp(rawValue: stamps) != nil else {
      throw ValidationError("--stamps is '\(stamps)', expected start or end")
    }
    if let form, !Self.forms.contains(form) {
      throw ValidationError("--form is '\(form)', expected \(Self.forms.joined(separator: ", "))")
    }
    guard let known = IntervalEnergy.Quality.allCases.first(where: { $0.name == quality }), known.isKnown else {
      throw ValidationError("--quality is '\(quality)', expected measured, substituted, estimated or preliminary")
    }
  }

  func run() throws {
    let community = try options.load().community
    let received = SystemTime.now()
    let incoming = try files.map { try read($0, in: community) }
    for batch in incoming {
      try refuseStrangers(batch, in: community)
      for note in batch.notes { tell(note) }
    }
    if dryRun {
      let known = try options.openStores().imported
      for batch in incoming { try tellDifference(batch, from: known) }
      return
    }
    try reportingProblems {
      let database = try CommunityDatabase(writing: options.storePath)
      let changes = try incoming.map { try difference($0, from: database).changes }
      let outcomes = try database.store(incoming.map(batch), at: received)
      for (batch, (outcome, changes)) in zip(incoming, zip(outcomes, changes)) {
        print(
          "\(batch.file): \(batch.summary): \(outcome.added) quarter hours added, \(outcome.repeated) known already, "
            + "\(outcome.replaced) replaced")
        list(changes)
      }
      try database.close()
    }
  }

  // MARK: - Reading

  /// How values are known of which a file says nothing.
  private var unsaid: IntervalEnergy.Quality { IntervalEnergy.Quality.allCases.first { $0.name == quality } ?? .measured }

  private func read(_ file: String, in community: Community) throws -> Incoming {
    let official = form.map { OfficialForm(rawValue: $0) } ?? OfficialReader.form(of: CSVFile(file))
    if let official { return try read(file, as: official, in: community) }
    var reader = SeriesFileReader(calendar: localTime ? community.calendar : nil)
    reader.stamp = SeriesFileReader.Stamp(rawValue: stamps) ?? .start
    reader.badLines = skipBadLines ? .skip : .refuse
    var progress = ProgressLine(now: SystemTime.uptime)
    let imported = try reportingProblems {
      try reader.intervalEnergies(from: CSVFile(file)) { read, total in
        progress.show("\(file): \(total > 0 ? "\(read * 100 / total) %" : "\(read) bytes")")
      }
    }
    progress.clear()
    let report = imported.report
    let span = [report.first, report.last].compactMap { $0?.description }.joined(separator: " to ")
    var notes = report.badLines.map { "left out: \($0)" }
    if report.unlistedBadLines > 0 { notes.append("left out: \(report.unlistedBadLines) further lines") }
    let series = imported.series.mapValues {
      $0.map { $0.quality == .measured ? IntervalEnergy($0.energy, quality: unsaid) : $0 }
    }
    return Incoming(
      file: report.file, series: series, summary: "\(imported.series.count) series, \(report.rows) rows, \(span)",
      notes: notes)
  }

  private func read(_ file: String, as form: OfficialForm, in community: Community) throws -> Incoming {
    let energies = try reportingProblems {
      try OfficialReader(calendar: community.calendar, quality: unsaid).energies(from: CSVFile(file), as: form)
    }
    let span = energies.span.map { ", \($0.lowerBound) to \($0.upperBound)" } ?? ""
    return Incoming(
      file: file, series: energies.series,
      summary: "\(form.rawValue), \(energies.series.count) series, \(energies.values) values\(span)",
      notes: energies.passedOver.sorted { $0.key < $1.key }.map { "\(file): passed over \($0.value) times: \($0.key)" })
  }

  private func batch(_ incoming: Incoming) -> ImportBatch {
    let size = (try? FileManager.default.attributesOfItem(atPath: incoming.file)[.size] as? Int) ?? nil
    return ImportBatch(source: (incoming.file as NSString).lastPathComponent, size: size, intervals: incoming.series)
  }

  /// The wrong community's file is refused before anything of it is stored.
  private func refuseStrangers(_ incoming: Incoming, in community: Community) throws {
    let known = community.meteringPoints.map(\.id)
    let strangers = Set(incoming.series.keys.map(\.point)).subtracting(known).sorted()
    guard !strangers.isEmpty else { return }
    let names = strangers.map {
      "\($0)\(Spelling.nearest(to: $0.text, among: known.map(\.text)).map { " (did you mean \($0)?)" } ?? "")"
    }
    tell(
      "\(incoming.file): \(names.joined(separator: ", ")) "
        + "\(strangers.count == 1 ? "is no metering point" : "are no metering points") of \(community.name); nothing was "
        + "stored. Add them to \(options.community), or take this community's file")
    throw ExitCode(3)
  }

  // MARK: - Telling

  private func difference(_ incoming: Incoming, from database: CommunityDatabase?) throws -> ImportDifference {
    let spans = incoming.series.values.map(\.span)
    guard let database, let first = spans.map(\.lowerBound).min(), let end = spans.map(\.upperBound).max() else {
      return ImportDifference(of: incoming.series, from: [:])
    }
    return ImportDifference(
      of: incoming.series, from: try database.energies(of: Array(incoming.series.keys), in: first..<end))
  }

  private func tellDifference(_ incoming: Incoming, from database: CommunityDatabase?) throws {
    let difference = try reportingProblems { try self.difference(incoming, from: database) }
    print(
      "\(incoming.file): \(incoming.summary): \(difference.added) quarter hours would be added, \(difference.equal) are known "
        + "already, \(difference.changes.count) would be replaced; nothing was stored")
    list(difference.changes)
  }

  /// What takes another's place, old and new.
  private func list(_ changes: [ImportDifference.Change]) {
    let shown = 20
    func words(_ value: IntervalEnergy) -> String {
      "\(value.delivered.map { decimalText($0.count, digits: 6) } ?? "-") kWh \(value.quality.name)"
    }
    for change in changes.prefix(shown) {
      print("  \(change.series) \(change.quarter): \(words(change.old)) -> \(words(change.new))")
    }
    if changes.count > shown { print("  and \(changes.count - shown) more; `energy-opt meter versions` shows a day's") }
  }
}
