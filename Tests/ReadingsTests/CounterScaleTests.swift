import CommunityModel
import MarketTime
import Readings
import TestSupport
import Testing

/// Row V7 where the counter is what changes: held against the power, whatever the counter's steps.
@Suite("A counter whose scale changes")
struct CounterScaleTests {
  private static let power = SeriesKey("M1", .activePower)

  /// A factor of a firmware update, as a fraction.
  private static let changes: [(up: Int64, down: Int64)] = [(10, 1), (100, 1), (1000, 1), (1, 10), (1, 100), (1, 1000)]

  /// A door for power and counter, given the counter's step where it is known, else 100 Wh as for floating-point numbers.
  private static func door(rated: Int64, step: Int64?, every seconds: Int64) -> TestedDoor {
    TestedDoor(
      [
        power: SeriesLimits(.activePower, ratedPower: rated),
        meterImport: SeriesLimits(.energyImport, ratedPower: rated, resolution: step ?? 100_000),
      ], every: .seconds(seconds))
  }

  /// Seconds from the change to what names it; nil for none in an hour. The power is 35 of the counter's steps an hour, a tenth
  /// more or less.
  private static func found(_ change: (up: Int64, down: Int64), step: Int64, every seconds: Int64, seed: UInt64) -> Int64? {
    var random = SeededGenerator(seed: seed)
    var door = door(rated: max(15_000_000, 100 * step), step: step, every: seconds)
    var counted = Int64.random(in: 1_000...1_000_000, using: &random) * step + Int64.random(in: 0..<step, using: &random)
    let update = Int64.random(in: 5400...9000, using: &random) / seconds * seconds
    for second in stride(from: 0, to: update + 3600, by: Int64.Stride(seconds)) {
      let watts = 35 * step * Int64.random(in: 100...110, using: &random) / 100
      let isChanged = second >= update
      let shown = (isChanged ? counted * change.up / change.down : counted) / step * step
      let outcome = door.show(second, [(power, watts), (meterImport, shown)])
      let isTold = outcome.events.contains { event in
        if case .quarantined = event.kind { true } else { event.kind == .powerDisagrees }
      }
      if isTold { return isChanged ? second - update : nil }
      counted += watts * seconds / 3600
    }
    return nil
  }

  @Test(
    "is told within 15 min where at least 35 of its steps flow in an hour", arguments: [10_000, 100_000, 1_000_000] as [Int64])
  func found(step: Int64) {
    let count = FaultFigure.count(3, large: 200)
    var latest: Int64 = 0
    var missed = 0
    for change in Self.changes {
      for seconds in [10, 60] as [Int64] {
        for number in 0..<UInt64(count) {
          let time = Self.found(change, step: step, every: seconds, seed: FaultFigure.seed &+ number)
          if let time { latest = max(latest, time) } else { missed += 1 }
        }
      }
    }
    #expect(
      FaultFigure.tell(
        "V7 counter in steps of \(step / 1000) Wh at \(35 * step / 1000) W, tenfold to a thousandth",
        ours: "latest after \(latest / 60) min \(latest % 60) s, \(missed) missed", limit: "15 min",
        goal: "all <= 15 min", reached: missed == 0 && latest <= 900))
  }

  @Test("is never told of one that stays, however coarse, slow, or little its load")
  func quiet() {
    let count = FaultFigure.count(20, large: 400)
    var wrong: [String] = []
    for number in 0..<UInt64(count) {
      var random = SeededGenerator(seed: FaultFigure.seed &+ number)
      let seconds: Int64 = random.pick([10, 60])
      let step: Int64 = random.pick([1_000, 10_000, 100_000, 1_000_000])
      let isStepKnown = step > 100_000 || Bool.random(using: &random)
      // Some meters bring their registers up to date every minute only.
      let period: Int64 = random.pick([1, 60])
      let largest: Int64 = random.pick([100_000, 2_000_000, 15_000_000])
      var door = Self.door(rated: 15_000_000, step: isStepKnown ? step : nil, every: seconds)
      var counted = Int64.random(in: 1_000_000...1_000_000_000, using: &random)
      var shown = counted
      var power: Int64 = 0
      for second in stride(from: Int64(0), to: 43_200, by: Int64.Stride(seconds)) {
        if Int64.random(in: 0..<600, using: &random) < seconds {
          power = Bool.random(using: &random) ? Int64.random(in: 0...largest, using: &random) : 0
        }
        if second % period < seconds { shown = counted / step * step }
        door.show(second, [(Self.power, power), (meterImport, shown)])
        counted += power * seconds / 3600
      }
      for event in door.events where event.kind == .powerDisagrees {
        wrong.append(
          "seed \(number): \(event.time), every \(seconds) s, steps \(step)\(isStepKnown ? "" : " unknown"), \(period) s")
      }
    }
    #expect(
      FaultFigure.tell(
        "V7 alarms at counters that stay as they are, 12 h each", ours: "\(wrong.count) of \(count)", goal: "0",
        reached: wrong.isEmpty), "\(wrong)")
  }

  @Test("is told at once when it jumps up again before it agreed with the power")
  func jumps() {
    // 2.3 kW, counted tenfold from the second hour on: 23 kW are a little too much for a meter of 10 kW.
    var door = Self.door(rated: 10_000_000, step: 10_000, every: 10)
    var told: Int64?
    for second in stride(from: Int64(0), to: 7200, by: 10) {
      let counted = 5_000_000 + second * 2_300_000 / 3600
      let outcome = door.show(
        second, [(Self.power, 2_300_000), (meterImport, counted * (second < 3600 ? 1 : 10) / 10_000 * 10_000)])
      if outcome.events.contains(where: { $0.kind == .powerDisagrees }) { told = told ?? second }
    }
    #expect(told.map { (3601..<3900).contains($0) } == true, "\(told ?? 0)")
    // The first readings of the new count, until the second jump.
    #expect(door.accepted.count { $0.series == meterImport && $0.time >= at(3600) } < 30)
  }
}
