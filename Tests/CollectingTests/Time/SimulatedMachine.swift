import Collecting
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Synchronization
import TestSupport

/// Something that happens to a machine or its clocks.
enum Happening: Sendable {
  /// Somebody sets the clock; nothing says that it is right.
  case jump(milliseconds: Int64)
  /// The clock is set right and synchronised.
  case synchronise
  /// Synchronisation is lost.
  case lose
  /// The machine sleeps; its monotonic clock counts that.
  case suspend(milliseconds: Int64)
  /// The host of a virtual machine stops it; its clocks do not notice.
  case pause(milliseconds: Int64)
  /// The program is killed and started again.
  case kill
  /// The program is stopped as it should be and started again.
  case restart
  /// The machine is off for a while. Its clock shows what the battery kept, wrong by some ms; without battery 1970 or what a file kept.
  case reboot(off: Int64, batteryError: Int64?, hasFile: Bool)
  /// The end.
  case end
}

/// A machine with clocks that may be wrong, and two meters at its bus that count the truth. Time passes only in pauses and answers.
final class SimulatedMachine: RegisterSource {
  /// A value that a meter has shown, and when in truth.
  struct Shown: Sendable {
    let unit: UInt8
    let value: Int64
    let truth: Int64
    /// Whether the service knew the time then.
    let isTrusted: Bool
    /// Which run of the machine and which life of the program it was.
    let boot: Int
    let life: Int
  }

  struct State: Sendable {
    /// The true time, ms of UTC.
    var truth: Int64
    /// The monotonic clock, ms, and how many ms in a million it gains.
    var uptime: Int64 = 5000
    let drift: Int64
    /// The rest of the drift that is less than a millisecond.
    var gained: Int64 = 0
    /// What the system's clock shows is the monotonic clock plus this, or the truth while it is synchronised.
    var systemStart: Int64
    var isSynchronised: Bool
    var hasBattery: Bool
    var boot = 1
    var life = 1
    var shown: [Shown] = []
    /// So many of `shown` were taken before the last commit.
    var committed = 0
    var nextCommit: Int64 = 0
    var script: ArraySlice<(at: Int64, what: Happening)>
    /// What ended this life of the program.
    var ending: Happening?
    /// How often it woke up or its clock was set right, for counting polls.
    var wakes = 0
  }

  let state: Mutex<State>
  private let counters: [SimulatedCounter]
  private static let commitEvery: Int64 = 300_000

  init(_ state: State, counters: [SimulatedCounter]) {
    self.state = Mutex(state)
    self.counters = counters
  }

  var clocks: SiteTime.Clocks {
    let (boot, hasBattery) = state.withLock { ("boot-\($0.boot)", $0.hasBattery) }
    return SiteTime.Clocks(
      boot: boot, hasBattery: hasBattery, uptime: { .milliseconds(self.state.withLock(\.uptime)) },
      system: { Timestamp(milliseconds: self.state.withLock { $0.isSynchronised ? $0.truth : $0.systemStart + $0.uptime }) },
      isSynchronised: { self.state.withLock(\.isSynchronised) })
  }

  // MARK: - Time

  /// Lets `length` ms of the monotonic clock pass; `commit` is called every 5 min, and what ends a life of the program cancels the
  /// task.
  func pass(_ length: Int64, commit: () -> Void) {
    let end = state.withLock { $0.uptime + length }
    while true {
      let isCommitDue: Bool? = state.withLock { state in
        guard state.uptime < end, state.ending == nil else { return nil }
        let next = state.script.first.map { $0.at - state.truth } ?? .max
        let step = max(0, min(next, state.nextCommit - state.uptime, end - state.uptime))
        Self.advance(&state, by: step)
        if let first = state.script.first, first.at <= state.truth {
          state.script.removeFirst()
          Self.happen(first.what, to: &state)
        }
        guard state.uptime >= state.nextCommit, state.ending == nil else { return false }
        state.nextCommit = state.uptime + Self.commitEvery
        return true
      }
      guard let isCommitDue else { break }
      if isCommitDue { committing(commit) }
    }
    if state.withLock({ $0.ending != nil }) { cancelThisTask() }
  }

