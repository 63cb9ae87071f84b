import ArgumentParser
import Console
import Foundation
import Reporting
import SQLiteStore

/// `energy-opt store restore`
struct StoreRestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Puts a backup back, or tries whether it would work (--drill).",
    discussion: """
      The backup is checked first: every file against its checksum, then as
      `store check` does, then the counts of each series against backup.json.
      Nothing is restored from a damaged one. A collector that runs in the
      folder must be stopped before; a store that is there is refused, or with
      --move-aside moved into a folder before-restore-TIME beside the restored
      one. --drill restores into a temporary folder ($TMPDIR), checks and counts what is
      there, and removes it again: do that each month.

      EXIT STATUS
         0 restored, or the drill went well
         1 not restored; nothing was changed
         2 the backup is damaged; nothing was changed

      EXAMPLES
        energy-opt store restore --drill backups/energy-opt-20260301T020000Z
        energy-opt store restore backups/energy-opt-20260301T020000Z --to data
        energy-opt store restore backups/energy-opt-20260301T020000Z --to data --move-aside
      """)

  @Argument(help: ArgumentHelp("The backup's folder.", valueName: "backup"))
  var backup: String

  @Option(help: ArgumentHelp("The folder that gets the store; made where it is absent.", valueName: "folder"))
  var to: String?

  @Flag(help: "Move a store that is there aside.")
  var moveAside = false

  @Flag(help: "Only try it, in a temporary folder.")
  var drill = false

  @OptionGroup var language: LanguageOption

  func validate() throws {
    if drill, to != nil || moveAside {
      throw ValidationError("--drill changes nothing; it does not go with --to and --move-aside")
    }
    if !drill, to == nil { throw ValidationError("say where to: --to FOLDER, or --drill to try it") }
  }

  func run() throws {
    let lang = language.lang
    let progress = StoreProgress(lang)
    let restore = StoreRestore(of: backup) { progress.show($0) }
    let outcome = try reportingProblems {
      if let to { return try restore.restore(to: to, movingAsideAt: moveAside ? SystemTime.now() : nil) }
      let temporary = NSTemporaryDirectory()
      return try restore.drill(in: temporary.count > 1 && temporary.hasSuffix("/") ? String(temporary.dropLast()) : temporary)
    }
    progress.clear()
    guard outcome.isWhole else {
      tell(lang.pick("\(backup): BESCHÄDIGT, nichts wurde geändert", "\(backup): DAMAGED, nothing was changed"))
      for line in StoreCheckText(lang).lines(outcome.reports) { tell(line) }
      throw ExitCode(2)
    }
    let contents = StoreContents(lang).text(outcome.readings, outcome.quarterHours)
    let counted = lang.pick(
      "\(contents); \(outcome.series) Zeitreihen gezählt, alle wie gesichert (\(outcome.made))",
      "\(contents); \(outcome.series) series counted, all as backed up (\(outcome.made))")
    if let folder = outcome.folder {
      print(lang.pick("\(folder): zurückgeholt, \(counted)", "\(folder): restored, \(counted)"))
    } else {
      print(lang.pick("\(backup): Probe gelungen, \(counted)", "\(backup): drill went well, \(counted)"))
    }
    if let aside = outcome.aside { print(lang.pick("der vorige Speicher liegt in \(aside)", "the former store is in \(aside)")) }
  }
}
