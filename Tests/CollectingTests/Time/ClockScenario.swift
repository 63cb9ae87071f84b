import CommunityModel
import DeviceProfiles
import Logging
import MarketTime
import ModbusIO
import Quantities
import Readings
import Synchronization
import TestSupport

@testable import Collecting

/// Some days of a machine whose clocks are troubled, from a seed; the whole service runs on it, store apart.
struct ClockScenario {
  static let zones = [
    "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Athens", "America/New_York", "America/Santiago",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland", "Africa/Casablanca",
  ]
  static let interval: Int64 = 900_000
  private static let minute: Int64 = 60_000
  private static let hour: Int64 = 3_600_000

  let calendar: MarketCalendar
  let days: Range<LocalDay>
  let counters: [SimulatedCounter]
  let drift: Int64
  private(set) var isSynchronised: Bool
  private(set) var firstBattery: Int64?
  private(set) var firstSystem: Int64
  private(set) var script: [(at: Int64, what: Happening)] = []
  /// The greatest error of a battery clock, ms.
  private(set) var batteryError: Int64 = 0

  init?(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    guard let calendar = MarketCalendar(timeZone: random.pick(Self.zones)) else { return nil }
    self.calendar = calendar
    let year = LocalDay(number: 20_454 + Int.random(in: 0..<3600, using: &random))
    // Half of them around a change of the clock, where the zone has any.
    let change = (0..<366).map { year.advanced(by: $0) }.first { calendar.quarterHours(of: $0).count != 96 }
    let first = (Bool.random(using: &random) ? change : nil)?.advanced(by: -1) ?? year
    days = first..<first.advanced(by: Int.random(in: 3...4, using: &random))
    let begin = calendar.start(of: days.lowerBound).milliseconds - Self.hour
    let end = calendar.start(of: days.upperBound).milliseconds + Self.hour
    let quarters = Int((end - begin) / 900_000) + 8
    var counters: [SimulatedCounter] = []
    for _ in 0..<2 {
      let start = QuarterHour(containing: Timestamp(milliseconds: begin))
      counters.append(SimulatedCounter(from: start, quarters: quarters, &random))
    }
    self.counters = counters
    // A crystal wrong by ten in a million: 0.9 s a day.
    drift = Int64.random(in: -10...10, using: &random)
    isSynchronised = Int.random(in: 0..<3, using: &random) > 0
    firstSystem = begin
    firstBattery = isSynchronised || Bool.random(using: &random) ? Int64.random(in: -700...700, using: &random) : nil
    firstSystem = firstBattery.map { begin + $0 } ?? 0
    write(from: begin, to: end, &random)
  }

  /// Writes the script: troubles at random, and after some of them the cure.
  private mutating func write(from begin: Int64, to end: Int64, _ random: inout SeededGenerator) {
    var now = begin + Int64.random(in: Self.minute...6 * Self.hour, using: &random)
    if !isSynchronised { script.append((now, .synchronise)) }
    while true {
      now += Int64.random(in: 20 * Self.minute...14 * Self.hour, using: &random)
      guard now < end - 2 * Self.hour else { break }
      var cure = Int64.random(in: Self.minute...5 * Self.hour, using: &random)
      var isCured = Int.random(in: 0..<4, using: &random) > 0
      let what: Happening
      switch Int.random(in: 0..<12, using: &random) {
      case 0, 1, 2: what = .jump(milliseconds: jump(at: now, &random))
      case 3: what = .lose
      case 4: what = .suspend(milliseconds: Int64.random(in: Self.minute...8 * Self.hour, using: &random))
      case 5: what = .suspend(milliseconds: Int64.random(in: 1000...20 * Self.minute, using: &random))
      case 6:
        // Nobody can know before it is synchronised again; after that it is marked.
        what = .pause(milliseconds: Int64.random(in: 10_000...Self.hour, using: &random))
        (cure, isCured) = (Int64.random(in: Self.minute...10 * Self.minute, using: &random), true)
      case 7: what = .kill
      case 8: what = .restart
      default:
        let kind = Int.random(in: 0..<10, using: &random)
        var error: Int64? = kind < 4 ? Int64.random(in: -700...700, using: &random) : nil
        if kind == 4 {
          // A battery clock that is wrong is believed until it is synchronised, then marked.
          error = Int64.random(in: -3 * Self.hour...70 * Self.hour, using: &random)
          isCured = true
        } else {
          batteryError = max(batteryError, abs(error ?? 0))
        }
        let off = Int64.random(in: Self.minute...10 * Self.hour, using: &random)
        what = .reboot(off: off, batteryError: error, hasFile: kind >= 8)
        cure += off
      }
      script.append((now, what))
      if case .suspend(let length) = what { now += length }
      if case .pause(let length) = what { now += length }
      if isCured {
        now += cure
        script.append((now, .synchronise))
      }
    }
    if Int.random(in: 0..<5, using: &random) > 0 { script.append((max(now, end - Self.hour), .synchronise)) }
    script.append((max(now, end), .end))
    script = script.sorted { $0.at < $1.at }
  }

