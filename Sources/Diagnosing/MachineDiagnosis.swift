import MarketTime
import Quantities

/// What is good and bad about the machine: versions, clock, disk, rights.
public struct MachineDiagnosis: Sendable {
  private let facts: MachineFacts

  /// Judges `facts`.
  public init(_ facts: MachineFacts) { self.facts = facts }

  /// What there is to say.
  public var remarks: [Remark] { clock + store + files + serial + versions }

  // MARK: - Clock

  private var clock: [Remark] {
    let clock = facts.clock
    var remarks: [Remark] = []
    let keepers = clock.keepers.joined(separator: ", ")
    switch clock.isSynchronised {
    case true?:
      let error = clock.greatestError.map { ", at most \(Self.milliseconds($0)) off" } ?? ""
      remarks.append(
        Remark(.clock, .ok, "synchronised", "synchronised\(keepers.isEmpty ? "" : " by \(keepers)")\(error)"))
    case false?:
      remarks.append(
        Remark(
          .clock, .warning, "not_synchronised",
          keepers.isEmpty
            ? "not synchronised, and no program that does it runs here"
            : "not synchronised, although \(keepers) runs",
          next: keepers.isEmpty
            ? "install one: `apt install systemd-timesyncd` (or chrony)"
            : "does it reach a time server? `timedatectl timesync-status` or `chronyc tracking` tells"))
    case nil:
      remarks.append(Remark(.clock, .note, "unknown", "the kernel does not say whether the clock is synchronised"))
    }
    if let last = clock.lastReading, last > clock.now + .seconds(60) {
      remarks.append(
        Remark(
          .clock, .problem, "behind_readings",
          "shows \(clock.now), but the last stored reading is from \(last): it was set back, or was ahead then",
          next: "set the clock right before collecting; readings are never overwritten"))
    }
    remarks.append(batteryClock(clock))
    return remarks
  }

  private func batteryClock(_ clock: MachineFacts.Clock) -> Remark {
    guard let ahead = clock.batteryClockAhead else {
      return Remark(
        .clock, .note, "no_battery_clock",
        "no clock with a battery: after a power cut the time is unknown until a server is reached",
        next: "a small real-time clock module (DS3231) helps where the network comes back late")
    }
    guard abs(ahead.milliseconds) > 5000 else { return Remark(.clock, .ok, "battery_clock", "a clock with a battery agrees") }
    return Remark(
      .clock, .warning, "battery_clock_off",
      "the clock with the battery is \(DeviceDiagnosis.span(.milliseconds(abs(ahead.milliseconds)))) "
        + (ahead.milliseconds > 0 ? "ahead" : "behind"),
      next: "`hwclock --systohc` sets it, once the system's clock is right")
  }

  // MARK: - Store

  private var store: [Remark] {
    guard let store = facts.store else { return [] }
    var remarks: [Remark] = []
    if let writer = store.writer {
      remarks.append(Remark(.store, .ok, "collecting", about: store.path, "written by process \(writer): the collector runs"))
    } else if store.exists {
      remarks.append(
        Remark(
          .store, .warning, "not_collecting", about: store.path, "nobody writes it: the collector does not run",
          next: "`energy-collector run`, or start its service"))
    }
    if let free = store.free {
      let text = "\(free >> 20) MiB free"
      switch free >> 20 {
      case ..<50:
        remarks.append(
          Remark(.store, .problem, "disk_full", about: store.path, text, next: "make room: readings will soon be refused"))
      case ..<500:
        remarks.append(Remark(.store, .warning, "disk_low", about: store.path, text, next: "make room for at least 1 GiB"))
      default: remarks.append(Remark(.store, .ok, "disk", about: store.path, text))
      }
    }
    let sorted = store.syncs.sorted()
    if let slowest = sorted.last {
      let text =
        "a synced write takes \(Self.milliseconds(sorted[sorted.count / 2])), the slowest of \(sorted.count) took "
        + Self.milliseconds(slowest)
      remarks.append(
        sorted[sorted.count / 2] > .milliseconds(200)
          ? Remark(
            .store, .warning, "disk_slow", about: store.path, text,
            next: "the card or disk is worn or busy; commit less often (--commit-every 60), or replace it")
          : Remark(.store, .ok, "disk_speed", about: store.path, text))
    }
    if let mode = store.mode, mode & 0o007 != 0 {
      remarks.append(
        Remark(
          .store, .warning, "store_open", about: store.path, "everybody on this machine may read it, and it holds personal data",
          next: "`chmod o= \(store.path)`"))
    }
    return remarks
  }

