import CommunityModel
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@Suite("Any counter's quarter hours")
struct IntervalMeterPropertyTests {
  private static let seeds: [UInt64] = Array(1...10)
  private static let streamsPerSeed = 1000

  /// A counter from exactly ten until exactly `quarters` later, read at random moments, with holes; at most 20 counts a second.
  private func stream(quarters: Int, _ generator: inout SeededGenerator) -> [Sample] {
    let end = Int64(quarters) * 900_000
    var time: Int64 = 0
    var value = Int64.random(in: 0...10_000_000_000, using: &generator)
    var samples: [Sample] = []
    while time < end {
      samples.append(Sample(at: at(0) + .milliseconds(time), value: value))
      let isHole = Int.random(in: 0..<12, using: &generator) == 0
      let step = Int64.random(in: 1...(isHole ? 9_000_000 : 240_000), using: &generator)
      let length = min(step, end - time)
      time += length
      value += Int64.random(in: 0...(length / 50), using: &generator)
    }
    samples.append(Sample(at: at(0) + .milliseconds(end), value: value))
    return samples
  }

  @Test("add up to the counter's difference, to the count, and are measured where both ends were read", arguments: seeds)
  func conservation(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for number in 0..<Self.streamsPerSeed {
      let quarters = Int.random(in: 1...16, using: &generator)
      let samples = stream(quarters: quarters, &generator)
      let result = IntervalMeter().energies(from: samples, over: span(quarters))
      let difference = try #require(samples.last).value - (try #require(samples.first).value)
      guard result.total == difference, result.count(.missing) == 0 else {
        Issue.record("seed \(seed), stream \(number): \(result.total) instead of \(difference)")
        return
      }
      for (quarter, energy) in zip(result.span, result.values) {
        let count = try #require(energy.energy).count
        let isRead = [quarter.start, quarter.end].allSatisfy { end in
          samples.contains { abs($0.time.milliseconds - end.milliseconds) <= 300_000 }
        }
        guard (0...18_001).contains(count), isRead == (energy.quality == .measured) else {
          Issue.record("seed \(seed), stream \(number): \(energy) in \(quarter)")
          return
        }
      }
    }
  }

  @Test("are the same whether asked for at once or in pieces", arguments: seeds.prefix(3))
  func pieces(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let samples = stream(quarters: 12, &generator)
      let whole = IntervalMeter().energies(from: samples, over: span(12)).values
      let cut = Int.random(in: 1..<12, using: &generator)
      let first = IntervalMeter().energies(from: samples, over: ten..<ten.advanced(by: cut)).values
      let second = IntervalMeter().energies(from: samples, over: ten.advanced(by: cut)..<ten.advanced(by: 12)).values
      #expect(first + second == whole, "seed \(seed)")
    }
  }

  /// What can go wrong with a counter's readings from one position on.
  private enum Fault: CaseIterable {
    case transientZero, lastingZero, smallBackwardJump, peak, reset
  }

  /// `samples` with a fault, and the energy that may be counted then.
  private func disturb(
    _ samples: [Sample], with fault: Fault, at position: Int, _ generator: inout SeededGenerator
  ) -> (samples: [Sample], total: Int64) {
    var disturbed = samples
    var total = samples[samples.count - 1].value - samples[0].value
    func set(_ value: Int64, at index: Int) { disturbed[index] = Sample(at: samples[index].time, value: value) }
    switch fault {
    case .transientZero:
      set(0, at: position)
    case .lastingZero:
      for index in position..<min(position + Int.random(in: 3...6, using: &generator), samples.count - 1) { set(0, at: index) }
    case .smallBackwardJump:
      set(samples[position - 1].value - Int64.random(in: 1...1000, using: &generator), at: position)
    case .peak:
      for index in position...position + Int.random(in: 0...1, using: &generator) { set(4_294_967_295_000, at: index) }
    case .reset:
      // The energy of the piece with the reset is unknown.
      total -= samples[position].value - samples[position - 1].value
      let lost = samples[position].value - Int64.random(in: 0...50, using: &generator)
      for index in position..<samples.count { set(samples[index].value - lost, at: index) }
    }
    return (disturbed, total)
  }

  @Test(
    "have no negative and no impossible quarter hour whatever the counter does, and lose nothing but the reset", arguments: seeds)
  func faults(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for number in 0..<Self.streamsPerSeed {
      let healthy = stream(quarters: 16, &generator).map { Sample(at: $0.time, value: $0.value + 1_000_000) }
      guard healthy.count > 20 else { continue }
      for fault in Fault.allCases {
        let position = Int.random(in: 3..<healthy.count - 8, using: &generator)
        let (samples, total) = disturb(healthy, with: fault, at: position, &generator)
        let result = IntervalMeter().energies(from: samples, over: span(16))
        // At most 20 counts a second, 18 000 a quarter hour.
        let worst = result.values.first { !(0...18_001).contains($0.energy?.count ?? -1) }
        guard result.total == total, worst == nil else {
          Issue.record(
            "seed \(seed), stream \(number), \(fault) at \(position): \(result.total), not \(total); \(String(describing: worst))"
          )
          return
        }
      }
    }
  }
}
