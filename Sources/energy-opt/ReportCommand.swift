import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import PlanPreparation
import Reporting
import SQLiteStore

/// `energy-opt report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Key figures of a day or month: self-sufficiency, self-consumption, import, peak, coverage.",
    discussion: """
      Energies come from the meters' counters, and from imported quarter hours
      where there are none. What is not fully measured is marked; missing is
      never zero. Definitions: docs/formats/report-json.md.

      EXAMPLES
        energy-opt report --day 2016-06-28
        energy-opt report --month 2016-06 --format json
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("A local day.", valueName: "yyyy-mm-dd"))
  var day: String?

  @Option(help: ArgumentHelp("A local month.", valueName: "yyyy-mm"))
  var month: String?

  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try days() }

  private func days() throws -> Range<LocalDay> {
    switch (day, month) {
    case (let text?, nil):
      guard let day = LocalDay(iso8601: text) else {
        throw ValidationError("--day is '\(text)', expected a date such as 2016-06-28")
      }
      return day..<day.advanced(by: 1)
    case (nil, let text?):
      guard let month = LocalMonth(iso8601: text) else {
        throw ValidationError("--month is '\(text)', expected a month such as 2016-06")
      }
      return month.days
    case (nil, nil): throw ValidationError("say which time: --day yyyy-mm-dd or --month yyyy-mm")
    case (_?, _?): throw ValidationError("--day and --month do not go together; keep one")
    }
  }

  func run() throws {
    let community = try options.load().community
    let days = try days()
    let span = community.calendar.quarterHours(of: days)
    let stores = try options.openStores()
    let energies = try reportingProblems {
      try History(readings: stores.readings, imported: stores.imported).energies(of: community, in: span)
    }
    let report = EnergyReport(on: community, days: days, energies: MeteredEnergies(energies, over: span))
    switch output.format {
    case .text: print(report.text(output.lang, width: output.lineWidth), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    }
  }
}

/// How a command writes its result.
struct OutputOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, csv
  }

  @Option(help: "text for people, json or csv for programs.")
  var format = Format.text

  @Option(help: "en or de.", transform: Self.language)
  var lang = Language.english

  @Option(help: ArgumentHelp("Columns of text; the terminal's unless told.", valueName: "columns"))
  var width: Int?

  static func language(_ text: String) throws -> Language {
    guard let language = Language(rawValue: text) else { throw ValidationError("--lang is '\(text)', expected en or de") }
    return language
  }

  var lineWidth: Int { max(40, width ?? Terminal(.standardOutput).width) }
}
