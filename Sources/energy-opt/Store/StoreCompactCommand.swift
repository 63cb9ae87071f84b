import ArgumentParser
import Console
import MarketTime
import Readings
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

      --keep-... also drops what is older, whole months at a time, for good
      (docs/retention.md). Readings go only when quarter hours have been made
      of them, which stay. Limits are 90d (31d to 36500d), by_law or forever.
      Without --yes only what would go is told. `retention` in collector.yaml
      lets the collector do that by itself.

      readings.sqlite has one writer. Stop the collector for it:
      systemctl stop energy-collector, and start it again.

      EXAMPLES
        energy-opt store compact
        energy-opt store compact --keep-readings 90d
        energy-opt store compact --keep-readings 90d --keep-quarter-hours by_law \\
          --keep-events by_law --yes

      EXIT STATUS
         0 done, or told
         1 the store cannot be read or written
         2 something old could not be dropped: it is damaged
        64 wrong use of the command
      """)

  @OptionGroup var options: CommunityOptions

  @Option(
    help: ArgumentHelp("How long readings stay that were taken more often than every 5 min.", valueName: "limit"),
    transform: Self.limit)
  var keepReadings: Retention.Limit = .forever

  @Option(
    help: ArgumentHelp("How long quarter hours stay, and readings of every 5 min or less often.", valueName: "limit"),
    transform: Self.limit)
  var keepQuarterHours: Retention.Limit = .forever

  @Option(help: ArgumentHelp("How long events and values put aside stay.", valueName: "limit"), transform: Self.limit)
  var keepEvents: Retention.Limit = .forever

  @Flag(help: "Drop it. Without, only what would go is told.")
  var yes = false

  @OptionGroup var language: LanguageOption

  /// As it is written in a file.
  private static func limit(_ text: String) throws -> Retention.Limit {
    guard let limit = Retention.Limit(text) else {
      throw ValidationError("'\(text)' is no limit; write 31d to 36500d, by_law or forever")
    }
    return limit
  }

  private var retention: Retention { Retention(readings: keepReadings, quarterHours: keepQuarterHours, events: keepEvents) }

  func validate() throws {
    if retention.dropsQuarterHoursFirst {
      throw ValidationError(
        "readings may not be kept longer than the quarter hours that are made of them; give --keep-readings too")
    }
    if yes, retention == .everything { throw ValidationError("--yes needs a --keep- option") }
  }

  func run() throws {
    let lang = language.lang
    let path = options.readingsPath
    if retention != .everything, !yes {
      let report = try reportingProblems { try ReadingsDatabase(readingOnly: path).droppable(retention, at: SystemTime.now()) }
      return DropText(lang, path).show(report, isDone: false)
    }
    let before = try reportingProblems { try ReadingsDatabase(readingOnly: path).status().totalBytes }
    let database = try reportingProblems { try ReadingsDatabase(writing: path, now: SystemTime.now) }
    let progress = StoreProgress(lang)
    progress.show(lang.pick("\(path): wird zusammengefasst", "\(path): merging"))
    let dropped = retention == .everything ? nil : try reportingProblems { try database.drop(retention, at: SystemTime.now()) }
    let files = try reportingProblems { try database.compact() }
    try reportingProblems { try database.close() }
    progress.clear()
    let after = try reportingProblems { try ReadingsDatabase(readingOnly: path).status().totalBytes }
    print(
      lang.pick(
        "\(path): \(before) Bytes vorher, \(after) nachher, \(files) Dateien neu geschrieben",
        "\(path): \(before) bytes before, \(after) after, \(files) files written anew"))
    guard let dropped else { return }
    DropText(lang, path).show(dropped, isDone: true)
    if !dropped.left.isEmpty { throw ExitCode(2) }
  }
}

/// What was dropped, or would be, as a person reads it.
private struct DropText {
  private let language: Language
  private let path: String

  init(_ language: Language, _ path: String) { (self.language, self.path) = (language, path) }

  func show(_ report: DropReport, isDone: Bool) {
    let none = language.pick("nichts", "nothing")
    let readings = Self.months(report.readings) ?? none
    let quarterHours = Self.months(report.quarterHours) ?? none
    let count = report.readingCount.map { language.pick(" (\($0) Werte)", " (\($0) values)") } ?? ""
    print(
      isDone
        ? language.pick(
          "\(path): verworfen: Messwerte von \(readings)\(count), Viertelstunden von \(quarterHours), \(report.events) Ereignisse",
          "\(path): dropped: readings of \(readings)\(count), quarter hours of \(quarterHours), \(report.events) events")
        : language.pick(
          "\(path): mit --yes werden verworfen: Messwerte von \(readings), Viertelstunden von \(quarterHours), \(report.events) Ereignisse",
          "\(path): --yes drops: readings of \(readings), quarter hours of \(quarterHours), \(report.events) events"))
    guard !report.left.isEmpty else { return }
    let left = report.left.joined(separator: ", ")
    tell(
      language.pick(
        "\(path): von \(left) ist etwas beschädigt und bleibt; `energy-opt store check` sagt was",
        "\(path): something of \(left) is damaged and stays; `energy-opt store check` says what"))
  }

  /// `2024-01 to 2026-03 (27 months)`; nil for none.
  private static func months(_ months: [String]) -> String? {
    guard let first = months.min(), let last = months.max() else { return nil }
    return first == last ? first : "\(first) ... \(last)"
  }
}
