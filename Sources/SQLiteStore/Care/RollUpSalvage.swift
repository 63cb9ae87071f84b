import GRDB
import MarketTime
import Readings

/// Puts the quarter hours of dropped months into a new store: no readings are left that could give them once more.
struct RollUpSalvage {
  private let folder: SegmentFolder
  private let dropped: DroppedSpans
  private let points: [Int64: Int64]

  /// Of the files in `folder`; `dropped` is what has been dropped, `points` are the points of all series.
  init(of folder: SegmentFolder, _ dropped: DroppedSpans, points: [Int64: Int64]) {
    (self.folder, self.dropped, self.points) = (folder, dropped, points)
  }

  /// Puts them into `store`, month by month.
  ///
  /// - Returns: how many bytes of the files belong to no whole chunk.
  func fill(_ store: ReadingsDatabase) throws -> Int {
    guard !dropped.isEmpty else { return 0 }
    let files = namesInFolder(folder.path).filter { SegmentKind.ofFile($0)?.isRollUp == true }
    var lost = 0
    for (_, files) in Dictionary(grouping: files, by: { $0.prefix { $0 != "." } }).sorted(by: { $0.key < $1.key }) {
      let month = try month(in: files)
      lost += month.lost
      guard !month.chunks.isEmpty else { continue }
      try store.file.write { db in try ChunkTable(db, store.folder).replace(month.chunks) }
    }
    return lost
  }

  /// What `files`, all of one month, hold of quarter hours that cannot be made any more.
  private func month(in files: [String]) throws -> (chunks: [ChunkTable.Place: [NewPart]], lost: Int) {
    var lost = 0
    /// The columns of each day, and those of the month. What comes later replaces what came before: a chunk is written behind the one
    /// that it replaces, or into a file of a later number.
    var days: [Int64: [Int64: [Sample]]] = [:]
    var months: [Int64: [Sample]] = [:]
    for file in files.sorted(by: { SegmentKind.number(ofFile: $0) < SegmentKind.number(ofFile: $1) }) {
      let (found, rest) = try ChunkHunt(folder).chunks(in: file)
      lost += rest
      for chunk in found where chunk.series.contains(where: isWanted) {
        let columns = try StoreSalvage.samples(of: chunk, in: folder).filter { isWanted($0.key) }
        for (column, samples) in columns {
          if SegmentKind.ofFile(file) == .quarters {
            months[column] = samples
          } else {
            days[column, default: [:]][chunk.first.floored(by: RollUps.dayLength)] = samples
          }
        }
      }
    }
    // Those of days have become those of a month once these are there.
    let columns = days.mapValues { $0.sorted { $0.key < $1.key }.flatMap(\.value) }.merging(months) { _, month in month }
    return (try chunks(of: columns), lost)
  }

  private func chunks(of columns: [Int64: [Sample]]) throws -> [ChunkTable.Place: [NewPart]] {
    var places: [ChunkTable.Place: [Int64: [Sample]]] = [:]
    for (column, samples) in columns {
      let series = RollUpColumn.series(of: column)
      let final = samples.filter {
        let start = $0.time.milliseconds.floored(by: RollUps.dayLength).multipliedClamped(by: RollUps.dayLength)
        return ChunkSpan.hasDays(start) && dropped.isFinal(start, of: series)
      }
      guard let first = final.first?.time.milliseconds, let point = points[series] else { continue }
      places[.init(kind: .quarters, start: ChunkSpan.month.start(of: first), point: point), default: [:]][column] = final
    }
    return try places.mapValues(ChunkFilling.parts)
  }

  /// Whether `column` is of a series of which something has been dropped.
  private func isWanted(_ column: Int64) -> Bool {
    let series = RollUpColumn.series(of: column)
    return points[series] != nil && !dropped[series].isEmpty
  }
}
