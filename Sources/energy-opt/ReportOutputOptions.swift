import ArgumentParser
import Charts
import Console
import Reporting

/// How a report is written: as `PlanOutputOptions`, and as a page.
struct ReportOutputOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, html, md, json, csv
  }

  @Option(help: "text for people, html for a page with pictures, md for Markdown, json or csv for programs.")
  var format = Format.text

  @OptionGroup var text: TextOptions

  @Flag(help: "Draws the report's pictures in characters; goes with text.")
  var plot = false

  func validate() throws {
    guard !plot || format == .text else { throw ValidationError("--plot draws in text; leave --format \(format.rawValue) out") }
  }

  /// Prints `report`.
  func write(_ report: EnergyReport) {
    let lang = text.lang
    switch format {
    case .text:
      print(report.text(lang, width: text.lineWidth), terminator: "")
      guard plot else { return }
      for chart in report.charts(lang) { print("\n" + chart.text(on: text.terminal), terminator: "") }
    case .html: print(report.html(lang), terminator: "")
    case .md: print(report.markdown(lang), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    }
  }
}
