import CommunityModel
public import MarketTime
public import Readings

/// A file of readings as this or another program exports them.
public enum ForeignForm: String, CaseIterable, Sendable {
  /// Our CSV, long or wide: `docs/formats/series-files.md`.
  case csv
  /// InfluxDB's line protocol.
  case influx
  /// Home Assistant's history (`entity_id,state,last_changed`) or statistics (`statistic_id,unit,start,...`) as CSV.
  case homeAssistant = "home-assistant"
  /// volkszaehler's CSV or JSON of one or more channels.
  case volkszaehler
}

/// What a time counts in line protocol.
public enum LineProtocolPrecision: String, CaseIterable, Sendable {
  /// Nano-, micro-, milliseconds, seconds.
  case nanoseconds = "ns", microseconds = "us", milliseconds = "ms", seconds = "s"
}

/// What was read from a file of readings.
public struct ForeignReport: Sendable, Equatable {
  /// The file's name.
  public let file: String
  /// Readings handed over.
  public var readings = 0
  /// Values that say that nothing is known: empty, `unknown`, `unavailable`, `NaN`.
  public var missing = 0
  /// When the first reading was taken.
  public var first: Timestamp?
  /// When the last reading was taken.
  public var last: Timestamp?
  /// Series of the file that are not mapped, with how many values each has.
  public var unmapped: [String: Int] = [:]

  init(file: String) { self.file = file }
}

/// Reads the files that people bring their history in, a batch at a time.
public struct ForeignReader: Sendable {
  /// Which of our series is which of theirs. Not needed for our own exports.
  public var mapping = SeriesMapping()
  /// What the file is; nil looks.
  public var form: ForeignForm?
  /// What times of line protocol count.
  public var precision = LineProtocolPrecision.nanoseconds
  /// The clock of times without a zone; nil refuses these.
  public var calendar: MarketCalendar?
  /// A batch is handed over when it has at least so many readings: so many that a store takes them as history, by columns, and that it
  /// writes few chunks twice. They take 10 MB.
  public var batchSize = 200_000

  /// A reader without any mapping.
  public init() {}

  /// Reads `file` and hands its readings to `take` in the order of the file.
  ///
  /// - Throws: `SeriesFileErrors` with every bad line, at most 100; what came before has been handed over then, so read a file
  ///   once with a `take` that does nothing. And what `take` throws.
  public func readings(
    from file: CSVFile, progress: SeriesFileReader.Progress? = nil, take: @escaping ([Reading]) throws -> Void
  ) throws -> ForeignReport {
    var sink = ForeignSink(file: file.name, mapping: mapping, batchSize: batchSize, take: take)
    switch try form ?? Self.form(of: file) {
    case .csv: try readOwn(file, progress, into: &sink)
    case .influx: try LineProtocolReader(precision: precision, progress: progress).read(file, into: &sink)
    case .homeAssistant: try HomeAssistantReader(calendar: calendar, progress: progress).read(file, into: &sink)
    case .volkszaehler: try VolkszaehlerReader(progress: progress).read(file, into: &sink)
    }
    return try sink.finished()
  }

  private func readOwn(_ file: CSVFile, _ progress: SeriesFileReader.Progress?, into sink: inout ForeignSink) throws {
    let report = try SeriesFileReader(calendar: calendar).readings(from: file, batchSize: batchSize, progress: progress) {
      batch in
      try sink.take(batch)
    }
    sink.report.first = report.first
    sink.report.last = report.last
  }

  /// What `file` is, by its first lines.
  ///
  /// - Throws: `SeriesFileErrors` where it cannot be read, or nobody can tell.
  public static func form(of file: CSVFile) throws(SeriesFileErrors) -> ForeignForm {
    var source: LineSource
    do { source = try LineSource(file, limit: CSVReader.longestLine) } catch { throw SeriesFileErrors([error]) }
    do throws(FormError) {
      while let line = try source.nextLine() {
        let text = String(decoding: source.buffer[line].prefix(4096), as: UTF8.self).drop { $0 == "\u{FEFF}" || $0 == " " }
        guard !text.isEmpty else { continue }
        if text.hasPrefix("{") { return .volkszaehler }
        if text.hasPrefix("#") {
          if text.contains("volkszaehler") { return .volkszaehler }
          continue
        }
        if text.contains("entity_id") && text.contains("state") || text.contains("statistic_id") { return .homeAssistant }
        if text.prefixMatch(of: /-?\d{9,};/) != nil { return .volkszaehler }
        if text.prefixMatch(of: /"?(?:time|quarter_hour)"?\s*[,;]/) != nil { return .csv }
        if text.contains("="), text.contains(" ") { return .influx }
        break
      }
    } catch {
      // JSON in one line may be longer than any line of a table.
      if case .lineTooLong = error.fault { return .volkszaehler }
      throw SeriesFileErrors([SeriesFileError(file: file.name, line: 1, column: error.column, fault: .form(error.fault))])
    }
    throw SeriesFileErrors([SeriesFileError(file: file.name, line: 1, column: 0, fault: .foreign(.unknownForm))])
  }
}

