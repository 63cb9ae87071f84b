import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings

@testable import Collecting

/// A simulated device that is polled and judged as the service does it, on a clock of the test.
struct WatchedDevice {
  static let power = SeriesKey("M1", .activePower)
  static let counter = SeriesKey("M1", .energyImport)

  let bank = RegisterBank()
  let units: SimulatedUnits
  private let clock = TestClock()
  private let source: InMemoryRegisterSource
  private let interval: Duration
  private var poller: DevicePoller
  private var watch: DeviceWatch
  /// What went through the door, and what did not.
  private(set) var accepted: [Reading] = []
  private(set) var quarantined: [Quarantined] = []
  private(set) var events: [MeterEvent] = []

  /// A device with a plate of `rated` mW.
  init(_ profile: DeviceProfile, every seconds: Int64, rated: Int64 = 15_000_000) {
    interval = .seconds(seconds)
    let plan = DevicePlan(
      id: "meter", profile: profile, unit: 1, points: [.main: "M1"], interval: interval, ratedPower: rated)
    units = SimulatedUnits([1: bank])
    source = InMemoryRegisterSource(units)
    poller = DevicePoller(plan)
    watch = DeviceWatch(plan, at: clock.uptime)
  }

  var now: Timestamp { clock.now }

  /// Polls once and lets the interval pass; says what was told.
  @discardableResult
  mutating func poll() async -> Door.Outcome {
    let outcome = watch.judge(await poller.poll(source, pacing: clock.pacing), at: clock.uptime)
    accepted += outcome.accepted
    quarantined += outcome.quarantined
    events += outcome.events
    clock.advance(by: interval)
    return outcome
  }
}

/// The words of a 32-bit number, high word first.
func words(_ bits: UInt32) -> [UInt16] { [UInt16(bits >> 16), UInt16(bits & 0xFFFF)] }
/// The words of a float, high word first.
func words(_ value: Float) -> [UInt16] { words(value.bitPattern) }
