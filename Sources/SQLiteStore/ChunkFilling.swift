import MarketTime
import Readings
import SealedColumns

/// Puts readings into the chunks that they belong to, together with what is there.
struct ChunkFilling {
  let chunks: ChunkTable
  /// The point of each series.
  private let points: [Int64: Int64]

  /// Into `chunks`; `points` are the points of all series.
  init(_ chunks: ChunkTable, points: [Int64: Int64]) { (self.chunks, self.points) = (chunks, points) }

  /// Writes `samples` of each series, in the order of time.
  ///
  /// - Parameter start: ms; days that begin before its day are over, and their hours may have been merged.
  /// - Returns: those that cannot be written, since what stands in their place cannot be read.
  func fill(_ samples: [Int64: [Sample]], sealingFrom start: Int64) throws -> [Int64: [Sample]] {
    let openDay = ChunkSpan.hasDays(start) ? ChunkSpan.day.start(of: start) : start
    var pieces: [ChunkTable.Place: [Int64: [Sample]]] = [:]
    for (series, found) in samples.sorted(by: { $0.key < $1.key }) {
      var rest = found[...]
      while let first = rest.first {
        let hour = ChunkSpan.hour.start(of: first.time.milliseconds)
        let end = ChunkSpan.hour.end(from: hour)
        let count = rest.prefix { $0.time.milliseconds < end || end == .max }.count
        let place = try place(of: series, inHour: hour, openDay: openDay)
        pieces[place, default: [:]][series, default: []].append(contentsOf: rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
    var filled: [ChunkTable.Place: [NewPart]] = [:]
    var refused: [Int64: [Sample]] = [:]
    for (place, columns) in pieces {
      do {
        filled[place] = try Self.parts(of: try together(columns, at: [place]))
      } catch is SegmentError {
        for (series, samples) in columns { refused[series, default: []].merge(samples) }
      }
    }
    if !filled.isEmpty { try chunks.replace(filled) }
    return refused
  }

  /// Where readings of `series` in the hour that begins at `hour` belong: to the chunk that has others of it from that hour, else to
  /// another one of its point; a new one is of the hour until its day is over, and of the day then.
  private func place(of series: Int64, inHour hour: Int64, openDay: Int64) throws -> ChunkTable.Place {
    let point = points[series] ?? series
    func place(_ kind: SegmentKind) -> ChunkTable.Place { .init(kind: kind, start: kind.span.start(of: hour), point: point) }
    guard hour < openDay, ChunkSpan.hasDays(hour) else { return place(.hours) }
    let standing = try [SegmentKind.months, .sparseDays, .days, .hours].map(place).filter { try chunks.hasParts(at: $0) }
    guard standing.count > 1 else { return standing.first ?? place(.days) }
    let own = standing.first { place in
      // A damaged one is found where it is read whole.
      let parts = (try? chunks.parts(at: place)) ?? []
      return parts.contains { $0.chunk.columns.contains { $0.series == series } }
    }
    return own ?? standing[0]
  }

  /// `columns` with what is sealed at `places` already.
  func together(_ columns: [Int64: [Sample]] = [:], at places: [ChunkTable.Place]) throws -> [Int64: [Sample]] {
    var all: [Int64: [Sample]] = [:]
    for place in places {
      for part in try chunks.parts(at: place) {
        let (times, columns) = try part.columns { _ in true }
        for column in columns { all[column.series, default: []].merge(column.samples(at: times)) }
      }
    }
    for (series, samples) in columns { all[series, default: []].merge(samples) }
    return all
  }

  /// The chunks that hold `columns`: one for each set of moments at which series were read.
  static func parts(of columns: [Int64: [Sample]]) throws -> [NewPart] {
    var parts: [[Int64]: [SealedColumns.Column]] = [:]
    for (series, samples) in columns.sorted(by: { $0.key < $1.key }) {
      parts[samples.map(\.time.milliseconds), default: []].append(
        SealedColumns.Column(series: series, values: samples.map(\.value)))
    }
    return try parts.sorted { ($0.value.first?.series ?? 0) < ($1.value.first?.series ?? 0) }.flatMap { times, columns in
      try Self.parts(of: times, columns[...])
    }
  }

  /// The most moments of a chunk, so that reading one asks for little memory: 1.5 s apart over a day.
  private static let mostSamples = 57_600

  /// The chunks that hold `columns`, none of which has gaps, at the same `times`; mostly one.
  static func parts(of times: [Int64], _ columns: ArraySlice<SealedColumns.Column>) throws -> [NewPart] {
    guard times.count > mostSamples else { return [try part(Chunk(times: times, columns: Array(columns)))] }
    return try stride(from: 0, to: times.count, by: mostSamples).map { first in
      let range = first..<min(first + mostSamples, times.count)
      return try part(
        Chunk(times: Array(times[range]), columns: columns.map { .init(series: $0.series, values: Array($0.values[range])) }))
    }
  }

  private static func part(_ chunk: Chunk) throws -> NewPart {
    NewPart(bytes: try chunk.sealed(), sampleCount: chunk.times.count)
  }
}