/// Takes the values of another program's file, finds their series, and hands them over in batches.
struct ForeignSink {
  var report: ForeignReport
  var errors: ErrorLog
  private let mapping: SeriesMapping
  private let batchSize: Int
  private let hand: ([Reading]) throws -> Void
  private var batch: [Reading] = []
  private var numbers = NumberReader(allowsComma: true)
  private var known: [String: SeriesMapping.Entry?] = [:]
  private static let missing: Set<String> = ["", "unknown", "unavailable", "none", "null", "nan"]

  init(file: String, mapping: SeriesMapping, batchSize: Int, take: @escaping ([Reading]) throws -> Void) {
    report = ForeignReport(file: file)
    errors = ErrorLog(file: file, limit: 100)
    self.mapping = mapping
    self.batchSize = batchSize
    hand = take
  }

  /// The entry of the series called `name` there; `find` looks where it is met first.
  mutating func entry(_ name: String, _ find: (SeriesMapping) -> SeriesMapping.Entry?) -> SeriesMapping.Entry? {
    if let entry = known[name] { return entry }
    let entry = find(mapping)
    known[name] = .some(entry)
    return entry
  }

  /// The entry of the series called `name` there.
  mutating func entry(named name: String) -> SeriesMapping.Entry? { entry(name) { $0.entry(named: name) } }

  /// A value of a series that is not mapped.
  mutating func passOver(_ name: String) { report.unmapped[name, default: 0] += 1 }

  /// Whether `cell` says that nothing is known; counts it then.
  mutating func isMissing(_ cell: ArraySlice<UInt8>) -> Bool {
    guard cell.count <= 11, Self.missing.contains(String(decoding: cell, as: UTF8.self).lowercased()) else { return false }
    report.missing += 1
    return true
  }

  /// Takes the number in `cell`, which is of the series of `entry`, in its unit or, where it has none, the one called `unit`.
  mutating func add(
    _ cell: ArraySlice<UInt8>, of entry: SeriesMapping.Entry, unit: String? = nil, at time: Timestamp
  ) throws(SeriesFileError.Fault) {
    var worth = entry.unit
    if worth == nil {
      let name = SeriesName(point: entry.key.point.text, channel: entry.key.channel.rawValue, unit: unit)
      worth = try name.unit(of: entry.key.channel.unit.symbols, else: nil)
    }
    guard let worth, !cell.isEmpty else { throw .row(.notANumber("")) }
    batch.append(Reading(entry.key, at: time, value: try numbers.count(cell, in: worth)))
  }

  /// Hands over what has come together, where it is enough. Once a line was bad, nothing more.
  mutating func handOver() throws {
    if !errors.errors.isEmpty { batch.removeAll() }
    guard batch.count >= batchSize else { return }
    try take(batch)
    batch.removeAll(keepingCapacity: true)
  }

  /// Hands `readings` over.
  mutating func take(_ readings: [Reading]) throws {
    report.readings += readings.count
    for reading in readings {
      report.first = min(report.first ?? reading.time, reading.time)
      report.last = max(report.last ?? reading.time, reading.time)
    }
    try hand(readings)
  }

  /// Hands over the rest.
  ///
  /// - Throws: `SeriesFileErrors` where a line was bad, or nothing was mapped.
  mutating func finished() throws -> ForeignReport {
    if !errors.errors.isEmpty { throw errors.failure }
    if !batch.isEmpty { try take(batch) }
    guard report.readings > 0 || report.missing > 0 else {
      let found = report.unmapped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      let fault: SeriesFileError.Fault = found.isEmpty ? .form(.noRows) : .foreign(.nothingMapped(found: found))
      throw SeriesFileErrors([SeriesFileError(file: report.file, line: 0, column: 0, fault: fault)])
    }
    return report
  }
}
