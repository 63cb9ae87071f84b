import ArgumentParser
import CommunityFiles
import CommunityModel
import MarketTime
import MeterData
import Reporting

/// `energy-opt meter check`
struct MeterCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "How whole and how plausible a month's meter values are, counter by counter.",
    discussion: """
      Tells how many quarter hours are measured, substituted, estimated,
      preliminary, faulty or missing, whether the meter is calibrated, and what
      looks wrong: gaps, values below zero or above what the connection bears,
      the same value again and again, spikes, nothing for long, a load curve
      that differs from the register. Limits and fields:
      docs/formats/meter-check-json.md. Changes nothing.

      Exit status: 0 no error (doubts may be), 2 errors were found.

      EXAMPLES
        energy-opt meter check --month 2026-03
        energy-opt meter check --month 2026-03 --format csv > findings.csv
      """)

  @OptionGroup var options: CommunityOptions
  @OptionGroup var time: MonthOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    let community = try options.load().community
    let now = SystemTime.now()
    let inputs = try MeterInputs(community, days: time.month.days, options, now: now)
    let report = MeterCheckReport(on: community, month: time.month, series: inputs.series, at: now)
    switch output.format {
    case .text: print(report.text(output.lang, width: output.lineWidth), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    }
    if report.errors > 0 { throw ExitCode(2) }
  }
}
