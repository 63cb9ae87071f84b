import CommunityModel
import MarketTime
import Readings
import TestSupport

/// A meter with an exact ledger: what truly flowed, what the counter showed of it under faults, and what can be known of it.
///
/// The energy between two polls is unknowable when the count was reset or the meter exchanged between them: the ledger leaves it out.
/// All else must be found to the count. Where the very first readings of a new count are a glitch below it, nothing tells them from a
/// count that began there: what lies between may be found or not.
struct CounterLedger {
  /// What can befall the counter at a poll.
  enum Fault: CaseIterable {
    case rollover, reset, transientZero, backwardJump, peak, exchange, exchangeUnseen, outage
  }

  /// What a poll shows; nil when the device did not answer. `isExchanged`: the serial number changed since the poll before.
  struct Poll {
    let second: Int64
    let shown: Int64?
    let isExchanged: Bool
  }

  let step: Int64
  let modulus: Int64?
  let rated: Int64 = fifteenKilowatts
  private(set) var polls: [Poll] = []
  /// The energy that can be known, in mWh.
  private(set) var known: Int64 = 0
  /// The energy that may be found beside it, in mWh.
  private(set) var doubtful: Int64 = 0
  private(set) var faults = 0

  /// A random meter with random faults over `quarters` quarter hours.
  init(quarters: Int, _ generator: inout SeededGenerator) {
    step = generator.pick([1_000, 10_000, 100_000])
    let interval: Int64 = generator.pick([10, 15, 30, 60])
    let count = Int(Int64(quarters) * 900 / interval)
    let rollsOver = Bool.random(using: &generator)
    // 16 and 32 bits, and six decimal digits as on a mechanical register.
    let turn: Int64 = generator.pick([65_536, 4_294_967_296, 1_000_000]) * step
    modulus = rollsOver ? turn : nil
    var base = rollsOver ? turn - Int64.random(in: 1...2000, using: &generator) * 1_000 : Self.farBase(&generator)
    var flowed: Int64 = 0
    var script = Self.script(count, rollsOver: rollsOver, &generator)
    faults = script.count + (rollsOver ? 1 : 0)
    var power: Int64 = 5_000_000
    var glitch: (shown: Int64, left: Int)?
    var silence = 0
    /// Whether the count went on elsewhere since the last poll that was answered, and the true count at that one.
    var isBroken = false
    var lastKnown: Int64?
    /// What the first reading since then shows, where that is a glitch.
    var falseBegin: Int64?
    var wasExchanged = false
    for number in 0...count {
      if number % 6 == 0 {
        power = Bool.random(using: &generator) ? Int64.random(in: 1_000_000...15_000_000, using: &generator) : 0
      }
      // In the end all doubts are settled: the meter counts at full power.
      if number > count - 100 { power = 15_000_000 }
      if number > 0 { flowed += power * interval / 3600 }
      var shown = (base + flowed) / step * step
      if let modulus, shown >= modulus { shown %= modulus }
      switch number < count - 100 ? script.removeValue(forKey: number) : nil {
      case .reset?:
        // In the middle of the interval.
        base = -flowed + power * interval / 7200
        shown = (base + flowed) / step * step
        isBroken = true
      case .exchange?:
        base = Int64.random(in: 0...2_000_000_000, using: &generator) / step * step - flowed
        shown = (base + flowed) / step * step
        wasExchanged = true
        isBroken = true
      case .exchangeUnseen?:
        base += 5_000_000_000
        shown = (base + flowed) / step * step
        isBroken = true
      case .transientZero?: glitch = (0, Int.random(in: 1...5, using: &generator))
      case .backwardJump?:
        glitch = (max(0, shown - Int64.random(in: 2...50, using: &generator) * step), Int.random(in: 1...5, using: &generator))
      case .peak?:
        glitch = (
          generator.pick([rollsOver ? 1 << 60 : 4_294_967_295 * step, shown + 900_000_000_000, 1 << 60]),
          Int.random(in: 1...5, using: &generator)
        )
      case .outage?: silence = Int.random(in: 1...40, using: &generator)
      case .rollover?, nil: break
      }
      if silence > 0, number > 0 {
        silence -= 1
        polls.append(Poll(second: Int64(number) * interval, shown: nil, isExchanged: false))
        continue
      }
      if let current = glitch, number > 0 {
        if isBroken, falseBegin == nil { falseBegin = current.shown }
        glitch = current.left > 1 ? (current.shown, current.left - 1) : nil
        polls.append(Poll(second: Int64(number) * interval, shown: current.shown, isExchanged: wasExchanged))
        wasExchanged = false
        continue
      }
      // The true count, in steps as shown.
      let trueCount = (base + flowed) / step * step
      if let lastKnown, !isBroken { known += trueCount - lastKnown }
      if let falseBegin { doubtful += max(0, trueCount - falseBegin) }
      falseBegin = nil
      lastKnown = trueCount
      isBroken = false
      polls.append(Poll(second: Int64(number) * interval, shown: shown, isExchanged: wasExchanged))
      wasExchanged = false
    }
  }

  /// A count of 1 MWh to 1 GWh.
  private static func farBase(_ generator: inout SeededGenerator) -> Int64 {
    Int64.random(in: 1_000_000_000...1_000_000_000_000, using: &generator)
  }

  /// One to four faults, at least ten polls apart. At most one of them begins a new count: a count that is only minutes old and falls
  /// back to zero cannot be told from a glitch, nor a reset just before the modulus from the rollover.
  private static func script(_ count: Int, rollsOver: Bool, _ generator: inout SeededGenerator) -> [Int: Fault] {
    var script: [Int: Fault] = [:]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let position = Int.random(in: 4..<max(5, count - 160), using: &generator)
      guard !script.keys.contains(where: { abs($0 - position) < 10 }) else { continue }
      let glitches: [Fault] = [.transientZero, .backwardJump, .peak, .outage]
      let isNewCount = script.values.contains { !glitches.contains($0) }
      let choices: [Fault] =
        rollsOver || isNewCount ? glitches : glitches + [.reset, .exchange, .exchangeUnseen]
      script[position] = generator.pick(choices)
    }
    return script
  }
}
