import CommunityModel
import MarketTime
import Quantities
import Readings
import Testing

/// Rows V3 to V5 of the fault catalogue: what counters do that no energy does.
@Suite("Counters that misbehave")
struct CounterFaultTests {
  private let meter = IntervalMeter()
  /// An hour, read every minute, 2 counts a second: 1800 a quarter hour.
  private let healthy = counter(every: 60, from: 0, through: 3600, rate: 2)

  /// The healthy counter with other values at these seconds.
  private func disturbed(_ values: [Int64: Int64]) -> [Sample] {
    healthy.map { reading in
      let second = (reading.time.milliseconds - at(0).milliseconds) / 1000
      return Sample(at: reading.time, value: values[second] ?? reading.value)
    }
  }

  @Test(
    "a transient zero or small backward jump leaves no trace",
    arguments: [[1200], [900], [60], [1200, 2400], [1200, 1260]] as [[Int64]],
    [0, 1, 1_000_000] as [Int64])
  func transientDrop(_ seconds: [Int64], _ value: Int64) {
    let samples = disturbed(Dictionary(uniqueKeysWithValues: seconds.map { ($0, value) }))
    #expect(meter.energies(from: samples, over: span(4)).values == Array(repeating: measured(1800), count: 4))
  }

  @Test(
    "a zero that lasts is a gap once the counter is back, not the start of a new count",
    arguments: [
      // From 1200 s on, so many minutes of zeros, as an inverter shows that sleeps at night. The last good readings are at 1140 s
      // and (1200 + 60 n) s: 1380 s, 1800 s, 3000 s. Only after 30 min an end lies too far from both: 1800 s.
      (3, 0), (10, 0), (30, 2),
    ] as [(Int64, Int)])
  func lastingZero(_ minutes: Int64, _ quartersEstimated: Int) {
    let zeros = Dictionary(uniqueKeysWithValues: (0..<minutes).map { (1200 + $0 * 60, Int64(0)) })
    let result = meter.energies(from: disturbed(zeros), over: span(4))
    #expect(result.values.allSatisfy { $0.energy == Energy(count: 1800) })
    #expect(result.count(.estimated) == quartersEstimated)
    #expect(result.count(.missing) == 0)
  }

  @Test("the counter may be a few counts lower for a while without counting twice")
  func jitter() {
    let shown: [Int64] = [1000, 999, 1000, 999, 999, 999, 999, 1000, 1001, 1000, 1000, 1000, 1002]
    let samples = shown.enumerated().map { sample(Int64($0.offset) * 75, $0.element) }
    #expect(meter.energies(from: samples, over: span(1)).values == [measured(2)])
  }

  @Test("one or two readings far too high leave no trace", arguments: [[1200], [1200, 1260], [900]] as [[Int64]])
  func peaks(_ seconds: [Int64]) {
    // 0xFFFFFFFF and what it is in mWh when the register counts Wh; and the largest number of 64 bits.
    for value in [4_294_967_295, 4_294_967_295_000, Int64.max] {
      let samples = disturbed(Dictionary(uniqueKeysWithValues: seconds.map { ($0, value) }))
      #expect(meter.energies(from: samples, over: span(4)).values == Array(repeating: measured(1800), count: 4))
    }
  }

  @Test("a reset begins a new count: what was before and after is kept, its own quarter hour is estimated")
  func reset() {
    // At 1200 s the meter shows zero and goes on from there; the minute before it is unknown: 120 counts less.
    let samples = healthy.map { $0.time < at(1200) ? $0 : Sample(at: $0.time, value: $0.value - 1_002_400) }
    let result = meter.energies(from: samples, over: span(4))
    #expect(result.values == [measured(1800), estimated(1680), measured(1800), measured(1800)])
  }

  @Test("a reset in a gap makes all of the gap estimated zeros, not negative")
  func resetInGap() {
    let samples = [sample(0, 5000), sample(900, 6000)] + (0...10).map { sample(4500 + $0 * 90, 10 + $0 * 5) }
    let result = meter.energies(from: samples, over: span(6))
    #expect(
      result.values == [measured(1000), estimated(0), estimated(0), estimated(0), estimated(0), measured(50)])
  }

  @Test("two resets in a row are two new counts")
  func twoResets() {
    let samples =
      (0...9).map { sample($0 * 60, 9_000_000 + $0 * 10) } + (10...19).map { sample($0 * 60, 500_000 + ($0 - 10) * 10) }
      + (20...45).map { sample($0 * 60, ($0 - 20) * 10) }
    // 90 counts, then 90, then 250; between them two minutes of which nothing is known.
    let result = meter.energies(from: samples, over: span(3))
    #expect(result.total == 90 + 90 + 250)
    #expect(result.values == [estimated(90 + 50), estimated(40 + 100), measured(150)])
  }

  @Test("an exchanged meter that begins at any lower count is a new count")
  func exchange() {
    // The old one stops at 1 000 000 + 1 800; half an hour later the new one shows 43 000.
    let new = counter(every: 60, from: 2700, through: 4500, rate: 2, start: 43_000 - 5400)
    let result = meter.energies(from: healthy.filter { $0.time <= at(900) } + new, over: span(5))
    #expect(result.values == [measured(1800), estimated(0), estimated(0), measured(1800), measured(1800)])
  }

  @Test("a new count that grows past the old one stays a new count")
  func growsPastOldCount() {
    // A young meter, at 500 when it is reset; 60 readings later it is past 500 again.
    let samples = (0...10).map { sample($0 * 60, $0 * 50) } + (11...75).map { sample($0 * 60, ($0 - 11) * 10) }
    let result = meter.energies(from: samples, over: span(5))
    #expect(result.total == 500 + 64 * 10)
  }

  @Test("a drop at the end is held back until it is known what it was")
  func dropAtTheEnd() {
    let old = healthy.filter { $0.time <= at(1800) }
    for count in 1...2 {
      let low = (1...count).map { sample(1800 + Int64($0) * 60, Int64($0)) }
      #expect(meter.energies(from: old + low, over: span(3)).values == [measured(1800), measured(1800), .missing])
    }
    let low = (1...15).map { sample(1800 + Int64($0) * 60, Int64($0)) }
    #expect(meter.energies(from: old + low, over: span(3)).values == [measured(1800), measured(1800), estimated(14)])
  }

  @Test("whoever wants it sooner or later asks for other confirmations")
  func confirmations() {
    let samples = disturbed([1200: 0, 1260: 1, 1320: 2])
    let patient = IntervalMeter(confirmations: 3).energies(from: samples, over: span(4))
    #expect(patient.values == Array(repeating: measured(1800), count: 4))
  }
}
