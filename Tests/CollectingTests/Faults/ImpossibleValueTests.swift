import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Quantities
import Readings
import TestSupport
import Testing

@testable import Collecting

/// Row V9 of the fault catalogue: numbers that no device can have, among good ones.
@Suite("Fault row V9: impossible values", .timeLimit(.minutes(30)))
struct ImpossibleValueTests {
  private static let profile = DeviceProfile(
    maker: "test", model: "float", kind: .meter,
    registers: [
      field(.activePower, 0, .f32, "W", positive: .import), field(.energyImport, 2, .f32, "kWh"),
      field(.voltageL1, 4, .f32, "V"),
    ])

  /// W, kWh and V that cannot be: of a plate of 15 kW, of a counter at some thousand kWh, of low voltage.
  private static let impossible: [[Float]] = [
    [2.7e23, -2.7e23, 3.4e38, 1e9, -1e9, 50_000, -40_000], [1e9, 2.7e23, -5, 3.4e38, 4_294_967.295, 1e15],
    [6553.5, -230, 2.7e23, 3.4e38, 65_535],
  ]

  @Test("never come into readings or totals, and their registers are kept as they stood on the wire")
  func impossible() async {
    // Whole quarter hours of polls every 10 s, from noon.
    let count = 90 * FaultFigure.count(20, large: 1112)
    var random = SeededGenerator(seed: FaultFigure.seed)
    var device = WatchedDevice(Self.profile, every: 10)
    let begin = device.now
    var truth: [SeriesKey: Set<Int64>] = [:]
    var injected: [[UInt16]] = []
    var counted = 1_000.0
    var (first, last) = (0.0, 0.0)
    for poll in 0...count {
      let good = [Float.random(in: 200...9000, using: &random), Float(counted), Float.random(in: 225...235, using: &random)]
      // 0.01 kWh in 10 s are 3.6 kW.
      counted += 0.01
      var all = good.map { words($0) }
      for (place, channel) in [Channel.activePower, .energyImport, .voltageL1].enumerated() {
        // Each third value is wrong, but for the counter's first and last ones, which its total is made of.
        let isEdge = poll < 5 || poll > count - 5
        if !isEdge, Int.random(in: 0..<3, using: &random) == 0 {
          all[place] = words(random.pick(Self.impossible[place]))
          injected.append(all[place])
        } else {
          truth[SeriesKey("M1", channel), default: []].insert(Int64((Double(good[place]) * Self.units[place]).rounded()))
        }
      }
      if poll == 0 { first = Double(good[1]) }
      last = Double(good[1])
      device.bank.set(all.flatMap { $0 }, at: 0)
      await device.poll()
    }
    let wrong = device.accepted.count { truth[$0.series]?.contains($0.value) != true }
    let samples = device.accepted.filter { $0.series == WatchedDevice.counter }.map { Sample(at: $0.time, value: $0.value) }
    let quarters = QuarterHour(containing: begin)..<QuarterHour(containing: device.now)
    let energies = IntervalMeter().energies(from: samples, over: quarters, events: device.events)
    let total = energies.values.compactMap(\.energy).reduce(.zero, +).count
    let error = abs(total - Int64(((last - first) * 1_000_000).rounded()))
    #expect(
      FaultFigure.tell(
        "V9 impossible values in readings and totals", ours: "\(wrong) of \(injected.count), totals wrong by \(error) mWh",
        limit: "\(injected.count)", goal: "0", reached: wrong == 0 && error <= 1))
    let kept = device.quarantined.map(\.registers)
    let missing = tally(injected).merging(tally(kept)) { $0 - $1 }.values.reduce(0) { $0 + abs($1) }
    #expect(
      FaultFigure.tell(
        "V9 impossible values whose registers are kept", ours: "\(kept.count - missing) of \(injected.count)",
        limit: "\(injected.count)", goal: "all", reached: missing == 0 && kept.count == injected.count))
  }

  private static let units = [1000.0, 1_000_000, 1000]

  private func tally(_ all: [[UInt16]]) -> [[UInt16]: Int] { all.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
}
