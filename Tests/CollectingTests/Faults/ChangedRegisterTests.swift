import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import TestSupport
import Testing

@testable import Collecting

/// Row V7 of the fault catalogue: from one poll to the next, a firmware update changes a register's scale or word order.
@Suite("Fault row V7: registers that an update changes", .timeLimit(.minutes(30)))
struct ChangedRegisterTests {
  /// What a simulated update does to the words of power and counter.
  enum Change: String, CaseIterable, Sendable {
    case powerTenfold = "power, tenfold"
    case powerTenth = "power, a tenth"
    case powerThousandth = "power, W become kW"
    case powerWords = "power, words swapped"
    case powerFloatWords = "power, float words swapped"
    case counterTenfold = "counter, tenfold"
    case counterTenth = "counter, a tenth"
    case counterHundredth = "counter, a hundredth"
    case counterWords = "counter, words swapped"
    case counterFloatWords = "counter, float words swapped"

    var isFloat: Bool { self == .powerFloatWords || self == .counterFloatWords }

    /// Whether the counter is elsewhere after it: it is held back until something is told.
    var isCounterElsewhere: Bool {
      switch self {
      case .counterTenfold, .counterTenth, .counterHundredth, .counterFloatWords: true
      default: false
      }
    }
  }

  /// Power in W and a counter in steps of 10 Wh.
  private static let whole = DeviceProfile(
    maker: "test", model: "whole", kind: .meter,
    registers: [
      field(.activePower, 0, .s32, "W", positive: .import), field(.energyImport, 2, .u32, "kWh", scale: "0.01"),
    ])
  /// The same as floats.
  private static let float = DeviceProfile(
    maker: "test", model: "float", kind: .meter,
    registers: [field(.activePower, 0, .f32, "W", positive: .import), field(.energyImport, 2, .f32, "kWh")])

  /// A load from a seed: a base, and things that are switched on for minutes.
  private struct Load {
    private var random: SeededGenerator
    private let base: Double
    private var extra = 0.0
    private(set) var watts = 0.0
    /// What the meter has counted, Wh.
    private(set) var counted: Double

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
      base = Double.random(in: 400...2500, using: &random)
      counted = Double.random(in: 50_000...20_000_000, using: &random)
    }

    /// So many seconds pass.
    mutating func pass(_ seconds: Int64) {
      if Int64.random(in: 0..<300, using: &random) < seconds {
        extra = Bool.random(using: &random) ? Double.random(in: 0...4000, using: &random) : 0
      }
      watts = base + extra + Double.random(in: -50...50, using: &random)
      counted += watts * Double(seconds) / 3600
    }
  }

  /// The words of power and counter, before or after the update.
  private func shown(_ load: Load, _ change: Change, isChanged: Bool) -> [UInt16] {
    guard !change.isFloat else {
      let (power, counter) = (words(Float(load.watts)), words(Float(load.counted / 1000)))
      guard isChanged else { return power + counter }
      return change == .powerFloatWords ? power.reversed() + counter : power + counter.reversed()
    }
    var (power, counter) = (load.watts, load.counted / 10)
    if isChanged {
      switch change {
      case .powerTenfold: power *= 10
      case .powerTenth: power /= 10
      case .powerThousandth: power /= 1000
      case .counterTenfold: counter *= 10
      case .counterTenth: counter /= 10
      case .counterHundredth: counter /= 100
      case .powerWords, .counterWords, .powerFloatWords, .counterFloatWords: break
      }
    }
    let (first, second) = (words(UInt32(power)), words(UInt32(counter)))
    guard isChanged else { return first + second }
    if change == .powerWords { return first.reversed() + second }
    return change == .counterWords ? first + second.reversed() : first + second
  }

  /// What a run came to.
  private struct Found {
    /// Minutes of readings from the update to the event that names the disagreement or what was put aside; nil for none in an hour.
    var minutes: Double?
    /// Counter readings stored after the update, before anything was told.
    var storedUntold = 0
    /// What was told before the update.
    var falseAlarms = 0
  }

  private func run(_ change: Change, every seconds: Int64, seed: UInt64) async -> Found {
    var random = SeededGenerator(seed: seed &* 77)
    var load = Load(seed: seed)
    var device = WatchedDevice(change.isFloat ? Self.float : Self.whole, every: seconds)
    let healthy = Int64.random(in: 1800...5400, using: &random) / seconds
    for _ in 0..<healthy {
      device.bank.set(shown(load, change, isChanged: false), at: 0)
      await device.poll()
      load.pass(seconds)
    }
    var found = Found(falseAlarms: device.events.count)
    for poll in 0..<(3600 / seconds) {
      device.bank.set(shown(load, change, isChanged: true), at: 0)
      let outcome = await device.poll()
      if !device.events.contains(where: \.isAlarming) {
        found.storedUntold += outcome.accepted.count { $0.series == WatchedDevice.counter }
      }
      let isFound = outcome.events.contains { event in
        if case .quarantined = event.kind { true } else { event.kind == .powerDisagrees }
      }
      if isFound {
        found.minutes = Double(poll * seconds) / 60
        break
      }
      load.pass(seconds)
    }
    return found
  }

  @Test("are found within 15 min, and counters that are elsewhere are held back", arguments: Change.allCases)
  func found(_ change: Change) async {
    let count = FaultFigure.count(2, large: 40)
    for seconds in [10, 60] as [Int64] {
      var (found, falseAlarms, latest, storedUntold) = (0, 0, 0.0, 0)
      for number in 0..<UInt64(count) {
        let outcome = await run(change, every: seconds, seed: FaultFigure.seed &+ number)
        falseAlarms += outcome.falseAlarms
        storedUntold += outcome.storedUntold
        guard let minutes = outcome.minutes else { continue }
        found += 1
        latest = max(latest, minutes)
      }
      let tenths = Int((latest * 10).rounded())
      let name = "V7 \(change.rawValue), read every \(seconds) s"
      let isInTime = FaultFigure.tell(
        name, ours: "found in \(found) of \(count), latest after \(tenths / 10).\(tenths % 10) min", limit: "15 min",
        goal: "all <= 15 min", reached: found == count && latest <= 15)
      #expect(isInTime)
      if change.isCounterElsewhere {
        #expect(
          FaultFigure.tell(
            "\(name): counter readings stored before anything is told", ours: "\(storedUntold)", goal: "0",
            reached: storedUntold == 0))
      }
      #expect(falseAlarms == 0)
    }
  }
}
