import MarketTime
import Quantities

/// Takes what a file of series says, row by row.
protocol SeriesSink {
  /// A series appears; its number is how many there were before. Returns the unit in which its values are counted.
  mutating func addSeries(_ name: SeriesName) throws(SeriesFileError.Fault) -> UnitOfMeasure
  /// A row begins; `series` is the only one it is about, nil where it has a value for each.
  mutating func beginRow(at time: Timestamp, line: Int, series: Int?) throws(SeriesFileError.Fault)
  /// The current row's value of `series`.
  mutating func add(_ count: Int64, to series: Int) throws(SeriesFileError.Fault)
}

/// Reads a file of series in its wide form (a column a series) or long form (a row a value) into a sink.
struct SeriesStream: ~Copyable {
  /// What is wrong with the file so far.
  private(set) var errors: ErrorLog
  /// How many rows had a usable time.
  private(set) var rows = 0
  private var reader: CSVReader
  private var times: TimeReader
  private var numbers: NumberReader
  private let stopsWhenFull: Bool
  private let progress: SeriesFileReader.Progress?
  /// `progress` is told when so many bytes have been read.
  private var nextProgress: Int64 = 0
  private let presetUnit: String?
  private let layout: Layout
  /// The series' units, in the order of their numbers.
  private var units: [UnitOfMeasure] = []
  /// The time of the row before; in the long form of each series.
  private var previous: [Timestamp?] = []
  /// Long form: the series by point and channel as written.
  private var series: [String: Entry] = [:]

  private enum Layout {
    case wide
    case long(LongColumns)
  }

  /// Where the long form's cells stand.
  private struct LongColumns {
    let time: Int
    let point: Int
    let value: Int
    let channel: Int?
    let unit: Int?
    /// The unit in brackets behind `value`.
    let valueUnit: String?
  }

  /// A series of the long form.
  private struct Entry {
    /// Its number; nil where its name could not be used and was reported.
    let number: Int?
    let unit: String?
  }

  /// Opens `file` and hands a wide file's series to `sink` at once.
  ///
  /// - Throws: `SeriesFileErrors` when the file cannot be read or its header is not usable.
  static func open(
    _ file: CSVFile, options: SeriesFileReader, progress: SeriesFileReader.Progress? = nil, into sink: inout some SeriesSink
  ) throws(SeriesFileErrors) -> SeriesStream {
    var stream = try open(file, options: options, progress: progress)
    stream.addColumns(to: &sink)
    if !stream.errors.errors.isEmpty { throw stream.errors.failure }
    return stream
  }

  private static func open(
    _ file: CSVFile, options: SeriesFileReader, progress: SeriesFileReader.Progress?
  ) throws(SeriesFileErrors) -> SeriesStream {
    do throws(SeriesFileError) {
      let reader = try CSVReader.open(file)
      let layout = try layout(of: reader)
      return SeriesStream(reader: reader, layout: layout, options: options, progress: progress)
    } catch {
      throw SeriesFileErrors([error])
    }
  }

  private init(reader: consuming CSVReader, layout: Layout, options: SeriesFileReader, progress: SeriesFileReader.Progress?) {
    errors = ErrorLog(file: reader.file, limit: max(1, options.errorLimit))
    times = TimeReader(calendar: options.calendar)
    numbers = NumberReader(allowsComma: reader.separator == UInt8(ascii: ";"))
    stopsWhenFull = options.badLines == .refuse
    presetUnit = options.unit
    self.layout = layout
    self.reader = reader
    self.progress = progress
  }

  private static func layout(of reader: borrowing CSVReader) throws(SeriesFileError) -> Layout {
    let header = reader.header.map { SeriesName(header: $0) }
    func position(of name: String) -> Int? { header.firstIndex { $0.full == name } }
    if position(of: "quarter_hour") != nil { throw reader.error(at: 0, .name(.quarterHours)) }
    if let point = position(of: "point"), let value = position(of: "value") {
      guard let time = position(of: "time") else { throw reader.error(at: 0, .name(.columnMissing("time"))) }
      return .long(
        LongColumns(
          time: time, point: point, value: value, channel: position(of: "channel"), unit: position(of: "unit"),
          valueUnit: header[value].unit))
    }
    guard header.first?.full == "time" else {
      throw reader.error(at: 0, .name(.timeMissing(found: reader.header.first ?? "")))
    }
    guard header.count > 1 else { throw reader.error(at: 0, .name(.noSeries)) }
    return .wide
  }

