import ArgumentParser
import Console
import Reporting

/// The language of what people read.
struct LanguageOption: ParsableArguments {
  @Option(help: "en or de.", transform: Self.language)
  var lang = Language.english

  private static func language(_ text: String) throws -> Language {
    guard let language = Language(rawValue: text) else { throw ValidationError("--lang is '\(text)', expected en or de") }
    return language
  }
}

/// The language of text, and how wide it may be.
struct TextOptions: ParsableArguments {
  @OptionGroup var language: LanguageOption

  @Option(help: ArgumentHelp("Columns of text; the terminal's unless told.", valueName: "columns"))
  var width: Int?

  var lang: Language { language.lang }

  /// Columns, at least 40.
  var lineWidth: Int { max(40, width ?? Terminal(.standardOutput).width) }

  /// The terminal, as wide as lines may be.
  var terminal: Terminal { Terminal(.standardOutput).withWidth(lineWidth) }
}

/// How a command writes its result.
struct OutputOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, csv
  }

  @Option(help: "text for people, json or csv for programs.")
  var format = Format.text

  @OptionGroup var text: TextOptions

  var lang: Language { text.lang }
  var lineWidth: Int { text.lineWidth }
}
