import CommunityModel
import MarketTime
public import Readings
import SealedColumns

extension ReadingsDatabase {
  /// So many readings in one append are history, and go in by columns.
  static let history = 10_000

  /// Keeps whole columns of readings as `append(_:)` keeps single ones: one transaction, durable when this returns, each reading once.
  ///
  /// What is at least an hour old, and later than all that is stored of its series or in a long spell without readings of it, goes
  /// straight into chunks, some 50 times as fast; the rest goes the way of single readings.
  ///
  /// - Throws: `ReadingStoreError.failed`; nothing of it is kept then.
  @discardableResult
  public func append(columns blocks: [ReadingColumns]) throws(ReadingStoreError) -> AppendOutcome { try append(blocks, []) }

  /// Keeps `blocks` and `readings`, of which no series is in both.
  ///
  /// - Parameter isSalvage: whether they are what dropping has left, which has its place in dropped months.
  func append(
    _ blocks: [ReadingColumns], _ readings: [Reading], isSalvage: Bool = false
  ) throws(ReadingStoreError) -> AppendOutcome {
    guard !blocks.isEmpty || !readings.isEmpty else { return AppendOutcome() }
    return try write(.whereReserveIsLeft) { db, memory in
      var numbers = SeriesNumbers(db, known: memory.numbers)
      var insertion = try ReadingInsertion(db, folder, received: now(), memory: memory, keeping: retention, isSalvage: isSalvage)
      try insert(blocks, &numbers, &insertion)
      for reading in readings {
        try insertion.insert(reading.value, at: reading.time.milliseconds, of: numbers.number(of: reading.series))
      }
      memory.numbers = numbers.known
      return try insertion.finished(&memory)
    }
  }

  private func insert(
    _ blocks: [ReadingColumns], _ numbers: inout SeriesNumbers, _ insertion: inout ReadingInsertion
  ) throws {
    guard let newest = blocks.compactMap({ $0.times.last }).max() else { return }
    // What is over an hour old, all of it where the newest is; a stray stamp of the far future must not decide.
    let hour = ChunkSpan.hour
    let settled = min(
      hour.end(from: hour.start(of: newest.milliseconds)), hour.start(of: now().milliseconds.subtractingClamped(3_600_000)))
    let end = max(settled, insertion.ledger.settledUntil ?? .min)
    // Numbers first: a point's number is the smallest of its series.
    let numbered = try blocks.map { block in
      try block.values.sorted { $0.key.rawValue < $1.key.rawValue }
        .map { (number: try numbers.number(of: SeriesKey(block.point, $0.key)), values: $0.value) }
    }
    let points = try numbers.points()
    // A series in two blocks goes the way of single readings, which finds what comes twice.
    let counts = numbered.joined().reduce(into: [:]) { $0[$1.number, default: 0] += 1 }
    for (block, columns) in zip(blocks, numbered) {
      let times = block.times.map(\.milliseconds)
      guard let first = times.first, let last = times.last, let number = columns.first?.number else { continue }
      let isNew = try columns.allSatisfy {
        try counts[$0.number] == 1 && insertion.lastCorrection(of: $0.number) < first
          && !insertion.isDropped(first, through: last, of: $0.number)
          && insertion.isFree($0.number, from: first, through: last)
      }
      let sealable = isNew ? times.firstIndex(from: end, startingAt: 0) : 0
      if sealable > 0 {
        insertion.insert(
          SealableBlock(
            point: points[number] ?? number, times: Array(times[..<sealable]),
            columns: columns.map { .init(series: $0.number, values: Array($0.values[..<sealable])) }), sealingUntil: end)
      }
      for (number, values) in columns {
        for moment in sealable..<times.count { try insertion.insert(values[moment], at: times[moment], of: number) }
      }
    }
  }

  /// Merges all chunks that wait to be merged into longer ones and makes all quarter hours that wait to be made, instead of some with
  /// each append.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func mergeChunks() throws(ReadingStoreError) {
    var isDone = false
    while !isDone {
      isDone = try write { db, memory in
        guard let settledUntil = try SeriesLedger(db).settledUntil else { return true }
        try ChunkTable(db, folder).deleteUnused()
        memory.mayMerge =
          try Merging(db, folder, settledUntil: settledUntil).step(budget: 1 << 23)
          || RollUps(db, folder, settledUntil: settledUntil).step(limit: 1000)
        return !memory.mayMerge
      }
    }
    // What the last step emptied.
    _ = try write { db, _ in try ChunkTable(db, folder).deleteUnused() }
  }
}

extension ReadingColumns {
  /// `readings` as columns: series of a point that were read at the same moments stand together.
  ///
  /// - Returns: also the readings, in their order, of series that have one moment twice.
  static func columns(of readings: [Reading]) -> (columns: [ReadingColumns], rest: [Reading]) {
    var places: [SeriesKey: Int] = [:]
    var found: [(key: SeriesKey, samples: [Sample])] = []
    for reading in readings {
      let place = places[reading.series] ?? found.count
      if place == found.count {
        places[reading.series] = place
        found.append((reading.series, []))
      }
      found[place].samples.append(Sample(at: reading.time, value: reading.value))
    }
    var blocks: [MeteringPoint.ID: [[Timestamp]: [Channel: [Int64]]]] = [:]
    var twice: Set<SeriesKey> = []
    for (key, samples) in found {
      let ordered = samples.isOrdered ? samples : samples.sorted { $0.time < $1.time }
      if ordered.isOrdered {
        blocks[key.point, default: [:]][ordered.map(\.time), default: [:]][key.channel] = ordered.map(\.value)
      } else {
        twice.insert(key)
      }
    }
    let columns = blocks.sorted { $0.key.text < $1.key.text }.flatMap { point, blocks in
      blocks.compactMap { ReadingColumns(point: point, times: $0.key, values: $0.value) }
        .sorted { ($0.values.keys.map(\.rawValue).min() ?? "") < ($1.values.keys.map(\.rawValue).min() ?? "") }
    }
    return (columns, twice.isEmpty ? [] : readings.filter { twice.contains($0.series) })
  }
}
