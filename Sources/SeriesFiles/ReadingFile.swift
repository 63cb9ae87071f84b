import CommunityModel
import MarketTime
import Quantities
public import Readings

extension SeriesFileReader {
  /// Reads counters and momentary values: what devices showed at the rows' times.
  ///
  /// Batches of readings are handed to `take` as they come, so that a file of any length fits. Once a line is found bad and bad
  /// lines refuse the file, no further batch follows; those before have been handed over. Appending them to a store again
  /// later does no harm.
  ///
  /// - Parameters:
  ///   - batchSize: a batch is handed over when it has at least so many readings.
  ///   - progress: told bytes read and file size, about once a megabyte.
  /// - Throws: `SeriesFileErrors` when the file is refused, and whatever `take` throws.
  @discardableResult
  public func readings(
    from file: CSVFile, batchSize: Int = 4096, progress: Progress? = nil, take: ([Reading]) throws -> Void
  ) throws -> SeriesFileReport {
    var sink = ReadingSink(channel: channel, unit: unit)
    var stream = try SeriesStream.open(file, options: self, progress: progress, into: &sink)
    while stream.nextRow(into: &sink) {
      if badLines == .refuse, !stream.errors.errors.isEmpty { sink.batch.removeAll() }
      if sink.batch.count >= batchSize {
        try take(sink.batch)
        sink.batch.removeAll(keepingCapacity: true)
      }
    }
    try check(stream)
    if !sink.batch.isEmpty { try take(sink.batch) }
    var report = SeriesFileReport(of: stream)
    report.first = sink.first
    report.last = sink.last
    return report
  }
}

/// Turns rows into readings.
private struct ReadingSink: SeriesSink {
  let channel: Channel?
  let unit: String?
  var batch: [Reading] = []
  private(set) var first: Timestamp?
  private(set) var last: Timestamp?
  private var series: [SeriesKey] = []
  private var known: Set<SeriesKey> = []
  private var time = Timestamp(milliseconds: 0)

  init(channel: Channel?, unit: String?) {
    self.channel = channel
    self.unit = unit
  }

  mutating func addSeries(_ name: SeriesName) throws(SeriesFileError.Fault) -> UnitOfMeasure {
    let key = SeriesKey(try name.meteringPoint(), try name.channel(else: channel))
    let unit = try name.unit(of: key.channel.unit.symbols, else: unit)
    guard known.insert(key).inserted else { throw .name(.repeated(name: key.description)) }
    series.append(key)
    return unit
  }

  mutating func beginRow(at time: Timestamp, line: Int, series: Int?) {
    self.time = time
    first = min(first ?? time, time)
    last = max(last ?? time, time)
  }

  mutating func add(_ count: Int64, to series: Int) {
    batch.append(Reading(self.series[series], at: time, value: count))
  }
}
