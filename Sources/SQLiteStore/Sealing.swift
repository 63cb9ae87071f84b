import GRDB
import MarketTime
import Readings
import SealedColumns

/// Moves readings from the journal, and late ones from `reading`, into chunks: hour by hour, each metering point for itself.
struct Sealing {
  /// Bytes of the journal for which the readings are gathered at once; of a longer one several rounds are made, a part of the points
  /// in each, so that a box with little memory will do.
  private static let bytesOfRound = 1 << 19
  /// Late readings sealed at once, at most, the last hour of them whole.
  private static let lateReadings = 200_000

  private let db: Database
  private let chunks: ChunkTable
  private let points: [Int64: Int64]

  /// Seals in `db`, inside a write transaction, into segments in `folder`.
  init(_ db: Database, _ folder: SegmentFolder) throws {
    self.db = db
    chunks = ChunkTable(db, folder)
    points = try SeriesNumbers.points(in: db)
  }

  /// Seals what lies from `start` to before `end` (ms, whole hours) and what came late before `start`.
  ///
  /// - Parameter isSealing: is given the samples of each series from `start` on, before they are written.
  func seal(from start: Int64, to end: Int64, _ isSealing: (_ series: Int64, _ samples: [Sample]) throws -> Void) throws {
    let waiting = try self.waiting(from: start, to: end)
    let journal = Journal(db)
    let rounds = max(1, try journal.size() / Self.bytesOfRound + 1)
    let order = Dictionary(uniqueKeysWithValues: Set(points.values).sorted().enumerated().map { ($1, $0) })
    for round in 0..<rounds {
      func isOfRound(_ series: Int64) -> Bool { (points[series].flatMap { order[$0] } ?? 0) % rounds == round }
      var samples = try journal.samples(from: start, of: isOfRound)
      for (series, found) in samples { samples[series] = Array(found[..<found.firstIndex(from: end)]) }
      for (series, found) in waiting where isOfRound(series) { samples[series, default: []].merge(found) }
      for (series, found) in samples.sorted(by: { $0.key < $1.key }) {
        let current = found[found.firstIndex(from: start)...]
        if !current.isEmpty { try isSealing(series, Array(current)) }
      }
      try write(samples)
    }
    try journal.drop(before: end)
  }

  /// Takes out of the late readings what lies from `start` to before `end`, and of what lies before `start` as much as is sealed at
  /// once.
  private func waiting(from start: Int64, to end: Int64) throws -> [Int64: [Sample]] {
    let late = LateReadings(db)
    let limit = try late.hour(after: Self.lateReadings, before: start)
    var found = limit > .min ? try late.take(from: .min, through: limit - 1) : [:]
    for (series, samples) in try late.take(from: start, through: end - 1) { found[series, default: []].merge(samples) }
    return found
  }

  /// Writes `samples` into the chunks of their hours, together with what is there.
  private func write(_ samples: [Int64: [Sample]]) throws {
    var hours: [ChunkTable.Place: [Int64: [Sample]]] = [:]
    for (series, found) in samples {
      let point = points[series] ?? series
      var rest = found[...]
      while let first = rest.first {
        let start = ChunkTable.start(of: first.time.milliseconds)
        let end = start.addingClamped(ChunkTable.span)
        let count = rest.prefix { $0.time.milliseconds < end || end == .max }.count
        hours[.init(start: start, point: point), default: [:]][series] = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
    var sealed: [ChunkTable.Place: [[UInt8]]] = [:]
    for (place, columns) in hours {
      do {
        sealed[place] = try Self.parts(of: try together(columns, at: place))
      } catch is SegmentError {
        // What stands there cannot be read. Nothing is written over it, and what came now is kept beside it until it can.
        try keep(columns)
      }
    }
    if !sealed.isEmpty { try chunks.replace(sealed) }
  }

  /// Puts `columns` to the late readings.
  private func keep(_ columns: [Int64: [Sample]]) throws {
    let late = LateReadings(db)
    for (series, samples) in columns.sorted(by: { $0.key < $1.key }) {
      for sample in samples { try late.insert(sample.value, at: sample.time.milliseconds, of: series) }
    }
  }

  /// `columns` with what is sealed at `place` already.
  private func together(_ columns: [Int64: [Sample]], at place: ChunkTable.Place) throws -> [Int64: [Sample]] {
    var all: [Int64: [Sample]] = [:]
    for part in try chunks.parts(at: place) {
      let (times, columns) = try part.columns { _ in true }
      for column in columns { all[column.series, default: []].merge(column.samples(at: times)) }
    }
    for (series, samples) in columns { all[series, default: []].merge(samples) }
    return all
  }

  /// The chunks that hold `columns`: one for each set of moments at which series were read.
  private static func parts(of columns: [Int64: [Sample]]) throws -> [[UInt8]] {
    var parts: [[Int64]: [SealedColumns.Column]] = [:]
    for (series, samples) in columns.sorted(by: { $0.key < $1.key }) {
      parts[samples.map(\.time.milliseconds), default: []].append(
        SealedColumns.Column(series: series, values: samples.map(\.value)))
    }
    return try parts.sorted { ($0.value.first?.series ?? 0) < ($1.value.first?.series ?? 0) }.map { times, columns in
      try Chunk(times: times, columns: columns).sealed()
    }
  }
}
