import CommunityModel
import MarketTime
import Quantities
import Readings
import SQLiteStore
import TestSupport
import Testing

/// Row T6 of the fault catalogue.
@Suite("Readings that come again")
struct RepeatedReadingsTests {
  @Test("count once when they are equal, and as a conflict when not, whatever the order and the batches")
  func repeated() throws {
    let count = FaultFigure.count(20, large: 300)
    let doubled = try (1...UInt64(count)).reduce(0) { $0 + (try isCountedOnce(seed: $1) ? 0 : 1) }
    #expect(
      FaultFigure.tell(
        "T6 stores that count repeated readings twice, 600 repetitions each", ours: "\(doubled) of \(count)", limit: "\(count)",
        goal: "0", reached: doubled == 0))
  }

  /// Whether an hour of a counter stays what it was while its readings come again, equal and different ones.
  private func isCountedOnce(seed: UInt64) throws -> Bool {
    let folder = try TemporaryFolder()
    let store = try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    var random = SeededGenerator(seed: seed)
    // A counter at 3.6 kW, read every 10 s for an hour, from 00:00.
    let truth = (0...360).map { Reading(grid, at: at($0 * 10), value: Int64($0) * 10_000) }
    try store.append(truth)
    let quarters = QuarterHour(containing: at(0))..<QuarterHour(containing: at(3600))
    func energies() throws -> [Int64] {
      let samples = try store.samples(of: grid, in: at(0)..<at(3600))
      return IntervalMeter().energies(from: samples, over: quarters).values.compactMap(\.energy?.count)
    }
    let expected = Array(repeating: Int64(900_000), count: 4)
    #expect(try energies() == expected, "seed \(seed)")
    var different: Set<Reading> = []
    for _ in 0..<20 {
      let batch = (0..<30).map { _ -> Reading in
        let reading = random.pick(truth)
        guard Int.random(in: 0..<3, using: &random) == 0 else { return reading }
        return Reading(grid, at: reading.time, value: reading.value + Int64.random(in: 1...1_000_000, using: &random))
      }
      let outcome = try store.append(batch)
      let conflicting = Set(batch.filter { !truth.contains($0) })
      #expect(outcome.added == 0 && outcome.repeated + outcome.conflicting == 30)
      different.formUnion(conflicting)
    }
    let energiesAfter = try energies()
    #expect(Set(try store.conflicts().map { Reading(grid, at: $0.kept.time, value: $0.refused) }) == different)
    let inventory = try store.inventory().map(\.count)
    #expect(inventory == [361], "seed \(seed)")
    return energiesAfter == expected && inventory == [361]
  }
}
