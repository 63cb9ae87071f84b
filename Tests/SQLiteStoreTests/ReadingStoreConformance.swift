import CommunityModel
import MarketTime
import Readings
import TestSupport
import Testing

/// What every store of readings must do, whatever it keeps them in. Each check begins with an empty store whose gap limit is
/// 15 min.
enum ReadingStoreConformance {
  static let whole = at(-10_000_000)..<at(100_000_000)

  static func appendingTwiceChangesNothing(_ store: any ReadingStore) throws {
    let batch = [Reading(grid, at: at(0), value: 5), Reading(grid, at: at(10), value: 6), Reading(pv, at: at(0), value: 7)]
    var first = AppendOutcome()
    first.added = 3
    var second = AppendOutcome()
    second.repeated = 3
    #expect(try store.append(batch) == first)
    #expect(try store.append(batch) == second)
    #expect(try store.samples(of: grid, in: whole) == [Sample(at: at(0), value: 5), Sample(at: at(10), value: 6)])
    #expect(try store.append([]) == AppendOutcome())
  }

  static func theFirstOfTwoConflictingValuesStays(_ store: any ReadingStore) throws {
    try store.append([Reading(grid, at: at(0), value: 5)])
    var conflict = AppendOutcome()
    conflict.conflicting = 1
    #expect(try store.append([Reading(grid, at: at(0), value: 6)]) == conflict)
    #expect(try store.samples(of: grid, in: whole) == [Sample(at: at(0), value: 5)])
    var both = AppendOutcome()
    both.added = 1
    both.conflicting = 1
    #expect(try store.append([Reading(pv, at: at(0), value: 1), Reading(pv, at: at(0), value: 2)]) == both)
    #expect(try store.samples(of: pv, in: whole) == [Sample(at: at(0), value: 1)])
  }

  static func samplesComeWithTheirNeighbours(_ store: any ReadingStore) throws {
    // 0 to 100 s, then nothing for an hour, then 3700 to 3800 s.
    let seconds = Array(stride(from: 0, through: 100, by: 10)) + Array(stride(from: 3700, through: 3800, by: 10))
    try store.append(seconds.map { Reading(grid, at: at($0), value: Int64($0)) })
    try store.append([Reading(pv, at: at(2000), value: 1)])
    func found(_ span: Range<Int>) throws -> [Int64] {
      try store.samples(of: grid, in: at(span.lowerBound)..<at(span.upperBound)).map(\.value)
    }
    #expect(try found(20..<40) == [10, 20, 30, 40])
    #expect(try found(25..<26) == [20, 30])
    #expect(try found(20..<20) == [10, 20])
    #expect(try found(500..<600) == [100, 3700])
    #expect(try found(100..<3700) == [90, 100, 3700])
    #expect(try found(101..<3701) == [100, 3700, 3710])
    #expect(try found(-500..<0) == [0])
    #expect(try found(-500 ..< -400) == [0])
    #expect(try found(0..<1) == [0, 10])
    #expect(try found(3800..<3900) == [3790, 3800])
    #expect(try found(5000..<6000) == [3800])
    #expect(try store.samples(of: power, in: whole) == [])
  }

  static func theLatestIsTheLastAtOrBeforeAnInstant(_ store: any ReadingStore) throws {
    try store.append([
      Reading(grid, at: at(0), value: 1), Reading(grid, at: at(50_000), value: 2), Reading(pv, at: at(20), value: 3),
      Reading(power, at: at(50_010), value: -4),
    ])
    #expect(try store.latest(asOf: at(-1)) == [:])
    #expect(try store.latest(asOf: at(0)) == [grid: Sample(at: at(0), value: 1)])
    #expect(try store.latest(asOf: at(49_999)) == [grid: Sample(at: at(0), value: 1), pv: Sample(at: at(20), value: 3)])
    #expect(
      try store.latest(asOf: at(90_000)) == [
        grid: Sample(at: at(50_000), value: 2), pv: Sample(at: at(20), value: 3), power: Sample(at: at(50_010), value: -4),
      ])
  }

  static func theInventoryCountsReadingsAndGaps(_ store: any ReadingStore) throws {
    #expect(try store.inventory() == [])
    // Exactly 15 min is no gap; 901 s and 2 h are.
    try store.append([0, 900, 1801, 9001].map { Reading(grid, at: at($0), value: 0) })
    try store.append([Reading(pv, at: at(9001), value: 0)])
    #expect(
      try store.inventory() == [
        SeriesSummary(series: grid, first: at(0), last: at(9001), count: 4, gaps: 2, longestGap: .seconds(7200)),
        SeriesSummary(series: pv, first: at(9001), last: at(9001), count: 1, gaps: 0, longestGap: .zero),
      ])
    // Late ones: into the long gap, before all, after all.
    try store.append([4000, -2000, 20_000].map { Reading(grid, at: at($0), value: 0) })
    #expect(
      try store.inventory().first
        == SeriesSummary(series: grid, first: at(-2000), last: at(20_000), count: 7, gaps: 5, longestGap: .seconds(10_999)))
  }

  /// Readings of three days with holes, in the order of time.
  static func readings(seed: UInt64) -> [Reading] {
    var generator = SeededGenerator(seed: seed)
    var readings: [Reading] = []
    for (key, step) in [(grid, 200), (pv, 700), (power, 3000)] {
      var second = Int.random(in: 0..<5000, using: &generator)
      while second < 260_000 {
        readings.append(Reading(key, at: at(second), value: Int64.random(in: -1000...1000, using: &generator)))
        let isHole = Int.random(in: 0..<40, using: &generator) == 0
        second += isHole ? Int.random(in: 800..<40_000, using: &generator) : Int.random(in: 1...step, using: &generator)
      }
    }
    return readings.sorted { ($0.time, $0.series) < ($1.time, $1.series) }
  }

  /// Appends `readings` shuffled, cut into pieces and with a third of them twice; `disorder` says how far one may be moved.
  static func appendDisordered(_ readings: [Reading], to store: any ReadingStore, seed: UInt64, disorder: Int) throws {
    var generator = SeededGenerator(seed: seed)
    var sent: [(place: Int, reading: Reading)] = []
    for (place, reading) in readings.enumerated() {
      let copies = Int.random(in: 0..<3, using: &generator) == 0 ? 2 : 1
      for _ in 0..<copies { sent.append((place + Int.random(in: 0...disorder, using: &generator), reading)) }
    }
    sent.sort { $0.place < $1.place }
    var rest = sent.map(\.reading)[...]
    while !rest.isEmpty {
      let length = Int.random(in: 1...150, using: &generator)
      try store.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
  }

  /// Compares everything that can be asked of both stores, at random spans too.
  static func expectSame(_ store: any ReadingStore, as expected: any ReadingStore, seed: UInt64) throws {
    #expect(try store.inventory() == expected.inventory())
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let start = Int.random(in: -3000..<300_000, using: &generator)
      let span = at(start)..<at(start + Int.random(in: 0..<30_000, using: &generator))
      for key in [grid, pv, power] { #expect(try store.samples(of: key, in: span) == expected.samples(of: key, in: span)) }
      #expect(try store.latest(asOf: span.lowerBound) == expected.latest(asOf: span.lowerBound))
    }
    for key in [grid, pv, power] {
      for sample in try expected.samples(of: key, in: whole).prefix(100) {
        let span = sample.time..<sample.time
        #expect(try store.samples(of: key, in: span) == expected.samples(of: key, in: span))
      }
      #expect(try store.samples(of: key, in: whole) == expected.samples(of: key, in: whole))
    }
  }
}
