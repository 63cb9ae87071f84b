import ArgumentParser
import Console
import Reporting
import SQLiteStore

/// `energy-opt store compact`
struct StoreCompactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact", abstract: "Makes the store as small as it can be.",
    discussion: """
      Merges hours into days and days into months, makes the quarter hours that
      wait to be made, writes files anew of which more is unused than used, and
      gives the rest back to the disk. The collector does the first two as it
      goes; this is for after an import, or after erasing.

      readings.sqlite has one writer. Stop the collector for it:
      systemctl stop energy-collector, and start it again.

      EXAMPLE
        energy-opt store compact
      """)

  @OptionGroup var options: CommunityOptions

  @OptionGroup var language: LanguageOption

  func run() throws {
    let lang = language.lang
    let path = options.readingsPath
    let before = try reportingProblems { try ReadingsDatabase(readingOnly: path).status().totalBytes }
    let database = try reportingProblems { try ReadingsDatabase(writing: path, now: SystemTime.now) }
    let progress = StoreProgress(lang)
    progress.show(lang.pick("\(path): wird zusammengefasst", "\(path): merging"))
    let files = try reportingProblems { try database.compact() }
    try reportingProblems { try database.close() }
    progress.clear()
    let after = try reportingProblems { try ReadingsDatabase(readingOnly: path).status().totalBytes }
    print(
      lang.pick(
        "\(path): \(before) Bytes vorher, \(after) nachher, \(files) Dateien neu geschrieben",
        "\(path): \(before) bytes before, \(after) after, \(files) files written anew"))
  }
}
