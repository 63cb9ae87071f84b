import Collecting
import CommunityModel
import DeviceProfiles
import Logging
import MarketTime
import ModbusIO
import Quantities
import Readings
import Synchronization

/// 2026-03-01T12:00:00Z, where the tests' time begins.
let noon = Timestamp(milliseconds: 1_772_366_400_000)

/// The clocks and the pauses of a test: a pause takes no time, it only moves the time on.
final class TestClock: Sendable {
  private let state: Mutex<State>

  private struct State {
    /// The time by the clock that nobody sets.
    var now: Timestamp
    /// By how much the time of day was set.
    var set: Duration = .zero
    var pauses: [Duration] = []
  }

  init(at start: Timestamp = noon) { state = Mutex(State(now: start)) }

  /// The time of day.
  var now: Timestamp { state.withLock { $0.now + $0.set } }
  /// The pauses so far, first to last.
  var pauses: [Duration] { state.withLock(\.pauses) }
  /// Since 1970 by the clock that nobody sets.
  var uptime: Duration { .milliseconds(state.withLock(\.now.milliseconds)) }
  /// Seconds since noon, by the clock that nobody sets.
  var seconds: Int64 { (state.withLock(\.now.milliseconds) - noon.milliseconds) / 1000 }

  /// Time passes.
  func advance(by duration: Duration) { state.withLock { $0.now = $0.now + duration } }
  /// Somebody sets the time of day forward, or back.
  func set(by duration: Duration) { state.withLock { $0.set = $0.set + duration } }

  var pacing: DevicePoller.Pacing {
    let pause: @Sendable (Duration) async -> Void = { duration in
      self.state.withLock { state in
        state.pauses.append(duration)
        state.now = state.now + duration
      }
    }
    return DevicePoller.Pacing(now: { self.now }, pause: pause, uptime: { self.uptime })
  }
}

/// A field in the unit with this symbol.
func field(
  _ channel: Channel, _ address: UInt16, _ type: RawType, _ symbol: String, scale: String? = nil, positive: Direction? = nil,
  notAvailable: [UInt64]? = nil, table: DeviceProfiles.RegisterTable = .holding
) -> RegisterField {
  RegisterField(
    channel: channel, table: table, address: address, type: type, scale: scale.flatMap { DecimalNumber($0) },
    unit: channel.unit.symbols.first { $0.symbol == symbol } ?? UnitOfMeasure("?", 0), positive: positive,
    notAvailable: notAvailable)
}

/// Device types that no maker makes.
enum Profiles {
  /// Power and energy next to each other, the voltage apart: two requests.
  static let meter = DeviceProfile(
    maker: "test", model: "meter", kind: .meter,
    registers: [
      field(.activePower, 100, .s32, "W", positive: .import), field(.energyImport, 102, .u32, "kWh", scale: "0.1"),
      field(.voltageL1, 110, .u16, "V", scale: "0.1"),
    ])

  /// Says power as production; its thermometer may be missing.
  static let inverter = DeviceProfile(
    maker: "test", model: "inverter", kind: .inverter,
    registers: [
      field(.activePower, 10, .s16, "W", positive: .production), field(.energyExport, 11, .u32, "Wh"),
      field(.temperature, 13, .s16, "degC", scale: "0.1", notAvailable: [0x8000]),
    ])

  /// Six values of one register each, 0 to 5: one request.
  static let row = DeviceProfile(
    maker: "test", model: "row", kind: .meter, registers: zip(rowChannels, 0...).map { field($0, $1, .u16, unit(of: $0)) })

  static let rowChannels: [Channel] = [.voltageL1, .voltageL2, .voltageL3, .currentL1, .currentL2, .currentL3]

  private static func unit(of channel: Channel) -> String { channel.unit == .millivolt ? "V" : "A" }

  /// A meter with one SunSpec model at one of two bases.
  static let sunSpec = DeviceProfile(
    maker: "test", model: "SunSpec", kind: .meter,
    sunSpec: SunSpecMapping(bases: [40000, 50000], meterPositive: .import, models: [model]))

  /// The same with a common model, as simulated devices have it.
  static let sunSpecMeter = DeviceProfile(
    maker: "test", model: "SunSpec", kind: .meter,
    sunSpec: SunSpecMapping(bases: [40000], meterPositive: .import, models: [common, model]))

  private static let common = SunSpecModelDefinition(
    id: 1, name: "common",
    points: [
      SunSpecPoint("Mn", offset: 2, type: .string(registers: 16)), SunSpecPoint("Md", offset: 18, type: .string(registers: 16)),
      SunSpecPoint("Vr", offset: 42, type: .string(registers: 8)), SunSpecPoint("SN", offset: 50, type: .string(registers: 16)),
    ])

  private static let model = SunSpecModelDefinition(
    id: 203, name: "meter",
    points: [
      SunSpecPoint(
        "W", offset: 2, type: .int16, scaleFactor: .point("W_SF"), unit: UnitOfMeasure("W", 1000), channel: .activePower),
      SunSpecPoint("W_SF", offset: 3, type: .sunssf),
      SunSpecPoint("TotWhImp", offset: 4, type: .acc32, unit: UnitOfMeasure("Wh", 1000), channel: .energyImport),
    ])
}

extension DevicePlan {
  /// A device whose main part measures `point`.
  static func device(
    _ profile: DeviceProfile, unit: UInt8 = 1, at point: MeteringPoint.ID = "M1", every interval: Duration = .seconds(60)
  ) -> DevicePlan {
    DevicePlan(id: "device-\(unit)", profile: profile, unit: unit, points: [.main: point], interval: interval)
  }
}

extension RegisterBank {
  /// A bank with these words from `address` on.
  convenience init(_ words: [UInt16], at address: UInt16) {
    self.init()
    set(words, at: address)
  }

  /// Shows 1234 W, 1234.5 kWh, 230.1 V through `Profiles.meter`.
  static func meter() -> RegisterBank {
    let bank = RegisterBank([0, 1234, 0, 12345], at: 100)
    bank.set([2301], at: 110)
    return bank
  }
}

extension SimulatedUnits {
  /// The requests so far, as in "100+4": first register and number of registers.
  var asked: [String] {
    requests.map { request in
      guard request.message.count == 5 else { return "?" }
      let words = request.message.map(Int.init)
      return "\(words[1] << 8 | words[2])+\(words[3] << 8 | words[4])"
    }
  }
}

extension Sequence<Reading> {
  /// The values by series, for readings of one moment.
  var values: [String: Int64] { Dictionary(map { ("\($0.series)", $0.value) }) { first, _ in first } }
}

extension InMemoryReadingStore {
  /// The values of a series, first to last.
  func values(_ point: MeteringPoint.ID, _ channel: Channel) -> [Int64] {
    samples(of: SeriesKey(point, channel), in: noon - .seconds(1_000_000)..<noon + .seconds(1_000_000)).map(\.value)
  }

  /// How many values there are.
  var count: Int { inventory().reduce(0) { $0 + $1.count } }
}

/// What was written into a log.
final class LogBook: Sendable {
  private let entries = Mutex<[String]>([])

  /// The lines so far, as in "warning: device-1 does not answer".
  var lines: [String] { entries.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

  private struct Handler: LogHandler {
    let book: LogBook
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { book.entries.withLock { $0.append("\(event.level): \(event.message)") } }
  }
}

/// Something that is so or not.
final class Flag: Sendable {
  private let state = Mutex(false)

  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
  func clear() { state.withLock { $0 = false } }
}
