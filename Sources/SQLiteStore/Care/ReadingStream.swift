import GRDB
public import MarketTime
public import Readings

extension ReadingsDatabase {
  /// Hands out all readings of `keys` within `span` in the order of time, those of one moment in the order of their keys: an hour to a
  /// day at a time, so that a year never has to fit into memory, and each with a look of its own, so that a writer is not held up.
  ///
  /// What comes late for a time that has been handed out already is not in it.
  ///
  /// - Throws: `ReadingStoreError.failed`, and what `body` throws.
  public func forEachStretch(
    of keys: [SeriesKey], in span: Range<Timestamp>, _ body: (_ readings: [Reading]) throws -> Void
  ) throws {
    var length = ReadingStretch.shortest
    var begin: Int64? = span.lowerBound.milliseconds
    while let from = begin, from < span.upperBound.milliseconds {
      let stretch = try file.read { db in
        try ReadingStretch(db, folder, of: Set(keys), from: from, until: span.upperBound.milliseconds, length: length)
      }
      if !stretch.readings.isEmpty { try body(stretch.readings) }
      length = stretch.nextLength
      begin = stretch.next
    }
  }
}

/// The readings of the next spell that has any, or of all that is not sealed.
private struct ReadingStretch {
  /// ms.
  static let shortest: Int64 = 3_600_000
  private static let longest: Int64 = 86_400_000
  /// Fewer readings than this, and the next spell may be longer, so that chunks of days and months are not read for each hour anew.
  private static let few = 20_000
  /// More readings than this, and it must be shorter.
  private static let many = 200_000

  let readings: [Reading]
  /// ms; where the next one begins, nil behind the last.
  let next: Int64?
  /// ms; how long the next one may be.
  let nextLength: Int64

  init(
    _ db: Database, _ folder: SegmentFolder, of keys: Set<SeriesKey>, from begin: Int64, until end: Int64, length: Int64
  ) throws {
    let wanted = try SeriesNumbers.all(in: db).filter { keys.contains($0.value) }
    let numbers = Set(wanted.keys)
    let settledUntil = try SeriesLedger(db).settledUntil
    var stored = StoredReadings(
      db, folder, settledUntil: settledUntil, points: try SeriesNumbers.points(in: db), wanted: numbers)
    guard let settledUntil, begin < settledUntil else {
      readings = Self.ordered(try stored.tail(numbers, from: begin, through: end - 1), wanted)
      (next, nextLength) = (nil, length)
      return
    }
    let starts = [try ChunkList(db).start(from: begin), try LateReadings(db).first(from: begin)].compactMap { $0 }
    let first = max(begin, min(starts.min() ?? settledUntil, settledUntil))
    let limit = min(end, settledUntil, first.addingClamped(length))
    let found = first < limit ? try stored.samples(of: numbers, from: first, through: limit - 1) : [:]
    readings = Self.ordered(found, wanted)
    next = max(first, limit) < end ? max(first, limit) : nil
    nextLength =
      readings.count > Self.many
      ? max(length / 2, Self.shortest) : readings.count < Self.few ? min(length * 2, Self.longest) : length
  }

  /// The samples by time, and those of one time by the order of their keys.
  private static func ordered(_ samples: [Int64: [Sample]], _ keys: [Int64: SeriesKey]) -> [Reading] {
    var readings: [Reading] = []
    readings.reserveCapacity(samples.values.reduce(0) { $0 + $1.count })
    var places: [(time: Int64, place: Int)] = []
    for (series, key) in keys.sorted(by: { $0.value < $1.value }) {
      for sample in samples[series] ?? [] {
        places.append((sample.time.milliseconds, readings.count))
        readings.append(Reading(key, at: sample.time, value: sample.value))
      }
    }
    return places.sorted { ($0.time, $0.place) < ($1.time, $1.place) }.map { readings[$0.place] }
  }
}

extension LateReadings {
  /// ms; when the first of them at or after `time` was taken.
  fileprivate func first(from time: Int64) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT time FROM reading WHERE time >= ? ORDER BY time LIMIT 1"), arguments: [time])
  }
}