  private func jump(at now: Int64, _ random: inout SeededGenerator) -> Int64 {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: -now  // 1970
    case 1: 4_039_372_800_000 - now  // 2098
    case 2: Int64.random(in: -3...3, using: &random) * 86_400_000
    default: Int64.random(in: -2 * Self.hour...2 * Self.hour, using: &random)
    }
  }

  // MARK: - Running

  static let points: [MeteringPoint.ID] = ["M0", "M1"]

  private static let profile = DeviceProfile(
    maker: "test", model: "counter", kind: .meter, registers: [field(.energyImport, 0, .u64, "Wh", scale: "0.001")])

  /// What a run left behind.
  struct Outcome {
    let store = InMemoryReadingStore()
    var state: SimulatedMachine.State
    /// What was stored at the end of each life, to see whether anything changed later.
    var snapshots: [[SeriesKey: [Sample]]] = []
    /// The true time of the last committed reading of each life of the program.
    var acknowledged: [Int: Int64] = [:]
  }

  /// Lives through the script.
  func run() async throws -> Outcome {
    let begin = calendar.start(of: days.lowerBound).milliseconds - Self.hour
    let machine = SimulatedMachine(
      SimulatedMachine.State(
        truth: begin, drift: drift, systemStart: firstSystem - 5000, isSynchronised: isSynchronised,
        hasBattery: firstBattery != nil,
        script: script[...]), counters: counters)
    var outcome = Outcome(state: machine.state.withLock { $0 })
    repeat {
      try await live(on: machine, store: outcome.store)
      outcome.snapshots.append(try Self.content(of: outcome.store))
      let state = machine.state.withLock { $0 }
      if state.committed > 0 { outcome.acknowledged[state.life] = state.shown[state.committed - 1].truth }
    } while machine.beginAgain()
    outcome.state = machine.state.withLock { $0 }
    return outcome
  }

  /// One life of the program.
  private func live(on machine: SimulatedMachine, store: InMemoryReadingStore) async throws {
    var logger = Logger(label: "scenario")
    logger.logLevel = .critical
    let time = try SiteTime(machine.clocks, resuming: store, logger: logger)
    let recorder = ReadingRecorder(store: store, journal: store, time: time, logger: logger)
    machine.isTrusted.withLock { $0 = { time.isTrusted } }
    let devices = Self.points.enumerated().map { unit, point in
      DevicePlan(
        id: "meter-\(unit)", profile: Self.profile, unit: UInt8(unit), points: [.main: point],
        interval: .milliseconds(Self.interval))
    }
    let pacing = DevicePoller.Pacing(
      now: time.now, pause: { duration in machine.pass(duration.milliseconds) { recorder.commit() } }, uptime: time.uptime)
    let loop = BusLoop(
      bus: BusPlan(id: "bus", link: .tcp(host: "simulated", port: 502), devices: devices), source: machine, recorder: recorder,
      pacing: pacing, logger: logger, jitter: { 0 })
    await Task { await loop.run() }.value
    if case .kill = machine.state.withLock(\.ending) { return }
    if case .reboot = machine.state.withLock(\.ending), drift % 2 == 0 { return }
    machine.committing { recorder.commit() }
  }

  static func content(of store: InMemoryReadingStore) throws -> [SeriesKey: [Sample]] {
    let all = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max)
    return points.reduce(into: [:]) { content, point in
      let key = SeriesKey(point, .energyImport)
      content[key] = store.samples(of: key, in: all)
    }
  }
}
