import MarketTime
import Readings

/// Reads what Home Assistant gives as CSV.
///
/// - History: `entity_id,state,last_changed`, a row a change.
/// - Statistics: `statistic_id`, perhaps `unit`, `start` or `start_ts` (seconds since 1970), and of `state`, `mean`: a row an hour. A
///   counter's `state` is what it showed at the hour's end, and becomes a reading of then. Of a momentary value the `mean` is taken as
///   a reading of the hour's middle.
struct HomeAssistantReader {
  let calendar: MarketCalendar?
  let progress: SeriesFileReader.Progress?

  /// Where the cells stand.
  private struct Columns {
    let name: Int
    let time: Int
    /// Whether times count seconds since 1970.
    var countsSeconds = false
    var state: Int?
    var mean: Int?
    var unit: Int?
    /// Whether a row is about an hour.
    var isOfHour = false

    var last: Int { max(name, time, state ?? 0, mean ?? 0, unit ?? 0) }
  }

  /// What the rows before said.
  private struct Course {
    var times: TimeReader
    var before: [String: Timestamp] = [:]
    var nextProgress: Int64 = 0
  }

  func read(_ file: CSVFile, into sink: inout ForeignSink) throws {
    var course = Course(times: TimeReader(calendar: calendar))
    do {
      var reader = try CSVReader.open(file)
      let columns = try Self.columns(of: reader)
      while !sink.errors.isFull, try reader.nextRow() {
        if let progress, reader.bytesRead >= course.nextProgress {
          progress(reader.bytesRead, reader.totalBytes)
          course.nextProgress = reader.bytesRead + 1 << 20
        }
        Self.readRow(reader, columns, &course, into: &sink)
        try sink.handOver()
      }
    } catch let error as SeriesFileError {
      sink.errors.stop(error)
    }
  }

  private static func columns(of reader: borrowing CSVReader) throws(SeriesFileError) -> Columns {
    let header = reader.header
    func position(_ name: String) -> Int? { header.firstIndex(of: name) }
    if let name = position("statistic_id") {
      guard let time = position("start") ?? position("start_ts") else {
        throw reader.error(at: 0, .name(.columnMissing("start")))
      }
      var columns = Columns(name: name, time: time, isOfHour: true)
      columns.countsSeconds = position("start") == nil
      (columns.state, columns.mean, columns.unit) = (position("state"), position("mean"), position("unit"))
      guard columns.state != nil || columns.mean != nil else { throw reader.error(at: 0, .name(.columnMissing("state"))) }
      return columns
    }
    guard let name = position("entity_id") else { throw reader.error(at: 0, .name(.columnMissing("entity_id"))) }
    guard let time = position("last_changed") ?? position("last_updated") else {
      throw reader.error(at: 0, .name(.columnMissing("last_changed")))
    }
    guard let state = position("state") else { throw reader.error(at: 0, .name(.columnMissing("state"))) }
    return Columns(name: name, time: time, state: state)
  }

  private static func readRow(
    _ reader: borrowing CSVReader, _ columns: Columns, _ course: inout Course, into sink: inout ForeignSink
  ) {
    guard reader.cellCount > columns.last else {
      let fault = FormFault.cellCount(found: reader.cellCount, expected: reader.header.count)
      return sink.errors.add(reader.error(at: reader.cellCount - 1, .form(fault)))
    }
    let name = reader.text(columns.name)
    guard let entry = sink.entry(named: name) else { return sink.passOver(name) }
    let isMean = columns.isOfHour && !entry.key.channel.isCounter
    let cell = (isMean ? columns.mean : columns.state) ?? columns.name
    guard cell != columns.name else { return sink.passOver("\(name) (no \(isMean ? "mean" : "state"))") }
    guard !sink.isMissing(reader.bytes(of: cell)) else { return }
    var place = columns.time
    do throws(SeriesFileError.Fault) {
      var time = try time(reader.bytes(of: columns.time), columns, course.before[name], &course.times)
      course.before[name] = time
      if columns.isOfHour { time = time + .seconds(isMean ? 1800 : 3600) }
      place = cell
      try sink.add(reader.bytes(of: cell), of: entry, unit: columns.unit.map { reader.text($0) }, at: time)
    } catch {
      sink.errors.add(reader.error(at: place, error))
    }
  }

  private static func time(
    _ cell: ArraySlice<UInt8>, _ columns: Columns, _ before: Timestamp?, _ times: inout TimeReader
  ) throws(SeriesFileError.Fault) -> Timestamp {
    guard columns.countsSeconds else { return try times.instant(cell, after: before) }
    let text = String(decoding: cell, as: UTF8.self)
    guard let seconds = Double(text), abs(seconds) < 1e11 else { throw .row(.notATime(text)) }
    return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
  }
}
