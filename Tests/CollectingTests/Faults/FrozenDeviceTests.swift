import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Quantities
import Readings
import TestSupport
import Testing

@testable import Collecting

/// Row V10 of the fault catalogue: devices that answer the same for ever, beside those that only seem to.
@Suite("Fault row V10: values that stand still", .timeLimit(.minutes(30)))
struct FrozenDeviceTests {
  /// Voltage, power and counter of a meter; the counter in steps of 10 Wh.
  private static let meter = DeviceProfile(
    maker: "test", model: "meter", kind: .meter,
    registers: [
      field(.activePower, 0, .s32, "W", positive: .import), field(.energyImport, 2, .u32, "kWh", scale: "0.01"),
      field(.voltageL1, 4, .u16, "V", scale: "0.1"), field(.frequency, 5, .u16, "Hz", scale: "0.01"),
    ])
  /// One that tells power and counter only.
  private static let plain = DeviceProfile(
    maker: "test", model: "plain", kind: .meter, registers: Array(meter.registers.prefix(2)))

  /// What a device does in the middle of its life.
  enum Course: Sendable {
    /// All registers keep what they hold.
    case frozen
    /// No power, a counter that stands, the grid's voltage flickers.
    case night
    /// No power, no grid, a counter that stands: an inverter after dusk.
    case dusk
    /// It does not answer.
    case off
  }

  /// When the first event of `kind` comes after the course begins, in seconds; nil when none does in `hours`.
  private func event(
    _ kind: MeterEvent.Kind, of profile: DeviceProfile, _ course: Course, every seconds: Int64, hours: Int64, seed: UInt64
  ) async -> Int64? {
    var random = SeededGenerator(seed: seed)
    var device = WatchedDevice(profile, every: seconds)
    var counted = Double.random(in: 10_000...10_000_000, using: &random)
    let base = Double.random(in: 300...6000, using: &random)
    func show(watts: Double, volts: Int, hertz: Int) {
      device.bank.set(words(UInt32(watts)) + words(UInt32(counted / 10)) + [UInt16(volts), UInt16(hertz)], at: 0)
    }
    for _ in 0..<(1800 / seconds) {
      let watts = base + Double.random(in: -20...20, using: &random)
      counted += watts * Double(seconds) / 3600
      show(watts: watts, volts: Int.random(in: 2280...2340, using: &random), hertz: Int.random(in: 4996...5004, using: &random))
      await device.poll()
    }
    guard device.events.isEmpty else { return -1 }
    if course == .off { device.units.inject(.silent, times: nil) }
    let begin = device.now
    for _ in 0..<(hours * 3600 / seconds) {
      if course == .night { show(watts: 0, volts: Int.random(in: 2280...2340, using: &random), hertz: 5000) }
      if course == .dusk { show(watts: 0, volts: 0, hertz: 0) }
      let now = device.now
      if await device.poll().events.contains(where: { $0.kind == kind }) { return (now - begin).milliseconds / 1000 }
    }
    return nil
  }

  @Test("are flagged within 10 min where something must have moved", arguments: [10, 60] as [Int64])
  func frozen(every seconds: Int64) async {
    let count = FaultFigure.count(2, large: 100)
    var (found, latest) = (0, Int64(0))
    for number in 0..<UInt64(count) {
      for profile in [Self.meter, Self.plain] {
        let after = await event(.frozen, of: profile, .frozen, every: seconds, hours: 1, seed: FaultFigure.seed &+ number)
        guard let after, after >= 0 else { continue }
        found += 1
        latest = max(latest, after)
      }
    }
    #expect(
      FaultFigure.tell(
        "V10 frozen devices, read every \(seconds) s", ours: "flagged \(found) of \(2 * count), latest after \(latest) s",
        limit: "600 s", goal: "all <= 600 s", reached: found == 2 * count && latest <= 600))
  }

  @Test("are not flagged where nothing has to move: at night, after dusk, and off, which is told as no good reading")
  func quiet() async {
    let count = FaultFigure.count(1, large: 20)
    var (flagged, stale) = (0, 0)
    for number in 0..<UInt64(count) {
      let seed = FaultFigure.seed &+ number
      for (profile, course) in [(Self.meter, .night), (Self.plain, .night), (Self.meter, .dusk), (Self.meter, .off)]
        as [(DeviceProfile, Course)]
      {
        if await event(.frozen, of: profile, course, every: 60, hours: 8, seed: seed) != nil { flagged += 1 }
      }
      if let after = await event(.stale, of: Self.meter, .off, every: 60, hours: 1, seed: seed), after <= 600 { stale += 1 }
    }
    #expect(
      FaultFigure.tell(
        "V10 quiet devices taken for frozen in 8 h each", ours: "\(flagged) of \(4 * count)", limit: "\(4 * count)", goal: "0",
        reached: flagged == 0))
    #expect(stale == count)
  }
}
