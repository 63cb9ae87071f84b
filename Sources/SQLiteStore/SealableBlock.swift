import MarketTime
import Readings
import SealedColumns

/// Readings of one metering point that come as columns and need not become single readings on their way into chunks.
struct SealableBlock {
  /// The smallest number among the point's series.
  let point: Int64
  /// ms, in order.
  let times: [Int64]
  /// One for each series, none of them with gaps.
  let columns: [SealedColumns.Column]

  /// Its readings as samples of each series.
  func samples(_ range: Range<Int>) -> [Int64: [Sample]] {
    var samples: [Int64: [Sample]] = [:]
    for column in columns {
      samples[column.series] = range.map { Sample(at: Timestamp(milliseconds: times[$0]), value: column.values[$0]) }
    }
    return samples
  }
}

extension ChunkFilling {
  /// Bytes of chunks that are gathered before they are written.
  private static let bytesOfWrite = 1 << 23

  /// Writes `blocks`, none of whose readings is there yet and all of which lie before `end`, ms: a month in one chunk where a month is
  /// over and none of its days has many, else a day in one, else an hour.
  ///
  /// - Returns: the readings that cannot be written, since what stands in their place cannot be read.
  func fill(_ blocks: [SealableBlock], before end: Int64) throws -> [Int64: [Sample]] {
    var filled: [ChunkTable.Place: [NewPart]] = [:]
    var refused: [Int64: [Sample]] = [:]
    var bytes = 0
    for block in blocks {
      var first = 0
      while first < block.times.count {
        let (place, next) = Self.piece(of: block, from: first, before: end)
        let range = first..<next
        first = next
        do {
          let parts = try parts(of: block, range, at: place, isEmpty: filled[place] != nil)
          filled[place, default: []] += parts
          if place.kind == .days, range.count > ChunkTable.sparseDay {
            try StaleDays(chunks.db).add(place.start, of: place.point)
          }
          bytes += parts.reduce(0) { $0 + $1.bytes.count }
        } catch is SegmentError {
          for (series, samples) in block.samples(range) { refused[series, default: []].merge(samples) }
        }
        if bytes > Self.bytesOfWrite {
          try chunks.replace(filled)
          (filled, bytes) = ([:], 0)
        }
      }
    }
    if !filled.isEmpty { try chunks.replace(filled) }
    return refused
  }

  /// Where the sample at `first` belongs, and which is the first one that belongs elsewhere.
  private static func piece(of block: SealableBlock, from first: Int, before end: Int64) -> (ChunkTable.Place, next: Int) {
    let time = block.times[first]
    func piece(_ kind: SegmentKind) -> (place: ChunkTable.Place, next: Int, end: Int64) {
      let start = kind.span.start(of: time)
      let end = kind.span.end(from: start)
      let next = end == .max ? block.times.count : block.times.firstIndex(from: end, startingAt: first)
      return (.init(kind: kind, start: start, point: block.point), next, end)
    }
    let hour = piece(.hours)
    guard ChunkSpan.hasDays(time), ChunkSpan.hasDays(end) else { return (hour.place, hour.next) }
    let month = piece(.months)
    let day = piece(.days)
    if month.end <= end, isSparse(block.times, first..<month.next) { return (month.place, month.next) }
    return day.end <= ChunkSpan.day.start(of: end) ? (day.place, day.next) : (hour.place, hour.next)
  }

  /// Whether no day of those in `range` has many.
  private static func isSparse(_ times: [Int64], _ range: Range<Int>) -> Bool {
    var first = range.lowerBound
    while first < range.upperBound {
      let end = ChunkSpan.day.end(from: ChunkSpan.day.start(of: times[first]))
      let next = times.firstIndex(from: end, startingAt: first)
      if next - first > ChunkTable.sparseDay { return false }
      first = next
    }
    return true
  }

  /// `range` of `block` as chunks for `place`, together with what is there.
  private func parts(
    of block: SealableBlock, _ range: Range<Int>, at place: ChunkTable.Place, isEmpty: Bool
  ) throws -> [NewPart] {
    if try !isEmpty && chunks.hasParts(at: place) { return try Self.parts(of: together(block.samples(range), at: [place])) }
    let columns = block.columns.map { SealedColumns.Column(series: $0.series, values: Array($0.values[range])) }
    return try Self.parts(of: Array(block.times[range]), columns[...])
  }
}

extension [Int64] {
  /// The first place from `begin` on whose number is not below `limit`; the numbers are in order.
  func firstIndex(from limit: Int64, startingAt begin: Int) -> Int {
    var (low, high) = (begin, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
