import ArgumentParser
import CommunityModel
import Console
import Foundation
import MarketTime
import Readings
import Reporting
import SQLiteStore
import SeriesFiles

/// `energy-opt store export`
struct StoreExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes readings as CSV or InfluxDB line protocol, exact to the last digit.",
    discussion: """
      A row a reading, in the order of time: time (UTC), point, channel, unit,
      value. Whatever the length, it needs little memory, and the collector may
      go on collecting. `store import` reads both forms back; exporting again
      then gives the same bytes. With --by quarter-hour it writes what was
      counted in each, or the mean, with its quality and of how many readings it
      is, imported energies too; those are not read back.
      docs/formats/exchange.md shows the forms.

      EXAMPLES
        energy-opt store export --output readings.csv
        energy-opt store export --from 2026-01-01 --until 2026-02-01 --points B01-GRID,B01-PV > january.csv
        energy-opt store export --channels energy_import --form influx | gzip > counters.lp.gz
        energy-opt store export --by quarter-hour --from 2026-01-01 --output quarters.csv
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("csv or influx.", valueName: "form"))
  var form = "csv"

  @Option(help: ArgumentHelp("reading, or quarter-hour.", valueName: "step"))
  var by = "reading"

  @Option(help: ArgumentHelp("From this time on: a UTC day, or a time with its zone.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("Up to before this time.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("Only these metering points, parted by commas.", valueName: "points"))
  var points: String?

  @Option(help: ArgumentHelp("Only these channels, parted by commas.", valueName: "channels"))
  var channels: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The new file; standard output unless told.", valueName: "file"))
  var output: String?

  @OptionGroup var language: LanguageOption

  func validate() throws {
    if ReadingText.Form(rawValue: form) == nil { throw ValidationError("--form is '\(form)', expected csv or influx") }
    if !["reading", "quarter-hour"].contains(by) {
      throw ValidationError(
        "--by is '\(by)', expected reading or quarter-hour; `store show --format csv` has hours, days and months")
    }
    for (name, text) in [("--from", from), ("--until", until)] {
      if let text, Self.time(text) == nil {
        throw ValidationError("\(name) is '\(text)', expected a day such as 2026-03-01 or a time such as 2026-03-01T12:00Z")
      }
    }
    for channel in Self.words(channels) ?? [] where Channel(rawValue: channel) == nil {
      throw ValidationError("--channels: there is no channel '\(channel)'; `energy-opt store` lists those that are stored")
    }
  }

  private static func time(_ text: String) -> Timestamp? {
    Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00Z")
  }

  private static func words(_ text: String?) -> [String]? { text.map { $0.split(separator: ",").map(String.init) } }

  func run() throws {
    if by == "quarter-hour" { return try exportQuarterHours() }
    let database = try reportingProblems { try ReadingsDatabase(readingOnly: options.readingsPath) }
    let stored = try reportingProblems { try database.series() }
    let keys = try selected(from: stored)
    let first = from.flatMap(Self.time) ?? Timestamp(milliseconds: .min)
    let end = until.flatMap(Self.time) ?? Timestamp(milliseconds: .max)
    let target = try OutputFile(output)
    var writer = ReadingText(ReadingText.Form(rawValue: form) ?? .csv)
    let progress = StoreProgress(language.lang)
    var bytes = Array(writer.header.utf8)
    var count = 0
    try reportingProblems {
      guard first < end else { return }
      try database.forEachStretch(of: keys, in: first..<end) { readings in
        for reading in readings { writer.write(reading, to: &bytes) }
        count += readings.count
        if target.isFile, let time = readings.last?.time { progress.show("\(time)") }
        try target.write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
      try target.write(bytes)
    }
    progress.clear()
    try target.finish()
    sayWritten(count, language.lang.pick("Messwerte", "readings"), of: keys.count)
  }

  private func exportQuarterHours() throws {
    let stores = try options.openStores()
    let inventory = try reportingProblems { try (stores.readings?.inventory() ?? []) + (stores.imported?.inventory() ?? []) }
    let keys = try selected(from: Set(inventory.map(\.series)).sorted())
    let known = inventory.filter { keys.contains($0.series) }
    let target = try OutputFile(output)
    let writer = QuarterHourText(ReadingText.Form(rawValue: form) ?? .csv)
    let progress = StoreProgress(language.lang)
    var bytes = Array(writer.header.utf8)
    var count = 0
    if let begin = known.map(\.first).min(), let end = known.map(\.last).max() {
      // Those that lie in the span as a whole.
      let first = max(begin, from.flatMap(Self.time) ?? begin)
      let last = until.flatMap(Self.time).map { QuarterHour(containing: $0) } ?? QuarterHour(containing: end).advanced(by: 1)
      let start = QuarterHour(containing: first)
      let isCut = from != nil && first > begin && start.start < first
      try reportingProblems {
        let history = History(readings: stores.readings, imported: stores.imported)
        let span = isCut ? start.advanced(by: 1) : start
        guard span < last else { return }
        try history.forEachQuarterHour(of: keys, in: span..<last) { figure in
          bytes +=
            writer.line(
              figure.quarter, figure.series, value: figure.value, quality: figure.quality, readings: figure.readings
            ).utf8
          count += 1
          guard bytes.count > 1 << 16 else { return }
          if target.isFile { progress.show("\(figure.quarter)") }
          try target.write(bytes)
          bytes.removeAll(keepingCapacity: true)
        }
      }
    }
    try target.write(bytes)
    progress.clear()
    try target.finish()
    sayWritten(count, language.lang.pick("Viertelstunden", "quarter hours"), of: keys.count)
  }

  /// Says what was written, where it did not go to standard output.
  private func sayWritten(_ count: Int, _ things: String, of series: Int) {
    guard let output else { return }
    let number = language.lang.numbers(decimals: 0).text(Int64(count))
    print(
      language.lang.pick(
        "\(output): \(number) \(things) von \(series) Zeitreihen", "\(output): \(number) \(things) of \(series) series"))
  }

  /// The series that the options name.
  private func selected(from stored: [SeriesKey]) throws -> [SeriesKey] {
    let points = Self.words(points)
    let channels = Self.words(channels)
    let known = Set(stored.map(\.point.text))
    for point in points ?? [] where !known.contains(point) {
      tell("\(options.readingsPath): has no readings of \(point); `energy-opt store` lists what is stored")
      throw ExitCode(3)
    }
    return stored.filter { key in
      points?.contains(key.point.text) != false && channels?.contains(key.channel.rawValue) != false
    }
  }
}

/// Where an export goes: standard output, or a new file that gets its name when it is whole.
struct OutputFile {
  private let path: String?
  private let handle: FileHandle

  private var partial: String { (path ?? "") + ".partial" }

  /// Whether it is a file.
  var isFile: Bool { path != nil }

  /// The new file at `path`; standard output where that is nil.
  ///
  /// - Throws: `ExitCode` 1, after telling why.
  init(_ path: String?) throws {
    self.path = path
    guard let path else {
      handle = .standardOutput
      return
    }
    guard !FileManager.default.fileExists(atPath: path) else {
      tell("\(path): is there already; nothing is written over, name another file")
      throw ExitCode(1)
    }
    guard FileManager.default.createFile(atPath: path + ".partial", contents: nil),
      let opened = FileHandle(forWritingAtPath: path + ".partial")
    else {
      tell("\(path).partial: cannot be made; check that the folder exists and that this user may write there")
      throw ExitCode(1)
    }
    handle = opened
  }

  /// Writes `bytes` behind what is there.
  func write(_ bytes: [UInt8]) throws {
    do { try handle.write(contentsOf: Data(bytes)) } catch {
      tell("\(path ?? "standard output"): cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  /// Brings it to the disk and gives it its name.
  func finish() throws {
    guard let path else { return }
    do {
      try handle.synchronize()
      try handle.close()
      try FileManager.default.moveItem(atPath: partial, toPath: path)
    } catch {
      tell("\(path): cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}
