import ArgumentParser
import Console
import Reporting

/// How a plan is written: as `OutputOptions`, in Markdown, and as a picture.
struct PlanOutputOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, md, json, csv, svg
  }

  @Option(help: "text for people, md for the same in Markdown, json or csv for programs, svg for a picture of the hours.")
  var format = Format.text

  @OptionGroup var text: TextOptions

  @Flag(help: "Draws where power comes from and goes, in characters; goes with text.")
  var plot = false

  func validate() throws {
    guard !plot || format == .text else { throw ValidationError("--plot draws in text; leave --format \(format.rawValue) out") }
  }

  var lang: Language { text.lang }
  var lineWidth: Int { text.lineWidth }
  var terminal: Terminal { text.terminal }
}
