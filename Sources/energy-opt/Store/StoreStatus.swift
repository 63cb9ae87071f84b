import ArgumentParser
import Console
import Readings
import Reporting
import SQLiteStore

/// `energy-opt store status`
struct StoreStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows what the store takes on the disk, what waits in it, and how long the disk lasts.",
    discussion: """
      Reads figures only, so that it is quick on a store of ten years. What
      cannot be told is left out, never zero: a store needs a day of sealed
      readings before it can say how long the disk lasts. Whether all is whole
      tells `energy-opt store check`. JSON: docs/formats/store-status-json.md.

      EXAMPLES
        energy-opt store status
        energy-opt store status --format json
        energy-opt store status --readings /var/lib/energy-opt/readings.sqlite
      """)

  @OptionGroup var options: CommunityOptions

  @OptionGroup var output: ToldOptions

  func run() throws {
    let stores = try options.openStores()
    let readings = try reportingProblems { try stores.readings?.status() }
    let community = try reportingProblems { try stores.imported?.status() }
    switch output.format {
    case .text:
      let terminal = Terminal(.standardOutput)
      for line in StoreStatusText(output.lang).lines(readings, community, width: terminal.width) { print(line) }
      if readings == nil, community == nil { print(options.nothingStored(output.lang)) }
    case .json: print(StoreStatusJSON.text(readings, community))
    }
  }
}

/// How a command that looks after the store says what it found.
struct ToldOptions: ParsableArguments {
  /// A form of output.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Option(help: "text for people, json for programs.")
  var format = Format.text

  @Option(help: "en or de.", transform: Self.language)
  var lang = Language.english

  private static func language(_ text: String) throws -> Language {
    guard let language = Language(rawValue: text) else { throw ValidationError("--lang is '\(text)', expected en or de") }
    return language
  }
}

extension CommunityOptions {
  /// That neither file exists, and what comes next.
  func nothingStored(_ language: Language) -> String {
    language.pick(
      """
      noch nichts gespeichert: weder \(readingsPath) noch \(storePath) gibt es
      als Nächstes: energy-collector run collector.yaml, oder energy-opt import history.csv
      """,
      """
      nothing stored yet: neither \(readingsPath) nor \(storePath) exists
      next: energy-collector run collector.yaml, or energy-opt import history.csv
      """)
  }
}
