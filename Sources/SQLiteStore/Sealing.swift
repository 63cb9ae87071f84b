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
  private let points: [Int64: Int64]
  private let writing: ChunkFilling

  /// Seals in `db`, inside a write transaction, into segments in `folder`.
  init(_ db: Database, _ folder: SegmentFolder) throws {
    self.db = db
    points = try SeriesNumbers.points(in: db)
    writing = ChunkFilling(ChunkTable(db, folder), points: points)
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
      // What cannot be written, since a damaged chunk stands there, is kept beside it until it can.
      try keep(writing.fill(samples, sealingFrom: start))
    }
    try journal.drop(before: end)
  }

  /// Seals `blocks` as they are, all before `end`, ms.
  func seal(_ blocks: [SealableBlock], before end: Int64) throws {
    try keep(writing.fill(blocks, before: end))
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

  /// Puts `columns` to the late readings.
  private func keep(_ columns: [Int64: [Sample]]) throws {
    let late = LateReadings(db)
    for (series, samples) in columns.sorted(by: { $0.key < $1.key }) {
      for sample in samples { try late.insert(sample.value, at: sample.time.milliseconds, of: series) }
    }
  }
}
