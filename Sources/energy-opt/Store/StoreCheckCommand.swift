import ArgumentParser
import Console
import Foundation
import Reporting
import SQLiteStore

/// `energy-opt store check`
struct StoreCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Reads everything that is stored and finds every flipped bit; changes nothing.",
    discussion: """
      Sealed readings and the journal carry checksums; the pages of the
      databases are held against each other and against what the ledger
      remembers. Each finding says which metering points, channels and hours
      are affected. With --deep all quarter hours are made once more of their
      readings and compared. The collector may go on collecting. What no check can see
      stands in docs/formats/store.md. JSON: docs/formats/store-check-json.md.

      EXIT STATUS
         0 all is whole
         1 there is nothing to check, or it may not be read
         2 something is damaged

      EXAMPLES
        energy-opt store check
        energy-opt store check --deep
        energy-opt store check --readings backup/readings.sqlite
        energy-opt store check --format json --lang de
      """)

  @OptionGroup var options: CommunityOptions

  @Flag(help: "Make all quarter hours once more and compare: minutes a year on a small box.")
  var deep = false

  @OptionGroup var output: ToldOptions

  func run() throws {
    var reports: [CheckReport] = []
    let progress = StoreProgress(output.lang)
    let check = StoreCheck { step, done, total in progress.show(step, done, total) }
    if options.hasReadings { reports.append(check.readings(at: options.readingsPath, isDeep: deep)) }
    if options.hasStore { reports.append(check.community(at: options.storePath)) }
    progress.clear()
    guard !reports.isEmpty else {
      tell(options.nothingStored(output.lang))
      throw ExitCode(1)
    }
    switch output.format {
    case .text: for line in StoreCheckText(output.lang).lines(reports, next: StoreCheckText.next(output.lang)) { print(line) }
    case .json: print(StoreCheckJSON.text(reports))
    }
    if reports.contains(where: { !$0.isWhole }) { throw ExitCode(2) }
  }
}

/// What a long look at the store is doing, on a line of standard error.
final class StoreProgress {
  private var line = ProgressLine(now: SystemTime.uptime)
  let language: Language

  init(_ language: Language) { self.language = language }

  /// Shows how far the check is.
  func show(_ step: StoreCheck.Step, _ done: Int, _ total: Int) {
    let name: String
    switch step {
    case .pages: name = language.pick("Seiten der Datenbank", "pages of the database")
    case .journal: name = language.pick("Journal", "journal")
    case .chunks: name = language.pick("versiegelte Messwerte", "sealed readings")
    case .quarterHours: name = language.pick("Viertelstunden", "quarter hours")
    }
    show(total > 0 ? "\(name): \(done * 100 / total) %" : name)
  }

  /// Shows any other line.
  func show(_ text: @autoclosure () -> String) { line.show(text()) }

  /// Takes the line away.
  func clear() { line.clear() }
}