  /// The wide form's series.
  private mutating func addColumns(to sink: inout some SeriesSink) {
    guard case .wide = layout else { return }
    previous = [nil]
    for (position, cell) in reader.header.enumerated().dropFirst() {
      do throws(SeriesFileError.Fault) {
        units.append(try sink.addSeries(SeriesName(header: cell)))
      } catch {
        errors.add(reader.error(at: position, error))
      }
    }
  }

  /// Reads one row into `sink`; false at the end, or where it makes no sense to read on.
  mutating func nextRow(into sink: inout some SeriesSink) -> Bool {
    guard goesToRow() else {
      progress?(reader.bytesRead, reader.totalBytes)
      return false
    }
    if let progress, reader.bytesRead >= nextProgress {
      progress(reader.bytesRead, reader.totalBytes)
      nextProgress = reader.bytesRead + 1 << 20
    }
    guard hasAllCells() else { return true }
    switch layout {
    case .wide: readWideRow(into: &sink)
    case .long(let columns): readLongRow(columns, into: &sink)
    }
    return true
  }

  /// Whether there is a next row; goes to it.
  private mutating func goesToRow() -> Bool {
    if errors.isFatal || (stopsWhenFull && errors.isFull) { return false }
    do throws(SeriesFileError) {
      return try reader.nextRow()
    } catch {
      errors.stop(error)
      return false
    }
  }

  /// Whether the row has the header's cells; empty ones at the end do not count.
  private mutating func hasAllCells() -> Bool {
    let expected = reader.header.count
    var found = reader.cellCount
    while found > expected, reader.isEmpty(found - 1) { found -= 1 }
    guard found != expected else { return true }
    let fault = FormFault.cellCount(found: found, expected: expected)
    errors.add(reader.error(at: found > expected ? expected : found - 1, .form(fault)))
    return false
  }

  private mutating func readWideRow(into sink: inout some SeriesSink) {
    do throws(SeriesFileError.Fault) {
      let time = try time(inCell: 0, ofSeries: 0)
      try sink.beginRow(at: time, line: reader.line, series: nil)
    } catch {
      note(error, at: 0)
      return
    }
    rows += 1
    for number in units.indices where !reader.isEmpty(number + 1) {
      let cell = number + 1
      do throws(SeriesFileError.Fault) {
        try sink.add(try value(inCell: cell, ofSeries: number), to: number)
      } catch {
        note(error, at: cell)
      }
    }
  }

  private mutating func readLongRow(_ columns: LongColumns, into sink: inout some SeriesSink) {
    var cell = columns.point
    do throws(SeriesFileError.Fault) {
      guard let number = try number(ofRow: columns, in: &sink) else { return }
      cell = columns.time
      let time = try time(inCell: cell, ofSeries: number)
      try sink.beginRow(at: time, line: reader.line, series: number)
      rows += 1
      cell = columns.value
      if !reader.isEmpty(cell) { try sink.add(try value(inCell: cell, ofSeries: number), to: number) }
    } catch {
      note(error, at: cell)
    }
  }

  /// The number of the series that a row of the long form belongs to; nil where its name was refused before.
  private mutating func number(
    ofRow columns: LongColumns, in sink: inout some SeriesSink
  ) throws(SeriesFileError.Fault) -> Int? {
    let point = reader.text(columns.point)
    let channel = columns.channel.flatMap { reader.isEmpty($0) ? nil : reader.text($0) }
    let unit = columns.unit.flatMap { reader.isEmpty($0) ? nil : reader.text($0) } ?? columns.valueUnit
    let name = SeriesName(point: point, channel: channel, unit: unit)
    if let known = series[name.full] {
      if known.unit != unit { throw .name(.unitChanged(found: unit ?? "", first: known.unit ?? presetUnit ?? "")) }
      return known.number
    }
    do throws(SeriesFileError.Fault) {
      units.append(try sink.addSeries(name))
    } catch {
      series[name.full] = Entry(number: nil, unit: unit)
      throw error
    }
    series[name.full] = Entry(number: units.count - 1, unit: unit)
    previous.append(nil)
    return units.count - 1
  }

  private mutating func time(inCell cell: Int, ofSeries number: Int) throws(SeriesFileError.Fault) -> Timestamp {
    let time = try times.instant(reader.bytes(of: cell), after: previous[number])
    previous[number] = time
    return time
  }

  private mutating func value(inCell cell: Int, ofSeries number: Int) throws(SeriesFileError.Fault) -> Int64 {
    try numbers.count(reader.bytes(of: cell), in: units[number])
  }

  private mutating func note(_ fault: SeriesFileError.Fault, at cell: Int) {
    errors.add(reader.error(at: cell, fault))
  }
}
