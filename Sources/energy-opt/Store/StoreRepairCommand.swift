import ArgumentParser
import Console
import Reporting
import SQLiteStore

/// `energy-opt store repair`
struct StoreRepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair", abstract: "Makes a whole store of what can be read of a damaged one.",
    discussion: """
      For when `store check` or the collector says that the readings are damaged
      and no good backup is at hand. Sealed readings are found by their own
      checksums, also where the database has forgotten them; of the database the
      rows on whole pages are taken; quarter hours are made anew. The damaged
      store is moved into a folder damaged-TIME beside the new one, whole, so
      that nothing is thrown away. Takes as much room again as the store has.

      readings.sqlite has one writer. Stop the collector for it:
      systemctl stop energy-collector, and start it again.

      EXIT STATUS
         0 repaired, nothing is known to be missing
         1 not repaired; everything stands where it was
         2 repaired, with losses: the lines say of what

      EXAMPLE
        energy-opt store repair --readings data/readings.sqlite
      """)

  @OptionGroup var options: CommunityOptions

  @OptionGroup var language: LanguageOption

  func run() throws {
    let lang = language.lang
    let path = options.readingsPath
    let progress = StoreProgress(lang)
    let salvage = StoreSalvage(of: path) { done, total in
      progress.show(lang.pick("\(path): \(done) von \(total) Blöcken", "\(path): \(done) of \(total) chunks"))
    }
    let outcome = try reportingProblems { try salvage.run(at: SystemTime.now()) }
    progress.clear()
    print(
      lang.pick(
        "\(path): \(outcome.readings) Messwerte von \(outcome.series) Zeitreihen gerettet",
        "\(path): \(outcome.readings) readings of \(outcome.series) series saved"))
    print(
      lang.pick(
        "der beschädigte Speicher liegt in \(outcome.aside)", "the damaged store is in \(outcome.aside)"))
    let losses = losses(outcome, lang)
    for loss in losses { print("  " + loss) }
    if !losses.isEmpty { throw ExitCode(2) }
  }

  /// What is missing or doubtful, a line each.
  private func losses(_ outcome: StoreSalvage.Outcome, _ lang: Language) -> [String] {
    var lines: [String] = []
    if outcome.nameless > 0 {
      lines.append(
        lang.pick(
          "\(outcome.nameless) Messwerte gehören zu Zeitreihen, deren Namen verloren sind",
          "\(outcome.nameless) readings belong to series whose names are lost"))
    }
    if !outcome.incomplete.isEmpty {
      let tables = outcome.incomplete.joined(separator: ", ")
      lines.append(
        lang.pick("unvollständig: \(tables) (docs/formats/store.md)", "incomplete: \(tables) (docs/formats/store.md)"))
    }
    if !outcome.unconfirmed.isEmpty {
      let tables = outcome.unconfirmed.joined(separator: ", ")
      lines.append(
        lang.pick(
          "von Prüfsummen nicht bestätigt: \(tables) (docs/formats/store.md)",
          "not confirmed by their sums: \(tables) (docs/formats/store.md)"))
    }
    if outcome.lostBytes > 0 {
      lines.append(
        lang.pick(
          "\(outcome.lostBytes) Bytes in den Dateien versiegelter Messwerte gehören zu keinem heilen Block (darunter, was ersetzt war)",
          "\(outcome.lostBytes) bytes of the files of sealed readings are in no whole chunk (among them what had been replaced)"))
    }
    return lines
  }
}
