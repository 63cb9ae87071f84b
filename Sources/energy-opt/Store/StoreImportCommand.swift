import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import Readings
import Reporting
import SQLiteStore
import SeriesFiles

/// `energy-opt store import`
struct StoreImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Brings readings from CSV, InfluxDB, Home Assistant or volkszaehler into the store.",
    discussion: """
      Reads what `store export` writes, line protocol of any InfluxDB, Home
      Assistant's history and statistics as CSV, volkszaehler's CSV and JSON;
      what a file is, it finds out. --series says which of their series is
      which of ours, or --map names a CSV file with the columns source, point,
      channel, unit. A file with a bad line is refused as a whole, each bad
      line named. Nothing is overwritten: a reading that is there already is
      passed over, another value for its time is kept beside it.

      readings.sqlite has one writer. Stop the collector for the import:
      systemctl stop energy-collector, and start it again.

      For energies of quarter hours, such as a grid operator's load curve,
      take `energy-opt import`.

      EXAMPLES
        energy-opt store import readings.csv
        energy-opt store import history.csv --series 'sensor.grid_import=B01-GRID.energy_import [kWh]'
        energy-opt store import dump.lp --series 'power,room=cellar value=B01-HP.active_power [W]'
        energy-opt store import 28e1.json --series '*=B01-GRID.active_power [W]'
        energy-opt store import dump.lp --map mapping.csv --precision s --dry-run
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("SOURCE=POINT.CHANNEL [unit]; may be given several times.", valueName: "mapping"))
  var series: [String] = []

  @Option(help: ArgumentHelp("A CSV file of such mappings.", valueName: "mapping.csv"))
  var map: String?

  @Option(help: ArgumentHelp("csv, influx, home-assistant or volkszaehler; found out unless told.", valueName: "form"))
  var form: String?

  @Option(help: ArgumentHelp("What times of line protocol count: ns, us, ms or s.", valueName: "unit"))
  var precision = "ns"

  @Option(help: ArgumentHelp("The zone of times without one, such as Europe/Berlin.", valueName: "zone"))
  var timeZone: String?

  @Flag(help: "Only read and tell, store nothing.")
  var dryRun = false

  @OptionGroup var language: LanguageOption

  func validate() throws {
    let forms = ForeignForm.allCases.map(\.rawValue)
    if let form, ForeignForm(rawValue: form) == nil {
      throw ValidationError("--form is '\(form)', expected one of \(forms.joined(separator: ", "))")
    }
    if LineProtocolPrecision(rawValue: precision) == nil {
      throw ValidationError("--precision is '\(precision)', expected ns, us, ms or s")
    }
  }

  func run() throws {
    let reader = try reportingProblems { try self.reader() }
    let lang = language.lang
    let progress = StoreProgress(lang)
    var reports: [ForeignReport] = []
    // All files are read once before anything is stored.
    for file in files {
      reports.append(try read(file, reader, progress, lang.pick("gelesen", "reading")) { _ in })
    }
    progress.clear()
    for report in reports { for line in ForeignReportText(lang).lines(report) { print(line) } }
    guard !dryRun else { return }
    let database = try opened()
    for file in files {
      var outcome = AppendOutcome()
      _ = try read(file, reader, progress, lang.pick("gespeichert", "storing")) { batch in
        let part = try database.append(batch)
        outcome.added += part.added
        outcome.repeated += part.repeated
        outcome.conflicting += part.conflicting
        outcome.dropped += part.dropped
      }
      progress.clear()
      print(
        lang.pick(
          "\(file): \(outcome.added) hinzugefügt, \(outcome.repeated) schon da, \(outcome.conflicting) widersprechen und stehen daneben",
          "\(file): \(outcome.added) added, \(outcome.repeated) known already, \(outcome.conflicting) conflict and are kept beside"
        ))
      if outcome.dropped > 0 {
        print(
          lang.pick(
            "\(file): \(outcome.dropped) übergangen: was diese Zeitreihen damals gemessen haben, ist schon verworfen",
            "\(file): \(outcome.dropped) passed over: what these series measured at that time has been dropped"))
      }
    }
    try reportingProblems {
      try database.rewriteWasteful()
      try database.close()
    }
  }

  private func reader() throws -> ForeignReader {
    var reader = ForeignReader()
    for text in series {
      do { try reader.mapping.add(text) } catch { throw SeriesFileErrors([error]) }
    }
    if let map { try reader.mapping.add(CSVFile(map)) }
    reader.form = form.flatMap { ForeignForm(rawValue: $0) }
    reader.precision = LineProtocolPrecision(rawValue: precision) ?? .nanoseconds
    if let timeZone {
      guard let calendar = MarketCalendar(timeZone: timeZone) else {
        tell("--time-zone: there is no '\(timeZone)', expected a name such as Europe/Berlin")
        throw ExitCode(64)
      }
      reader.calendar = calendar
    }
    return reader
  }

  private func read(
    _ file: String, _ reader: ForeignReader, _ progress: StoreProgress, _ word: String,
    _ take: @escaping ([Reading]) throws -> Void
  ) throws -> ForeignReport {
    try reportingProblems {
      try reader.readings(
        from: CSVFile(file),
        progress: { read, total in
          progress.show("\(file): \(word) \(total > 0 ? "\(read * 100 / total) %" : "\(read) B")")
        }, take: take)
    }
  }

  /// The readings, opened for writing.
  private func opened() throws -> ReadingsDatabase {
    do { return try ReadingsDatabase(writing: options.readingsPath, now: SystemTime.now) } catch {
      if case .writtenByAnother(let path) = error {
        tell(
          language.lang.pick(
            """
            \(path): ein Sammler schreibt sie gerade, und nur einer darf es. Nichts wurde gespeichert.
            als Nächstes: systemctl stop energy-collector, den Import noch einmal, systemctl start energy-collector
            """,
            """
            \(path): a collector is writing it, and only one may. Nothing was stored.
            next: systemctl stop energy-collector, this import again, systemctl start energy-collector
            """))
      } else {
        tell("\(error)")
      }
      throw ExitCode(1)
    }
  }
}

/// What a file of readings holds, for people.
struct ForeignReportText {
  private let language: Language
  private static let shown = 10

  init(_ language: Language) { self.language = language }

  func lines(_ report: ForeignReport) -> [String] {
    let span = [report.first, report.last].compactMap { $0?.description }
    var text = language.pick("\(report.file): \(report.readings) Messwerte", "\(report.file): \(report.readings) readings")
    if span.count == 2 { text += language.pick(", \(span[0]) bis \(span[1])", ", \(span[0]) to \(span[1])") }
    if report.missing > 0 { text += language.pick(", \(report.missing) ohne Wert", ", \(report.missing) without a value") }
    var lines = [text]
    let unmapped = report.unmapped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (name, count) in unmapped.prefix(Self.shown) {
      lines.append(language.pick("  nicht zugeordnet: \(name) (\(count))", "  not mapped: \(name) (\(count))"))
    }
    if unmapped.count > Self.shown {
      let rest = unmapped.count - Self.shown
      lines.append(language.pick("  und \(rest) weitere nicht zugeordnet", "  and \(rest) more not mapped"))
    }
    return lines
  }
}