  private var files: [Remark] {
    facts.files.map { file in
      if file.mode & 0o002 != 0 {
        return Remark(
          .store, .problem, "file_writable", about: file.path, "everybody on this machine may change it",
          next: "`chmod o-w \(file.path)`")
      }
      return Remark(
        .store, .ok, "file", about: file.path, "may be changed by its owner\(file.mode & 0o020 != 0 ? " and group" : "") only")
    }
  }

  // MARK: - Serial lines

  private var serial: [Remark] {
    let lines = facts.lines.map(line)
    let used = Set(facts.lines.map(\.path))
    let unused = facts.adapters.filter { !used.contains($0.path) }.map { adapter in
      Remark(
        .buses, .note, "adapter", about: adapter.path,
        "a serial adapter that no bus uses\(adapter.isOpenable ? "" : "; this user may not open it")")
    }
    return lines + unused
  }

  private func line(_ line: MachineFacts.Line) -> Remark {
    guard line.exists else {
      let known = facts.adapters.map(\.path).joined(separator: ", ")
      return Remark(
        .buses, .problem, "no_such_adapter", about: line.bus, "there is no \(line.path)",
        next: known.isEmpty ? "plug the adapter in; `ls /dev/serial/by-id` shows its name" : "adapters here: \(known)")
    }
    guard line.isOpenable else {
      return Remark(
        .buses, .problem, "adapter_closed", about: line.bus, "this user may not open \(line.path)",
        next: "`sudo usermod -aG dialout USER`, then log in again (or run doctor as the service's user)")
    }
    guard !line.path.hasPrefix("/dev/ttyUSB"), !line.path.hasPrefix("/dev/ttyACM") else {
      return Remark(
        .buses, .warning, "unstable_name", about: line.bus, "\(line.path) may be another adapter after the next start",
        next: "name it by its path below /dev/serial/by-id")
    }
    return Remark(.buses, .ok, "adapter", about: line.bus, "\(line.path) is there and may be opened")
  }

  // MARK: - Versions

  private var versions: [Remark] {
    var remarks = facts.versions.map { Remark(.machine, .ok, "version", "\($0.name) \($0.version)") }
    if Self.hasResetRace(facts.sqlite) {
      remarks.append(
        Remark(
          .machine, .note, "sqlite_reset_race",
          "SQLite \(facts.sqlite) can destroy a file when one connection writes while another checkpoints; the collector is safe, "
            + "it does both on one connection and lets nobody else write",
          next: "open readings.sqlite with other programs read-only only: sqlite3 'file:readings.sqlite?mode=ro'"))
    }
    return remarks
  }

  /// Whether `version` has the fault: 3.7.0 to 3.51.2, mended in 3.51.3 and, for older series, in 3.44.6 and 3.50.7.
  static func hasResetRace(_ version: String) -> Bool {
    let parts = version.split(separator: ".").compactMap { Int($0) }
    guard parts.count >= 3, parts[0] == 3 else { return false }
    switch parts[1] {
    case ..<7: return false
    case 44: return parts[2] < 6
    case 50: return parts[2] < 7
    case 51: return parts[2] < 3
    default: return parts[1] < 51
    }
  }

  /// As in `0.4 ms`, `12 ms`.
  static func milliseconds(_ duration: Duration) -> String {
    let micros = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    return micros < 10_000 ? "\(micros / 1000).\(micros % 1000 / 100) ms" : "\(micros / 1000) ms"
  }
}
