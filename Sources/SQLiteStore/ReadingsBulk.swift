import CommunityModel
import MarketTime
public import Readings
import SealedColumns

extension ReadingsDatabase {
  /// Keeps whole columns of readings as `append(_:)` keeps single ones: one transaction, durable when this returns, each reading once.
  ///
  /// What is at least an hour old and later than all that is stored of its series goes straight into chunks, some 50 times as fast; the
  /// rest goes the way of single readings.
  ///
  /// - Throws: `ReadingStoreError.failed`; nothing of it is kept then.
  @discardableResult
  public func append(columns blocks: [ReadingColumns]) throws(ReadingStoreError) -> AppendOutcome {
    guard let newest = blocks.compactMap({ $0.times.last }).max() else { return AppendOutcome() }
    // What is over an hour old, all of it where the newest is; a stray stamp of the far future must not decide.
    let hour = ChunkSpan.hour
    let settled = min(
      hour.end(from: hour.start(of: newest.milliseconds)), hour.start(of: now().milliseconds.subtractingClamped(3_600_000)))
    return try write { db, memory in
      var numbers = SeriesNumbers(db, known: memory.numbers)
      var insertion = try ReadingInsertion(db, folder, received: now(), memory: memory)
      let end = max(settled, insertion.ledger.settledUntil ?? .min)
      // Numbers first: a point's number is the smallest of its series.
      let numbered = try blocks.map { block in
        try block.values.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { (number: try numbers.number(of: SeriesKey(block.point, $0.key)), values: $0.value) }
      }
      let points = try SeriesNumbers.points(in: db)
      // A series in two blocks goes the way of single readings, which finds what comes twice.
      let counts = numbered.joined().reduce(into: [:]) { $0[$1.number, default: 0] += 1 }
      for (block, columns) in zip(blocks, numbered) {
        let times = block.times.map(\.milliseconds)
        guard let first = times.first, let number = columns.first?.number else { continue }
        let isNew = columns.allSatisfy {
          insertion.lastTime(of: $0.number) < first && insertion.lastCorrection(of: $0.number) < first && counts[$0.number] == 1
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
      memory.numbers = numbers.known
      return try insertion.finished(&memory)
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
