import ArgumentParser
import Console
import Foundation
import MarketTime
import Reporting
import SQLiteStore

/// `energy-opt store backup`
struct StoreBackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copies the whole store while the collector goes on, and checks the copy.",
    discussion: """
      PLACE is a folder, in which the backup gets the time as its name
      (energy-opt-20260301T020000Z), or the new backup's own path. A backup is
      a folder with both databases, the sealed readings and backup.json with
      checksums and counts; it holds every reading that was acknowledged before
      it began. It gets its name when it is whole and on the disk; nothing is
      ever written over. --keep N removes the oldest of PLACE beyond N.
      How to do it each night, and onto which medium: docs/backup.md.

      EXIT STATUS
         0 made, and whole
         1 not made; nothing is left behind
         2 made, but the store is damaged: the backup's name ends in -damaged,
           and no older one was removed

      EXAMPLES
        energy-opt store backup backups --keep 30
        energy-opt store backup before-the-move --readings readings.sqlite
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("A folder for backups, or the new backup's path.", valueName: "place"))
  var place: String

  @Option(help: ArgumentHelp("Of the backups in the folder, keep so many of the newest.", valueName: "number"))
  var keep: Int?

  @OptionGroup var language: LanguageOption

  func validate() throws {
    if let keep, keep < 1 { throw ValidationError("--keep is \(keep), expected 1 or more") }
  }

  func run() throws {
    let lang = language.lang
    guard options.hasReadings || options.hasStore else {
      tell(options.nothingStored(lang))
      throw ExitCode(1)
    }
    let now = SystemTime.now()
    let (folder, name) = target(now)
    let progress = StoreProgress(lang)
    let backup = StoreBackup(
      readings: options.hasReadings ? options.readingsPath : nil, community: options.hasStore ? options.storePath : nil,
      program: EnergyOpt.configuration.version
    ) { progress.show($0) }
    let outcome = try reportingProblems { try backup.make(name, in: folder, made: now, keeping: keep) }
    progress.clear()
    let contents = StoreContents(lang).text(outcome.readings, outcome.quarterHours)
    let size = lang.bytes(outcome.bytes)
    guard outcome.isWhole else {
      tell(
        lang.pick(
          "\(outcome.path): \(contents), \(size); der Speicher ist BESCHÄDIGT, ältere Sicherungen bleiben alle",
          "\(outcome.path): \(contents), \(size); the store is DAMAGED, all older backups stay"))
      for line in StoreCheckText(lang).lines(outcome.reports, next: StoreCheckText.next(lang)) { tell(line) }
      throw ExitCode(2)
    }
    print(lang.pick("\(outcome.path): \(contents), \(size), geprüft", "\(outcome.path): \(contents), \(size), checked"))
    for old in outcome.removed { print(lang.pick("entfernt: \(folder)/\(old)", "removed: \(folder)/\(old)")) }
  }

  /// The folder, and the name of the backup in it.
  private func target(_ now: Timestamp) -> (folder: String, name: String) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue {
      return (place, StoreBackup.name(at: now))
    }
    let parent = (place as NSString).deletingLastPathComponent
    return (parent.isEmpty ? "." : parent, (place as NSString).lastPathComponent)
  }
}

extension StoreProgress {
  /// Shows how far a backup or a restoration is.
  func show(_ step: StoreBackup.Step) {
    switch step {
    case .copying(let done, let total):
      show("\(language.pick("kopiert", "copying")): \(total > 0 ? Int(Int128(done) * 100 / Int128(total)) : 100) %")
    case .checking(let step, let done, let total): show(step, done, total)
    }
  }
}

/// `63 365 readings, 116 640 quarter hours`
struct StoreContents {
  private let language: Language

  init(_ language: Language) { self.language = language }

  func text(_ readings: Int?, _ quarterHours: Int?) -> String {
    let numbers = language.numbers(decimals: 0)
    let parts = [
      readings.map { language.pick("\(numbers.text(Int64($0))) Messwerte", "\(numbers.text(Int64($0))) readings") },
      quarterHours.map { language.pick("\(numbers.text(Int64($0))) Viertelstunden", "\(numbers.text(Int64($0))) quarter hours") },
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}
