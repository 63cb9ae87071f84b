import ArgumentParser
import Console
import Reporting

/// How a plan is written: as `OutputOptions`, and in Markdown.
struct PlanOutputOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, md, json, csv
  }

  @Option(help: "text for people, md for the same in Markdown, json or csv for programs.")
  var format = Format.text

  @Option(help: "en or de.", transform: OutputOptions.language)
  var lang = Language.english

  @Option(help: ArgumentHelp("Columns of text; the terminal's unless told.", valueName: "columns"))
  var width: Int?

  var lineWidth: Int { max(40, width ?? Terminal(.standardOutput).width) }
}