  /// Runs a commit; what was shown before it is durable after it.
  func committing(_ commit: () -> Void) {
    let count = state.withLock(\.shown.count)
    commit()
    state.withLock { $0.committed = count }
  }

  private static func advance(_ state: inout State, by step: Int64) {
    state.truth += step
    state.gained += step * state.drift
    state.uptime += step + state.gained / 1_000_000
    state.gained %= 1_000_000
  }

  private static func happen(_ what: Happening, to state: inout State) {
    let system = state.isSynchronised ? state.truth : state.systemStart + state.uptime
    func free() {
      state.isSynchronised = false
      state.systemStart = system - state.uptime
    }
    switch what {
    case .jump(let milliseconds):
      free()
      state.systemStart += milliseconds
    case .synchronise:
      state.isSynchronised = true
      state.wakes += 1
    case .lose: free()
    case .suspend(let milliseconds):
      advance(&state, by: milliseconds)
      state.wakes += 1
    case .pause(let milliseconds) where !state.isSynchronised:
      // Where nobody knows the time, nobody can know of a pause that no clock shows: a known limit.
      advance(&state, by: milliseconds)
      state.wakes += 1
    case .pause(let milliseconds):
      free()
      state.truth += milliseconds
      state.wakes += 1
    case .kill, .restart, .reboot, .end: state.ending = what
    }
  }

  /// Begins the next life of the program; false at the end.
  func beginAgain() -> Bool {
    state.withLock { state in
      defer { state.ending = nil }
      switch state.ending {
      case .reboot(let off, let error, let hasFile):
        let kept = state.isSynchronised ? state.truth : state.systemStart + state.uptime
        state.truth += off
        state.uptime = 5000
        state.boot += 1
        state.isSynchronised = false
        state.hasBattery = error != nil
        state.systemStart = (error.map { state.truth + $0 } ?? (hasFile ? kept - 60_000 : 0)) - state.uptime
        state.nextCommit = 0
      case .kill, .restart:
        Self.advance(&state, by: 2000)
        state.nextCommit = state.uptime + Self.commitEvery
      default: return false
      }
      state.life += 1
      return true
    }
  }

  // MARK: - Meters

  /// Asked in each answer whether the service knows the time.
  let isTrusted = Mutex<@Sendable () -> Bool>({ false })

  func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let trusted = isTrusted.withLock { $0 }()
    let value = state.withLock { state in
      // An answer takes 20 ms.
      Self.advance(&state, by: 20)
      let value = counters[Int(unit)].value(at: state.truth)
      state.shown.append(
        Shown(unit: unit, value: value, truth: state.truth, isTrusted: trusted, boot: state.boot, life: state.life))
      return UInt64(value)
    }
    return (0..<4).map { UInt16(truncatingIfNeeded: value >> (48 - 16 * UInt64($0))) }
  }

  func close() async {}
  func rest(afterConnecting silence: Duration) async {}
}

/// A counter whose power changes with the quarter hour.
struct SimulatedCounter: Sendable {
  private let start: QuarterHour
  private let powers: [Int64]
  private let sums: [Int64]

  /// From `start` on for so many quarter hours, at 1 to 9 kW.
  init(from start: QuarterHour, quarters: Int, _ random: inout SeededGenerator) {
    self.start = start
    powers = (0..<quarters).map { _ in Int64.random(in: 1_000_000...9_000_000, using: &random) }
    sums = powers.reduce(into: [5_000_000_000]) { $0.append($0[$0.count - 1] + $1 / 4) }
  }

  /// What it shows at `truth`, mWh.
  func value(at truth: Int64) -> Int64 {
    let since = truth - start.start.milliseconds
    let quarter = min(max(0, Int(since / 900_000)), powers.count - 1)
    return sums[quarter] + powers[quarter] / 4 * (since - Int64(quarter) * 900_000) / 900_000
  }
}
